"""What makes a guide worth reading: it says equal things once, and what to do instead."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from generator.diff import Move, diff
from generator.diff.report.changelog import changelog
from generator.diff.report.migration_guide import migration
from generator.diff.report.printing import SIGN, by_resource
from generator.diff.report.samples import sample
from generator.document.document import Document
from generator.document.source import Location, Mark
from generator.document.yaml_reader import read

PARCELS = read(Path(__file__).parent / "parcels.yaml").value
Edit = Callable[[Any], None]


def document(edit: Edit) -> Document:
    raw = copy.deepcopy(PARCELS)
    edit(raw)
    return Document("2024-01", raw, Mark(Location("parcels.yaml", 7, 1)))


def nothing(raw: Any) -> None:
    """Leave the document as it is."""


def guide(before: Edit, after: Edit, *moves: Move, reasons: Mapping[str, str] = MappingProxyType({})) -> str:
    return migration("a", "b", diff(document(before), document(after), moves), reasons=reasons)


def by_number(raw: Any) -> None:
    """A counterpart of `parcels.get`, of a method that takes no id, and of a method that does not exist."""
    for name in ("get", "list", "trace"):
        raw["paths"][f"/parcels/{{slug}}/{{number}}/{name}"] = {
            "get": {
                "operationId": f"{name}-by-number",
                "x-resource": "parcels",
                "x-method": f"{name}_by_number",
                "responses": {"200": {"description": "Fine."}},
            }
        }


def schemas(raw: Any) -> Any:
    return raw["components"]["schemas"]


def test_values_of_one_enum_are_one_line() -> None:
    def more(raw: Any) -> None:
        schemas(raw)["Status"]["x-open-enum"] |= {"Lost": "Gone.", "Late": "Slow."}

    text = guide(nothing, more)
    assert "- `Status` got the values `Late`, `Lost`.\n  Handle them where you name every value; they" in text
    assert "2 changes deserve a look" in text
    assert "`Status` lost the values `Late`, `Lost`." in guide(more, nothing)


def test_fields_that_went_are_one_line() -> None:
    def less(raw: Any) -> None:
        schemas(raw)["Parcel"]["properties"] = {}

    text = guide(nothing, less)
    line = f"- {SIGN} `Parcel.events`, `Parcel.id`, `Parcel.status` were removed.\n  Stop using them.\n"
    assert line in text
    assert line.partition("\n")[0] in changelog("a", "b", diff(document(nothing), document(less)))


def test_what_to_do_is_said_once() -> None:
    def renamed(raw: Any) -> None:
        for model, old, new in (("Parcel", "id", "key"), ("Event", "site", "spot")):
            properties = schemas(raw)[model]["properties"]
            properties[new] = properties.pop(old)

    text = guide(nothing, renamed, Move("Parcel", "id", "key"), Move("Event", "site", "spot"))
    assert (
        f"- {SIGN} Use the new names.\n"
        "  - `Event.site` was renamed to `spot`.\n"
        "  - `Parcel.id` was renamed to `key`.\n"
    ) in text


def test_a_method_by_number_names_its_counterpart() -> None:
    text = guide(by_number, nothing, reasons={"/paths/~1parcels~1{slug}~1{number}~1trace": "Nobody traces."})
    assert (
        "`parcels.get_by_number` was removed (GET /parcels/{slug}/{number}/get). `parcels.get` does" in text
    )
    assert "Call the method by id instead.\n" in text
    assert "client.parcels.get_by_number(slug=..., number=...)" in text
    assert "client.parcels.get(id=...)" in text
    assert "`parcels.trace` does" not in text
    assert "`parcels.list` does" not in text
    assert "Stop calling it. Nobody traces.\n" in text


def test_a_deprecated_method_by_number_names_its_counterpart() -> None:
    def deprecated(raw: Any) -> None:
        by_number(raw)
        raw["paths"]["/parcels/{slug}/{number}/get"]["get"]["deprecated"] = True

    assert "`parcels.get_by_number` was deprecated. `parcels.get` does the same by id." in guide(
        by_number, deprecated
    )


def test_a_new_operation_is_called() -> None:
    def new(raw: Any) -> None:
        post = copy.deepcopy(raw["paths"]["/parcels"]["post"])
        raw["paths"]["/parcels/{id}/copy"] = {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "post": post | {"operationId": "copy-parcel", "x-method": "copy"},
        }

    def required(raw: Any) -> None:
        schemas(raw)["ParcelCreate"]["required"] = ["number"]
        new(raw)

    assert "Call `client.parcels.copy(id=...)`." in guide(nothing, new)
    assert "Call `client.parcels.copy(id=..., number=...)`." in guide(nothing, required)


def test_a_part_of_an_argument_is_shown_inside_it() -> None:
    def nested(raw: Any) -> None:
        schemas(raw)["ParcelCreate"]["properties"]["last"] = {"$ref": "#/components/schemas/Leg"}
        schemas(raw)["Leg"] = {"type": "object", "properties": {"slug": {"type": "string"}}}

    def required(raw: Any) -> None:
        nested(raw)
        schemas(raw)["Leg"]["required"] = ["slug"]

    def renamed(raw: Any) -> None:
        nested(raw)
        schemas(raw)["Leg"]["properties"] = {"code": {"type": "string"}}

    text = guide(nested, required)
    assert 'Give it whenever you send that object: `parcels.create(last={"slug": ...})`.\n' in text
    assert "every call" not in text
    code = sample(diff(document(nested), document(renamed), [Move("Leg", "slug", "code")]))
    assert 'client.parcels.create(last={"slug": ...})' in code
    assert 'client.parcels.create(last={"code": ...})' in code


def test_an_argument_that_became_required_goes_with_every_call() -> None:
    def required(raw: Any) -> None:
        schemas(raw)["ParcelCreate"]["required"] = ["number"]

    assert "Send it with every call." in guide(nothing, required)


def test_a_narrower_type_is_named() -> None:
    def typed(value: Any) -> Edit:
        def edit(raw: Any) -> None:
            schemas(raw)["ParcelCreate"]["properties"]["emails"] = value

        return edit

    strings = {"type": "array", "items": {"type": "string"}}
    text = guide(typed({"anyOf": [strings, {"type": "string"}]}), typed(strings))
    assert "  Pass a list of strings; other forms are no longer accepted.\n" in text


def test_the_items_of_a_list_each_get_a_path() -> None:
    def listed(raw: Any) -> None:
        schemas(raw)["Parcel"]["properties"]["emails"] = {"type": "array", "items": {"type": "string"}}

    def gathered(raw: Any) -> None:
        people = {"type": "object", "properties": {"email": {"type": "string"}}}
        schemas(raw)["Parcel"]["properties"]["people"] = {"type": "array", "items": people}

    move = Move("Parcel", "emails", "people[].email", "gather")
    text = guide(listed, gathered, move)
    assert "the value moved to `people[].email`. Each one went to an item of its own." in text
    assert "[people.email for people in parcel.people]" in text
    first = guide(listed, gathered, Move("Parcel", "emails", "people", "first"))
    assert "Only the first one fits there." in first


def test_trackings_come_first_and_the_rest_by_name() -> None:
    def removed(raw: Any) -> None:
        del raw["webhooks"]
        del raw["paths"]["/parcels/{id}"]["delete"]
        del raw["paths"]["/parcels/{id}"]["get"]

    def elsewhere(raw: Any) -> None:
        raw["paths"]["/parcels/{id}"]["delete"]["x-resource"] = "trackings"

    changes = diff(document(elsewhere), document(removed))
    assert [resource for resource, _ in by_resource(changes)] == ["trackings", "parcels", "webhooks"]


def test_changelog_and_guide_count_alike() -> None:
    def changed(raw: Any) -> None:
        schemas(raw)["Parcel"]["properties"] = {}
        post = raw["paths"]["/parcels"]["post"]
        del post["x-body-wrapper"]
        post["requestBody"]["content"]["application/json"]["schema"]["$ref"] = (
            "#/components/schemas/ParcelCreate"
        )

    changes = diff(document(nothing), document(changed))
    text = changelog("a", "b", changes)
    assert "3 changes break code." in migration("a", "b", changes)
    assert "3 of 4 changes." in text
    assert (
        "- The body of `parcels.create` changed its wrapper from `parcel` to none. The client hides it."
        in text
    )


def test_stored_data_is_pointed_to_where_it_moved() -> None:
    def renamed(raw: Any) -> None:
        schemas(raw)["Parcel"]["properties"]["key"] = schemas(raw)["Parcel"]["properties"].pop("id")

    pointer = "Stored data and webhooks of a: [`migrate()`](../migrate-data.md) turns them into b.\n"
    assert guide(nothing, renamed, Move("Parcel", "id", "key")).endswith(f"\n\n{pointer}")
    assert "migrate()" not in guide(nothing, renamed)


def test_several_new_paths_are_plural() -> None:
    def split(raw: Any) -> None:
        properties = schemas(raw)["Event"]["properties"]
        del properties["site"]
        properties |= {"north": {"type": "number"}, "east": {"type": "number"}}

    moves = [Move("Event", "site", target, "by-position") for target in ("north", "east")]
    text = guide(nothing, split, *moves)
    assert "was removed; the values moved to `north`, `east`.\n  Use the new paths.\n" in text
