"""Turns the values of a query into its text, once: the same text is signed and sent."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import TypeGuard
from urllib.parse import quote_plus

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.models.times import format_time
from aftership_tracking.runtime.models.unset import UNSET

__all__ = ["build_query", "kept"]


def build_query(values: Mapping[str, object]) -> str:
    """Return the query without its `?`, sorted by name; empty if nothing is set.

    Sequences are joined by commas, booleans become `true` and `false`, times are written in the form of the
    API. Raises UsageError for what has no such form.
    """
    pairs = [(quote_plus(name), _value(name, value)) for name, value in values.items() if value is not UNSET]
    # Signing needs the names in ASCII order.
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def kept(values: Mapping[str, object]) -> dict[str, object]:
    """Copy the lists among the values, so that all pages of a list are asked for with the same, whatever
    becomes of the caller's own.
    """
    return {name: _copy(value) if _is_list(value) else value for name, value in values.items()}


def _copy(value: Iterable[object]) -> Iterable[object]:
    return frozenset(value) if isinstance(value, set) else tuple(value)


def _value(name: str, value: object) -> str:
    if _is_list(value):
        return _joined(name, value)
    return _encoded(name, _text(name, value))


def _is_list(value: object) -> TypeGuard[Iterable[object]]:
    return isinstance(value, Iterable) and not isinstance(value, _NO_LISTS)


_NO_LISTS = (str, bytes, bytearray, memoryview, Mapping)


def _joined(name: str, value: Iterable[object]) -> str:
    # The order of a set changes from run to run; a request should not.
    elements = [_text(name, element) for element in value]
    if isinstance(value, set | frozenset):
        elements.sort()
    if not elements:
        raise UsageError(
            f"{name}: an empty list would be read as no filter at all; leave {name} out to send none"
        )
    for element in elements:
        if "," in element:
            raise UsageError(f"{name}: {element!r} holds a comma, which would make two values of it")
        if not element:
            raise UsageError(f"{name}: a list cannot hold an empty text")
    return _encoded(name, ",".join(elements))


def _text(name: str, value: object) -> str:
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        if not math.isfinite(value):
            raise UsageError(f"{name}: {value} is no number that can be sent")
        return repr(value)
    if isinstance(value, dt.date):
        try:
            return format_time(value)
        except ValueError as error:
            raise UsageError(f"{name}: {error}") from None
    if value is None:
        raise UsageError(f"{name}: None cannot be sent in a query; leave {name} out instead")
    if value is UNSET:
        raise UsageError(f"{name}: a list cannot hold UNSET")
    raise UsageError(f"{name}: {type(value).__name__} cannot be sent in a query")


def _encoded(name: str, text: str) -> str:
    try:
        return quote_plus(text)
    except UnicodeEncodeError:
        raise UsageError(f"{name}: the text has half of a surrogate pair and cannot be encoded") from None
