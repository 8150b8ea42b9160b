"""A model of another version: what it cannot hold is a loss, and is never only listed as unconverted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftership_tracking import UsageError, migrate, v2024_01
from aftership_tracking.documents import data
from aftership_tracking.migration import KINDS
from aftership_tracking.migration.losses import is_blank
from aftership_tracking.migration.steps import versions
from aftership_tracking.runtime import registry
from aftership_tracking.runtime.models import codec
from aftership_tracking.runtime.models.json_values import to_json_value
from aftership_tracking.webhooks import Event
from aftership_tracking.webhooks.events.envelope import read_envelope
from depth import examples
from migration_support.paths import covers, renamed_paths
from migration_support.spoiled import misfits, spoiled_values
from migration_support.values import values

STEPS = [ends for pair in pairwise(versions()) for ends in (pair, pair[::-1])]


def test_a_value_that_only_the_older_model_has_a_field_for_stays_under_its_name():
    old = v2024_01.Tracking(id="a", smses="+123")  # type: ignore[arg-type]
    moved = migrate(old, "2024-01", "2026-07")
    assert moved.value.extra == {"smses": "+123"}
    [loss] = moved.lost
    assert (loss.path, loss.what, loss.reason) == ("smses", "unconverted", "it is not a list")
    # The same as for JSON data.
    data = migrate({"id": "a", "smses": "+123"}, "2024-01", "2026-07", kind="Tracking")
    assert data.value == moved.value.to_dict()
    assert data.lost == moved.lost


def test_what_is_nested_is_reported_with_its_path():
    tracking = v2024_01.Tracking(checkpoints=[v2024_01.Checkpoint(zip="1"), v2024_01.Checkpoint()])
    tracking.checkpoints[1].coordinates = {"lat": 1}  # type: ignore[assignment,index,union-attr]
    moved = migrate(tracking, "2024-01", "2026-07")
    assert moved.value.checkpoints[1].extra == {"coordinates": {"lat": 1}}
    assert [(loss.path, loss.what) for loss in moved.lost] == [("checkpoints[1].coordinates", "unconverted")]


def test_numbers_of_another_type_are_not_lost():
    tracking = v2024_01.Tracking(shipment_weight=1, shipment_weight_unit="kg")
    moved = migrate(tracking, "2024-01", "2026-07")
    assert (moved.value.shipment_weight.value, moved.lost) == (1.0, ())
    [infinite] = [v2024_01.Tracking(shipment_weight=10**400)]
    assert migrate(infinite, "2024-01", "2026-07").lost == ()


def test_an_event_in_another_version_lists_what_its_tracking_cannot_hold():
    msg = {"id": "a", "smses": "+123", "checkpoints": []}
    body = {"event": "tracking_update", "event_id": "e1", "ts": 1_700_000_000, "msg": msg}
    event = Event(b"", read_envelope(json.dumps(body).encode(), ("2024-01",)), body)
    newer = event.as_version("2026-07")
    assert newer.data["msg"]["smses"] == "+123"
    assert newer.tracking.extra == {"smses": "+123"}
    assert [(loss.path, loss.what) for loss in newer.lost] == [("msg.smses", "unconverted")]


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Everything in a value that is neither an object nor a list, nor blank."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, f"{path}[]")
    elif not is_blank(value):
        yield path, value


def enum_values_after(value: Any, start: str, end: str) -> set[Any]:
    """The value, and the names that a step gives to it where it is a value of an enum."""
    found = {value}
    for step in data("moves")["steps"]:
        if {step["from"], step["to"]} == {start, end}:
            for move in step["moves"]:
                if move["how"] == "values":
                    pairs = list(zip(move["from"], move["to"], strict=True))
                    found |= {new for old, new in pairs if start < end and old == value}
                    found |= {old for old, new in pairs if start > end and new == value}
    return found


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ends", STEPS, ids="-".join)
@settings(
    max_examples=examples(10),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(found=st.data())
def test_every_leaf_of_a_model_is_there_or_converted_or_lost(
    kind: str, ends: tuple[str, str], found: st.DataObject
) -> None:
    start, end = ends
    content = found.draw(
        st.one_of(values(kind, start), spoiled_values(kind, start), misfits(kind, start, end))
    )
    model = codec.decode(json.dumps(content).encode(), registry.models(start), kind).value
    if type(model).__name__ != kind:  # it is not an object at all
        return
    try:
        before = to_json_value(model, "")
    except UsageError:  # an infinite number has no JSON form, so the model is refused
        with pytest.raises(UsageError, match="not a JSON number"):
            migrate(model, start, end)
        return
    migrated = migrate(model, start, end)
    moved, lost = migrated.value, migrated.lost
    after = list(leaves(to_json_value(moved, "")))
    gone = {re.sub(r"\[\d+\]", "[]", loss.path) for loss in lost if loss.what == "value"}
    for path, value in leaves(before):
        outputs = renamed_paths(path, kind, start, end) | {path}
        names = enum_values_after(value, start, end)
        is_there = any(
            covers({output}, other) and any(same(name, there) for name in names)
            for output in outputs
            for other, there in after
        )
        assert is_there or covers(gone, path), (path, value)


def same(value: Any, there: Any) -> bool:
    if isinstance(value, bool) or isinstance(there, bool):
        return value is there
    return bool(value == there) or (value != value and there != there)


def test_a_model_of_any_depth_is_migrated_and_what_has_no_json_form_is_refused():
    deep: list[object] = []
    for _ in range(300):
        deep = [deep]
    old = registry.package("2024-01").Tracking
    moved = migrate(old.from_dict({"id": "t1", "mood": deep, "title": "half \ud83d"}), "2024-01", "2026-07")
    assert (moved.value.extra, moved.value.title) == ({"mood": deep}, "half \ud83d")
    with pytest.raises(UsageError, match="the Tracking cannot be written as JSON: complex has no JSON form"):
        migrate(old(id="t1", title=1j), "2024-01", "2026-07")
