"""What the annotations of a model say, as types."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from functools import cache
from typing import Any, TypeGuard

from aftership_tracking.runtime.lazy_imports import load
from aftership_tracking.runtime.models.struct import ModelStruct, extra_annotation, field_names
from aftership_tracking.runtime.models.times import Date, Time, Timestamp
from aftership_tracking.runtime.models.unset import UnsetType

__all__ = [
    "alternatives",
    "expected_kinds",
    "extra_hint_of",
    "has_kind",
    "hints_of",
    "is_model",
    "is_union",
    "needs_choice",
    "needs_extra",
    "resolve_hint",
]

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


@cache
def resolve_hint(annotation: str, module: str) -> Any:
    """Return the type that an annotation means in a module of models, which need not import all its names."""
    names: dict[str, Any] = {"Any": Any, "Date": Date, "Time": Time, "Timestamp": Timestamp}
    package, _, name = module.rpartition(".")
    if name == "models":
        names |= vars(load(f"{package}.enums"))
    holder = types.SimpleNamespace(__annotations__={"hint": annotation})
    found = typing.get_type_hints(holder, globalns=names | vars(load(module)), localns={})
    return found["hint"]


def extra_hint_of(cls: type[ModelStruct]) -> Any:
    """Return the type of the further fields that the document allows in an object; None if it allows none."""
    annotation = extra_annotation(cls)
    return None if annotation is None else typing.get_args(resolve_hint(annotation, cls.__module__))[1]


@cache
def needs_extra(cls: type[ModelStruct]) -> bool:
    """Whether the document allows further fields in an object, or in one that it can hold."""
    return any(extra_annotation(one) is not None for one in _below(cls, set()))


@cache
def needs_choice(cls: type[ModelStruct]) -> bool:
    """Whether an object can hold one of several models, so that a field of theirs says which it is."""
    hints = (hint for one in _below(cls, set()) for hint in _all_hints(one))
    return any(sum(map(is_model, alternatives(part))) > 1 for hint in hints for part in _parts(hint))


def _below(cls: type[ModelStruct], found: set[type]) -> Iterator[type[ModelStruct]]:
    """Give the class and all models that it can hold."""
    if cls in found:
        return
    found.add(cls)
    yield cls
    for hint in _all_hints(cls):
        for part in _parts(hint):
            for one in alternatives(part):
                if is_model(one):
                    yield from _below(one, found)


def _all_hints(cls: type[ModelStruct]) -> tuple[Any, ...]:
    extra = extra_hint_of(cls)
    return (*hints_of(cls).values(), *(() if extra is None else (extra,)))


def _parts(hint: Any) -> Iterator[Any]:
    """Give a type, and the types of what is in its lists and maps."""
    yield hint
    for one in alternatives(hint):
        for inner in typing.get_args(one):
            yield from _parts(inner)


def is_model(hint: object) -> TypeGuard[type[ModelStruct]]:
    """Whether a type is a model."""
    return isinstance(hint, type) and issubclass(hint, ModelStruct)


def has_kind(value: object, hint: Any) -> bool:
    """Whether a value that was read is of a type, without a look at what is in it."""
    if hint is Any:
        return True
    return any(one is Any or isinstance(value, _kind(one)) for one in alternatives(hint))


def _kind(hint: Any) -> Any:
    """Return the class of the values of a type. A time that cannot be read as one of its kind is a `Time`."""
    kind = typing.get_origin(hint) or hint
    return Time if isinstance(kind, type) and issubclass(kind, Time) else kind


def is_union(hint: Any) -> bool:
    """Whether a type has several alternatives."""
    return typing.get_origin(hint) in _UNIONS


def alternatives(hint: Any) -> tuple[Any, ...]:
    """Return the alternatives of a union; a type that is not a union is its only alternative."""
    return typing.get_args(hint) if is_union(hint) else (hint,)


@cache
def expected_kinds(cls: type, field: str) -> tuple[type, ...]:
    """Return the classes that a field of a model may hold, except that of null. If the annotation does not
    say, or if there is no such field, any model and any list are allowed.
    """
    hint = hints_of(cls).get(field) if issubclass(cls, ModelStruct) else None
    kinds = map(_kind, alternatives(hint))
    named = tuple(kind for kind in kinds if isinstance(kind, type) and kind not in (type(None), UnsetType))
    return named or (ModelStruct, list)
