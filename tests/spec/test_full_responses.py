"""What a full response holds: `x-sent` against recorded keys, and through all versions.

`recorded_keys.yaml` holds names that were counted in recorded responses, and says where they are from.
"""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking.errors import DecodeError
from generator.document.compose import compose
from generator.document.document import Document
from generator.document.full_response import Sent, directions, sent
from generator.document.schema_walk import Property, SchemaWalk
from generator.document.yaml_reader import read

SPEC = Path(__file__).resolve().parents[2] / "spec"
RECORDED: Mapping[str, Mapping[str, Any]] = read(Path(__file__).parent / "recorded_keys.yaml").value
VERSIONS = ("2024-01", *sorted(path.stem for path in (SPEC / "changes").glob("*.yaml")))
# Recorded once, with a prediction. What comes without one is not documented.
PREDICTED = {"estimated_delivery_date", "estimated_delivery_date_min", "estimated_delivery_date_max"}
NOT_TAKEN_OVER = {("EstimatedDeliveryDateResult", name) for name in PREDICTED}


@cache
def document(version: str) -> Document:
    return compose(SPEC, version)


@cache
def properties(version: str, schema: str) -> Mapping[str, Property]:
    walk = SchemaWalk(document(version))
    return walk.properties(walk.named[schema], walk.pointer(schema)) if schema in walk.named else {}


def marks(version: str, schema: str, mark: Sent) -> set[str]:
    return {name for name, declared in properties(version, schema).items() if sent(declared) == mark}


def allows_null(version: str, schema: str, name: str) -> bool:
    declared = properties(version, schema)[name]
    return SchemaWalk(document(version)).resolve(declared.schema, declared.pointer).nullable


def recorded(schema: str, *classes: str) -> set[str]:
    return {name for each in classes for name in RECORDED[schema].get(each, ())}


@pytest.mark.parametrize("schema", RECORDED)
def test_observed_is_what_every_recorded_response_has(schema: str) -> None:
    declared = properties("2024-01", schema).keys()
    always = recorded(schema, "always", "always-or-null")
    expected = {name for name in always & declared if (schema, name) not in NOT_TAKEN_OVER}
    required = {name for name, each in properties("2024-01", schema).items() if each.required}
    assert marks("2024-01", schema, "observed") | (required & expected) == expected
    assert not recorded(schema, "some", "some-or-null") & marks("2024-01", schema, "documented")


@pytest.mark.parametrize("schema", RECORDED)
def test_what_was_null_once_may_be_null(schema: str) -> None:
    null = recorded(schema, "always-or-null", "some-or-null") & properties("2024-01", schema).keys()
    assert [name for name in sorted(null) if not allows_null("2024-01", schema, name)] == []


def test_what_programs_lean_on_is_plain() -> None:
    plain = (
        "id",
        "tracking_number",
        "slug",
        "tag",
        "subtag",
        "title",
        "created_at",
        "updated_at",
        "checkpoints",
    )
    for version in VERSIONS:
        always = marks(version, "Tracking", "observed")
        for name in (*plain, "customers" if version >= "2025-01" else "emails"):
            assert name in always, (version, name)
            assert not allows_null(version, "Tracking", name), (version, name)
        for name in ("created_at", "checkpoint_time", "message", "tag", "subtag"):
            assert name in marks(version, "Checkpoint", "observed")
            assert not allows_null(version, "Checkpoint", name)


def test_these_alone_need_not_come() -> None:
    found = {
        (name, key)
        for version in VERSIONS
        for name in directions(document(version)).read.components
        for key, declared in properties(version, name).items()
        if sent(declared) == "sometimes"
    }
    partial = {
        *("tracking_account_number", "tracking_key", "tracking_ship_date", "tracking_origin_country"),
        *("tracking_destination_country", "tracking_postal_code", "tracking_state"),
    }
    assert found == {
        ("Meta", "message"),
        ("Meta", "type"),
        ("ErrorMeta", "errors"),
        ("WebhookEvent", "is_tracking_first_tag"),
        ("Courier", "active"),
        ("ReturnShipment", "id"),
        ("NewestCheckpoint", "location"),
        ("NewestCheckpoint", "raw_tag"),
        *((schema, name) for schema in ("TrackingDeleted", "TrackingRetracked") for name in partial),
    }


def moves() -> Iterator[tuple[str, str, Mapping[str, Any], str]]:
    """Yield both versions, each move, and each schema that it is on."""
    for older, newer in itertools.pairwise(VERSIONS):
        for action in read(SPEC / "changes" / f"{newer}.yaml").value["actions"]:
            for move in action.get("x-move", ()):
                for schema in [move["on"]] if isinstance(move["on"], str) else move["on"]:
                    yield older, newer, move, schema


def first_step(path: str) -> str:
    return path.split(".")[0].removesuffix("[]")


def test_what_moves_is_as_sure_as_before() -> None:
    checked = set()
    for older, newer, move, schema in moves():
        before, after = properties(older, schema), properties(newer, schema)
        if move["how"] in ("drop", "merge", "unwrap", "null-when-empty") or not before:
            continue
        if schema not in directions(document(newer)).read.components:
            continue
        olds = [move["from"]] if isinstance(move["from"], str) else move["from"]
        news = [move["to"]] if isinstance(move["to"], str) else move["to"]
        marks_before = {sent(before[first_step(path)]) for path in olds if first_step(path) in before}
        for name in {first_step(path) for path in news} & after.keys():
            assert {sent(after[name])} == marks_before, (newer, schema, name)
            checked.add((newer, schema, name))
    assert {("2026-01", "Checkpoint", "postal_code"), ("2025-01", "Tracking", "customers")} <= checked
    assert len(checked) >= 15


@pytest.mark.parametrize("version", VERSIONS)
def test_only_what_is_read_has_a_mark(version: str) -> None:
    reached = directions(document(version)).read
    walk = SchemaWalk(document(version))
    for name in walk.named:
        for key, declared in properties(version, name).items():
            assert "x-sent" not in declared.schema or declared.pointer in reached.properties, (name, key)
    assert "TrackingCreate" not in reached.components
    assert {"Tracking", "ErrorMeta", "WebhookEvent", "EstimatedDeliveryDateAddress"} <= reached.components


@pytest.mark.parametrize(
    ("mark", "required", "expected"),
    [
        (None, False, "inferred"),
        (None, True, "documented"),
        ("observed", True, "observed"),
        ("sometimes", False, "sometimes"),
        ("misspelt", False, "inferred"),
    ],
)
def test_what_a_property_without_a_mark_is(mark: str | None, required: bool, expected: Sent) -> None:
    schema = {"type": "string"} if mark is None else {"type": "string", "x-sent": mark}
    assert sent(Property(schema, "", required)) == expected


def test_requests_and_responses_are_distinguished() -> None:
    found = directions(document("2026-07"))
    assert {"TrackingCreate", "EstimatedDeliveryDateRequest"} <= found.requested.components
    assert not {"Tracking", "Meta", "WebhookEvent"} & found.requested.components
    assert {"DeliveryStatus", "EstimatedDeliveryDateAddress"} <= (
        found.requested.components & found.read.components
    )


# Recorded of an older API, about a tracking without a history; the number and the id are others.
WITHOUT_HISTORY = {
    "id": "k3v9q2m7x1c8b4n6t5r0w2yz",
    "tracking_number": "33000013",
    "slug": "china-post",
    "tag": "Pending",
    "subtag": "Pending_001",
    "subtag_message": "Pending",
}
NULLS = dict.fromkeys(
    (
        *("slug", "created_at", "checkpoint_time", "city", "country_iso3", "country_name", "message"),
        *("state", "tag", "subtag", "subtag_message", "zip"),
    )
)


@pytest.mark.parametrize(("version", "position"), [("2024-01", {"coordinates": []}), ("2024-04", {})])
def test_a_last_checkpoint_of_nulls_is_read_strictly(version: str, position: Mapping[str, Any]) -> None:
    package = importlib.import_module(f"aftership_tracking.v{version.replace('-', '_')}")
    # Both came with later versions than the recording: a position as an object, and events.
    later = {"events": []} | ({} if position else {"coordinate": None})
    recorded = {**WITHOUT_HISTORY, "checkpoint": {**NULLS, **position, **later}}
    read = package.LastCheckpoint.from_dict(recorded, strict=True)
    assert read.checkpoint.message is None
    assert read.checkpoint.slug is None
    with pytest.raises(DecodeError, match="tag"):
        package.Checkpoint.from_dict(recorded["checkpoint"], strict=True)
