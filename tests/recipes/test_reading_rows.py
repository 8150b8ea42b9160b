"""Flat rows: the same columns for every file of a version, and no value is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking import UNSET, UnsetType
from aftership_tracking.errors import UsageError
from aftership_tracking.export import columns, flatten
from aftership_tracking.runtime import registry
from aftership_tracking.runtime.models.codec import decode
from aftership_tracking.runtime.models.model import Model, model
from aftership_tracking.runtime.models.struct import field_names
from reading_support.account import CURSORS, Account

COLUMNS = Path(__file__).with_name("flat_columns.json")


def models(version: str) -> Any:
    return sys.modules.get(registry.models(version)) or __import__(registry.models(version), fromlist=["x"])


def read(version: str, **fields: Any) -> Any:
    """Return a tracking as the client reads it."""
    body = json.dumps(fields).encode()
    return decode(body, registry.models(version), "Tracking").value


def row(tracking: Any) -> dict[str, object]:
    (found,) = flatten(tracking)
    return found


def list_columns() -> dict[str, dict[str, str]]:
    """Return every column of every version, as `name:kind`."""
    return {
        version: {
            rows: " ".join(f"{one.name}:{one.kind}" for one in columns(models(version).Tracking, rows))
            for rows in ("trackings", "checkpoints")
        }
        for version in registry.versions()
    }


def test_columns_are_those_in_the_file():
    """After an intended change: `PYTHONPATH=tests/support python tests/recipes/test_reading_rows.py`."""
    assert list_columns() == json.loads(COLUMNS.read_text())


def test_columns_do_not_depend_on_the_hash_seed():
    code = (
        "from aftership_tracking import Tracking; from aftership_tracking.export import columns;"
        "print(' '.join(c.name for c in columns(Tracking)))"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1


@pytest.mark.parametrize("version", registry.versions())
def test_every_field_of_the_model_has_its_columns(version):
    tracking = models(version).Tracking
    found = columns(tracking)
    assert {one.path[0] for one in found if one.path} == set(field_names(tracking))
    assert len({one.name for one in found}) == len(found)
    assert found[-1].name == "unfit"


def test_nested_objects_lists_times_and_enums():
    found = row(
        read(
            CURSORS,
            id="t1",
            updated_at="2026-07-02T00:00:00+00:00",
            tag="NewTag",
            subtag="Delivered_001",
            transit_time=3,
            tracked_count=2,
            active=True,
            title=None,
            shipment_weight={"value": 1.5, "unit": "kg"},
            shipment_tags=["a", "b"],
            custom_fields={"x": "ü"},
            order_promised_delivery_date={"promised_delivery_date": "2026-07-09"},
            checkpoints=[{"slug": "usps", "checkpoint_time": "2026-07-01T10:00:00"}],
            customers=[],
        )
    )
    assert json.loads(str(found.pop("checkpoints"))) == [
        {"slug": "usps", "checkpoint_time": "2026-07-01T10:00:00"}
    ]
    assert found == {
        "id": "t1",
        "updated_at": "2026-07-02T00:00:00+00:00",
        "tag": "NewTag",
        "subtag": "Delivered_001",
        "transit_time": 3,
        "tracked_count": 2.0,
        "active": True,
        "shipment_weight_value": 1.5,
        "shipment_weight_unit": "kg",
        "shipment_tags": '["a","b"]',
        "custom_fields": '{"x":"ü"}',
        "order_promised_delivery_date_promised_delivery_date": "2026-07-09",
        "customers": "[]",
    }
    for name in ("id", "updated_at", "tag"):
        assert type(found[name]) is str
    assert (type(found["transit_time"]), type(found["tracked_count"])) == (int, float)


@pytest.mark.parametrize(
    ("fields", "unfit"),
    [
        ({"transit_time": "three"}, {"transit_time": "three"}),
        ({"transit_time": 2**63}, {"transit_time": 2**63}),
        ({"transit_time": True}, {"transit_time": True}),
        ({"tracked_count": "many"}, {"tracked_count": "many"}),
        ({"active": "yes"}, {"active": "yes"}),
        ({"title": 5}, {"title": 5}),
        ({"title": ["a"]}, {"title": ["a"]}),
        ({"title": "half \ud800"}, {"title": "half \ud800"}),
        ({"shipment_weight": 1.5}, {"shipment_weight": 1.5}),
        ({"shipment_weight": {"value": "heavy"}}, {"shipment_weight_value": "heavy"}),
    ],
)
def test_values_of_another_type_are_in_the_column_unfit(fields, unfit):
    found = row(read(CURSORS, id="t1", **fields))
    assert found.keys() == {"id", "unfit"}
    assert json.loads(str(found["unfit"])) == unfit
    str(found["unfit"]).encode("utf-8")


def test_json_with_half_a_surrogate_pair_stays_json():
    found = row(read(CURSORS, custom_fields={"a": "\ud800", "t": "x"}, shipment_tags=["\udfff"]))
    assert json.loads(str(found["custom_fields"])) == {"a": "\ud800", "t": "x"}
    assert json.loads(str(found["shipment_tags"])) == ["\udfff"]
    assert all(str(value).isascii() for value in found.values())


def test_every_tracking_of_the_mock_fits_the_columns():
    account = Account(CURSORS)
    for number in ("ITE010D-3-643642", "AB0000001"):
        account.client.trackings.create(
            tracking_number=number, slug="testing-courier" if "-" in number else "usps", title="Grüße"
        )
    account.clock.advance(days=5)
    for tracking in account.client.trackings.list():
        found = row(tracking)
        assert "unfit" not in found
        assert found["id"] == tracking.id
        given = json.loads(str(found["checkpoints"]))
        lines = list(flatten(tracking, "checkpoints"))
        assert [line["position"] for line in lines] == list(range(len(given)))
        for line, one in zip(lines, given, strict=True):
            assert (line["tracking_id"], line["tracking_slug"]) == (tracking.id, tracking.slug)
            assert {name: line.get(name) for name in ("message", "checkpoint_time")} == {
                name: one.get(name) for name in ("message", "checkpoint_time")
            }


def test_missing_and_odd_checkpoints():
    for checkpoints in (UNSET, None):
        tracking = models(CURSORS).Tracking(id="t1")
        tracking.checkpoints = checkpoints
        assert list(flatten(tracking, "checkpoints")) == []
    odd = read(CURSORS, id="t1", checkpoints=["gone", {"city": "Oslo"}])
    first, second = flatten(odd, "checkpoints")
    assert first == {"tracking_id": "t1", "position": 0, "unfit": '{"checkpoint":"gone"}'}
    assert second == {"tracking_id": "t1", "position": 1, "city": "Oslo"}


def test_columns_can_be_left_out_by_name():
    tracking = models(CURSORS).Tracking
    assert len(columns(tracking, omit=["checkpoints", "unfit"])) == len(columns(tracking)) - 2
    with pytest.raises(UsageError, match="no column checkpoint to leave out"):
        columns(tracking, omit=["checkpoint"])


@pytest.mark.parametrize("wrong", [models(CURSORS).Checkpoint, dict, "Tracking", models(CURSORS).Tracking()])
def test_other_classes_have_no_rows(wrong):
    with pytest.raises(UsageError, match="the Tracking of an API version"):
        columns(wrong)


def test_rows_of_another_name_are_refused():
    with pytest.raises(UsageError, match="rows must be"):
        columns(models(CURSORS).Tracking, "parcels")  # type: ignore[arg-type]


@model
class Inner(Model):
    """A nested object of `Clashing`."""

    b: str | UnsetType = UNSET


@model
class Clashing(Model):
    """Two fields that would become one column."""

    a: Inner | UnsetType = UNSET
    a_b: str | UnsetType = UNSET
    checkpoints: list[Inner] | UnsetType = UNSET


def test_two_fields_never_share_a_column():
    with pytest.raises(UsageError, match="the same column twice: a_b"):
        columns(Clashing)


if __name__ == "__main__":
    COLUMNS.write_text(json.dumps(list_columns(), indent=1) + "\n")
