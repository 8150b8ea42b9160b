"""The columns of a model, and the values of one object in them.

Each leaf of the model is one column; `flat_rows` says what becomes of each kind of field.
"""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.models.annotations import hints_of
from aftership_tracking.runtime.models.json_writer import encode_model
from aftership_tracking.runtime.models.model import Model
from aftership_tracking.runtime.models.struct import EXTRA, field_names, read_extra
from aftership_tracking.runtime.models.times import Date, Time, Timestamp
from aftership_tracking.runtime.models.unset import UNSET, UnsetType

__all__ = ["UNFIT", "Column", "Kind", "Table", "json_text", "without_null"]

Kind: TypeAlias = Literal["text", "integer", "number", "boolean", "json", "timestamp", "time", "date"]
"""What the cells of a column hold."""
UNFIT = "unfit"
_SEPARATOR = "_"
_LARGEST = 2**63


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column of flat rows."""

    name: str
    """Its name, such as `shipment_weight_value`."""
    kind: Kind
    """`json` is a string that contains JSON. Integers have 64 bits, numbers are floating point. In flat rows
    the last three are strings as well, as the service sent them: `timestamp` has a zone, `time` may be a
    time with a zone, one without, or a day, and `date` is a day.
    """
    path: tuple[str, ...]
    """The path of the value in the model; empty for columns that the model does not have."""


class _Leaf(NamedTuple):
    """A field that becomes one column."""

    field: str
    column: Column


class _Branch(NamedTuple):
    """A field that is a nested object, with its own fields."""

    field: str
    name: str
    children: tuple[_Leaf | _Branch, ...]


class Table:
    """The flat form of a model class."""

    def __init__(self, model: type[Model], prefix: tuple[Column, ...] = ()) -> None:
        self._tree = _build_tree(model, ())
        further = (Column(name=EXTRA, kind="json", path=()), Column(name=UNFIT, kind="json", path=()))
        self.columns = (*prefix, *_list_columns(self._tree), *further)
        """All columns, in order."""
        names = [column.name for column in self.columns]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise UsageError(f"fields of {model.__name__} become the same column twice: {', '.join(twice)}")

    def row(self, value: Model) -> dict[str, object]:
        """Return the values of one model by column, without those that are null."""
        row: dict[str, object] = {}
        unfit: dict[str, object] = {}
        extra = _fill_row(self._tree, value, row, unfit)
        if extra:
            row[EXTRA] = json_text(extra)
        if unfit:
            row[UNFIT] = json_text(unfit)
        return row


def _build_tree(model: type[Model], path: tuple[str, ...]) -> tuple[_Leaf | _Branch, ...]:
    hints = hints_of(model)
    found: list[_Leaf | _Branch] = []
    for field in field_names(model):
        here = (*path, field)
        name, hint = _SEPARATOR.join(here), without_null(hints[field])
        if isinstance(hint, type) and issubclass(hint, Model) and hint is not model:
            found.append(_Branch(field, name, _build_tree(hint, here)))
        else:
            found.append(_Leaf(field, Column(name=name, kind=_column_kind(hint), path=here)))
    return tuple(found)


def _list_columns(tree: tuple[_Leaf | _Branch, ...]) -> Iterator[Column]:
    for node in tree:
        if isinstance(node, _Leaf):
            yield node.column
        else:
            yield from _list_columns(node.children)


def without_null(hint: Any) -> Any:
    """Return the type of a field without null and UNSET."""
    if typing.get_origin(hint) not in (typing.Union, types.UnionType):
        return hint
    left = [one for one in typing.get_args(hint) if one not in (type(None), UnsetType)]
    return left[0] if len(left) == 1 else Any


def _column_kind(hint: Any) -> Kind:
    if isinstance(hint, type):
        for base, kind in _KINDS:
            if issubclass(hint, base):
                return kind
    return "json"


# bool is a subclass of int, and the kinds of times are of each other and of str, so these come first.
_KINDS: tuple[tuple[type, Kind], ...] = (
    (bool, "boolean"),
    (Timestamp, "timestamp"),
    (Date, "date"),
    (Time, "time"),
    (str, "text"),
    (int, "integer"),
    (float, "number"),
)


def _fill_row(
    tree: tuple[_Leaf | _Branch, ...], model: Model, row: dict[str, object], unfit: dict[str, object]
) -> dict[str, object]:
    """Put the values of a model into a row, and return the fields that the document does not have."""
    unknown = read_extra(model)
    extra = dict(unknown) if isinstance(unknown, dict) else {}
    for node in tree:
        value = getattr(model, node.field)
        if value is None or value is UNSET:
            continue
        if isinstance(node, _Leaf):
            name, kind = node.column.name, node.column.kind
            converted = _CONVERT[kind](value)
            if converted is None:
                unfit[name] = value
            else:
                row[name] = converted
        elif isinstance(value, Model):
            inner = _fill_row(node.children, value, row, unfit)
            if inner:
                extra[node.field] = inner
        else:
            unfit[node.name] = value
    return extra


def _to_string(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    # Not `str(value)`: enum members and times are subclasses of str, and files need plain strings.
    text = str.__str__(value)
    return text if text.isascii() or _is_encodable(text) else None


def _is_encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _to_integer(value: object) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    number = int(value)
    return number if -_LARGEST <= number < _LARGEST else None


def _to_number(value: object) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _to_boolean(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


_CONVERT: dict[Kind, typing.Callable[[object], object]] = {
    "text": _to_string,
    "timestamp": _to_string,
    "time": _to_string,
    "date": _to_string,
    "integer": _to_integer,
    "number": _to_number,
    "boolean": _to_boolean,
    "json": lambda value: json_text(value),
}


def json_text(value: object) -> str:
    """Return a value as JSON: models without what was not sent, times as the string that was sent, unknown
    fields beside the others.
    """
    return encode_model(value).decode("utf-8")
