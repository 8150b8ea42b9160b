"""Reads percent-encoded paths and queries, with the types of the declared parameters."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote_to_bytes

from aftership_tracking.mock.documents.parameter import Kinds, Parameter

# ASCII digits, an optional minus, no leading zero. The length keeps endless digits away from `int`.
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,39})")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,39})(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,3})?")

UNREADABLE = object()
Values = Mapping[str, Sequence[str | None]]


def decode_segment(raw: bytes) -> str | None:
    """Decode one path segment; None when it is not UTF-8."""
    try:
        return unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        return None


def read_query(raw: bytes) -> dict[str, list[str | None]] | None:
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
    if parameter.style == "list":
        return read_items(parameter, text.split(",") if text else [])
    if parameter.style == "form":
        return _read_flat_object(parameter, text)
    return read_scalar(parameter.kinds, text)


def read_items(parameter: Parameter, texts: Sequence[str]) -> Any:
    """Read the items of a list; UNREADABLE when one of them is not a value of the declared type."""
    items = [read_scalar(parameter.kinds, text) for text in texts]
    return UNREADABLE if any(item is UNREADABLE for item in items) else items


def take_object(
    parameter: Parameter, sent: Values, others: frozenset[str]
) -> dict[str, Sequence[str | None]]:
    """Return what a query holds of an object of style `deepObject`, or of an exploded one, by its keys.

    Args:
        others: the names of the other parameters. They are not keys of an exploded object.
    """
    if parameter.style == "deepObject":
        start = f"{parameter.name}["
        return {
            name[len(start) : -1]: texts
            for name, texts in sent.items()
            if name.startswith(start) and name.endswith("]")
        }
    fields = parameter.fields
    return {
        name: texts
        for name, texts in sent.items()
        if name in fields.by_name or (fields.others is not None and name not in others)
    }


def read_scalar(kinds: Kinds, text: str) -> Any:
    """Read a plain value as the first of its types that the text can be; UNREADABLE if it is none."""
    if "boolean" in kinds and text in ("true", "false"):
        return text == "true"
    if "integer" in kinds and _INTEGER.fullmatch(text):
        return int(text)
    if "number" in kinds and _NUMBER.fullmatch(text) and math.isfinite(float(text)):
        return float(text)
    return text if "string" in kinds else UNREADABLE


def _read_flat_object(parameter: Parameter, text: str) -> Any:
    """Read `name,value,name,value`."""
    parts = text.split(",") if text else []
    if len(parts) % 2:
        return UNREADABLE
    found = {
        name: read_scalar(parameter.fields.kinds_of(name), value)
        for name, value in zip(parts[::2], parts[1::2], strict=True)
    }
    return UNREADABLE if any(value is UNREADABLE for value in found.values()) else found
