"""Options of one call. They are values: passing them does not change the client."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Literal, NamedTuple, TypeAlias

__all__ = ["DEFAULT", "Default", "Options", "Timeout"]


class Default(Enum):
    """Its one value means "as the client is configured", which is not the same as None."""

    DEFAULT = "default"

    def __repr__(self) -> str:
        return "DEFAULT"


DEFAULT: Literal[Default.DEFAULT] = Default.DEFAULT


class Timeout(NamedTuple):
    """Limits of one attempt in seconds; None waits for ever.

    `connect` limits the time to get a connection, `read` the longest silence while sending or receiving. The
    time of a whole call, with retries and waits, is limited by `deadline`.
    """

    connect: float | None = 5.0
    read: float | None = 10.0

    def at_most(self, seconds: float | None) -> Timeout:
        """Return the same limits, with `seconds` as the maximum of each."""
        if seconds is None:
            return self
        return Timeout(_shorter(self.connect, seconds), _shorter(self.read, seconds))


def _shorter(limit: float | None, seconds: float) -> float:
    return seconds if limit is None else min(limit, seconds)


TimeoutInput: TypeAlias = "float | Timeout | None"


class Options(NamedTuple):
    """What one call does differently from its client. Fields left at `DEFAULT` use the settings of the
    client.
    """

    timeout: TimeoutInput | Default = DEFAULT
    """Seconds of one attempt, or a `Timeout`; None for no limit."""
    deadline: float | Default | None = DEFAULT
    """Seconds of the whole call with its retries and waits; None for no limit."""
    max_retries: int | Default = DEFAULT
    """How often a failed attempt is repeated; 0 means never."""
    headers: Mapping[str, str] | None = None
    """Additional request headers. Headers that authenticate cannot be given here."""
    resend: bool = False
    """True: the caller allows this call to be repeated, although its operation is not safe to repeat."""
    priority: int = 0
    """Calls with a higher priority go first when calls wait for the rate limit, if the limiter knows
    priorities."""

    def __repr__(self) -> str:
        # Header values may be secrets. The names are enough to find a mistake.
        headers = None if self.headers is None else sorted(self.headers)
        return (
            f"Options(timeout={self.timeout!r}, deadline={self.deadline!r}, "
            f"max_retries={self.max_retries!r}, headers={headers!r}, "
            f"resend={self.resend!r}, priority={self.priority!r})"
        )
