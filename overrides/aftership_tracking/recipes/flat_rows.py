"""Turns a tracking, or each of its checkpoints, into a flat row.

The columns follow from the model of the API version and not from the values: two files of one version have
the same columns in the same order. Field by field:

* a nested object becomes a column for each of its fields: `shipment_weight` has `shipment_weight_value` and
  `shipment_weight_unit`
* a list, or an object with free keys, becomes one column with its JSON as a string
* times and days stay the string that the service sent; no zone is added
* enums become their value, known or not
* what was null and what was not sent are both null
* a value that does not have the documented type is null in its column, and is written to the last column,
  `unfit`: a JSON object from column to value
"""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.models.annotations import hints_of
from aftership_tracking.runtime.models.json_writer import encode_model
from aftership_tracking.runtime.models.model import Model
from aftership_tracking.runtime.models.struct import field_names
from aftership_tracking.runtime.models.unset import UNSET, UnsetType

__all__ = ["CHECKPOINTS", "UNFIT", "Column", "Kind", "Rows", "Table", "columns", "flatten", "json_text"]

Kind: TypeAlias = Literal["text", "integer", "number", "boolean", "json"]
Rows: TypeAlias = Literal["trackings", "checkpoints"]
UNFIT = "unfit"
CHECKPOINTS = "checkpoints"
_SEPARATOR = "_"
_LARGEST = 2**63


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column of flat rows."""

    name: str
    """Its name, such as `shipment_weight_value`."""
    kind: Kind
    """`json` is a string that contains JSON. Integers have 64 bits, numbers are floating point."""
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
        self.columns = (*prefix, *_list_columns(self._tree), Column(name=UNFIT, kind="json", path=()))
        """All columns, in order."""
        names = [column.name for column in self.columns]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise UsageError(f"fields of {model.__name__} become the same column twice: {', '.join(twice)}")

    def row(self, value: Model) -> dict[str, object]:
        """Return the values of one model by column, without those that are null."""
        row: dict[str, object] = {}
        unfit: dict[str, object] = {}
        _fill_row(self._tree, value, row, unfit)
        if unfit:
            row[UNFIT] = json_text(unfit)
        return row


def columns(model: type[Model], rows: Rows = "trackings", omit: Collection[str] = ()) -> tuple[Column, ...]:
    """Return the columns of the flat rows of a tracking model.

    `rows`: one for each tracking, with its checkpoints as JSON in the column `checkpoints`; or one for each
    checkpoint, which begins with `tracking_id`, `tracking_number`, `tracking_slug` and `position`.
    `omit`: names of columns to leave out.

    Raises UsageError for a class that is not a tracking model, and for a name that is not a column.
    """
    found, left_out = _table(model, rows).columns, frozenset(omit)
    unknown = sorted(left_out - {column.name for column in found})
    if unknown:
        raise UsageError(f"there is no column {', '.join(unknown)} to leave out")
    return tuple(column for column in found if column.name not in left_out)


def flatten(tracking: Model, rows: Rows = "trackings") -> Iterator[dict[str, object]]:
    """Yield the flat rows of a tracking: one, or as many as it has checkpoints. Null values are left out."""
    table = _table(type(tracking), rows)
    if rows == "trackings":
        yield table.row(tracking)
        return
    checkpoints = getattr(tracking, CHECKPOINTS, None)
    head = {
        column.name: value
        for column in _HEAD[:-1]
        if isinstance(value := getattr(tracking, column.path[0], None), str)
    }
    for position, checkpoint in enumerate(checkpoints if isinstance(checkpoints, list) else ()):
        known = {**head, "position": position}
        if isinstance(checkpoint, Model):
            yield {**known, **table.row(checkpoint)}
        else:
            yield {**known, UNFIT: json_text({"checkpoint": checkpoint})}


_HEAD = (
    Column(name="tracking_id", kind="text", path=("id",)),
    Column(name="tracking_number", kind="text", path=("tracking_number",)),
    Column(name="tracking_slug", kind="text", path=("slug",)),
    Column(name="position", kind="integer", path=()),
)


def _table(model: Any, rows: Rows) -> Table:
    if not (isinstance(model, type) and issubclass(model, Model)):
        raise UsageError("flat rows need the Tracking of an API version")
    key = (model, rows)
    return _TABLES.get(key) or _TABLES.setdefault(key, _make_table(model, rows))


_TABLES: dict[tuple[type, Rows], Table] = {}


def _make_table(model: type[Model], rows: Rows) -> Table:
    if CHECKPOINTS not in field_names(model):
        raise UsageError("flat rows need the Tracking of an API version")
    if rows == "trackings":
        return Table(model)
    if rows == "checkpoints":
        return Table(_item_type(hints_of(model)[CHECKPOINTS]), _HEAD)
    raise UsageError(f'rows must be "trackings" or "checkpoints", not {rows!r}')


def _build_tree(model: type[Model], path: tuple[str, ...]) -> tuple[_Leaf | _Branch, ...]:
    hints = hints_of(model)
    found: list[_Leaf | _Branch] = []
    for field in field_names(model):
        here = (*path, field)
        name, hint = _SEPARATOR.join(here), _without_null(hints[field])
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


def _without_null(hint: Any) -> Any:
    """Return the type of a field without null and UNSET."""
    if typing.get_origin(hint) not in (typing.Union, types.UnionType):
        return hint
    left = [one for one in typing.get_args(hint) if one not in (type(None), UnsetType)]
    return left[0] if len(left) == 1 else Any


def _item_type(hint: Any) -> Any:
    return typing.get_args(_without_null(hint))[0]


def _column_kind(hint: Any) -> Kind:
    if isinstance(hint, type):
        for base, kind in _KINDS:
            if issubclass(hint, base):
                return kind
    return "json"


# bool is a subclass of int, so it comes first.
_KINDS: tuple[tuple[type, Kind], ...] = (
    (bool, "boolean"),
    (str, "text"),
    (int, "integer"),
    (float, "number"),
)


def _fill_row(
    tree: tuple[_Leaf | _Branch, ...], model: Model, row: dict[str, object], unfit: dict[str, object]
) -> None:
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
            _fill_row(node.children, value, row, unfit)
        else:
            unfit[node.name] = value


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
