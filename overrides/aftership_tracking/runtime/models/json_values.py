"""Turns the arguments of a call into JSON values, and refuses values that would silently be sent wrong."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import Enum

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.models.struct import EXTRA, ModelStruct, raw_values, required_fields
from aftership_tracking.runtime.models.times import format_time
from aftership_tracking.runtime.models.unset import UNSET

__all__ = ["to_json_value"]

_DEEPEST = 100


def to_json_value(value: object, where: str, depth: int = 0, *, complete: bool = False) -> object:
    """Return the value built from dicts, lists and scalars only. `where` is its path, for errors.

    Models lose their UNSET fields, times get the form of the API, enums become their value. Raises
    UsageError, which names the path, for bytes, NaN, a datetime without a zone, UNSET inside a dict, and
    objects of other classes; with `complete` also for a model that lacks a field which it needs.
    """
    if isinstance(value, Enum) and value is not UNSET:
        value = value.value
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float | Decimal):
        return _number(value, where)
    if isinstance(value, dt.date):
        try:
            return format_time(value)
        except ValueError as error:
            raise _refuse(where, str(error)) from None
    if depth >= _DEEPEST:
        raise _refuse(where, "nested too deeply")
    if isinstance(value, ModelStruct):
        return _fields(value, where, depth, complete)
    if isinstance(value, Mapping):
        return {
            _key(name, where): to_json_value(found, _join(where, name), depth + 1, complete=complete)
            for name, found in value.items()
        }
    if isinstance(value, Iterable) and not isinstance(value, bytes | bytearray | memoryview):
        return [
            to_json_value(found, f"{where}[{index}]", depth + 1, complete=complete)
            for index, found in enumerate(value)
        ]
    if value is UNSET:
        raise _refuse(where, "UNSET inside an object; leave the key out")
    raise _refuse(where, f"{type(value).__name__} has no JSON form")


def _fields(value: ModelStruct, where: str, depth: int, complete: bool) -> dict[str, object]:
    held = raw_values(value)
    for name in required_fields(type(value)) if complete else ():
        if name not in held:
            raise _refuse(_join(where, name), f"{type(value).__name__} needs this field")
    # A key of a response is sent back as it came. A documented field goes first.
    held = {**held.pop(EXTRA, {}), **held}
    return {
        name: to_json_value(found, _join(where, name), depth + 1, complete=complete)
        for name, found in held.items()
    }


def _number(value: float | Decimal, where: str) -> int | float:
    # math.isfinite would raise for a signalling NaN.
    if not (value.is_finite() if isinstance(value, Decimal) else math.isfinite(value)):
        raise _refuse(where, f"{value} is not a JSON number")
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return float(value)


def _key(name: object, where: str) -> str:
    if not isinstance(name, str):
        raise _refuse(where, f"the key {name!r} is not a string")
    # Not `str(name)`: a member of a string enum may print its own name instead of its value.
    return str.__str__(name)


def _join(where: str, name: object) -> str:
    return f"{where}.{name}" if where else str(name)


def _refuse(where: str, reason: str) -> UsageError:
    return UsageError(f"{where or 'the body'}: {reason}")
