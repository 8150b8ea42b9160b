"""Reads what a request holds of the declared parameters: each as its type, or why that cannot be.

The mock refuses the first problem, a check of recorded traffic lists all. Both read a request by this.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import unquote_to_bytes

from aftership_tracking.mock.documents.operation import ApiOperation
from aftership_tracking.mock.documents.parameter import Kinds, Parameter
from aftership_tracking.mock.documents.time_formats import read_zoned

# ASCII digits, an optional minus, no leading zero. The length keeps endless digits away from `int`.
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,39})")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,39})(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,3})?")

UNREADABLE = object()
Values = Mapping[str, Sequence[str | None]]


Problem = Literal["missing", "repeated", "not UTF-8", "type", "default"]
"""A required one is missing; it is there twice; it cannot be decoded; it has another type; the service uses a
default instead."""

# An `x-mock` behaviour: an unreadable time filter is not refused, a default is used instead.
_TIME_FILTERS = "invalid-time-filters"


@dataclass(frozen=True, slots=True)
class SentParameter:
    """One declared parameter that was sent, or that is missing.

    Attributes:
        value: as its type; None where there is a problem.
        is_free: the schema does not apply to the value.
        names: what the query holds of it.
    """

    parameter: Parameter
    value: Any = None
    problem: Problem | None = None
    is_free: bool = False
    names: frozenset[str] = frozenset()


def path_parameters(operation: ApiOperation, values: Mapping[str, bytes]) -> Iterator[SentParameter]:
    """Read the parameters of a path, as the document orders them. `values` are still encoded."""
    for parameter in operation.declared["path"].values():
        raw = values[parameter.name]
        # The commas of a list are not encoded, those in its items are.
        texts = [decode_segment(part) for part in (raw.split(b",") if parameter.style == "list" else [raw])]
        readable = [text for text in texts if text is not None]
        if len(readable) < len(texts):
            yield SentParameter(parameter, problem="not UTF-8")
        elif parameter.style == "list":
            yield _typed(parameter, read_items(parameter, readable))
        else:
            yield _typed(parameter, read_value(parameter, readable[0]))


def query_parameters(operation: ApiOperation, sent: Values) -> Iterator[SentParameter]:
    """Read the parameters of a query. Those that are neither there nor required are left out."""
    declared = operation.declared["query"]
    for name, parameter in declared.items():
        if parameter.is_spread:
            found = take_object(parameter, sent, declared.keys() - {name})
            if found:
                yield _object(parameter, found)
                continue
        elif (texts := sent.get(name)) is not None:
            names = frozenset({name})
            if len(texts) > 1:
                yield SentParameter(parameter, problem="repeated", names=names)
            elif texts[0] is None:
                yield SentParameter(parameter, problem="not UTF-8", names=names)
            else:
                yield _text(operation, parameter, texts[0], names)
            continue
        if parameter.required:
            yield SentParameter(parameter, problem="missing")


def header_parameters(operation: ApiOperation, headers: Mapping[str, str]) -> Iterator[SentParameter]:
    """Read the parameters among headers, whose names are in lower case."""
    for name, parameter in operation.declared["header"].items():
        text = headers.get(name.lower())
        if text is not None:
            yield _text(operation, parameter, text, frozenset())
        elif parameter.required:
            yield SentParameter(parameter, problem="missing")


def _text(operation: ApiOperation, parameter: Parameter, text: str, names: frozenset[str]) -> SentParameter:
    if parameter.is_time and operation.behaviour.get(_TIME_FILTERS) == "default":
        if read_zoned(text):
            return SentParameter(parameter, text, is_free=True, names=names)
        return SentParameter(parameter, problem="default", names=names)
    return _typed(parameter, read_value(parameter, text), names)


def _object(parameter: Parameter, found: Values) -> SentParameter:
    """An object whose keys are names in the query."""
    is_deep = parameter.style == "deepObject"
    names = frozenset(f"{parameter.name}[{name}]" if is_deep else name for name in found)
    fields = {}
    for name, texts in found.items():
        if len(texts) > 1:
            return SentParameter(parameter, problem="repeated", names=names)
        if texts[0] is None:
            return SentParameter(parameter, problem="not UTF-8", names=names)
        fields[name] = read_scalar(parameter.fields.kinds_of(name), texts[0])
    return _typed(parameter, UNREADABLE if UNREADABLE in fields.values() else fields, names)


def _typed(parameter: Parameter, value: Any, names: frozenset[str] = frozenset()) -> SentParameter:
    if value is UNREADABLE:
        return SentParameter(parameter, problem="type", names=names)
    return SentParameter(parameter, value, names=names)


def decode_segment(raw: bytes) -> str | None:
    """Decode one path segment; None when it is not UTF-8."""
    try:
        # Most segments have no escape, and to look for one is cheaper than to decode.
        return (unquote_to_bytes(raw) if b"%" in raw else raw).decode("utf-8")
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


def take_object(parameter: Parameter, sent: Values, others: Set[str]) -> dict[str, Sequence[str | None]]:
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
