"""The base of every generated model.

A model is a struct of msgspec, which fills it in C straight from the bytes of an answer and does not touch
what was not sent. To attrs it is one of its classes all the same: `attrs.fields`, `asdict` and `evolve` work.
As a class of `attrs.define` it takes twice as long to fill, and twenty times if few fields were sent.
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
_OF_THE_OLD_CLASS = frozenset({"__dict__", "__weakref__", "__slots__"})


@dataclass_transform(kw_only_default=True, eq_default=False)
def model(cls: type[M]) -> type[M]:
    """Turn a class with annotations into a model: a struct with keyword arguments only."""
    body = {name: value for name, value in vars(cls).items() if name not in _OF_THE_OLD_CLASS}
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
    """Return the default of each field that need not be given."""
    struct: Any = cls
    names, values = field_names(cls), struct.__struct_defaults__
    pairs = zip(names[len(names) - len(values) :], values, strict=True)
    return {name: value for name, value in pairs if value is not msgspec.NODEFAULT}


class _AttrsFields:
    """What attrs looks for on its classes, made when it looks: few programs ask, and it takes time."""

    def __get__(self, _: object, owner: type[Model]) -> Any:
        if not hasattr(owner, "__struct_fields__"):
            # `Model` itself, and the other bases.
            raise AttributeError("__attrs_attrs__")
        # setdefault, so that two threads end up with the same ones.
        return _ATTRS_FIELDS.get(owner) or _ATTRS_FIELDS.setdefault(owner, _attrs_fields(owner))


# Not kept on the class, where those who inherit from it would find them and take them for theirs.
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
    """Stands for a value that is not shown."""

    def __repr__(self) -> str:
        return MASK


_HIDDEN = _Hidden()


class Model:
    """A JSON object of the API. `UNSET` fields were not sent; `None` is JSON null."""

    __slots__ = ()

    __attrs_attrs__ = _AttrsFields()
    # Fields whose values are not shown. Not annotated, or readers of models would take it for a field.
    _SECRETS = tuple[str, ...]()

    def _shown(self) -> Iterator[tuple[str, object]]:
        hidden = self._SECRETS
        for name in field_names(type(self)):
            value = getattr(self, name)
            if value is not UNSET:
                yield name, _HIDDEN if name in hidden and value is not None else value

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._shown())})"

    def __rich_repr__(self) -> Iterator[tuple[str, object]]:
        # That of the struct would show what must not be shown.
        return self._shown()

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in field_names(type(self)))

    def __ne__(self, other: object) -> bool:
        # That of the struct would come first, and says that no two are the same.
        return not self == other

    # Models can be changed, so they must not be keys of a dict.
    __hash__ = None  # type: ignore[assignment]
