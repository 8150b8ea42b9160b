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

REPOSITORY = Path(__file__).resolve().parents[2]
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
    assert "the value moved to `people[].email`. The first one is in the first item" in text
    assert "[people.email for people in parcel.people if people.email]" in text
    first = guide(listed, gathered, Move("Parcel", "emails", "people", "first"))
    assert "Only the first one fits there." in first


def test_a_list_that_holds_more_shows_how_to_get_what_it_held() -> None:
    page = (Path(__file__).parents[2] / "docs" / "migration" / "2025-04.md").read_text("utf-8")
    before, after = page[page.index("## Couriers") :].split("\n# after\n")[:2]
    assert "client.couriers.list()\nclient.couriers.list_all()" in before
    assert "- ⚠️ For `couriers.list` one thing changed: " in before
    assert "client.couriers.list(active=True)\nclient.couriers.list()" in after


def test_a_value_that_moved_into_a_list_says_what_an_update_does_with_a_partial_one() -> None:
    page = (Path(__file__).parents[2] / "docs" / "migration" / "2025-01.md").read_text("utf-8")
    said = "In an update, give all items with all of their fields: how the service treats a partial list"
    assert page.count(said) == 1
    assert "`trackings.update(customer_name=)` were removed" in page.split(said)[1].split("\n- ")[0]


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


# ---- What stays true ------------------------------------------------------------------------------------


def test_an_enum_of_its_own_takes_nothing_from_the_shared_one() -> None:
    """A request with a smaller enum says so of the argument; responses still have every value."""

    def shared(raw: Any) -> None:
        for model in ("ParcelCreate", "ParcelUpdate"):
            properties = schemas(raw).setdefault(model, {"type": "object", "properties": {}})["properties"]
            properties["status"] = {"$ref": "#/components/schemas/Status"}
        schemas(raw)["ParcelCreate"]["properties"]["update"] = {"$ref": "#/components/schemas/ParcelUpdate"}

    def own(raw: Any) -> None:
        shared(raw)
        values = dict(schemas(raw)["Status"]["x-open-enum"])
        values.popitem()
        schemas(raw)["StatusRequest"] = {"type": "string", "x-open-enum": values}
        for model in ("ParcelCreate", "ParcelUpdate"):
            schemas(raw)[model]["properties"]["status"] = {"$ref": "#/components/schemas/StatusRequest"}

    text = guide(shared, own)
    assert "`Status` lost" not in text
    lost = list(schemas(PARCELS)["Status"]["x-open-enum"])[-1]
    assert f"`ParcelCreate.status` lost the value `{lost}`." in text
    assert f"`ParcelUpdate.status` lost the value `{lost}`." in text
    assert text.count("`StatusRequest` replaced `Status`.") == 1


def test_a_model_of_its_own_takes_nothing_from_the_shared_one() -> None:
    def shared(raw: Any) -> None:
        schemas(raw)["ParcelCreate"]["properties"]["event"] = {"$ref": "#/components/schemas/Event"}

    def own(raw: Any) -> None:
        schemas(raw)["ParcelCreate"]["properties"]["event"] = {"$ref": "#/components/schemas/EventRequest"}
        schemas(raw)["EventRequest"] = {"type": "object", "properties": {"cause": {"type": "string"}}}

    text = guide(shared, own)
    assert "`Event.site` was removed" not in text
    assert "`ParcelCreate.event.site` was removed." in text


def test_code_checks_what_may_be_null_on_the_way() -> None:
    def plain(raw: Any) -> None:
        schemas(raw)["Parcel"]["properties"] |= {"note": {"type": "string"}, "town": {"type": "string"}}

    def wrapped(*, nullable: bool) -> Edit:
        def edit(raw: Any) -> None:
            note = {"$ref": "#/components/schemas/Note"}
            if nullable:
                note = {"anyOf": [note, {"type": "null"}]}
            schemas(raw)["Note"] = {"type": "object", "properties": {"text": {"type": "string"}}}
            stops = {"type": "array", "items": {"type": "object", "properties": {"town": {"type": "string"}}}}
            schemas(raw)["Parcel"]["properties"] |= {
                "note": note | {"x-sent": "observed"},
                "stops": stops | {"x-sent": "observed"},
            }

        return edit

    moves = (Move("Parcel", "note", "note.text", "wrap"), Move("Parcel", "town", "stops[].town", "gather"))
    text = guide(plain, wrapped(nullable=True), *moves)
    assert "\nparcel.note.text if parcel.note else None\n" in text
    assert "\nparcel.stops[0].town if parcel.stops else None\n" in text
    text = guide(plain, wrapped(nullable=False), *moves)
    assert "\nparcel.note.text\n" in text


def test_what_moved_in_the_bodies_of_webhooks_stands_under_webhooks() -> None:
    def renamed(raw: Any) -> None:
        schemas(raw)["Parcel"]["properties"]["key"] = schemas(raw)["Parcel"]["properties"].pop("id")

    text = guide(nothing, renamed, Move("Parcel", "id", "key"))
    parcels, _, webhooks = text.partition("\n## Webhooks\n")
    for part, variable in ((parcels, "parcel"), (webhooks, "event.tracking")):
        assert "`Parcel.id` was renamed to `key`." in part
        assert f"\n{variable}.id\n\n# after\n{variable}.key\n" in part
    assert "1 change breaks code." in text  # it is listed twice and counted once


def test_a_tracking_in_a_webhook_is_read_from_its_event() -> None:
    text = (REPOSITORY / "docs" / "migration" / "2024-07.md").read_text("utf-8")
    webhooks = text.partition("\n## Webhooks\n")[2]
    assert "\nevent.tracking.shipment_weight\n" in webhooks
    assert "event.tracking.shipment_weight.value if event.tracking.shipment_weight else None\n" in webhooks
