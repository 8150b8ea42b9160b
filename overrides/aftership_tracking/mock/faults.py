"""Answers that fail on purpose, so that callers can try what they do about it."""

from __future__ import annotations

import threading
from dataclasses import dataclass


@dataclass(slots=True)
class Fault:
    """Answers the next matching requests with an error."""

    status: int
    code: int
    times: int
    operation_id: str | None

    def matches(self, operation_id: str) -> bool:
        return self.operation_id in (None, operation_id)


class Faults:
    """The faults that are planned; the first one that matches a request is used up first."""

    def __init__(self) -> None:
        self._planned: list[Fault] = []
        self._lock = threading.Lock()

    def add(
        self, status: int, times: int = 1, operation_id: str | None = None, code: int | None = None
    ) -> None:
        """Answer the next `times` requests, of one operation or of any, with a status.

        Args:
            code: `meta.code` of the answer; the status itself by default.

        Raises:
            ValueError: the status is no error status, or `times` is below 1.
        """
        if not 400 <= status <= 599:
            raise ValueError("a fault needs a status from 400 to 599")
        if times < 1:
            raise ValueError("a fault must happen at least once")
        with self._lock:
            self._planned.append(Fault(status, status if code is None else code, times, operation_id))

    def take(self, operation_id: str) -> Fault | None:
        """Use up one turn of the first fault that matches."""
        with self._lock:
            for fault in self._planned:
                if fault.matches(operation_id):
                    fault.times -= 1
                    if fault.times == 0:
                        self._planned.remove(fault)
                    return fault
        return None

    def clear(self) -> None:
        with self._lock:
            self._planned.clear()
