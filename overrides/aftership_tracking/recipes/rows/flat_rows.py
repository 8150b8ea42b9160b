"""Turns a tracking, or each of its checkpoints, into a flat row.

The columns follow from the model of the API version and not from the values: two files of one version have
the same columns in the same order. Field by field:

* a nested object becomes a column for each of its fields: `shipment_weight` has `shipment_weight_value` and
  `shipment_weight_unit`
* a list, or an object with free keys, becomes one column with its JSON as a string
* times and days stay the string that the service sent; no zone is added
* enums become their value, known or not
* what was null and what was not sent are both null
* fields that the document does not have are in the column `extra`, a JSON object that is nested as they were
* a value that does not have the documented type is null in its column, and is written to the last column,
  `unfit`: a JSON object from column to value

Rows of shipments have columns of our own instead: `shipment_rows`. Rows with typed times: `typed_rows`.
"""

from __future__ import annotations

import typing
from collections.abc import Collection, Iterator
from typing import Any, Literal, TypeAlias

from aftership_tracking.errors import UsageError
from aftership_tracking.recipes.rows.flat_table import UNFIT, Column, Table, json_text, without_null
from aftership_tracking.recipes.rows.shipment_rows import ShipmentTable
from aftership_tracking.runtime.models.annotations import hints_of
from aftership_tracking.runtime.models.model import Model
from aftership_tracking.runtime.models.struct import field_names

__all__ = ["CHECKPOINTS", "Rows", "check_omitted", "check_tracking", "columns", "flatten"]

Rows: TypeAlias = Literal["trackings", "checkpoints", "shipments"]
"""What a row is: a tracking, a checkpoint of a tracking, or a shipment with columns for people."""
CHECKPOINTS = "checkpoints"


def columns(model: type[Model], rows: Rows = "trackings", omit: Collection[str] = ()) -> tuple[Column, ...]:
    """Return the columns of the flat rows of a tracking model.

    `rows`: one for each tracking, with its checkpoints as JSON in the column `checkpoints`; or one for each
    checkpoint, which begins with `tracking_id`, `tracking_number`, `tracking_slug` and `position`; or one for
    each tracking with the columns for people, the same in every API version (`shipments`).
    `omit`: names of columns to leave out.

    Raises UsageError for a class that is not a tracking model, and for a name that is not a column.
    """
    found = _table(model, rows).columns
    left_out = check_omitted(omit, found)
    return tuple(column for column in found if column.name not in left_out)


def check_omitted(omit: Collection[str], known: Collection[Column]) -> frozenset[str]:
    """Return the names to leave out.

    Raises UsageError for one that is not a column, and for one string, whose letters would be names.
    """
    if isinstance(omit, str):
        raise UsageError(f"omit must be a list of names, such as [{omit!r}], not one string")
    left_out = frozenset(omit)
    unknown = sorted(left_out - {column.name for column in known})
    if unknown:
        raise UsageError(f"there is no column {', '.join(unknown)} to leave out")
    return left_out


def check_tracking(tracking: object, model: type) -> None:
    """Raise UsageError if a tracking is not of this model: its rows would have other columns."""
    if type(tracking) is not model:
        raise UsageError(
            f"these rows were made for {_full_name(model)}, not for {_full_name(type(tracking))}",
            hint="Rows of two API versions have different columns: write them apart.",
        )


def _full_name(model: type) -> str:
    return f"{model.__module__}.{model.__qualname__}"


def flatten(tracking: Model, rows: Rows = "trackings") -> Iterator[dict[str, object]]:
    """Yield the flat rows of a tracking: one, or as many as it has checkpoints. Null values are left out."""
    table = _table(type(tracking), rows)
    if rows != "checkpoints":
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


def _table(model: Any, rows: Rows) -> Table | ShipmentTable:
    if not (isinstance(model, type) and issubclass(model, Model)):
        raise UsageError("flat rows need the Tracking of an API version")
    key = (model, rows)
    return _TABLES.get(key) or _TABLES.setdefault(key, _make_table(model, rows))


_TABLES: dict[tuple[type, Rows], Table | ShipmentTable] = {}


def _make_table(model: type[Model], rows: Rows) -> Table | ShipmentTable:
    if CHECKPOINTS not in field_names(model):
        raise UsageError("flat rows need the Tracking of an API version")
    if rows == "trackings":
        return Table(model)
    if rows == "checkpoints":
        return Table(_item_type(hints_of(model)[CHECKPOINTS]), _HEAD)
    if rows == "shipments":
        return ShipmentTable(model)
    raise UsageError(f'rows must be "trackings", "checkpoints" or "shipments", not {rows!r}')


def _item_type(hint: Any) -> Any:
    return typing.get_args(without_null(hint))[0]
