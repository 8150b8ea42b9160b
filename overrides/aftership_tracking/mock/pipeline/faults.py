"""Requests that fail on purpose, so that callers can test what they do about it."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from aftership_tracking.mock.exchange import Exchange
from aftership_tracking.mock.refusal import Refusal


@dataclass(slots=True)
class Fault:
    """Fails the next matching requests with an error."""

    status: int
    code: int
    times: int
    operation_id: str | None

    def matches(self, operation_id: str) -> bool:
        return self.operation_id in (None, operation_id)


class Faults:
    """The planned faults. The first one that matches a request is used up first."""

    def __init__(self) -> None:
        self._planned: list[Fault] = []
        self._lock = threading.Lock()

    def add(
        self, status: int, times: int = 1, operation_id: str | None = None, code: int | None = None
    ) -> None:
        """Fail the next `times` requests, of one operation or of any, with a status.

        The status may be one that the document does not have, such as 408 or 409 of a gateway.

        Args:
            code: `meta.code` of the response; the status itself by default.

        Raises:
            ValueError: the status is not an error status, or `times` is below 1.
        """
        if not 400 <= status <= 599:
            raise ValueError("a fault needs a status from 400 to 599")
        if times < 1:
            raise ValueError("a fault must happen at least once")
        with self._lock:
            self._planned.append(Fault(status, status if code is None else code, times, operation_id))

    def take(self, operation_id: str) -> Fault | None:
        """Use the first fault that matches, once."""
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


class PlannedFault:
    """Takes the next planned fault, if one matches, and refuses the request before anything is done."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def __call__(self, exchange: Exchange) -> None:
        fault = self._faults.take(exchange.routed_operation.id)
        if fault is not None:
            hint = f"fault: a planned {fault.status}"
            raise Refusal((fault.code,), hint, status=fault.status, is_planned=True)
