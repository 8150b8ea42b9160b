"""What requests may hold beside what those of the nine versions hold: the mock takes and checks it.

The documents are those of tests/generator/constructs, where the same clients call a stub.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aftership_tracking.mock import MockOAuth
from generator_support.construct_documents import (
    AREA_SENT,
    AREA_STYLES,
    BOOLEAN,
    DATE,
    EITHER,
    INSTANT,
    INTEGER,
    MAPPING,
    PATH_VALUES,
    STRING,
    area_document,
    bearer_document,
    body_document,
    distinguished,
    either_body_document,
    form_document,
    labels_document,
    new_document,
    open_document,
    upload_document,
    with_key,
)
from generator_support.mocked import mocked, refused


@pytest.mark.parametrize(("schema", "value", "segment"), PATH_VALUES)
def test_a_path_parameter_of_any_type(schema: Any, value: Any, segment: str, tmp_path: Path) -> None:
    with mocked(with_key("get", schema, status="204"), tmp_path) as world:
        assert world.both(lambda things: things.act(value)) == [None, None]
        assert [record.path.rpartition("/")[2] for record in world.mock.journal] == [segment] * 2


@pytest.mark.parametrize(
    ("schema", "segment", "hint"),
    [
        (BOOLEAN, "True", "path key: must be"),
        (INTEGER, "1.5", "path key: must be"),
        (INTEGER, "1,2", "path key: must be"),
        ({"type": "number"}, "1e999", "path key: must be"),
        (DATE, "2027-02-30", "path key: must be a"),
        (INSTANT, "2027-01-02", "path key: must be a"),
        ({"type": "array", "items": INTEGER}, "3,a", "path key: must be"),
        ({"type": "array", "items": DATE}, "2027-01-02,", "path key: must be a"),
        ({"type": "array", "items": STRING}, "a,%FF", "path key: not UTF-8"),
    ],
)
def test_a_path_parameter_of_another_type_is_refused(
    schema: Any, segment: str, hint: str, tmp_path: Path
) -> None:
    with mocked(with_key("get", schema, status="204"), tmp_path) as world:
        refused(world.send("GET", f"/things/{segment}"), 400, hint=hint)


@pytest.mark.parametrize(("style", "query"), AREA_STYLES)
def test_an_object_in_the_query(style: Any, query: Any, tmp_path: Path) -> None:
    del query
    with mocked(area_document(style), tmp_path) as world:
        assert world.both(lambda things: things.act(area=AREA_SENT)) == [None, None]
        assert world.both(lambda things: things.act()) == [None, None]


@pytest.mark.parametrize(
    ("style", "query", "hint"),
    [
        (AREA_STYLES[0][0], "area[floor]=high", "query area: must be an object"),
        (AREA_STYLES[0][0], "area[since]=2027-02-30", "query area: must be a day"),
        (AREA_STYLES[0][0], "area[town]=a&area[town]=b", "query area: given more than once"),
        (AREA_STYLES[0][0], "area[town]=%FF", "query area: not UTF-8"),
        (AREA_STYLES[1][0], "open=1", "query area: must be an object"),
        (AREA_STYLES[2][0], "area=town,Oslo,floor", "query area: must be an object"),
        (AREA_STYLES[2][0], "area=floor,high", "query area: must be an object"),
    ],
)
def test_a_wrong_object_in_the_query_is_refused(style: Any, query: str, hint: str, tmp_path: Path) -> None:
    with mocked(area_document(style), tmp_path) as world:
        refused(world.send("GET", f"/things?{query}"), 400, hint=hint)


@pytest.mark.parametrize(("style", "query"), AREA_STYLES)
def test_an_object_in_the_query_may_be_required(style: Any, query: Any, tmp_path: Path) -> None:
    del query
    raw = area_document(style)
    raw["paths"]["/things"]["get"]["parameters"][0]["required"] = True
    with mocked(raw, tmp_path) as world:
        world.both(lambda things: things.act(area=AREA_SENT))
        refused(world.send("GET", "/things"), 400, hint="query area: ")


def test_a_map_in_the_query(tmp_path: Path) -> None:
    with mocked(labels_document(), tmp_path) as world:
        world.both(lambda things: things.act(labels={"paint": "red"}, page="2"))
        world.both(lambda things: things.act(page="2"))


def test_further_fields_are_taken_and_checked(tmp_path: Path) -> None:
    with mocked(new_document(), tmp_path) as world:
        assert world.both(lambda things: things.act(name="n", extra={"b": 5})) == [None, None]
        refused(
            world.send("POST", "/things", json={"b": "five"}),
            400,
            hint="body as a whole: must be a whole number",
        )


def test_bearer_on_one_operation(tmp_path: Path) -> None:
    with mocked(bearer_document(), tmp_path) as world:
        assert world.both(lambda things: things.act()) == [None, None]
        refused(world.send("GET", "/things"), 401, hint="header authorization: no bearer token")
        for header in ("Basic key", "Bearer ", "key"):
            response = world.send("GET", "/things", key=None, headers={"authorization": header})
            refused(response, 401, hint="header authorization: no bearer token")


def test_a_bearer_token_is_a_key_of_the_mock_or_an_access_token(tmp_path: Path) -> None:
    options = {"keys": ["key"], "tokens": MockOAuth({"token": ["x"]})}
    with mocked(bearer_document(), tmp_path, **options) as world:
        assert world.both(lambda things: things.act()) == [None, None]
        for token, status in (("token", 204), ("other", 401)):
            headers = {"authorization": f"Bearer {token}"}
            assert world.send("GET", "/things", key=None, headers=headers).status == status


def test_an_open_operation_needs_no_key(tmp_path: Path) -> None:
    with mocked(open_document(), tmp_path, keys=["another"]) as world:
        assert world.both(lambda things: things.act()) == [None, None]
        assert world.send("GET", "/things", key=None).status == 204


def test_a_multipart_form(tmp_path: Path) -> None:
    with mocked(upload_document(), tmp_path) as world:
        found = world.both(
            lambda things: things.act(
                proof=('a"b.pdf', b"%PDF\r\n--x\x00\xff"), count=2, label="é", stop={"town": "Oslo"}
            )
        )
        assert found == [None, None]
        assert world.both(lambda things: things.act(proof=b"\r")) == [None, None]


def part(name: str, content: str, *, media_type: str = "") -> str:
    head = f'Content-Disposition: form-data; name="{name}"\r\n'
    if media_type:
        head += f"Content-Type: {media_type}\r\n"
    return f"--x\r\n{head}\r\n{content}\r\n"


PROOF = part("proof", "p")
FORM_TYPE = "multipart/form-data; boundary=x"


@pytest.mark.parametrize(
    ("media_type", "body", "hint"),
    [
        ("application/json", "{}", "body: its content-type is not multipart/form-data"),
        ("multipart/form-data", f"{PROOF}--x--", "body: its content-type names no boundary"),
        (FORM_TYPE, "", "body: the form does not end with its boundary"),
        (FORM_TYPE, PROOF, "body: the form does not end with its boundary"),
        (FORM_TYPE, f"{PROOF}{PROOF}--x--", "body: a field of the form is there twice"),
        (FORM_TYPE, "--x\r\n\r\nvalue\r\n--x--", "body: a part of the form has no name"),
        (FORM_TYPE, f"{part('label', 'a')}--x--", "body proof: is missing"),
        (FORM_TYPE, f"{PROOF}{part('count', 'two')}--x--", "body count: must be a whole number"),
        (FORM_TYPE, f"{PROOF}{part('stop', '{')}--x--", "body: the body is not JSON"),
        (
            FORM_TYPE,
            f"{PROOF}{part('stop', '[]', media_type='application/json')}--x--",
            "body stop: must be an object",
        ),
    ],
)
def test_a_wrong_multipart_form_is_refused(media_type: str, body: str, hint: str, tmp_path: Path) -> None:
    with mocked(upload_document(), tmp_path) as world:
        headers = {"content-type": media_type}
        refused(world.send("POST", "/things", body=body.encode(), headers=headers), 400, hint=hint)


def test_a_form_without_files(tmp_path: Path) -> None:
    with mocked(form_document(), tmp_path) as world:
        assert world.both(lambda things: things.act(label="a&b", tags=["x", "y"])) == [None, None]
        assert world.both(lambda things: things.act()) == [None, None]
        for body, media_type, hint in (
            (b"label=a&label=b", "application/x-www-form-urlencoded", "is there twice"),
            (b"label=%FF", "application/x-www-form-urlencoded", "not UTF-8"),
            (b"label=a", "text/plain", "content-type is not application/x-www-form-urlencoded"),
        ):
            response = world.send("POST", "/things", body=body, headers={"content-type": media_type})
            refused(response, 400, hint=hint)


@pytest.mark.parametrize(
    ("media_type", "value"), [("application/pdf", b"\x00"), ("text/plain", "é"), ("image/png", b"\xff")]
)
def test_a_body_that_is_not_json(media_type: str, value: Any, tmp_path: Path) -> None:
    raw = body_document(media_type)
    with mocked(raw, tmp_path) as world:
        if "*" not in media_type:
            assert world.both(lambda things: things.act(body=value)) == [None, None]
        sent = {"content-type": media_type.replace("*", "png")}
        body = value if isinstance(value, bytes) else value.encode()
        assert world.send("PUT", "/things", body=body, headers=sent).status == 204
        refused(
            world.send("PUT", "/things", json={}), 400, hint=f"body: its content-type is not {media_type}"
        )


def test_text_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with mocked(body_document("text/plain"), tmp_path) as world:
        for charset in ("utf-8", "no-such", "base64"):
            headers = {"content-type": f"text/plain; charset={charset}"}
            response = world.send("PUT", "/things", body=b"\xff", headers=headers)
            refused(response, 400, hint="body: the body is not text in its charset")


@pytest.mark.parametrize(
    ("either", "tags"),
    [
        (EITHER, ("locker", "door")),
        (distinguished(**MAPPING), ("locker", "door")),
        (distinguished(), ("Locker", "Door")),
    ],
)
def test_a_request_body_of_one_of_two_shapes(either: Any, tags: Any, tmp_path: Path) -> None:
    with mocked(either_body_document(either), tmp_path) as world:
        assert world.both(lambda things: things.act(body={"kind": tags[0], "code": "5"})) == [None, None]
        door = world.package.Door(kind=tags[1], floor=2)
        assert world.both(lambda things: things.act(body=door)) == [None, None]
        for wrong in ({"kind": tags[0]}, {"kind": tags[1], "floor": "high"}, [], {}):
            refused(world.send("POST", "/things", json=wrong), 400, hint="body ")


def test_a_discriminator_decides_where_both_shapes_fit(tmp_path: Path) -> None:
    raw = either_body_document(distinguished(**MAPPING))
    for name in ("Locker", "Door"):
        raw["components"]["schemas"][name]["required"] = ["kind"]
    with mocked(raw, tmp_path) as world:
        assert world.both(lambda things: things.act(body={"kind": "door"})) == [None, None]
        refused(
            world.send("POST", "/things", json={"kind": "cellar"}),
            400,
            hint="body kind: is not one of the documented values",
        )
        response = world.send("POST", "/things", json={"kind": "door", "floor": "high"})
        refused(response, 400, hint="body floor: must be a whole number")
