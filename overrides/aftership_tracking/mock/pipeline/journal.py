"""The journal of requests: one frozen record each, the newest last. The oldest are dropped."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from aftership_tracking.mock.hints.hint import Hint

CAPACITY = 1000


@dataclass(frozen=True, slots=True)
class Record:
    """One request and its response. It holds no key, no query and no body."""

    at: datetime
    method: str
    path: str
    version: str
    operation_id: str | None
    api_key: str | None
    status: int
    code: int
    hint: str | None
    trace_id: str
    hints: tuple[Hint, ...] = ()
    """What `hint` says, as records."""


class Journal:
    """A bounded list of records."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        # Appending to a deque is atomic, so no lock is needed.
        self._records: deque[Record] = deque(maxlen=capacity)

    def add(self, record: Record) -> None:
        self._records.append(record)

    def clear(self) -> None:
        self._records.clear()

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Record]:
        return iter(tuple(self._records))

    def __getitem__(self, index: int) -> Record:
        return self._records[index]


def mask_key(api_key: str | None) -> str | None:
    """Return a key as it may be shown: its last four characters, or nothing of a short key."""
    if api_key is None:
        return None
    return "***" + api_key[-4:] if len(api_key) >= 12 else "***"
