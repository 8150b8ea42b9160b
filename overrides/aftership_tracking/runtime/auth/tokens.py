"""The tokens of a merchant: what a token endpoint returns and a token store stores."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from typing import Any, NoReturn, TypeGuard

from aftership_tracking.runtime.secret import MASK

__all__ = [
    "Tokens",
    "dump_tokens",
    "is_token",
    "is_within",
    "keep_refresh_token",
    "load_tokens",
    "read_number",
    "read_refresh_token",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tokens:
    """The tokens from a token endpoint. The repr shows no token, and pickle refuses; store them in a token
    store, or where you store secrets.
    """

    access_token: str
    """What is sent with each call."""
    refresh_token: str | None = None
    """What gets new tokens; None if the response had none, and the tokens cannot be renewed."""
    expires_at: float | None = None
    """Unix time; None if the response did not contain it."""
    scopes: tuple[str, ...] = ()
    """What the merchant granted; empty if the response did not say."""

    def __repr__(self) -> str:
        renewable = "with" if self.refresh_token else "without"
        return f"Tokens({MASK}, {renewable} refresh_token, expires_at={self.expires_at!r})"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("tokens cannot be pickled: they are secrets; put them into a token store")

    # A frozen record is its own copy; the default would go through pickle.
    def __copy__(self) -> Tokens:
        return self

    def __deepcopy__(self, memo: object) -> Tokens:
        return self


def keep_refresh_token(new: Tokens, old: Tokens) -> Tokens:
    """Return renewed tokens. A response without a refresh token means that the old one remains good."""
    return new if new.refresh_token else replace(new, refresh_token=old.refresh_token)


def is_token(text: object) -> TypeGuard[str]:
    """Return whether a value is a string that a header can contain."""
    if not isinstance(text, str) or not text:
        return False
    return text.isascii() and text.isprintable() and " " not in text


def read_refresh_token(value: object) -> str | None:
    """Return a refresh token; None if a value is not one that a form can contain."""
    if not isinstance(value, str) or not value:
        return None
    # JSON can hold half characters, and an error about them would show the token.
    return None if any("\ud800" <= letter <= "\udfff" for letter in value) else value


def read_number(value: object) -> float | None:
    """Return a finite number as a float; None if a value is not one. JSON has integers beyond all floats."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def is_within(value: object, least: float, most: float) -> bool:
    """Return whether a setting is a number from `least` to `most`."""
    number = read_number(value)
    return number is not None and least <= number <= most


def dump_tokens(tokens: Tokens) -> str:
    """Return the JSON of tokens. It is secret: pass it on at once, and name no variable after it."""
    return json.dumps(
        {
            "access_token": tokens.access_token,
            "refresh_token": tokens.refresh_token,
            "expires_at": tokens.expires_at,
            "scopes": list(tokens.scopes),
        }
    )


def load_tokens(text: str | bytes) -> Tokens | None:
    """Return the tokens in JSON; None if these are not what `dump_tokens` writes."""
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not is_token(found.get("access_token")):
        return None
    scopes = found.get("scopes")
    return Tokens(
        access_token=found["access_token"],
        refresh_token=read_refresh_token(found.get("refresh_token")),
        expires_at=read_number(found.get("expires_at")),
        scopes=tuple(str(scope) for scope in scopes) if isinstance(scopes, list) else (),
    )
