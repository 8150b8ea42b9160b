"""The list of changes as a whole: nothing for equal documents, one entry for a shared model, one order."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depth import examples
from generator.diff import Change, Direction, Level, Move, diff
from generator.document.compose import compose
from generator.document.document import Document
from generator.document.source import Location, Mark
from generator.document.yaml_reader import read

ROOT = Path(__file__).resolve().parents[2]
PARCELS = read(Path(__file__).parent / "parcels.yaml").value
REAL = compose(ROOT / "spec", "2024-01")
SCHEMAS = REAL.raw["components"]["schemas"]
# Three properties of every model of the real document: enough to meet each path that leads to a model.
PROPERTIES = [
    (model, name)
    for model, schema in sorted(SCHEMAS.items())
    for name in sorted(schema.get("properties", {}))[:3]
]


def document(raw: Any, version: str = "2024-01") -> Document:
    return Document(version, raw, Mark(Location("parcels.yaml", 1, 1)))


def parcels() -> Any:
    return copy.deepcopy(PARCELS)


def with_model(raw: Any, model: str, schema: Any) -> Any:
    """The real document with another model in it; the rest is shared, not copied."""
    components = raw["components"]
    return {**raw, "components": {**components, "schemas": {**components["schemas"], model: schema}}}


def only(changes: tuple[Change, ...]) -> Change:
    assert len(changes) == 1, [change.text for change in changes]
    return changes[0]


def shuffled(value: Any, order: random.Random) -> Any:
    """The same value with the keys of every object in another order."""
    if isinstance(value, dict):
        keys = list(value)
        order.shuffle(keys)
        return {key: shuffled(value[key], order) for key in keys}
    return [shuffled(item, order) for item in value] if isinstance(value, list) else value


def test_equal_documents_have_no_changes() -> None:
    assert diff(REAL, document(copy.deepcopy(REAL.raw))) == ()


@settings(max_examples=examples(3), deadline=None)
@given(st.integers())
def test_the_order_of_keys_means_nothing(seed: int) -> None:
    order = random.Random(seed)
    assert diff(REAL, document(shuffled(REAL.raw, order))) == ()


def test_the_name_of_the_version_is_not_a_change() -> None:
    text = REAL.to_json().replace("2024-01", "2030-07")
    assert diff(REAL, document(json.loads(text), "2030-07")) == ()


def test_what_callers_do_not_read_is_not_a_change() -> None:
    raw = parcels()
    raw["info"]["x-released"] = "2024-01-12"
    raw["components"]["schemas"]["Parcel"]["properties"]["id"] |= {"examples": ["a"], "x-provenance": "sdk"}
    raw["components"]["schemas"]["Unused"] = {"type": "string"}
    raw["paths"]["/parcels"]["get"] |= {"summary": "New words.", "tags": ["New"]}
    assert diff(document(parcels()), document(raw)) == ()


def test_a_shared_model_is_reported_once_with_all_that_it_reaches() -> None:
    raw = parcels()
    del raw["components"]["schemas"]["Parcel"]["properties"]["id"]
    change = only(diff(document(parcels()), document(raw)))
    assert change.rule.id == "response-property-removed"
    assert change.subject == "Parcel.id"
    assert change.methods == ("parcels.create", "parcels.get", "parcels.list", "parcel_update")
    assert change.directions == (Direction.RESPONSE, Direction.WEBHOOK)
    assert change.resource == "parcels"


def test_the_side_where_it_hurts_most_gives_the_rule() -> None:
    """A new value may be sent freely, but reading it deserves a look."""
    old, new = parcels(), parcels()
    for raw in (old, new):
        raw["components"]["schemas"]["ParcelCreate"]["properties"]["status"] = {
            "$ref": "#/components/schemas/Status"
        }
    new["components"]["schemas"]["Status"]["x-open-enum"]["Lost"] = "Nobody knows."
    change = only(diff(document(old), document(new)))
    assert change.rule.id == "response-enum-value-added"
    assert change.level is Level.WARNING
    assert Direction.REQUEST in change.directions


def test_a_required_field_breaks_who_sends_it_and_nobody_who_reads_it() -> None:
    raw = parcels()
    raw["components"]["schemas"]["Parcel"] |= {"required": ["new"]}
    raw["components"]["schemas"]["Parcel"]["properties"]["new"] = {"type": "string"}
    change = only(diff(document(parcels()), document(raw)))
    assert (change.rule.id, change.level) == ("response-property-added", Level.COMPATIBLE)


def test_an_argument_names_its_method() -> None:
    raw = parcels()
    raw["components"]["schemas"]["ParcelCreate"]["properties"]["note"] = {"type": "string"}
    change = only(diff(document(parcels()), document(raw)))
    assert change.arguments == ("parcels.create",)


def test_an_added_operation_says_nothing_about_its_models() -> None:
    raw = parcels()
    raw["components"]["schemas"]["Fresh"] = {"type": "object", "properties": {"a": {"type": "string"}}}
    raw["paths"]["/fresh"] = copy.deepcopy({"post": raw["paths"]["/parcels"]["post"]})
    raw["paths"]["/fresh"]["post"] |= {"operationId": "create-fresh", "x-method": "create_fresh"}
    content = raw["paths"]["/fresh"]["post"]["requestBody"]["content"]
    content["application/json"]["schema"]["$ref"] = "#/components/schemas/Fresh"
    assert only(diff(document(parcels()), document(raw))).rule.id == "operation-added"


def test_a_replaced_model_lists_what_the_new_one_lacks() -> None:
    old = parcels()
    schemas = old["components"]["schemas"]
    schemas["ParcelShort"] = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "string"}, "short": {"type": "string"}},
    }
    schemas["ParcelShortData"] = {
        "type": "object",
        "properties": {"parcel": {"$ref": "#/components/schemas/ParcelShort"}},
    }
    schemas["ParcelShortResponse"] = copy.deepcopy(schemas["ParcelResponse"])
    schemas["ParcelShortResponse"]["properties"]["data"]["$ref"] = "#/components/schemas/ParcelShortData"
    response = old["paths"]["/parcels/{id}"]["get"]["responses"]["200"]["content"]["application/json"]
    response["schema"]["$ref"] = "#/components/schemas/ParcelShortResponse"
    changes = {change.rule.id: change for change in diff(document(old), document(parcels()))}
    assert changes["response-property-removed"].subject == "ParcelShort.short"
    assert "It also has `events` and `status`." in changes["response-model-replaced"].note
    assert "It need not have `id`." in changes["response-model-replaced"].note


def test_a_move_to_an_existing_property_is_not_a_rename() -> None:
    raw = parcels()
    del raw["components"]["schemas"]["Event"]["properties"]["site"]
    change = only(diff(document(parcels()), document(raw), [Move("Event", "site", "cause")]))
    assert (change.rule.id, change.moved) == ("response-property-moved", "cause")


def test_a_move_that_nothing_confirms_is_ignored() -> None:
    assert diff(document(parcels()), document(parcels()), [Move("Event", "site", "spot")]) == ()


def test_a_description_that_changes_with_its_property_is_not_reported() -> None:
    raw = parcels()
    raw["components"]["schemas"]["Parcel"]["properties"]["id"] = {
        "type": "integer",
        "description": "A number.",
    }
    assert only(diff(document(parcels()), document(raw))).rule.id == "response-property-type-changed"


def test_the_location_is_that_of_the_new_document() -> None:
    raw = copy.deepcopy(REAL.raw)
    raw["components"]["schemas"]["Tracking"]["properties"]["title"]["type"] = "integer"
    change = only(diff(REAL, Document("2024-01", raw, REAL.marks)))
    assert change.location == REAL.location("/components/schemas/Tracking/properties/title")
    assert change.pointer == "/components/schemas/Tracking/properties/title"


@pytest.mark.parametrize(("model", "name"), PROPERTIES)
def test_a_property_that_goes_is_missed_wherever_it_stands(model: str, name: str) -> None:
    properties = {key: value for key, value in SCHEMAS[model]["properties"].items() if key != name}
    required = [other for other in SCHEMAS[model].get("required", ()) if other != name]
    raw = with_model(REAL.raw, model, {**SCHEMAS[model], "properties": properties, "required": required})
    changes = diff(REAL, Document("2024-01", raw, REAL.marks))
    rules = {change.rule.id.partition("-")[2] for change in changes}
    assert rules <= {"property-removed", "wrapper-changed"}
    assert f"{model}.{name}" in {change.subject for change in changes}
    assert all(change.level is Level.BREAKING for change in changes)


@settings(max_examples=examples(4), deadline=None)
@given(st.lists(st.sampled_from(PROPERTIES), min_size=2, max_size=6, unique=True), st.integers())
def test_the_list_is_the_same_each_time_and_fingerprints_are_distinct(
    chosen: list[tuple[str, str]], seed: int
) -> None:
    order = random.Random(seed)
    raw = REAL.raw
    for model, name in chosen:
        schema = raw["components"]["schemas"][model]
        properties = {**schema["properties"], name: {"type": "integer", "maximum": 5}}
        raw = with_model(raw, model, {**schema, "properties": properties})
    old, new = REAL, Document("2024-01", raw, REAL.marks)
    changes = diff(old, new)
    again = diff(document(shuffled(REAL.raw, order)), document(shuffled(raw, order)))
    assert [change.fingerprint for change in changes] == [change.fingerprint for change in again]
    assert [change.text for change in changes] == [change.text for change in again]
    assert len({change.fingerprint for change in changes}) == len(changes)


def test_a_fingerprint_does_not_depend_on_the_location() -> None:
    raw = parcels()
    del raw["components"]["schemas"]["Event"]["properties"]["site"]
    here = only(diff(document(parcels()), document(raw)))
    elsewhere = only(diff(document(parcels()), Document("2024-01", raw, Mark(Location("other.yaml", 9, 9)))))
    assert here.location != elsewhere.location
    assert here.fingerprint == elsewhere.fingerprint
    assert len(here.fingerprint) == 12
