"""What the generator writes into `moves.json`: the paths in each kind of value at which a move applies."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking.errors import UsageError
from aftership_tracking.migration import moves, steps
from generator.document.changelog_lines import ChangelogLine
from generator.document.compose import compose_each
from generator.document.moves import read_moves
from generator.errors import SpecError
from generator.output.migration_data import migration_data, render_moves
from generator_support.documents import as_document

SPEC = Path(__file__).resolve().parents[2] / "spec"
TEXT = {"type": "string"}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


SCHEMAS: dict[str, Any] = {
    "Tracking": {
        "type": "object",
        "properties": {
            "stops": {"type": "array", "items": ref("Checkpoint")},
            "last_stop": {"anyOf": [ref("Checkpoint"), {"type": "null"}]},
            "weight": TEXT,
            "mood": ref("Mood"),
        },
    },
    "Checkpoint": {"type": "object", "properties": {"zip": TEXT, "town": TEXT}},
    "Mood": {"type": "string", "x-open-enum": {"a.b": "", "sad": ""}},
}


def facts(change: Any, declared: list[dict[str, Any]]) -> dict[str, Any]:
    """The data for the documents before and after `change`, with these moves."""
    raw = {"openapi": "3.1.1", "info": {"version": "2024-01"}, "components": {"schemas": SCHEMAS}}
    later = copy.deepcopy(raw)
    later["info"]["version"] = "2024-04"
    change(later["components"]["schemas"])
    found = tuple(move for one in declared for move in read_moves(one))
    documents = [as_document(raw), as_document(later)]
    data: dict[str, Any] = json.loads(
        migration_data(documents, {"2024-04": [ChangelogLine("x", "X.", 1, found)]})
    )
    return data


@pytest.fixture
def convert(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Convert with made-up facts instead of those of the package."""

    def convert_with(found: dict[str, Any], value: Any, *, up: bool = True) -> Any:
        monkeypatch.setattr(steps, "_facts", lambda: found)
        steps._read_step.cache_clear()
        ends = ("2024-01", "2024-04")[:: 1 if up else -1]
        result, lost = moves.convert(value, "Tracking", *ends)
        return result, {loss.path: loss.what for loss in lost}

    yield convert_with
    steps._read_step.cache_clear()


def test_a_move_applies_wherever_its_schema_occurs(convert: Any) -> None:
    def change(schemas: dict[str, Any]) -> None:
        fields = schemas["Checkpoint"]["properties"]
        fields["postal_code"] = fields.pop("zip")

    found = facts(change, [{"on": "Checkpoint", "how": "rename", "from": "zip", "to": "postal_code"}])

    assert found["steps"][0]["kinds"]["Tracking"]["up"]["at"] == [["stops[]", [0]], ["last_stop", [0]]]
    assert found["steps"][0]["kinds"]["Checkpoint"]["down"]["at"] == [["", [0]]]
    old = {"stops": [{"zip": "1"}, {}], "last_stop": {"zip": "2"}}
    new = {"stops": [{"postal_code": "1"}, {}], "last_stop": {"postal_code": "2"}}
    assert convert(found, old) == (new, {})
    assert convert(found, new, up=False) == (old, {})


def test_the_content_of_a_renamed_field_moves_along(convert: Any) -> None:
    def change(schemas: dict[str, Any]) -> None:
        fields = schemas["Tracking"]["properties"]
        fields["halts"] = fields.pop("stops")
        inner = schemas["Checkpoint"]["properties"]
        inner["postal_code"] = inner.pop("zip")
        inner["hash"] = TEXT
        del inner["town"]

    found = facts(
        change,
        [
            {"on": "Tracking", "how": "rename", "from": "stops", "to": "halts"},
            {"on": "Checkpoint", "how": "rename", "from": "zip", "to": "postal_code"},
            {"on": "Checkpoint", "how": "drop", "from": "town"},
        ],
    )
    old, new = {"stops": [{"zip": "1"}]}, {"halts": [{"postal_code": "1"}]}

    assert convert(found, {"stops": [{"zip": "1", "town": "Rome"}]}) == (new, {"stops[0].town": "value"})
    assert convert(found, {"halts": [{"postal_code": "1", "hash": "h"}]}, up=False) == (
        old,
        {"halts[0].hash": "value"},
    )


def test_a_path_may_lead_into_another_object(convert: Any) -> None:
    def change(schemas: dict[str, Any]) -> None:
        fields = schemas["Checkpoint"]["properties"]
        fields["postal_code"] = fields.pop("zip")

    declared = {"on": "Tracking", "how": "rename", "from": "stops[].zip", "to": "stops[].postal_code"}
    found = facts(change, [declared])

    assert found["steps"][0]["kinds"]["Tracking"]["up"]["at"] == [["stops[]", [0]]]
    assert convert(found, {"stops": [{"zip": "1"}]}) == ({"stops": [{"postal_code": "1"}]}, {})


def test_a_name_that_stays_with_another_kind_of_value(convert: Any) -> None:
    def change(schemas: dict[str, Any]) -> None:
        schemas["Tracking"]["properties"]["weight"] = {"type": "number"}

    found = facts(change, [{"on": "Tracking", "how": "drop", "from": "weight"}])

    assert convert(found, {"weight": "1 kg"}) == ({}, {"weight": "value"})
    assert convert(found, {"weight": 1}, up=False) == ({}, {"weight": "value"})


def test_fields_may_swap_their_names(convert: Any) -> None:
    found = facts(
        lambda _: None,
        [
            {"on": "Checkpoint", "how": "rename", "from": "zip", "to": "town"},
            {"on": "Checkpoint", "how": "rename", "from": "town", "to": "zip"},
        ],
    )

    assert convert(found, {"last_stop": {"zip": 1, "town": 2}}) == ({"last_stop": {"zip": 2, "town": 1}}, {})
    assert convert(found, {"last_stop": {"zip": 1}}) == ({"last_stop": {"town": 1}}, {})


def test_values_of_an_enum_may_hold_dots(convert: Any) -> None:
    def change(schemas: dict[str, Any]) -> None:
        schemas["Mood"]["x-open-enum"] = {"a.c": "", "blue": ""}

    found = facts(
        change,
        [
            {"on": "Mood", "how": "rename", "from": "a.b", "to": "a.c"},
            {"on": "Mood", "how": "merge", "from": "sad", "to": "blue"},
        ],
    )

    assert convert(found, {"mood": "a.b"}) == ({"mood": "a.c"}, {})
    assert convert(found, {"mood": "a.c"}, up=False) == ({"mood": "a.b"}, {})
    assert convert(found, {"mood": "sad"}) == ({"mood": "blue"}, {"mood": "value"})
    assert convert(found, {"mood": "blue"}, up=False) == ({"mood": "blue"}, {})
    assert convert(found, {"mood": 5}) == ({"mood": 5}, {"mood": "unconverted"})


def test_one_value_became_two(convert: Any) -> None:
    def change(schemas: dict[str, Any]) -> None:
        schemas["Mood"]["x-open-enum"] = {"a.b": "", "blue": "", "grey": ""}

    declared = {"on": "Mood", "how": "split-value", "from": "sad", "to": ["blue", "grey"], "up": "grey"}
    found = facts(change, [declared])

    assert convert(found, {"mood": "sad"}) == ({"mood": "grey"}, {})
    assert convert(found, {"mood": "grey"}, up=False) == ({"mood": "sad"}, {})
    assert convert(found, {"mood": "blue"}, up=False) == ({"mood": "sad"}, {"mood": "value"})
    assert convert(found, {"mood": "a.b"}, up=False) == ({"mood": "a.b"}, {})


def test_one_value_became_two_of_which_one_has_its_name(convert: Any) -> None:
    def change(schemas: dict[str, Any]) -> None:
        schemas["Mood"]["x-open-enum"] = {"a.b": "", "sad": "", "grey": ""}

    declared = {"on": "Mood", "how": "split-value", "from": "sad", "to": ["sad", "grey"], "up": "sad"}
    found = facts(change, [declared])

    assert convert(found, {"mood": "sad"}) == ({"mood": "sad"}, {})
    assert convert(found, {"mood": "sad"}, up=False) == ({"mood": "sad"}, {})
    assert convert(found, {"mood": "grey"}, up=False) == ({"mood": "sad"}, {"mood": "value"})


def test_two_values_became_one(convert: Any) -> None:
    def change(schemas: dict[str, Any]) -> None:
        schemas["Mood"]["x-open-enum"] = {"low": ""}

    declared = {"on": "Mood", "how": "join-values", "from": ["a.b", "sad"], "to": "low", "down": "sad"}
    found = facts(change, [declared])

    assert convert(found, {"mood": "sad"}) == ({"mood": "low"}, {})
    assert convert(found, {"mood": "a.b"}) == ({"mood": "low"}, {"mood": "value"})
    assert convert(found, {"mood": "low"}, up=False) == ({"mood": "sad"}, {})


def test_a_conversion_that_the_data_cannot_hold_is_refused_and_not_forgotten() -> None:
    declared = {"on": "Mood", "how": "wrap", "from": "sad", "to": "sad"}

    with pytest.raises(SpecError, match="wrap on Mood is not a conversion of"):
        facts(lambda _: None, [declared])


def test_content_replaces_its_object(convert: Any) -> None:
    def change(schemas: dict[str, Any]) -> None:
        schemas["Tracking"]["properties"]["last_stop"] = TEXT

    found = facts(change, [{"on": "Tracking", "how": "unwrap", "from": "last_stop.zip", "to": "last_stop"}])

    assert convert(found, {"last_stop": {"zip": "1"}}) == ({"last_stop": "1"}, {})
    assert convert(found, {"last_stop": "1"}, up=False) == ({"last_stop": {"zip": "1"}}, {})
    assert convert(found, {"last_stop": {"zip": "1", "town": "Rome"}})[1] == {"last_stop.town": "value"}
    assert convert(found, {"last_stop": {}}) == ({}, {"last_stop": "blank"})


def test_fields_of_two_objects_are_refused() -> None:
    def change(schemas: dict[str, Any]) -> None:
        schemas["Tracking"]["properties"]["zip"] = schemas["Checkpoint"]["properties"].pop("zip")

    with pytest.raises(SpecError, match=r"last_stop\.zip cannot be executed"):
        facts(change, [{"on": "Tracking", "how": "rename", "from": "last_stop.zip", "to": "zip"}])


def test_a_schema_may_contain_itself() -> None:
    def change(schemas: dict[str, Any]) -> None:
        schemas["Checkpoint"]["properties"]["before"] = ref("Checkpoint")

    assert facts(change, [])["steps"][0]["kinds"]["Checkpoint"]["down"]["remove"] == ["before"]
    nested = copy.deepcopy(SCHEMAS)
    nested["Checkpoint"]["properties"]["before"] = ref("Checkpoint")
    raw = {"info": {"version": "2024-01"}, "components": {"schemas": nested}}
    assert migration_data([as_document(raw), as_document(raw)], {"2024-01": []})


def test_a_parameter_with_another_name_is_found_in_both_directions(monkeypatch: pytest.MonkeyPatch) -> None:
    renamed = {"on": "get-parcels", "how": "rename", "from": "keyword", "to": "search"}
    dropped = {"on": "get-parcels", "how": "drop", "from": "page"}
    field = {"on": "Checkpoint", "how": "rename", "from": "zip", "to": "postal_code"}

    def change(schemas: dict[str, Any]) -> None:
        fields = schemas["Checkpoint"]["properties"]
        fields["postal_code"] = fields.pop("zip")

    found = facts(change, [renamed, dropped, field])
    assert found["steps"][0]["parameters"] == {"get-parcels": {"keyword": "search"}}
    monkeypatch.setattr(steps, "_facts", lambda: found)
    up, down = ("2024-01", "2024-04"), ("2024-04", "2024-01")
    assert steps.parameter_name("get-parcels", "keyword", *up) == "search"
    assert steps.parameter_name("get-parcels", "search", *down) == "keyword"
    others = (("parcels", "search", up), ("parcels", "limit", down), ("others", "keyword", up))
    for operation, name, ends in others:
        assert steps.parameter_name(f"get-{operation}", name, *ends) == name
    with pytest.raises(UsageError, match="there is no API version '2031-01'"):
        steps.parameter_name("get-parcels", "keyword", "2024-01", "2031-01")


def test_the_file_is_the_same_every_time_and_as_it_was_generated() -> None:
    files = render_moves(compose_each(SPEC))

    assert files == render_moves(compose_each(SPEC))
    assert json.loads(files["aftership_tracking/data/moves.json"]) == steps._facts()
