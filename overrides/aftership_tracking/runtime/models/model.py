"""The base of every generated model.

A model is a struct of msgspec, which fills it in C directly from the bytes of a response and skips fields
that were not sent. attrs treats it as one of its own classes: `attrs.fields`, `asdict` and `evolve` work. A
class of
`attrs.define` would take twice as long to fill, and twenty times as long if few fields were sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar, dataclass_transform

import msgspec

from aftership_tracking.runtime.models.unset import UNSET
from aftership_tracking.runtime.secret import MASK

__all__ = ["Model", "defaults", "field_names", "model"]

M = TypeVar("M", bound="Model")
_STRUCT_META: Any = type(msgspec.Struct)
_OWN_CLASS_ATTRIBUTES = frozenset({"__dict__", "__weakref__", "__slots__"})


@dataclass_transform(kw_only_default=True, eq_default=False)
def model(cls: type[M]) -> type[M]:
    """Turn a class with annotations into a model: a struct with keyword arguments only."""
    body = {name: value for name, value in vars(cls).items() if name not in _OWN_CLASS_ATTRIBUTES}
    bases = (*cls.__bases__, msgspec.Struct)
    made: type[M] = _STRUCT_META(cls.__name__, bases, body, kw_only=True, eq=False, weakref=True)
    made.__qualname__ = cls.__qualname__
    return made


def field_names(cls: type[Model]) -> tuple[str, ...]:
    """Return the names of the fields of a model class, in document order."""
    struct: Any = cls
    names: tuple[str, ...] = struct.__struct_fields__
    return names


def defaults(cls: type[Model]) -> dict[str, object]:
    """Return the default of each field that has one."""
    struct: Any = cls
    names, values = field_names(cls), struct.__struct_defaults__
    pairs = zip(names[len(names) - len(values) :], values, strict=True)
    return {name: value for name, value in pairs if value is not msgspec.NODEFAULT}


class _AttrsFields:
    """The attribute that attrs looks for on its classes. It is made on access: few programs need it, and it
    takes time.
    """

    def __get__(self, _: object, owner: type[Model]) -> Any:
        if not hasattr(owner, "__struct_fields__"):
            # `Model` itself and other base classes have no fields.
            raise AttributeError("__attrs_attrs__")
        # setdefault, so that two threads end up with the same fields.
        return _ATTRS_FIELDS.get(owner) or _ATTRS_FIELDS.setdefault(owner, _attrs_fields(owner))


# They are not stored on the class, because subclasses would inherit the fields of their base class.
_ATTRS_FIELDS: dict[type[Model], Any] = {}


def _attrs_fields(cls: type[Model]) -> Any:
    import attrs

    given = defaults(cls)
    types = {name: kind for base in reversed(cls.__mro__) for name, kind in _annotations(base).items()}
    fields = {
        name: attrs.field(default=given.get(name, attrs.NOTHING), type=types.get(name))
        for name in field_names(cls)
    }
    return attrs.fields(attrs.make_class(cls.__name__, fields, kw_only=True))


def _annotations(cls: type) -> dict[str, Any]:
    found: dict[str, Any] = getattr(cls, "__annotations__", {})
    return found


class _Hidden:
    """Stands for a hidden value in a repr."""

    def __repr__(self) -> str:
        return MASK


_HIDDEN = _Hidden()


class Model:
    """A JSON object of the API. `UNSET` fields were not sent; `None` is JSON null."""

    __slots__ = ()

    __attrs_attrs__ = _AttrsFields()
    # Fields whose values are hidden. It has no annotation, because msgspec would take it for a field.
    _SECRETS = tuple[str, ...]()

    def _visible_fields(self) -> Iterator[tuple[str, object]]:
        hidden = self._SECRETS
        for name in field_names(type(self)):
            value = getattr(self, name)
            if value is not UNSET:
                yield name, _HIDDEN if name in hidden and value is not None else value

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self._visible_fields())
        return f"{type(self).__name__}({fields})"

    def __rich_repr__(self) -> Iterator[tuple[str, object]]:
        # The method of the struct would show the hidden values.
        return self._visible_fields()

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in field_names(type(self)))

    def __ne__(self, other: object) -> bool:
        # The method of the struct would come first, and would treat all objects as different.
        return not self == other

    # Models are mutable, so they must not be keys of a dict.
    __hash__ = None  # type: ignore[assignment]
