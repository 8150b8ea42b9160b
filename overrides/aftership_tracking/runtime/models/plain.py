"""Turns the arguments of a call into plain JSON values, and refuses what would go out wrong without a
word.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import Enum

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.models.model import Model, field_names
from aftership_tracking.runtime.models.times import format_time
from aftership_tracking.runtime.models.unset import UNSET

__all__ = ["plain"]

_DEEPEST = 100


def plain(value: object, where: str, depth: int = 0) -> object:
    """Return the value made of dicts, lists and scalars only.

    Models lose their UNSET fields, times get the form of the API, enums become their value. Raises
    UsageError, naming the place, for bytes, NaN, a datetime without a zone, UNSET inside a dict, and objects
    of other classes.
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
            raise _refused(where, str(error)) from None
    if depth >= _DEEPEST:
        raise _refused(where, "nested too deeply")
    if isinstance(value, Model):
        fields = ((name, getattr(value, name)) for name in field_names(type(value)))
        return {
            name: plain(found, _join(where, name), depth + 1) for name, found in fields if found is not UNSET
        }
    if isinstance(value, Mapping):
        return {
            _key(name, where): plain(found, _join(where, name), depth + 1) for name, found in value.items()
        }
    if isinstance(value, Iterable) and not isinstance(value, bytes | bytearray | memoryview):
        return [plain(found, f"{where}[{index}]", depth + 1) for index, found in enumerate(value)]
    if value is UNSET:
        raise _refused(where, "UNSET inside an object; leave the key out")
    raise _refused(where, f"{type(value).__name__} has no JSON form")


def _number(value: float | Decimal, where: str) -> int | float:
    # A signalling NaN cannot even be asked whether it is finite.
    if not (value.is_finite() if isinstance(value, Decimal) else math.isfinite(value)):
        raise _refused(where, f"{value} is no number that JSON has")
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return float(value)


def _key(name: object, where: str) -> str:
    if not isinstance(name, str):
        raise _refused(where, f"the key {name!r} is no text")
    # Not `str(name)`: a member of a text enum may print its own name instead of its value.
    return str.__str__(name)


def _join(where: str, name: object) -> str:
    return f"{where}.{name}" if where else str(name)


def _refused(where: str, reason: str) -> UsageError:
    return UsageError(f"{where or 'the body'}: {reason}")
