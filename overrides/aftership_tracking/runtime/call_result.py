"""Records the exchanges of a call, so that `with_response` works for every method without a second class for
each resource.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Generic, TypeVar

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.attempt import Attempt
from aftership_tracking.runtime.wire.headers import Headers

__all__ = ["RECORDED_EXCHANGES", "CallResult", "Exchange"]

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Exchange:
    """One response, as it arrived."""

    operation: str
    """Id of the operation, such as `get-tracking-by-id`."""
    status: int
    """The HTTP status."""
    headers: Headers
    """Names are in lower case. The repr hides values that could be secrets."""
    body: bytes
    """The body as it arrived, unpacked."""
    attempts: tuple[Attempt, ...]
    """One record for each time the request was sent: its outcome, and why it was repeated or not."""

    def __repr__(self) -> str:
        return f"<Exchange {self.operation} {self.status} {len(self.body)} bytes>"


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class CallResult(Generic[T]):
    """What a method returned, and the exchanges it needed. Most methods need one."""

    value: T
    """What the method returned."""
    exchanges: tuple[Exchange, ...]
    """In the order in which they happened; empty if nothing was sent yet."""

    @property
    def status(self) -> int:
        """HTTP status of the last exchange."""
        return self._last.status

    @property
    def headers(self) -> Headers:
        """Headers of the last exchange."""
        return self._last.headers

    @property
    def body(self) -> bytes:
        """Body of the last exchange."""
        return self._last.body

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """Attempts of the last exchange."""
        return self._last.attempts

    @property
    def trace_id(self) -> str | None:
        """`as-trace-id` of the last exchange, for AfterShip's support."""
        return self.headers.get("as-trace-id")

    @property
    def api_version(self) -> str | None:
        """The API version that responded."""
        return self.headers.get("as-api-version")

    @property
    def _last(self) -> Exchange:
        if not self.exchanges:
            raise UsageError(
                "this method returned before it sent anything: its return value sends when it is used"
            )
        return self.exchanges[-1]

    def __repr__(self) -> str:
        return f"<CallResult {', '.join(map(repr, self.exchanges))}>"


RECORDED_EXCHANGES: ContextVar[list[Exchange] | None] = ContextVar(
    "aftership_recorded_exchanges", default=None
)
"""The list that collects the exchanges of this thread or task; None if they are not recorded."""
