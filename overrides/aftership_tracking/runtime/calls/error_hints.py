"""Hints that need more than a response: the operation, its argument, and who signed the request."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from aftership_tracking.errors import ApiError
from aftership_tracking.runtime.auth.authenticator import Authenticator
from aftership_tracking.runtime.auth.signing import ApiKey, HmacSignature, RsaSignature
from aftership_tracking.runtime.operation import Operation, Path

__all__ = ["choose_better_hint"]


def choose_better_hint(
    error: ApiError, operation: Operation[Any], path: str, authenticator: Authenticator
) -> str | None:
    """Return a hint that says more than the code of an error, or its own.

    `path`: of the URL that was sent.
    """
    if error.status in (401, 403):
        return _hint_for_credentials(error, operation, authenticator)
    if error.status == 404 or error.code in (4004, 4015):
        parts = (error.hint, _hint_for_number(operation, path))
        return " ".join(part for part in parts if part) or None
    return error.hint


def _hint_for_credentials(
    error: ApiError, operation: Operation[Any], authenticator: Authenticator
) -> str | None:
    if isinstance(authenticator, ApiKey | HmacSignature | RsaSignature):
        return error.hint
    advise = getattr(authenticator, "advise", None)
    if advise is None:
        return "Check what the object that was given as `auth` sends, and what its account may do."
    hint: str | None = advise(error.status, find_scopes(error) or operation.scopes)
    return hint


def find_scopes(error: ApiError) -> tuple[str, ...]:
    """Return the scopes that a response names: in `www-authenticate`, as RFC 6750 says, or in its message."""
    named = re.search(r'\bscope="([\x21-\x7e ]*)"', error.headers.get("www-authenticate", ""))
    if named is not None and named[1].strip():
        return tuple(named[1].split())
    return tuple(dict.fromkeys(re.findall(r"\baftership:[a-z_]+:[a-z_]+\b", error.message)))


# Ids have 24 characters, and later ones 32. That is what was seen, not what is documented, so it only chooses
# a hint.
_LIKE_AN_ID = re.compile(r"[0-9a-z]{24}|[0-9a-z]{32}")
_LIKE_A_NUMBER = re.compile(r"[A-Za-z0-9._/-]{4,100}")


def _hint_for_number(operation: Operation[Any], path: str) -> str | None:
    """Return the hint for a tracking number that was given as an id."""
    if operation.path[:2] != ("trackings", Path("id")):
        return None
    # Counted from the end, because a base_url may have a path of its own.
    value = unquote(path.split("/")[1 - len(operation.path)])
    if _LIKE_AN_ID.fullmatch(value) or not _LIKE_A_NUMBER.fullmatch(value):
        return None
    return (
        f"{value!r} does not look like an id of a tracking. If it is a tracking number, find the tracking "
        f"with client.trackings.list(tracking_numbers=[{value!r}])."
    )
