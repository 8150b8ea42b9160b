"""What the journal may show of a request: no key, no signature, no password."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

from aftership_tracking.mock.wire.json_body import UnreadableBodyError, read_json

HIDDEN = "***"
FORM = "application/x-www-form-urlencoded"
_SECRET_FIELDS = frozenset(
    {
        *("credentials", "apikey", "accesstoken", "refreshtoken", "password"),
        *("clientsecret", "secret", "token", "authorization"),
    }
)
"""Without - and _, and in lower case."""
# Of OAuth; as good as the token that they are exchanged for.
_CODES = ("code", "code_verifier")
_FIELD_NAME = re.compile(r"[\w.\[\]-]+")
_SECRET_WORD = re.compile(r"credential|passw(?:or)?d|secret|token|api[-_]?key|authorization", re.IGNORECASE)
_SECRET_HEADER = re.compile(rf"{_SECRET_WORD.pattern}|cookie|signature|hmac|sign-string", re.IGNORECASE)


def mask_key(api_key: str | None) -> str | None:
    """Return a key as it may be shown: its last four characters, or nothing of a short key."""
    if api_key is None:
        return None
    return HIDDEN + api_key[-4:] if len(api_key) >= 12 else HIDDEN


def mask_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers without keys, tokens, signatures and cookies, also in the address of the page before."""
    return {
        name: HIDDEN
        if _SECRET_HEADER.search(name)
        else _mask_address(value)
        if name.lower() == "referer"
        else value
        for name, value in headers.items()
    }


def mask_query(query: bytes) -> str:
    """Return a query, still encoded, with the values hidden whose names sound like a secret."""
    pairs = query.decode("ascii", "replace").split("&")
    return "&".join(_mask_pair(pair) for pair in pairs)


def mask_body(body: bytes, content_type: str = "") -> Any:
    """Return a body as the journal shows it: the JSON value, or else its text; None for no body.

    Secret fields are hidden, also in a form. Another body that is not JSON is shown only if nothing sounds
    like a secret in it.
    """
    if not body:
        return None
    if content_type.partition(";")[0].strip().lower() == FORM:
        return "&".join(_mask_field(pair) for pair in body.decode("utf-8", "replace").split("&"))
    try:
        return _mask_value(read_json(body))
    except UnreadableBodyError:
        text = body.decode("utf-8", "replace")
        return f"<{len(body)} bytes, not shown: it may hold a secret>" if _SECRET_WORD.search(text) else text


def _mask_address(url: str) -> str:
    address, mark, query = url.partition("?")
    return address + mark + "&".join(_mask_pair(pair) for pair in query.split("&"))


def _mask_pair(pair: str) -> str:
    name, sign, value = pair.partition("=")
    return f"{name}{sign}{HIDDEN}" if value and _SECRET_WORD.search(unquote_plus(name)) else pair


def _mask_field(pair: str) -> str:
    """A pair of a form. What is not a name with a value is not shown: who knows what it is."""
    name, sign, value = pair.partition("=")
    plain = unquote_plus(name)
    if pair and not (sign and _FIELD_NAME.fullmatch(plain)):
        return HIDDEN
    return f"{name}{sign}{HIDDEN}" if value and plain in _CODES else _mask_pair(pair)


def _mask_value(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _hide(item) if _plain(name) in _SECRET_FIELDS else _mask_value(item)
            for name, item in value.items()
        }
    return [_mask_value(item) for item in value] if isinstance(value, list) else value


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _hide(value: Any) -> Any:
    """Return a value of the same shape that tells nothing, so that it fits the document as before."""
    if isinstance(value, dict):
        return {name: _hide(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_hide(item) for item in value]
    if value is None or isinstance(value, bool):
        return value
    return HIDDEN if isinstance(value, str) else 0
