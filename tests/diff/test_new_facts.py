"""What is new in a document beside names and types: limits, support, what stays in requests, new webhooks."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.diff import Change, Level, Move, diff
from generator.diff.report.changelog import changelog
from generator.diff.report.migration_guide import migration
from generator.diff.report.printing import as_json, as_markdown, as_text
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


def schemas(raw: Any) -> Any:
    return raw["components"]["schemas"]


def texts(before: Edit, after: Edit, *moves: Move) -> list[str]:
    return [change.text for change in diff(document(before), document(after), moves)]


# ---- Limits of what is new ---------------------------------------------------------------------------------


def with_size(schema: dict[str, Any], *, required: bool = False) -> Edit:
    def edit(raw: Any) -> None:
        schemas(raw)["ParcelCreate"]["properties"]["size"] = schema
        if required:
            schemas(raw)["ParcelCreate"]["required"] = ["size"]

    return edit


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 9}, "(integer). In detail: maximum 9, minimum 1."),
        ({"type": "string", "maxLength": 30}, "(string). In detail: maxLength 30."),
        ({"type": "string", "pattern": "^[a-z]+$"}, "In detail: pattern `^[a-z]+$`."),
        ({"type": ["string", "null"], "minLength": 2}, "(string or null). In detail: minLength 2."),
        ({"type": "string", "format": "email"}, "In detail: format email."),
        ({"type": "string", "x-time": ["date", "local"]}, "In detail: a time of the form date, local."),
        ({"type": "string", "x-time": ["date"], "pattern": "^[0-9-]+$"},
         "In detail: a time of the form date, and nothing else."),
        ({"type": "string", "enum": ["S", "L"]}, "In detail: one of S, L."),
        ({"type": "string", "x-open-enum": {"S": "Small."}}, "In detail: known values S."),
        ({"type": "array", "maxItems": 3, "items": {"type": "string", "maxLength": 5}},
         "In detail: maxItems 3; `[]` maxLength 5."),
        ({"type": "object", "properties": {"a": {"type": "number", "minimum": 0},
                                           "b": {"type": "number", "minimum": 0}}},
         "In detail: `a` and `b` minimum 0."),
        ({"type": "integer", "default": 3}, "(integer). Default: 3."),
        ({"type": "integer", "maximum": 3, "x-constraints": {"maximum": "inferred"}},
         "In detail: maximum 3 (inferred)."),
        ({"$ref": "#/components/schemas/Event"}, "(Event)."),
    ],
)  # fmt: skip
def test_a_new_argument_comes_with_its_limits(schema: dict[str, Any], says: str) -> None:
    [text] = texts(nothing, with_size(schema))
    assert text.startswith("`ParcelCreate.size` was added (")
    assert text.endswith(says)
    [text] = texts(nothing, with_size(schema, required=True))
    assert text.startswith("`ParcelCreate.size` was added and must be sent (")
    assert text.endswith(says)


def test_limits_of_what_is_new_are_in_guide_and_changelog() -> None:
    changes = diff(document(nothing), document(with_size({"type": "string", "maxLength": 30})))
    says = "`parcels.create(size=)` was added (string). In detail: maxLength 30.\n"
    assert says in migration("a", "b", changes)
    assert says in changelog("a", "b", changes)


@pytest.mark.parametrize("required", [False, True])
def test_a_new_parameter_comes_with_its_limits(required: bool) -> None:
    def filtered(raw: Any) -> None:
        schema = {"type": "integer", "minimum": 1, "default": 5}
        parameter = {"name": "size", "in": "query", "required": required, "schema": schema}
        raw["paths"]["/parcels"]["get"]["parameters"].append(parameter)

    [text] = texts(nothing, filtered)
    must = " and must be sent" if required else ""
    assert text == f"The query parameter `size` was added{must} (integer). In detail: minimum 1. Default: 5."


def test_a_new_type_comes_with_its_limits() -> None:
    text = texts(with_size({"type": "integer"}), with_size({"type": "string", "maxLength": 3}))
    assert text == ["The type of `ParcelCreate.size` changed from integer to string. In detail: maxLength 3."]


# ---- Support -----------------------------------------------------------------------------------------------


def test_everybody_reads_when_support_ends() -> None:
    support = {"2024-01": "2025-07-09", "2024-04": "2025-10-08"}
    says = "Support ends: 2024-01 on 2025-07-09, 2024-04 on 2025-10-08."
    assert says in as_text("2024-01", "2024-04", (), support)
    assert says in as_markdown("2024-01", "2024-04", (), support)
    assert '"2024-01": "2025-07-09"' in as_json("2024-01", "2024-04", (), support)
    assert f"\n\n{says}\n\n" in migration("2024-01", "2024-04", (), support=support)
    entry = changelog("2024-01", "2024-04", (), released="2024-04-11", support=support)
    assert f"Released on 2024-04-11. {says} " in entry
    assert "Support" not in as_text("2024-01", "2024-04", ())


def test_another_end_of_support_of_the_same_version_is_a_change() -> None:
    def until(date: str | None) -> Edit:
        return lambda raw: raw["info"].update({"x-supported-until": date} if date else {})

    [change] = diff(document(until("2025-07-09")), document(until("2025-10-08")))
    assert change.text == "The support of 2024-01 ends on 2025-10-08, no longer on 2025-07-09."
    assert texts(until(None), until("2025-10-08")) == ["The support of 2024-01 ends on 2025-10-08."]


# ---- What requests keep ------------------------------------------------------------------------------------


def noted(raw: Any) -> None:
    for model in ("Parcel", "ParcelCreate"):
        schemas(raw)[model]["properties"]["note"] = {"type": "string"}


def test_a_change_of_responses_alone_says_what_requests_keep() -> None:
    def wrapped(raw: Any) -> None:
        noted(raw)
        schemas(raw)["Note"] = {"type": "object", "properties": {"text": {"type": "string"}}}
        schemas(raw)["Parcel"]["properties"]["note"] = {"$ref": "#/components/schemas/Note"}

    def renamed(raw: Any) -> None:
        noted(raw)
        schemas(raw)["Parcel"]["properties"]["remark"] = schemas(raw)["Parcel"]["properties"].pop("note")

    def removed(raw: Any) -> None:
        noted(raw)
        del schemas(raw)["Parcel"]["properties"]["note"]

    stays = "Requests keep it: `parcels.create(note=)`."
    move = Move("Parcel", "note", "note.text", "wrap")
    assert texts(noted, wrapped, move) == [
        f"The type of `Parcel.note` changed from string to Note. The value moved to `note.text`. {stays}"
    ]
    assert texts(noted, renamed, Move("Parcel", "note", "remark")) == [
        f"`Parcel.note` was renamed to `remark`. {stays}"
    ]
    assert texts(noted, removed) == [f"`Parcel.note` was removed. {stays}"]


def test_an_argument_of_the_same_name_is_not_a_part_of_what_is_returned() -> None:
    """`Customer.id` went; `trackings.create(id=)` is the id of the tracking."""

    def with_sender(raw: Any) -> None:
        noted(raw)
        schemas(raw)["Sender"] = {"type": "object", "properties": {"note": {"type": "string"}}}
        schemas(raw)["Parcel"]["properties"]["sender"] = {"$ref": "#/components/schemas/Sender"}

    def removed(raw: Any) -> None:
        with_sender(raw)
        schemas(raw)["Sender"]["properties"] = {"name": {"type": "string"}}

    assert "`Sender.note` was removed." in texts(with_sender, removed)


def test_what_requests_lose_too_is_not_said_to_stay() -> None:
    def removed(raw: Any) -> None:
        noted(raw)
        for model in ("Parcel", "ParcelCreate"):
            del schemas(raw)[model]["properties"]["note"]

    assert not [text for text in texts(noted, removed) if "keep" in text]


# ---- Webhooks ----------------------------------------------------------------------------------------------


def with_event(raw: Any) -> None:
    raw["webhooks"]["parcel_lost"] = copy.deepcopy(raw["webhooks"]["parcel_update"])
    raw["webhooks"]["parcel_lost"]["post"]["operationId"] = "receive-parcel-lost"
    schemas(raw)["ParcelEvent"]["properties"]["reason"] = {"type": "string"}


def test_a_new_event_is_seen_and_has_to_be_routed() -> None:
    changes = diff(document(nothing), document(with_event))
    added = next(one for one in changes if one.rule.id == "webhook-added")
    assert added.level is Level.WARNING
    reason = next(one for one in changes if one.subject == "ParcelEvent.reason")
    assert reason.methods == ("parcel_lost", "parcel_update")
    text = migration("a", "b", changes)
    assert (
        "- The webhook `parcel_lost` was added.\n"
        '  Give it a handler, `@router.on("parcel_lost")`; until then the fallback of your router gets it.\n'
    ) in text.partition("## Webhooks")[2].partition("## What else")[0]


def test_each_of_several_new_events_has_its_handler() -> None:
    def two(raw: Any) -> None:
        with_event(raw)
        raw["webhooks"]["parcel_found"] = copy.deepcopy(raw["webhooks"]["parcel_lost"])
        raw["webhooks"]["parcel_found"]["post"]["operationId"] = "receive-parcel-found"

    text = migration("a", "b", diff(document(nothing), document(two)))
    assert '`@router.on("parcel_lost")`' in text
    assert '`@router.on("parcel_found")`' in text


def test_what_changed_in_the_bodies_of_webhooks_stands_under_webhooks() -> None:
    def changed(raw: Any) -> None:
        values = schemas(raw)["Status"]["x-open-enum"]
        values |= {"Lost": "Gone.", "Late": "Slow.", "Home": "Something else."}
        values.pop("Moving")
        del schemas(raw)["Event"]["properties"]["site"]

    moves = [Move("Status", "Moving", value, "split-value", "Late") for value in ("Late", "Lost")]
    text = migration("a", "b", diff(document(nothing), document(changed), moves))
    webhooks = text.partition("\n## Webhooks\n")[2].partition("\n## What else")[0]
    assert (
        "`Moving` of `Status` was split into `Late` and `Lost`. `migrate()` turns it into `Late`." in webhooks
    )
    assert "The meaning of `Home` in `Status` changed" in webhooks
    assert "`Event.site` was removed." in webhooks


def test_what_webhooks_may_bring_is_judged_for_those_who_read() -> None:
    """A limit that senders must obey from now on is nothing to do for a receiver."""

    def limited(raw: Any) -> None:
        schemas(raw)["ParcelCreate"]["properties"]["event"] = {"$ref": "#/components/schemas/Event"}
        schemas(raw)["Event"]["properties"]["site"]["maxLength"] = 9

    def free(raw: Any) -> None:
        limited(raw)
        del schemas(raw)["Event"]["properties"]["site"]["maxLength"]

    changes: tuple[Change, ...] = diff(document(free), document(limited))
    assert [change.rule.id for change in changes] == ["request-constraint-tightened"]
    assert "## Webhooks" not in migration("a", "b", changes)
