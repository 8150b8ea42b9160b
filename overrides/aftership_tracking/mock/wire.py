"""Reads what comes as text: percent-encoded paths and queries, typed by the declared parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from aftership_tracking.mock.api import Parameter

# ASCII digits, no sign but a minus, no leading zero. The length keeps `int` away from endless digits.
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,17})?")

UNREADABLE = object()


def decode_segment(raw: bytes) -> str | None:
    """One path segment as text; None when it is not UTF-8."""
    try:
        return unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        return None


def read_query(raw: bytes) -> Mapping[str, list[str | None]] | None:
    """All values of all names of a query, in order. A value that is not UTF-8 is None.

    Gives None when a name is not UTF-8. A plus sign is a space, as in a form.
    """
    found: dict[str, list[str | None]] = {}
    for part in raw.split(b"&"):
        if not part:
            continue
        name, _, value = part.partition(b"=")
        key = decode_segment(name.replace(b"+", b" "))
        if key is None:
            return None
        found.setdefault(key, []).append(decode_segment(value.replace(b"+", b" ")))
    return found


def typed(parameter: Parameter, text: str) -> Any:
    """Read the text of a parameter as its declared type; UNREADABLE when it is no such value."""
    if parameter.kind == "array":
        parts = text.split(",") if text else []
        items = [_scalar(parameter.item_kind, part) for part in parts]
        return UNREADABLE if any(item is UNREADABLE for item in items) else items
    return _scalar(parameter.kind, text)


def _scalar(kind: str, text: str) -> Any:
    if kind == "integer":
        return int(text) if _INTEGER.fullmatch(text) else UNREADABLE
    if kind == "number":
        return float(text) if _NUMBER.fullmatch(text) else UNREADABLE
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, UNREADABLE)
    return text
