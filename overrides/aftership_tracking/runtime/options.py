"""Options of one call. They are values: passing them does not change the client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Literal, TypeAlias, TypedDict

__all__ = ["DEFAULT", "CallOptions", "Default", "Options", "Timeout"]


class Default(Enum):
    """Its one value means "as the client is configured", which is not the same as None."""

    DEFAULT = "default"

    def __repr__(self) -> str:
        return "DEFAULT"


DEFAULT: Literal[Default.DEFAULT] = Default.DEFAULT
"""As the client is configured."""


@dataclass(frozen=True, slots=True)
class Timeout:
    """Limits of one attempt in seconds; None waits for ever.

    `connect` limits the time to get a connection, `read` the longest silence while sending or receiving. The
    time of a whole call, with retries and waits, is limited by `deadline`. The two numbers may be given
    without their names.
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
"""The limit of one attempt: seconds, a `Timeout`, or None for no limit."""


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Options:
    """What one call does differently from its client. Fields left at `DEFAULT` use the settings of the
    client. Each field can also be given to a method by its name: `get(id, timeout=3)`.
    """

    timeout: TimeoutInput | Default = DEFAULT
    """Seconds of one attempt, or a `Timeout`; None for no limit."""
    deadline: float | Default | None = DEFAULT
    """Seconds of the whole call with its retries and waits; None for no limit."""
    max_retries: int | Default = DEFAULT
    """How often a failed attempt is repeated; 0 means never."""
    headers: Mapping[str, str] | None = None
    """Additional request headers. Headers that authenticate cannot be given here."""
    query: Mapping[str, object] | None = None
    """Additional query parameters, such as one that the document does not have yet. Values are written like
    those of arguments; None is left out."""
    resend: bool = False
    """True: the caller allows this call to be repeated, although its operation is not safe to repeat."""
    priority: int = 0
    """Calls with a higher priority go first when calls wait for the rate limit, if the limiter knows
    priorities."""

    def __repr__(self) -> str:
        # Values of headers and of the query may be secrets or personal data. The names are enough to find a
        # mistake.
        names = {name: None if value is None else sorted(value) for name, value in self._mappings()}
        return (
            f"Options(timeout={self.timeout!r}, deadline={self.deadline!r}, "
            f"max_retries={self.max_retries!r}, headers={names['headers']!r}, query={names['query']!r}, "
            f"resend={self.resend!r}, priority={self.priority!r})"
        )

    def _mappings(self) -> tuple[tuple[str, Mapping[str, object] | None], ...]:
        return ("headers", self.headers), ("query", self.query)


class CallOptions(TypedDict, total=False):
    """The fields of `Options` as keywords of a method, for the annotation `**call: Unpack[CallOptions]`."""

    timeout: TimeoutInput | Default
    deadline: float | Default | None
    max_retries: int | Default
    headers: Mapping[str, str] | None
    query: Mapping[str, object] | None
    resend: bool
    priority: int
