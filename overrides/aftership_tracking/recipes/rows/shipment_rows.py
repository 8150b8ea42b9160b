"""Rows for people: one for each tracking, with the same columns in every API version.

The columns are ours: those of the export in AfterShip's admin are not public. Names are those of the CSV
upload where it has the same idea (`courier`, `order_path`). Values are those of the flat row of the version.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from aftership_tracking.recipes.rows.flat_table import UNFIT, Column, Kind, Table
from aftership_tracking.runtime.models.model import Model

__all__ = ["SHIPMENT_COLUMNS", "ShipmentColumn", "ShipmentTable"]


class ShipmentColumn(NamedTuple):
    """A column, and what it holds."""

    name: str
    kind: Kind
    sources: tuple[str, ...]
    """Columns of the flat row; the first one that the version has. Empty: computed here."""


def _same(name: str, kind: Kind = "text") -> ShipmentColumn:
    return ShipmentColumn(name, kind, (name,))


SHIPMENT_COLUMNS = (
    _same("id"),
    _same("tracking_number"),
    ShipmentColumn("courier", "text", ("slug",)),
    _same("title"),
    _same("order_number"),
    _same("order_id"),
    ShipmentColumn("order_path", "text", ("order_id_path",)),
    _same("order_date", "timestamp"),
    ShipmentColumn("status", "text", ("tag",)),
    ShipmentColumn("sub_status", "text", ("subtag",)),
    ShipmentColumn("status_message", "text", ("subtag_message",)),
    _same("active", "boolean"),
    _same("return_to_sender", "boolean"),
    _same("created_at", "timestamp"),
    _same("updated_at", "timestamp"),
    ShipmentColumn("pickup_time", "time", ("shipment_pickup_date",)),
    ShipmentColumn("first_attempt_time", "time", ("first_attempted_at",)),
    ShipmentColumn("delivery_time", "time", ("shipment_delivery_date",)),
    ShipmentColumn("estimated_delivery", "time", ("latest_estimated_delivery_datetime",)),
    ShipmentColumn(
        "promised_delivery",
        # A day in older versions, any kind of time in newer ones.
        "time",
        ("order_promised_delivery_date_promised_delivery_date", "order_promised_delivery_date"),
    ),
    _same("on_time_status"),
    _same("transit_time", "integer"),
    ShipmentColumn("failed_attempts", "integer", ("failed_delivery_attempts",)),
    _same("signed_by"),
    ShipmentColumn("origin_country", "text", ("origin_country_region", "origin_country_iso3")),
    ShipmentColumn("destination_country", "text", ("destination_country_region", "destination_country_iso3")),
    _same("destination_state"),
    _same("destination_city"),
    _same("destination_postal_code"),
    _same("shipping_method"),
    ShipmentColumn("packages", "number", ("shipment_package_count",)),
    ShipmentColumn("weight", "number", ("shipment_weight_value", "shipment_weight")),
    ShipmentColumn("weight_unit", "text", ("shipment_weight_unit",)),
    ShipmentColumn("tags", "text", ()),
    _same("note"),
    _same("source"),
    _same("courier_tracking_link"),
    ShipmentColumn("events", "integer", ()),
    ShipmentColumn("last_event_time", "time", ()),
    ShipmentColumn("last_event_message", "text", ()),
    ShipmentColumn("last_event_location", "text", ()),
)


class ShipmentTable:
    """The rows of shipments of a tracking model."""

    def __init__(self, model: type[Model]) -> None:
        self._flat = Table(model)
        known = {column.name: column for column in self._flat.columns}
        self._sources: dict[str, str] = {}
        found = []
        for column in SHIPMENT_COLUMNS:
            source = next((name for name in column.sources if name in known), None)
            if source is not None:
                self._sources[column.name] = source
            path = () if source is None else known[source].path
            found.append(Column(name=column.name, kind=column.kind, path=path))
        self.columns = (*found, Column(name=UNFIT, kind="json", path=()))
        """All columns, in order: those that the version does not have are there, and always null."""

    def row(self, value: Any, /) -> dict[str, object]:
        """Return the values of one tracking by column, without those that are null."""
        flat = self._flat.row(value)
        row = {name: flat[source] for name, source in self._sources.items() if source in flat}
        row.update(_computed(value))
        if UNFIT in flat:
            row[UNFIT] = flat[UNFIT]
        return row


def _computed(tracking: Any) -> dict[str, object]:
    found: dict[str, object] = {}
    tags = _plain(getattr(tracking, "shipment_tags", None))
    if tags is not None:
        found["tags"] = tags
    checkpoints = getattr(tracking, "checkpoints", None)
    if not isinstance(checkpoints, list):
        return found
    found["events"] = len(checkpoints)
    last = tracking.last_checkpoint
    for name, field in (("time", "checkpoint_time"), ("message", "message"), ("location", "location")):
        text = _plain(getattr(last, field, None))
        if text is not None:
            found[f"last_event_{name}"] = text
    return found


def _plain(value: object) -> str | None:
    """Return text, or a list of texts, as one plain string that can be written as UTF-8; else None."""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = ", ".join(value) or None
    if not isinstance(value, str):
        return None
    return str.__str__(value).encode("utf-8", "backslashreplace").decode("utf-8")
