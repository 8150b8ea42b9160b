"""The base of every generated model: an attrs class that msgspec fills straight from the response bytes."""

from __future__ import annotations

from typing import Any, TypeVar, dataclass_transform

import attrs

from aftership_tracking.runtime.unset import UNSET

__all__ = ["Model", "model"]

M = TypeVar("M", bound="Model")


@dataclass_transform(kw_only_default=True, eq_default=False, field_specifiers=(attrs.field,))
def model(cls: type[M]) -> type[M]:
    """Turn a class with annotations into a slotted attrs class with keyword arguments only.

    `repr` and `eq` come from `Model`: one shared method is quicker to import than one compiled for each
    class.
    """
    return attrs.define(cls, kw_only=True, eq=False, repr=False, slots=True)


def field_names(cls: type[Model]) -> tuple[str, ...]:
    """Return the names of the fields of a model class, in document order."""
    attributes: tuple[attrs.Attribute[Any], ...] = cls.__dict__["__attrs_attrs__"]
    return tuple(attribute.name for attribute in attributes)


class Model:
    """A JSON object of the API. `UNSET` fields were not sent; `None` is JSON null."""

    __slots__ = ()

    def __repr__(self) -> str:
        shown = ((name, getattr(self, name)) for name in field_names(type(self)))
        inner = ", ".join(f"{name}={value!r}" for name, value in shown if value is not UNSET)
        return f"{type(self).__name__}({inner})"

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in field_names(type(self)))

    # Models can be changed, so they must not be keys of a dict.
    __hash__ = None  # type: ignore[assignment]
