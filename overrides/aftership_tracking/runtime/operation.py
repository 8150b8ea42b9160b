"""What a generated package says about one operation. Records only: nothing here sends, waits or decodes."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from aftership_tracking.runtime.paging import Pagination

__all__ = ["Operation", "Path", "RateLimit", "Retry"]

T = TypeVar("T")


class Path(NamedTuple):
    """A segment of a path that is filled at the call."""

    name: str


class Retry(Enum):
    """What may be sent twice."""

    SAFE = "safe"
    """Repeating it changes nothing more."""
    CREATE_OR_GET_ONLY = "upsert"
    """Repeating it can meet what the first try made: never repeated after it may have arrived."""
    NEVER = "never"
    """Repeating it does it again: never repeated after it may have arrived."""


class RateLimit(NamedTuple):
    """How often the service lets us call."""

    requests: int
    seconds: float
    shared: bool
    """True: all operations of the organization draw from one bucket. False: this operation has its own."""


class Operation(NamedTuple, Generic[T]):
    """One operation of one API version. `T` is the type of what its method returns."""

    id: str
    method: str
    path: tuple[str | Path, ...]
    returns: str
    """Name of the envelope model; it is looked up on first decode, so that models load late."""
    unwrap: tuple[str, ...]
    retry: Retry
    limit: RateLimit
    errors: tuple[int, ...] = ()
    body_wrapper: str | None = None
    pagination: Pagination | None = None
