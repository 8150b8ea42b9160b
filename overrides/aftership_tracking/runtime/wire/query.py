"""Builds the query string of a URL from its values, once: the same string is signed and sent."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import TypeGuard
from urllib.parse import quote_plus

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.models.json_values import to_json_value
from aftership_tracking.runtime.models.struct import ModelStruct
from aftership_tracking.runtime.models.unset import UNSET
from aftership_tracking.runtime.wire.scalars import refuse_half_character, write_scalar

__all__ = ["build_query", "copy_lists"]


def build_query(values: Mapping[str, object], styles: Sequence[tuple[str, str]] = ()) -> str:
    """Return the query string without its `?`, sorted by name; empty if nothing is set. A value that is None
    or UNSET is left out.

    Sequences are joined by commas, booleans become `true` and `false`, times are written in the format of the
    API. `styles` says how objects are written (`Operation.query_styles`). Raises UsageError for values that
    cannot be sent.
    """
    if styles:
        return _build_styled_query(values, dict(styles))
    pairs = [
        (_encode(name, name), _encode_value(name, value))
        for name, value in values.items()
        if value is not None and value is not UNSET
    ]
    # A signature requires the names in ASCII order.
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def copy_lists(values: Mapping[str, object]) -> dict[str, object]:
    """Copy the lists and objects among the values, so that all pages are requested with the same values even
    if the caller changes them meanwhile.
    """
    return {name: _copy(value) for name, value in values.items()}


def _copy(value: object) -> object:
    if _is_list(value):
        return frozenset(value) if isinstance(value, set) else tuple(value)
    return copy.copy(value) if isinstance(value, Mapping | ModelStruct) else value


def _build_styled_query(values: Mapping[str, object], styles: Mapping[str, str]) -> str:
    """Write a query in which some parameters are objects."""
    pairs: list[tuple[str, str]] = []
    for name, value in values.items():
        if value is None or value is UNSET:
            continue
        if name not in styles:
            pairs.append((_encode(name, name), _encode_value(name, value)))
        else:
            pairs += [(_encode(name, key), text) for key, text in _write_styled(name, value, styles[name])]
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"{name} is there twice: as a parameter and as a key of an object in the query")
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def _write_styled(name: str, value: object, style: str) -> list[tuple[str, str]]:
    """Return the names of the query with their encoded values."""
    fields = _read_fields(name, value)
    if style == "deepObject":
        return [(f"{name}[{key}]", _encode_value(f"{name}[{key}]", found)) for key, found in fields.items()]
    if style == "exploded":
        return [(key, _encode_value(f"{name}.{key}", found)) for key, found in fields.items()]
    flat = [one for key, found in fields.items() for one in (key, _to_string(f"{name}.{key}", found))]
    return [(name, _join(name, flat))]


def _read_fields(name: str, value: object) -> dict[str, object]:
    """Return what an object holds: keys and scalars. None and UNSET are left out, as in the query itself."""
    if not isinstance(value, Mapping | ModelStruct):
        raise UsageError(f"{name} must be an object (a dict or a model), not a {type(value).__name__}")
    if isinstance(value, Mapping):
        value = {key: found for key, found in value.items() if found is not UNSET}
    content = to_json_value(value, name)
    assert isinstance(content, dict)  # noqa: S101 - for type checkers
    fields = {key: found for key, found in content.items() if found is not None}
    if not fields:
        raise UsageError(
            f"{name}: an empty object would be read as no filter at all; leave {name} out to send none"
        )
    for key, found in fields.items():
        if isinstance(found, dict | list):
            raise UsageError(f"{name}.{key}: a query has no form for a {type(found).__name__} in an object")
    return fields


def _encode_value(name: str, value: object) -> str:
    if _is_list(value):
        return _join(name, value)
    return _encode(name, _to_string(name, value))


def _is_list(value: object) -> TypeGuard[Iterable[object]]:
    return isinstance(value, Iterable) and not isinstance(value, _NOT_LISTS)


_NOT_LISTS = (str, bytes, bytearray, memoryview, Mapping)


def _join(name: str, value: Iterable[object]) -> str:
    # The order of a set differs from run to run; a request should not.
    elements = [_to_string(name, element) for element in value]
    if isinstance(value, set | frozenset):
        elements.sort()
    if not elements:
        raise UsageError(
            f"{name}: an empty list would be read as no filter at all; leave {name} out to send none"
        )
    for element in elements:
        if "," in element:
            raise UsageError(f"{name}: {element!r} contains a comma, which would make two values of it")
        if not element:
            raise UsageError(f"{name}: a list cannot contain an empty string")
    return _encode(name, ",".join(elements))


def _to_string(name: str, value: object) -> str:
    if isinstance(value, Enum):
        value = value.value
    text = write_scalar(name, value)
    if text is not None:
        return text
    if value is None:
        raise UsageError(f"{name}: a list cannot contain None")
    if value is UNSET:
        raise UsageError(f"{name}: a list cannot contain UNSET")
    raise UsageError(f"{name}: {type(value).__name__} cannot be sent in a query")


def _encode(name: str, text: str) -> str:
    try:
        return quote_plus(text)
    except UnicodeEncodeError:
        refuse_half_character(name)
