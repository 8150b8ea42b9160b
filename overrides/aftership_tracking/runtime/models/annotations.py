"""What the annotations of a model say, as types."""

from __future__ import annotations

import types
import typing
from functools import cache
from typing import Any

from aftership_tracking.runtime.models.struct import ModelStruct, field_names

__all__ = ["alternatives", "expected_kinds", "hints_of", "is_union"]

_UNIONS = (typing.Union, types.UnionType)


_HINTS: dict[type[ModelStruct], dict[str, Any]] = {}


def hints_of(cls: type[ModelStruct]) -> dict[str, Any]:
    """Return the type of each documented field of a model class."""
    # setdefault, so that two threads end up with the same types.
    return _HINTS.get(cls) or _HINTS.setdefault(cls, _read_hints(cls))


def _read_hints(cls: type[ModelStruct]) -> dict[str, Any]:
    # The namespace of the class must not be used here: a field may be called `list` or `str`. Each annotation
    # is read in its own module: a subclass of the user stands in another one.
    hints = typing.get_type_hints(cls, localns={})
    return {name: hints[name] for name in field_names(cls)}


def is_union(hint: Any) -> bool:
    """Whether a type has several alternatives."""
    return typing.get_origin(hint) in _UNIONS


def alternatives(hint: Any) -> tuple[Any, ...]:
    """Return the alternatives of a union; a type that is not a union is its only alternative."""
    return typing.get_args(hint) if is_union(hint) else (hint,)


@cache
def expected_kinds(cls: type, field: str) -> tuple[type, ...]:
    """Return the model classes that a field of a model may hold, and `list` if it may hold a list. If the
    annotation does not say, or if there is no such field, any model and any list are allowed.
    """
    hint = hints_of(cls).get(field) if issubclass(cls, ModelStruct) else None
    kinds = (typing.get_origin(member) or member for member in alternatives(hint))
    named = tuple(kind for kind in kinds if isinstance(kind, type) and issubclass(kind, ModelStruct | list))
    return named or (ModelStruct, list)
