"""The function `migrate` itself: kinds, models, refusals, and what it shares with its caller."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from aftership_tracking import Migrated, UsageError, migrate
from aftership_tracking.migration import KINDS
from aftership_tracking.migration.losses import find_differences
from aftership_tracking.migration.moves import convert
from aftership_tracking.migration.steps import versions
from aftership_tracking.v2024_01 import models as old
from aftership_tracking.v2026_07 import models as new


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"checkpoints": [], "tag": "Delivered"}, "Tracking"),
        ({"zip": "1", "slug": "ups"}, "Checkpoint"),
        ({"web_url": None, "slug": "ups"}, "Courier"),
        ({"event": "tracking_update", "msg": {"checkpoints": []}}, "WebhookEvent"),
    ],
)
def test_a_kind_is_recognised_by_fields_that_only_it_has(value: Any, kind: str) -> None:
    assert migrate(value, "2024-01", "2026-07") == migrate(value, "2024-01", "2026-07", kind=kind)


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"slug": "ups"},  # a field of three models
        {"tracking_number": "1", "slug": "ups", "customer_name": "Ada"},  # also a request body
        {"msg": "no body"},
        {"zip": "1", "web_url": None},
    ],
)
def test_a_kind_is_never_guessed(value: Any) -> None:
    with pytest.raises(UsageError, match="Tracking, Checkpoint, Courier, WebhookEvent"):
        migrate(value, "2024-01", "2026-07")


@pytest.mark.parametrize("kind", [None, "Tracking"])
@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ([{"customer_name": "Ada", "checkpoints": []}], "a list.* for each item"),
        ([], "a list.* for each item"),
        ({"meta": {"code": 200}, "data": {"customer_name": "Ada"}}, "a whole response.* in its `data`"),
        ('{"customer_name": "Ada"}', "a str.* json.loads"),
        (None, "a NoneType"),
    ],
)
def test_what_is_around_an_object_is_refused_with_or_without_a_kind(
    value: Any, hint: str, kind: str | None
) -> None:
    with pytest.raises(UsageError, match=hint):
        migrate(value, "2024-01", "2026-07", kind=kind)


@pytest.mark.parametrize("pair", [("2024-02", "2026-07"), ("2026-07", "latest"), ("", "2026-07")])
def test_an_unknown_version_names_the_known_ones(pair: tuple[str, str]) -> None:
    with pytest.raises(UsageError, match=r"2024-01, 2024-04, .* 2026-07"):
        migrate({}, *pair, kind="Tracking")
    with pytest.raises(UsageError, match=r"2024-01, 2024-04, .* 2026-07"):
        convert({}, "Tracking", *pair)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(UsageError, match="Courier"):
        migrate({}, "2024-01", "2026-07", kind="Meta")
    with pytest.raises(UsageError, match="Courier"):
        convert({}, "Meta", "2024-01", "2026-07")


@pytest.mark.parametrize("version", versions())
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_version_changes_nothing(kind: str, version: str) -> None:
    value = {"zip": 1, "hash": None, "msg": [], "slug": {}}
    assert migrate(value, version, version, kind=kind) == Migrated(value=value, lost=())


def test_the_result_shares_nothing_with_the_value() -> None:
    deep: Any = []
    for _ in range(5000):
        deep = [deep]
    value = {"custom_fields": {"a": "b"}, "checkpoints": [{"events": []}], "x": deep}
    moved = migrate(value, "2024-01", "2026-07").value
    moved["custom_fields"]["a"] = "c"
    moved["checkpoints"][0]["events"].append(1)

    assert value["custom_fields"] == {"a": "b"}
    assert value["checkpoints"] == [{"events": []}]
    assert moved["x"] is not value["x"]


def test_a_model_becomes_a_model_of_the_other_version() -> None:
    tracking = old.Tracking(
        id="a", customer_name="Ada", emails=["ada@example.com"], smses=[], shipment_weight=1.5,
        checkpoints=[old.Checkpoint(zip="1", checkpoint_time="2024-02-09")],
    )  # fmt: skip
    migrated = migrate(tracking, "2024-01", "2026-07")
    moved = migrated.value

    assert moved == new.Tracking(
        id="a",
        customers=[new.Customer(name="Ada", email="ada@example.com")],
        shipment_weight=new.ShipmentWeight(value=1.5),
        checkpoints=[new.Checkpoint(postal_code="1", checkpoint_time="2024-02-09")],
    )
    assert moved.checkpoints[0].checkpoint_time.date.day == 9
    assert migrated.lost == ()
    assert migrate(moved, "2026-07", "2024-01").value == tracking


def test_a_model_must_be_of_its_version_and_kind() -> None:
    with pytest.raises(UsageError, match="of version 2024-01, not of 2024-04"):
        migrate(old.Tracking(), "2024-04", "2026-07")
    with pytest.raises(UsageError, match="a Tracking, not a Courier"):
        migrate(old.Tracking(), "2024-01", "2026-07", kind="Courier")
    with pytest.raises(UsageError, match="Meta cannot be migrated"):
        migrate(old.Meta(code=200), "2024-01", "2026-07")


def test_no_content_shows_in_a_repr() -> None:
    moved = migrate({"last_mile_tracking_supported": "secret"}, "2024-01", "2026-07")
    assert repr(moved) == "<Migrated with 1 losses>"
    assert "secret" not in repr(moved.lost)
    assert str(moved.lost[0]) == (
        "2025-07 -> 2026-01: last_mile_tracking_supported: 2026-01 has no such field"
    )


def test_json_data_needs_no_client() -> None:
    code = (
        "import sys; from aftership_tracking import migrate\n"
        "migrate({'checkpoints': [{'zip': '1'}]}, '2024-01', '2026-07')\n"
        "print([name for name in ('httpx', 'attr', 'attrs', 'msgspec', 'aftership_tracking.v2026_07')"
        " if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_differences_compare_types_too() -> None:
    assert list(find_differences({"a": True, "b": 1}, {"a": 1, "b": 1.0}, "")) == [
        ("a", "value"),
        ("b", "value"),
    ]
    assert list(find_differences([1, None], [1], "x")) == [("x[1]", "blank")]
    assert list(find_differences({"a": None, "b": 0}, None, "x")) == [("x.b", "value")]
