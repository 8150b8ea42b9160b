"""What responses may hold beside what those of the nine versions hold: the mock stores and sends it.

The documents are those of tests/generator/constructs, where the same clients call a stub.
"""

from __future__ import annotations

import copy
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking.errors import NotFoundError
from aftership_tracking.mock.documents.schema_node import SchemaNode
from aftership_tracking.mock.documents.small_value import small_value
from aftership_tracking.mock.documents.validation import Validators
from generator_support.construct_documents import (
    DATE,
    INTEGER,
    LOCKER,
    MAPPING,
    STRING,
    as_json,
    board_document,
    body_document,
    content_document,
    counts_document,
    event_document,
    holder_document,
    labelled_document,
    list_document,
    pickup_document,
    plain_document,
    stops_document,
    upload_document,
    with_key,
)
from generator_support.constructs import document, every_construct, parameter, thing, with_schemas
from generator_support.documents import ref
from generator_support.mocked import mocked, refused


def with_example(raw: Any, value: Any) -> Any:
    """The document with an example of its response for success."""
    [media] = raw["paths"]["/things"]["get"]["responses"]["200"]["content"].values()
    media["example"] = value
    return raw


@pytest.mark.parametrize("data", [{"known": "a", "b": 5}, {"known": "a"}])
def test_typed_further_fields_of_a_response_are_not_cut(data: Any, tmp_path: Path) -> None:
    raw = with_example(labelled_document(), {"meta": {"code": 200}, "data": data})
    with mocked(raw, tmp_path) as world:
        for found in world.both(lambda things: things.act()):
            assert json.loads(found.to_json()) == data


def test_further_fields_that_are_models_are_cut_to_what_they_declare(tmp_path: Path) -> None:
    pin = {"at": "2027-01-02T03:04:05Z"}
    raw = with_example(board_document(), {"name": "n", "x": dict(pin)})
    with mocked(raw, tmp_path) as world:
        for found in world.both(lambda things: things.act()):
            assert found.extra["x"].at.datetime == dt.datetime(2027, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
        # A fault of the document's author that the lint does not see must not reach the caller.
        raw["paths"]["/things"]["get"]["responses"]["200"]["content"]["application/json"]["example"]["x"] |= {
            "odd": 1
        }
        assert world.send("GET", "/things").json == {"name": "n", "x": pin}


def test_a_map_alone_is_taken_and_sent_back(tmp_path: Path) -> None:
    with mocked(counts_document(), tmp_path) as world:
        assert world.both(lambda things: things.act(body={"b": 2})) == [{"b": 2}] * 2
        refused(world.send("POST", "/things", json={"b": "two"}), 400, hint="body as a whole: must be ")
        refused(world.send("POST", "/things", json=[]), 400, hint="body as a whole: must be ")


@pytest.mark.parametrize("status", ["200", "202", "204"])
def test_a_response_without_body(status: str, tmp_path: Path) -> None:
    with mocked(with_key("delete", status=status), tmp_path) as world:
        identifiers = iter("ab")
        assert world.both(lambda things: things.act(next(identifiers))) == [None, None]
        response = world.send("DELETE", "/things/c")
        assert (response.status, response.body) == (int(status), b"")
        assert "content-type" not in response.headers
        assert response.headers.get("content-length") == (None if status == "204" else "0")


def test_head(tmp_path: Path) -> None:
    with mocked(with_key("head"), tmp_path) as world:
        assert world.both(lambda things: things.act("a")) == [None, None]
        world.mock.faults.add(404)
        with pytest.raises(NotFoundError):
            world.both(lambda things: things.act("a"))


@pytest.mark.parametrize("named", [True, False])
def test_a_list_at_the_top_level(named: bool, tmp_path: Path) -> None:
    stops = [{"town": "Oslo", "floor": None}, {"town": "Bergen", "floor": 2}]
    with mocked(stops_document(named=named), tmp_path) as world:
        assert world.both(lambda things: things.act()) == [[], []]
    with mocked(with_example(stops_document(named=named), stops), tmp_path / "second") as world:
        for found in world.both(lambda things: things.act()):
            assert [(one.town, one.floor) for one in found] == [("Oslo", None), ("Bergen", 2)]


@pytest.mark.parametrize(
    "schema",
    [
        INTEGER,
        STRING,
        {"type": "array", "items": DATE, "minItems": 2},
        {"type": "object", "additionalProperties": STRING},
        INTEGER | {"minimum": 3},
        STRING | {"minLength": 3},
    ],
)
def test_plain_values_in_an_envelope(schema: Any, tmp_path: Path) -> None:
    with mocked(plain_document(schema), tmp_path) as world:
        world.both(lambda things: things.act())
        assert world.send("GET", "/things").json["meta"] == {"code": 200}


def test_an_envelope_holds_what_its_document_requires(tmp_path: Path) -> None:
    raw = plain_document(INTEGER)
    raw["components"]["schemas"]["Envelope"]["required"] = ["meta", "data", "host"]
    raw["components"]["schemas"]["Envelope"]["properties"] |= thing(host=STRING | {"minLength": 1})[
        "properties"
    ]
    with mocked(raw, tmp_path) as world:
        assert world.both(lambda things: things.act()) == [0, 0]


@pytest.mark.parametrize(
    ("media_type", "example", "value"),
    [
        ("application/pdf", None, b""),
        ("application/pdf", "%PDF", b"%PDF"),
        ("text/csv", None, ""),
        ("text/csv", "a,é", "a,é"),
    ],
)
def test_binary_and_text_responses(media_type: str, example: Any, value: Any, tmp_path: Path) -> None:
    raw = content_document(media_type)
    with mocked(raw if example is None else with_example(raw, example), tmp_path) as world:
        assert world.both(lambda things: things.act()) == [value, value]
        sent = world.send("GET", "/things").headers["content-type"]
        assert sent == (f"{media_type}; charset=utf-8" if isinstance(value, str) else media_type)
        refused(world.send("GET", "/things", key=None), 401, hint="header as-api-key")


@pytest.mark.parametrize(("mapping", "tags"), [(MAPPING, ("locker", "door")), ({}, ("Locker", "Door"))])
def test_a_response_of_one_of_two_shapes(mapping: Any, tags: Any, tmp_path: Path) -> None:
    with mocked(holder_document(mapping), tmp_path) as world:
        for found in world.both(lambda things: things.act()):
            assert type(found.pickup) is world.package.Locker
    locker, door = {"kind": tags[0], "code": "5"}, {"kind": tags[1], "floor": 2}
    raw = with_example(holder_document(mapping), {"pickup": door, "all": [door, locker]})
    with mocked(raw, tmp_path / "second") as world:
        for found in world.both(lambda things: things.act()):
            assert found.to_dict() == {"pickup": door, "all": [door, locker]}


def test_a_whole_response_of_one_of_two_shapes(tmp_path: Path) -> None:
    with mocked(pickup_document(), tmp_path) as world:
        for found in world.both(lambda things: things.act()):
            assert type(found) is world.package.Locker


def test_a_date_or_a_time_comes_back_as_it_was_sent(tmp_path: Path) -> None:
    with mocked(event_document(), tmp_path) as world:
        for value, text in (
            (dt.date(2027, 1, 2), "2027-01-02"),
            (dt.datetime(2027, 1, 2, 3, tzinfo=dt.UTC), "2027-01-02T03:00:00+00:00"),
        ):
            found = world.both(lambda things, at=value: things.act(at=at))
            assert [str(one.at) for one in found] == [text] * 2
        refused(world.send("POST", "/things", json={"at": "soon"}), 400, hint="body at: must be a day")


@pytest.mark.parametrize(
    "item",
    [
        {"type": "integer", "enum": [1, -1], "x-enum-meanings": {"1": "Up.", "-1": "Down."}},
        {"type": "integer", "x-open-enum": {"1": "Up.", "-1": "Down."}},
    ],
)
def test_an_enum_of_integers(item: Any, tmp_path: Path) -> None:
    raw = list_document("Sign", item | {"x-enum-names": {"1": "UP", "-1": "DOWN"}})
    raw["paths"]["/things"]["get"]["responses"]["200"]["content"]["application/json"]["schema"][
        "minItems"
    ] = 1
    with mocked(raw, tmp_path) as world:
        assert world.both(lambda things: things.act()) == [[world.package.Sign.UP]] * 2


def test_one_document_with_all_constructs(tmp_path: Path) -> None:
    with mocked(every_construct(), tmp_path) as world:
        world.both(lambda things: things.pdf())
        world.both(lambda things: things.labelled(name="n", extra={"b": 5}))
        assert (
            world.both(lambda things: things.either(body={"kind": "Door", "floor": 2}))
            == [world.package.Door(kind="Door", floor=2)] * 2
        )


SHELF = {
    "put": (
        with_key("put", requestBody={"required": True, "content": as_json(ref("Shelf"))}, status="204"),
        "fill",
    ),
    "get": (with_key("get", response=as_json(ref("Shelf"))), "act"),
    "delete": (with_key("delete", status="204"), "remove"),
    "head": (with_key("head"), "exists"),
}


def test_what_was_sent_without_a_response_is_read_back(tmp_path: Path) -> None:
    raw = with_schemas(document("/others", "get", status="204"), Shelf=thing(town=STRING, rooms=INTEGER))
    raw["paths"]["/others"]["get"] |= {"operationId": "other", "x-method": "other"}
    for method, (made, name) in SHELF.items():
        found = copy.deepcopy(made["paths"]["/things/{key}"][method])
        raw["paths"].setdefault("/things/{key}", {})[method] = found | {
            "operationId": f"{name}-shelf",
            "x-method": name,
        }
    with mocked(raw, tmp_path) as world:
        world.both(lambda things: things.fill("a", town="Oslo", rooms=3))
        for found in world.both(lambda things: things.act("a")):
            assert (found.town, found.rooms) == ("Oslo", 3)
        world.both(lambda things: things.exists("a"))
        with pytest.raises(NotFoundError):
            world.both(lambda things: things.exists("b"))
        assert world.send("DELETE", "/things/a").status == 204
        world.send("PUT", "/things/c", json={"town": "Bergen"})
        with pytest.raises(NotFoundError):
            world.both(lambda things: things.act("a"))


def test_a_string_that_was_sent_is_read_back(tmp_path: Path) -> None:
    raw = content_document("text/plain")
    other = body_document("text/plain")["paths"]["/things"]["put"]
    raw["paths"]["/things"]["put"] = other | {"operationId": "write-thing", "x-method": "write"}
    with mocked(raw, tmp_path) as world:
        world.both(lambda things: things.write(body="é"))
        assert world.both(lambda things: things.act()) == ["é", "é"]


def test_list_items_are_created_read_and_listed_without_an_envelope(tmp_path: Path) -> None:
    item = thing(id=INTEGER, name=STRING, day=DATE)
    new = {"required": True, "content": as_json(ref("Item"))}
    raw = document("/things", "post", requestBody=new, response=as_json(ref("Item")))
    listed = document("/things", "get", response=as_json({"type": "array", "items": ref("Item")}))
    one = with_key("get", INTEGER, response=as_json(ref("Item")))
    raw["paths"]["/things"]["get"] = listed["paths"]["/things"]["get"] | {
        "operationId": "list-things",
        "x-method": "list",
    }
    raw["paths"]["/things/{key}"] = {
        "get": one["paths"]["/things/{key}"]["get"] | {"operationId": "one-thing", "x-method": "get"}
    }
    with mocked(with_schemas(raw, Item=item), tmp_path) as world:
        first, second = world.both(lambda things: things.act(name="n", day=dt.date(2027, 1, 2)))
        assert first.id != second.id
        for found in world.both(lambda things: things.list()):
            assert [each.id for each in found] == [second.id, first.id]
        for found in world.both(lambda things: things.get(first.id)):
            assert (found.name, str(found.day)) == ("n", "2027-01-02")


def test_all_parts_of_an_allof_are_declared(tmp_path: Path) -> None:
    whole = {"allOf": [ref("Locker"), thing(town=STRING)]}
    content = as_json(ref("Whole"))
    raw = document("/things", "post", requestBody={"content": content}, response=content)
    with mocked(with_schemas(raw, Locker=LOCKER, Whole=whole), tmp_path) as world:
        for found in world.both(lambda things: things.act(kind="a", code="b", town="Oslo")):
            assert (found.code, found.town) == ("b", "Oslo")


def test_an_operation_that_code_serves_may_get_another_shape(edited: Any, new_world: Any) -> None:
    """The code of the mock is for objects in an envelope; anything else is served from the document."""

    def change(raw: Any) -> None:
        couriers = raw["paths"]["/couriers"]["get"]
        del couriers["x-unwrap"]
        couriers["responses"]["200"]["content"] = as_json({"type": "array", "items": STRING})
        trackings = raw["paths"]["/trackings"]["post"]
        del trackings["x-unwrap"]
        trackings["responses"]["202"] = trackings["responses"].pop("201")
        trackings["responses"]["202"] = {"description": "Taken."}
        raw["paths"]["/trackings/{id}"]["get"]["parameters"].append(
            parameter("id", "path", {"type": "array", "items": STRING})
        )

    world = new_world(options={"documents": edited(change)})
    assert world.call("GET", "/couriers").json == []
    body = world.body({"tracking_number": "PARCEL0001", "slug": "usps"})
    response = world.call("POST", "/trackings", json=body)
    assert (response.status, response.body) == (202, b"")
    assert len(world.list_trackings()) == 1
    assert world.call("GET", "/trackings/a,b").status == 200


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "exclusiveMinimum": 5},
        {"type": "integer", "minimum": 7, "multipleOf": 5},
        {"type": "integer", "maximum": -3},
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.5},
        {"type": "number", "exclusiveMaximum": 0},
        {"type": "string", "minLength": 4},
        {"type": "string", "pattern": "^[A-Z]{3}$"},
        {"type": "string", "pattern": r"^\+[0-9]{6,15}$"},
        *({"type": "string", "format": name} for name in ("date", "date-time", "uuid", "uri", "email")),
        {"type": "array", "minItems": 2, "items": {"type": "integer", "minimum": 1}},
        {"type": "object", "required": ["a"], "additionalProperties": {"type": "boolean"}},
        {"allOf": [{"type": "object", "properties": {"a": {"const": 1}}, "required": ["a"]}]},
        {"properties": {"a": {"type": "null"}}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
        {"type": ["null", "string"]},
    ],
)
def test_a_value_without_example_fits_its_schema(schema: Any) -> None:
    raw = {"components": {"schemas": {"One": schema}}}
    value = small_value(SchemaNode(raw, "/components/schemas/One"))
    assert Validators(raw).findings("/components/schemas/One", value) == []


def test_a_file_is_not_stored_as_a_string(tmp_path: Path) -> None:
    raw = upload_document()
    form = raw["paths"]["/things"]["post"]
    form["responses"] = {"200": {**form["responses"].pop("204"), "content": as_json(ref("Upload"))}} | form[
        "responses"
    ]
    raw = with_schemas(raw, Upload=thing(proof=STRING | {"x-sent": "observed"}, label=STRING))
    with mocked(raw, tmp_path) as world:
        for found in world.both(lambda things: things.act(proof=b"\xff\xfe", label="a")):
            assert (found.proof, found.label) == ("", "a")
        assert "without proof" in str(world.mock.journal[0].hint)


@pytest.mark.parametrize(
    ("header", "sent"),
    [
        ({"schema": {"type": "integer"}, "example": 3}, "3"),
        ({"schema": STRING, "examples": {"one": {"value": "eu"}}}, "eu"),
        ({"schema": {"type": "integer", "minimum": 7}}, "7"),
        ({"schema": {"type": "array", "items": STRING}, "example": ["a", "b"]}, "a,b"),
    ],
)
def test_a_required_header_that_is_new_is_sent(edited: Any, new_world: Any, header: Any, sent: str) -> None:
    """It ended in 500: the mock has no code for it, but the document has a value."""

    def change(raw: Any) -> None:
        response = raw["paths"]["/couriers"]["get"]["responses"]["200"]
        response["headers"]["As-Queue"] = {"required": True, "description": "The queue.", **header}

    response = new_world(options={"documents": edited(change)}).call("GET", "/couriers")
    assert (response.status, response.headers["as-queue"]) == (200, sent)
