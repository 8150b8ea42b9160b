"""Looks at what a call sends and receives from outside, so that no resource needs a second class for it."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Generic, NamedTuple, TypeVar

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.attempt import Attempt
from aftership_tracking.runtime.wire.headers import Headers

__all__ = ["SEEN", "CallResult", "Exchange"]

T = TypeVar("T")


class Exchange(NamedTuple):
    """One answer, as it came."""

    operation: str
    """Id of the operation, such as `get-tracking-by-id`."""
    status: int
    headers: Headers
    """Names in lower case. Its repr hides what could be a secret."""
    body: bytes
    attempts: tuple[Attempt, ...]
    """One record for each time the request was sent: what came of it, and why it was repeated or not."""

    def __repr__(self) -> str:
        return f"<Exchange {self.operation} {self.status} {len(self.body)} bytes>"


class CallResult(NamedTuple, Generic[T]):
    """What a method returned, and the exchanges that it took: one for most methods."""

    value: T
    exchanges: tuple[Exchange, ...]

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
        """The API version that answered."""
        return self.headers.get("as-api-version")

    @property
    def _last(self) -> Exchange:
        if not self.exchanges:
            raise UsageError(
                "this method returned before it sent anything: what it returned sends when it is read"
            )
        return self.exchanges[-1]

    def __repr__(self) -> str:
        return f"<CallResult {', '.join(map(repr, self.exchanges))}>"


SEEN: ContextVar[list[Exchange] | None] = ContextVar("aftership_seen", default=None)
"""Where the exchanges of this thread or task are noted; None for nowhere."""
