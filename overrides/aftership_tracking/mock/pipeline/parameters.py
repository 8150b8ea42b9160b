"""Reads percent-encoded paths and queries, with the types of the declared parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from aftership_tracking.mock.documents.operation import Parameter

# ASCII digits, an optional minus, no leading zero. The length keeps endless digits away from `int`.
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,17})?")

UNREADABLE = object()


def decode_segment(raw: bytes) -> str | None:
    """Decode one path segment; None when it is not UTF-8."""
    try:
        return unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        return None


def read_query(raw: bytes) -> Mapping[str, list[str | None]] | None:
    """Return all values of all names of a query, in order. A value that is not UTF-8 is None.

    Returns None when a name is not UTF-8. A plus sign is a space, as in a form.
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


def read_value(parameter: Parameter, text: str) -> Any:
    """Read a parameter as its declared type; UNREADABLE when the text is not a value of that type."""
    if parameter.kind == "array":
        parts = text.split(",") if text else []
        items = [_read_scalar(parameter.item_kind, part) for part in parts]
        return UNREADABLE if any(item is UNREADABLE for item in items) else items
    return _read_scalar(parameter.kind, text)


def _read_scalar(kind: str, text: str) -> Any:
    if kind == "integer":
        return int(text) if _INTEGER.fullmatch(text) else UNREADABLE
    if kind == "number":
        return float(text) if _NUMBER.fullmatch(text) else UNREADABLE
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, UNREADABLE)
    return text
