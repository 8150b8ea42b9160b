"""HTTP headers as an immutable value, whose repr hides everything that could be a secret; and the header by
which a client names itself.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TypeVar, overload

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.secret import MASK

__all__ = [
    "HMAC_SIGNATURE",
    "RSA_SIGNATURE",
    "SIGNATURES",
    "Headers",
    "check_user_agent",
    "describe_agent",
    "package_version",
]

HMAC_SIGNATURE = "as-signature-hmac-sha256"
RSA_SIGNATURE = "as-signature-rsa-sha256"
SIGNATURES = (HMAC_SIGNATURE, RSA_SIGNATURE)
"""The headers that carry a signature."""

_SHOWN = frozenset(
    {"accept", "content-type", "content-length", "date", "user-agent", "retry-after", "as-api-version"}
)


T = TypeVar("T")


class Headers(Mapping[str, str]):
    """Header names in lower case, with their values. Values of a repeated header are joined by a comma.

    `pairs`: names in any case, and values.
    """

    __slots__ = ("_values",)

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        values: dict[str, str] = {}
        for name, value in pairs:
            key = name.lower()
            values[key] = f"{values[key]}, {value}" if key in values else value
        self._values = values

    @classmethod
    def from_raw(cls, pairs: Iterable[tuple[bytes, bytes]]) -> Headers:
        """Read headers as received. Bytes that are not ASCII are read as Latin-1."""
        texts = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in pairs]
        read = cls()
        read._values = dict(texts)
        return read if len(read._values) == len(texts) else cls(texts)

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    @overload
    def get(self, name: str, /) -> str | None: ...
    @overload
    def get(self, name: str, /, default: str | T) -> str | T: ...
    def get(self, name: str, /, default: object = None) -> object:
        """Return a value, or the default. Faster than `Mapping.get`, which raises and catches an error for
        each missing header.
        """
        return self._values.get(name.lower(), default)

    def __eq__(self, other: object) -> bool:
        return self._values == other._values if isinstance(other, Headers) else super().__eq__(other)

    __hash__ = None  # type: ignore[assignment]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def with_values(self, changes: Mapping[str, str]) -> Headers:
        """Return a copy in which these headers are added or replaced."""
        copy = Headers()
        copy._values = {**self._values, **{name.lower(): value for name, value in changes.items()}}
        return copy

    def plain(self, changes: Mapping[str, str]) -> dict[str, str]:
        """Return the headers as a dict for sending, with these (names in lower case) added or replaced."""
        return {**self._values, **changes}

    def mask(self) -> dict[str, str]:
        """Return the headers for display: every value that could be a secret is hidden."""
        return {name: value if name in _SHOWN else MASK for name, value in self._values.items()}

    def __repr__(self) -> str:
        return f"Headers({self.mask()})"


@cache
def package_version() -> str:
    """Return the version of the installed package; "unknown" if it is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("aftership-tracking-client")
    except PackageNotFoundError:
        return "unknown"


def describe_agent(api_version: str, application: str = "") -> str:
    """Return the User-Agent of a client, with that of the application at its end."""
    python = f"{sys.version_info[0]}.{sys.version_info[1]}"
    ours = f"aftership-tracking-client/{package_version()} (api {api_version}; python {python})"
    return f"{ours} {application}" if application else ours


# RFC 9110, 10.1.5. Comments inside of comments are legal there too, and nobody needs them.
_WORD = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_PRODUCT = rf"{_WORD}(?:/{_WORD})?"
_COMMENT = r"\((?:[\t \x21-\x27\x2a-\x5b\x5d-\x7e]|\\[\t \x21-\x7e])*\)"
_USER_AGENT = rf"{_PRODUCT}(?:[ \t]+(?:{_PRODUCT}|{_COMMENT}))*"


def check_user_agent(given: object) -> str:
    """Check how an application names itself; empty if it does not. Raises UsageError if no header can hold
    it.
    """
    if given is None:
        return ""
    if not isinstance(given, str) or not re.fullmatch(_USER_AGENT, given):
        raise UsageError(
            "user_agent must be a name with a version, then perhaps more of them and comments in parentheses",
            hint='Write it as in "my-shop/1.2 (ops@example.com)".',
        )
    return given
