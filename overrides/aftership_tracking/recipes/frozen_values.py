"""Reads the arguments of a recipe once, at its door.

A recipe sends the same arguments several times, such as in a create and in the update that follows it. An
iterator is empty the second time, and a list may have changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.models.json_values import to_json_value
from aftership_tracking.runtime.models.model import Model
from aftership_tracking.runtime.models.unset import UNSET

__all__ = ["freeze_fields"]

_NOT_LISTS = (str, bytes, bytearray, memoryview)
# What is nested deeper is refused when it is sent.
_DEEPEST = 100


def freeze_fields(fields: object) -> dict[str, Any]:
    """Return a copy of the fields of a request, without iterators and without what the caller may change.

    Fields that are UNSET are left out. Raises UsageError if these are not fields, or if one cannot be read.
    """
    if not isinstance(fields, Mapping):
        raise UsageError(f"the fields must be a mapping, not {type(fields).__name__}")
    return {name: _freeze(value, str(name)) for name, value in fields.items() if value is not UNSET}


def _freeze(value: object, where: str, depth: int = 0) -> object:
    if isinstance(value, Model):
        # What would be sent of it.
        return to_json_value(value, where, depth)
    if depth < _DEEPEST and isinstance(value, Mapping):
        return {name: _freeze(found, f"{where}.{name}", depth + 1) for name, found in value.items()}
    if depth < _DEEPEST and isinstance(value, Iterable) and not isinstance(value, _NOT_LISTS):
        return [_freeze(found, f"{where}[{index}]", depth + 1) for index, found in enumerate(value)]
    return value
