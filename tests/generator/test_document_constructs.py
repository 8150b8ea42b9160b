"""What a document may hold beside what the nine versions hold: linted, generated, called by both clients.

docs/document-constructs.md is the list for maintainers; each row that works names a test of this file.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from aftership_tracking.errors import ApiError, DecodeError, LikelyMistakeWarning, NotFoundError, UsageError
from aftership_tracking.runtime.models.times import Time
from generator.lint import RULES
from generator_support.construct_documents import (
    AREA_SENT,
    AREA_STYLES,
    BOOLEAN,
    DATE,
    DOOR,
    EITHER,
    INSTANT,
    INTEGER,
    JSON,
    LOCKER,
    MAPPING,
    PATH_VALUES,
    STRING,
    area_document,
    as_json,
    bearer_document,
    board_document,
    body_document,
    content_document,
    counts_document,
    distinguished,
    either_body_document,
    event_document,
    form_document,
    holder_document,
    labelled_document,
    labels_document,
    list_document,
    new_document,
    open_document,
    pickup_document,
    plain_document,
    stops_document,
    upload_document,
    with_key,
)
from generator_support.constructs import (
    Recorder,
    call_both,
    document,
    findings,
    parameter,
    thing,
    with_schemas,
)
from generator_support.documents import ref
from generator_support.installed import installed


@contextmanager
def package_of(raw: Any, folder: Path) -> Iterator[ModuleType]:
    assert findings(raw) == []
    with installed(raw, folder) as package:
        yield package


def sent_paths(recorder: Recorder) -> set[str]:
    """What both clients sent behind the version."""
    return {request.url.raw_path.decode().split("/", 3)[3] for request in recorder.requests}


@pytest.mark.parametrize(("schema", "value", "segment"), PATH_VALUES)
def test_a_path_parameter_is_sent_as_its_type(schema: Any, value: Any, segment: str, tmp_path: Path) -> None:
    raw = with_key("get", schema, status="204")
    recorder = Recorder(204)
    with package_of(raw, tmp_path) as package:
        assert call_both(package, recorder, lambda things: things.act(value)) == [None, None]
    assert sent_paths(recorder) == {f"things/{segment}"}


@pytest.mark.parametrize(
    ("schema", "value", "says"),
    [
        (BOOLEAN, "yes", "key must be True or False, not str"),
        (INTEGER, True, "key must be an integer, not bool"),
        (INTEGER, "7", "key must be an integer, not str"),
        (DATE, dt.datetime(2027, 1, 2, tzinfo=dt.UTC), "a string or a date, not datetime"),
        (INSTANT, dt.datetime(2027, 1, 2), "without a zone"),  # noqa: DTZ001
        ({"type": "array", "items": INTEGER}, [], "empty list"),
        ({"type": "array", "items": INTEGER}, 5, "must be a list, not int"),
        ({"type": "array", "items": STRING}, ["a,b"], "comma"),
        ({"type": "array", "items": STRING}, ["a", ".."], "another path"),
        (STRING, 5, "must be a string"),
    ],
)
def test_a_path_parameter_of_another_type_is_not_sent(
    schema: Any, value: Any, says: str, tmp_path: Path
) -> None:
    raw = with_key("get", schema, status="204")
    recorder = Recorder(204)
    with package_of(raw, tmp_path) as package, pytest.raises(UsageError, match=says):
        call_both(package, recorder, lambda things: things.act(value))
    assert recorder.requests == []


@pytest.mark.parametrize(("style", "query"), AREA_STYLES)
def test_an_object_in_the_query_is_sent_as_the_style_says(style: Any, query: Any, tmp_path: Path) -> None:
    recorder = Recorder(204)
    with package_of(area_document(style), tmp_path) as package:
        model = package.Area(**AREA_SENT)
        for area in (AREA_SENT, model):
            call_both(package, recorder, lambda things, area=area: things.act(area=area))
        with pytest.raises(UsageError, match="empty object"):
            call_both(package, recorder, lambda things: things.act(area={}))
        with pytest.raises(UsageError, match="area must be an object"):
            call_both(package, recorder, lambda things: things.act(area="Oslo"))
    assert [dict(request.url.params) for request in recorder.requests] == [query] * 4
    names = recorder.last.url.query.decode().split("&")
    assert names == sorted(names)


def test_a_map_in_the_query_cannot_hide_a_parameter(tmp_path: Path) -> None:
    recorder = Recorder(204)
    with package_of(labels_document(), tmp_path) as package:
        call_both(package, recorder, lambda things: things.act(labels={"paint": "red"}, page="2"))
        with pytest.raises(UsageError, match="page is there twice"):
            call_both(package, recorder, lambda things: things.act(labels={"page": "1"}, page="2"))
    assert dict(recorder.last.url.params) == {"paint": "red", "page": "2"}


EXTRAS = [
    ({"known": "a", "b": 5, "c": 7}, {"b": 5, "c": 7}, ""),
    ({"known": "a"}, {}, ""),
    ({"known": "a", "b": "five"}, {"b": "five"}, "expected integer, got string"),
]


@pytest.mark.parametrize(("content", "extra", "surprise"), EXTRAS)
def test_typed_further_fields_are_in_extra_and_checked(
    content: Any, extra: Any, surprise: str, tmp_path: Path
) -> None:
    body = json.dumps({"meta": {"code": 200}, "data": content}).encode()
    recorder = Recorder(body=body)
    with package_of(labelled_document(), tmp_path) as package:
        for _ in range(3):  # the fast pass learns from a response
            for found in call_both(package, recorder, lambda things: things.act()):
                assert (found.known, found.extra) == ("a", extra)
                assert json.loads(found.to_json()) == content
        if surprise:
            with pytest.raises(DecodeError, match=surprise):
                call_both(package, recorder, lambda things: things.act(), strict=True)
        else:
            call_both(package, recorder, lambda things: things.act(), strict=True)


def test_further_fields_of_a_model_type_are_models(tmp_path: Path) -> None:
    recorder = Recorder(body=b'{"name": "n", "x": {"at": "2027-01-02T03:04:05Z"}}')
    with package_of(board_document(), tmp_path) as package:
        for found in call_both(package, recorder, lambda things: things.act(), strict=True) * 2:
            assert found.extra["x"].at.datetime == dt.datetime(2027, 1, 2, 3, 4, 5, tzinfo=dt.UTC)


def test_untyped_objects_are_not_refused_where_the_document_allows_everything(tmp_path: Path) -> None:
    raw = document("/things", "get", response=as_json(ref("Loose")))
    schemas = {"Loose": thing(name=STRING) | {"additionalProperties": True}}
    recorder = Recorder(body=b'{"name": "n", "more": [1]}')
    with package_of(with_schemas(raw, **schemas), tmp_path) as package:
        for found in call_both(package, recorder, lambda things: things.act(), strict=True):
            assert found.extra == {"more": [1]}


def test_further_fields_are_sent(tmp_path: Path) -> None:
    recorder = Recorder(204)
    with package_of(new_document(), tmp_path) as package:
        call_both(package, recorder, lambda things: things.act(name="n", extra={"b": 5}))
        with pytest.raises(UsageError, match="extra gives name"):
            call_both(package, recorder, lambda things: things.act(extra={"name": 5}))
    assert [json.loads(one.content) for one in recorder.requests] == [{"name": "n", "b": 5}] * 2


def test_a_further_key_may_be_called_extra(tmp_path: Path) -> None:
    recorder = Recorder(204)
    with package_of(new_document(), tmp_path) as package:
        call_both(package, recorder, lambda things: things.act(name="n", extra={"extra": 5}))
    assert [json.loads(one.content) for one in recorder.requests] == [{"name": "n", "extra": 5}] * 2


def test_names_that_python_has_itself_get_a_line_behind(tmp_path: Path) -> None:
    """In path and query; messages say what the caller writes."""
    raw = with_key("get", STRING)
    raw["paths"]["/things/{class}"] = raw["paths"].pop("/things/{key}")
    [operation] = raw["paths"]["/things/{class}"].values()
    operation["parameters"] = [
        parameter("class", "path", STRING),
        parameter("from", "query", STRING, required=True),
        parameter("timeout", "query", INTEGER),
        parameter("client", "query", STRING),
    ]
    recorder = Recorder(204)
    with package_of(raw, tmp_path) as package:
        call_both(
            package,
            recorder,
            lambda things: things.act("a", from_="b", timeout_=3, client="c", timeout=9),
        )
        for value, named, message in (
            ("a", {"from_": None}, "from_ is needed"),
            (5, {"from_": "b"}, "class_ must be a string"),
            ("a", {"from_": "b", "query": {"timeout": 4}}, "Write timeout_=... instead"),
        ):
            with pytest.raises(UsageError, match=re.escape(message)):
                call_both(package, recorder, lambda things: things.act(value, **named))  # noqa: B023
    urls = {str(one.url).partition("/things/")[2] for one in recorder.requests}
    assert urls == {"a?client=c&from=b&timeout=3"}


def test_messages_about_values_name_what_the_caller_writes(tmp_path: Path) -> None:
    """Times are refused and limits are warned of, in query and body, under names that are not on the wire."""
    marked = {"maximum": 9, "x-constraints": {"maximum": "documented"}}
    time = STRING | {"x-time": ["local"]}
    new = thing(size=INTEGER | marked, at=time)
    raw = document("/things", "post", requestBody={"content": as_json(ref("New"))}, status="204")
    raw["paths"]["/things"]["post"]["parameters"] = [
        parameter("from", "query", INTEGER | marked),
        parameter("global", "query", time),
        parameter("size", "query", STRING),
        parameter("at", "query", STRING),
    ]
    recorder = Recorder(204)
    with package_of(with_schemas(raw, New=new), tmp_path) as package:
        for named in ({"new_at": dt.date(2027, 1, 1)}, {"global_": dt.date(2027, 1, 1)}):
            (argument,) = named
            with pytest.raises(UsageError, match=f"^{argument} takes no plain date"):
                call_both(package, recorder, lambda things: things.act(**named))  # noqa: B023
        for argument in ("from_", "new_size"):
            with pytest.warns(LikelyMistakeWarning, match=f"^{argument}=10 "):
                call_both(package, recorder, lambda things: things.act(**{argument: 10}))  # noqa: B023


def test_a_map_alone_is_sent_and_returned(tmp_path: Path) -> None:
    recorder = Recorder(body=b'{"a": 1}')
    with package_of(counts_document(), tmp_path) as package:
        assert (
            call_both(package, recorder, lambda things: things.act(body={"b": 2}), strict=True)
            == [{"a": 1}] * 2
        )
    assert json.loads(recorder.last.content) == {"b": 2}


@pytest.mark.parametrize("status", ["200", "202", "204"])
def test_a_response_without_body_is_none(status: str, tmp_path: Path) -> None:
    raw = with_key("delete", status=status)
    recorder = Recorder(int(status))
    with package_of(raw, tmp_path) as package:
        assert call_both(package, recorder, lambda things: things.act("a"), strict=True) == [None, None]
        recorder.body = b'{"meta": {"code": 404, "message": "No."}, "data": {}}'
        with pytest.raises(ApiError):  # an error with the status of a success
            call_both(package, recorder, lambda things: things.act("a"))
        recorder.body = b"something"
        assert call_both(package, recorder, lambda things: things.act("a")) == [None, None]
        with pytest.raises(DecodeError, match="expected nothing"):
            call_both(package, recorder, lambda things: things.act("a"), strict=True)


def test_a_delete_without_body_whose_response_was_lost_is_a_success(tmp_path: Path) -> None:
    raw = document(
        "/things/{key}", "delete", status="204", parameters=[parameter("key", "path", STRING)],
        **{"x-retry": "safe"},
    )  # fmt: skip
    gone = b'{"meta": {"code": 4004, "message": "No."}, "data": {}}'

    class Losing(Recorder):
        def __call__(self, request: Any) -> Any:
            self.status, self.body = (500, b"") if len(self.requests) % 2 == 0 else (404, gone)
            return super().__call__(request)

    with package_of(raw, tmp_path) as package:
        done = call_both(package, Losing(), lambda things: things.act("a"), max_retries=1)
    assert done == [None, None]


@pytest.mark.parametrize("named", [True, False])
def test_a_list_at_the_top_level(named: bool, tmp_path: Path) -> None:
    recorder = Recorder(body=b'[{"town": "Oslo", "floor": null}, {"town": "Bergen", "floor": 2}]')
    with package_of(stops_document(named=named), tmp_path) as package:
        for found in call_both(package, recorder, lambda things: things.act(), strict=True):
            assert [type(one) for one in found] == [package.Stop] * 2
            assert [(one.town, one.floor) for one in found] == [("Oslo", None), ("Bergen", 2)]
        recorder.body = b'[{"town": "Oslo", "odd": 1}]'
        with pytest.raises(DecodeError, match="unknown field"):
            call_both(package, recorder, lambda things: things.act(), strict=True)
        recorder.body = b'{"town": "Oslo"}'
        with pytest.raises(DecodeError, match="the response is object"):
            call_both(package, recorder, lambda things: things.act())


@pytest.mark.parametrize(
    ("schema", "content", "value"),
    [
        (INTEGER, 5, 5),
        (STRING, "a", "a"),
        ({"type": "array", "items": DATE}, ["2027-01-02"], [dt.date(2027, 1, 2)]),
        ({"type": "object", "additionalProperties": STRING}, {"a": "b"}, {"a": "b"}),
    ],
)
def test_plain_values_in_an_envelope(schema: Any, content: Any, value: Any, tmp_path: Path) -> None:
    recorder = Recorder(body=json.dumps({"meta": {"code": 200}, "data": content}).encode())
    with package_of(plain_document(schema), tmp_path) as package:
        for found in call_both(package, recorder, lambda things: things.act(), strict=True):
            assert [one.date for one in found] == value if schema.get("items") == DATE else found == value


def test_bearer_on_one_operation(tmp_path: Path) -> None:
    recorder = Recorder(204)
    with package_of(bearer_document(), tmp_path) as package:
        call_both(package, recorder, lambda things: things.act())
        call_both(package, recorder, lambda things: things.act(), auth="aes", api_secret="s")
        call_both(package, recorder, lambda things: things._client.request("GET", "parcels"))
    assert [one.headers.get("authorization") for one in recorder.requests] == ["Bearer key"] * 4 + [None] * 2
    assert [one.headers.get("as-api-key") for one in recorder.requests] == [None] * 4 + ["key"] * 2


def test_an_open_operation_gets_no_key(tmp_path: Path) -> None:
    recorder = Recorder(204)
    with package_of(open_document(), tmp_path) as package:
        call_both(package, recorder, lambda things: things.act())
    assert not {"as-api-key", "authorization"} & recorder.last.headers.keys()


def test_head(tmp_path: Path) -> None:
    raw = with_key("head")
    recorder = Recorder()
    with package_of(raw, tmp_path) as package:
        assert call_both(package, recorder, lambda things: things.act("a"), strict=True) == [None, None]
        recorder.status = 404
        with pytest.raises(NotFoundError):
            call_both(package, recorder, lambda things: things.act("a"))
    assert recorder.last.method == "HEAD"


@pytest.mark.parametrize(
    ("media_type", "sent", "body", "value"),
    [
        ("application/pdf", "application/pdf", b"%PDF\x00\xff", b"%PDF\x00\xff"),
        ("text/csv", "text/csv; charset=utf-8", "a,é".encode(), "a,é"),
        ("text/plain", "text/plain; charset=latin-1", "é".encode("latin-1"), "é"),
    ],
)
def test_binary_and_text_responses(
    media_type: str, sent: str, body: bytes, value: Any, tmp_path: Path
) -> None:
    recorder = Recorder(body=body, media_type=sent)
    with package_of(content_document(media_type), tmp_path) as package:
        assert call_both(package, recorder, lambda things: things.act(), strict=True) == [value, value]
        assert recorder.last.headers["accept"] == media_type
        recorder.body, recorder.media_type = b"<html>", "text/html"
        with pytest.raises(DecodeError, match=f"expected {media_type}, got text/html"):
            call_both(package, recorder, lambda things: things.act(), strict=True)
        recorder.body, recorder.media_type = b'{"meta": {"code": 500}, "data": {}}', JSON
        with pytest.raises(ApiError):
            call_both(package, recorder, lambda things: things.act())


def test_text_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    raw = document("/things", "get", response={"text/plain": {"schema": STRING}})
    recorder = Recorder(body=b"\xff", media_type="text/plain")
    with package_of(raw, tmp_path) as package, pytest.raises(DecodeError, match="not text in"):
        call_both(package, recorder, lambda things: things.act())


def parts_of(request: Any) -> dict[str, Message]:
    """The parts of a form, read by the standard library."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    form = message_from_bytes(head + request.content)
    assert form.is_multipart()
    names = [str(part.get_param("name", header="content-disposition")) for part in form.get_payload()]
    return dict(zip(names, form.get_payload(), strict=True))


def test_multipart_upload(tmp_path: Path) -> None:
    recorder = Recorder(204)
    with package_of(upload_document(), tmp_path) as package:
        call_both(
            package,
            recorder,
            lambda things: things.act(
                proof=('a"b.pdf', b"%PDF\r\n--x\x00"), count=2, label="é", stop={"town": "Oslo"}
            ),
        )
        for request in recorder.requests:
            parts = parts_of(request)
            assert parts["proof"].get_payload(decode=True) == b"%PDF\r\n--x\x00"
            assert parts["proof"].get_filename() == "a%22b.pdf"
            assert parts["label"].get_payload(decode=True) == "é".encode()
            assert parts["count"].get_payload(decode=True) == b"2"
            assert parts["stop"].get_content_type() == JSON
            assert json.loads(parts["stop"].get_payload(decode=True)) == {"town": "Oslo"}
        call_both(package, recorder, lambda things: things.act(proof=b"x"))
        assert list(parts_of(recorder.last)) == ["proof"]
        with pytest.raises(UsageError, match="proof"):
            call_both(package, recorder, lambda things: things.act(proof=None))


def test_a_form_without_files(tmp_path: Path) -> None:
    recorder = Recorder(204)
    with package_of(form_document(), tmp_path) as package:
        call_both(package, recorder, lambda things: things.act(label="a&b", tags=["x", "y"]))
    assert recorder.last.content == b"label=a%26b&tags=x&tags=y"
    assert recorder.last.headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("media_type", "value", "sent"),
    [("application/pdf", b"\x00", b"\x00"), ("text/plain", "é", "é".encode())],
)
def test_a_body_that_is_not_json(media_type: str, value: Any, sent: bytes, tmp_path: Path) -> None:
    recorder = Recorder(204)
    with package_of(body_document(media_type), tmp_path) as package:
        call_both(package, recorder, lambda things: things.act(body=value))
        with pytest.raises(UsageError, match="body must be"):
            call_both(package, recorder, lambda things: things.act(body=5))
        with pytest.raises(UsageError, match="body is needed"):
            call_both(package, recorder, lambda things: things.act(body=None))
    assert recorder.last.content == sent
    assert recorder.last.headers["content-type"].partition(";")[0] == media_type


@pytest.mark.parametrize("either", [EITHER, distinguished(**MAPPING), distinguished()])
def test_a_request_body_of_one_of_two_shapes(either: Any, tmp_path: Path) -> None:
    recorder = Recorder(204)
    with package_of(either_body_document(either), tmp_path) as package:
        call_both(package, recorder, lambda things: things.act(body={"kind": "locker", "code": "5"}))
        call_both(package, recorder, lambda things: things.act(body=package.Door(kind="door", floor=2)))
    found = [json.loads(one.content) for one in recorder.requests]
    assert found == [{"kind": "locker", "code": "5"}] * 2 + [{"kind": "door", "floor": 2}] * 2


@pytest.mark.parametrize(("mapping", "tags"), [(MAPPING, ("locker", "door")), ({}, ("Locker", "Door"))])
def test_a_response_of_one_of_two_shapes(mapping: Any, tags: Any, tmp_path: Path) -> None:
    locker, door = {"kind": tags[0], "code": "5"}, {"kind": tags[1], "floor": 2}
    content = {"pickup": locker, "all": [door, locker]}
    recorder = Recorder(body=json.dumps(content).encode())
    with package_of(holder_document(mapping), tmp_path) as package:
        for found in call_both(package, recorder, lambda things: things.act(), strict=True):
            assert [type(one) for one in found.all] == [package.Door, package.Locker]
            assert (found.pickup.code, found.all[0].floor) == ("5", 2)
            assert found.to_dict() == content
        recorder.body = b'{"pickup": {"kind": "cellar"}, "all": []}'
        for found in call_both(package, recorder, lambda things: things.act()):
            assert found.pickup == {"kind": "cellar"}
        with pytest.raises(DecodeError, match="a value that tells Locker or Door"):
            call_both(package, recorder, lambda things: things.act(), strict=True)


def test_a_whole_response_of_one_of_two_shapes(tmp_path: Path) -> None:
    recorder = Recorder(body=b'{"kind": "door", "floor": 2}')
    with package_of(pickup_document(), tmp_path) as package:
        for found in call_both(package, recorder, lambda things: things.act(), strict=True):
            assert found == package.Door(kind="door", floor=2)


def test_a_property_of_one_of_two_shapes_without_discriminator_is_refused() -> None:
    holder = thing(pickup=EITHER)
    raw = document("/things", "get", response=as_json(ref("Holder")))
    [finding] = findings(with_schemas(raw, Locker=LOCKER, Door=DOOR, Holder=holder))
    assert finding.endswith(
        "The alternatives Locker and Door are both an object. Keep one of them, or add a discriminator. "
        "[union-decodable]"
    )


def test_a_date_or_a_time_by_anyof(tmp_path: Path) -> None:
    recorder = Recorder()
    with package_of(event_document(), tmp_path) as package:
        for value, text in (
            (dt.date(2027, 1, 2), "2027-01-02"),
            (dt.datetime(2027, 1, 2, 3, tzinfo=dt.UTC), "2027-01-02T03:00:00+00:00"),
        ):
            recorder.body = json.dumps({"at": text}).encode()
            for found in call_both(
                package, recorder, lambda things, at=value: things.act(at=at), strict=True
            ):
                assert json.loads(recorder.last.content) == {"at": text}
                assert (type(found.at), str(found.at)) == (Time, text)
                assert found.at.datetime == (value if isinstance(value, dt.datetime) else None)


def test_a_format_of_a_time_without_x_time_names_the_hint() -> None:
    event = thing(at={"anyOf": [STRING | {"format": "date"}, STRING | {"format": "date-time"}]})
    raw = document("/things", "get", response=as_json(ref("Event")))
    found = findings(with_schemas(raw, Event=event))
    assert len(found) == 2
    assert all("stands without x-time. Say which shapes occur." in one for one in found)


@pytest.mark.parametrize(
    "sign",
    [
        {"type": "integer", "enum": [1, -1], "x-enum-meanings": {"1": "Up.", "-1": "Down."}},
        {"type": "integer", "x-open-enum": {"1": "Up.", "-1": "Down."}},
    ],
)
@pytest.mark.parametrize("names", [{"1": "UP", "-1": "DOWN"}, {"1": "VALUE_1", "-1": "VALUE_NEGATIVE_1"}])
def test_an_enum_of_1_and_minus_1(sign: Any, names: dict[str, str], tmp_path: Path) -> None:
    raw = list_document("Sign", sign | {"x-enum-names": names})
    recorder = Recorder(body=b"[1, -1, 7]")
    with package_of(raw, tmp_path) as package:
        one, minus = (getattr(package.Sign, name) for name in names.values())
        for found in call_both(package, recorder, lambda things: things.act()):
            assert found[0] is one
            assert found[1] is minus
            assert (found[2], found[2].is_known) == (7, False)


def test_values_that_would_have_one_name_get_the_names_of_the_document(tmp_path: Path) -> None:
    spot = {"type": "string", "x-open-enum": {"lock-er": "A.", "lock_er": "B.", "door": "C."}}
    [finding] = findings(list_document("Spot", spot))
    assert "would both be LOCK_ER. Give one of them another name in x-enum-names." in finding
    spot["x-enum-names"] = {"lock_er": "LOCKER_OF_OLD"}
    recorder = Recorder(body=b'["lock-er", "lock_er", "door"]')
    with package_of(list_document("Spot", spot), tmp_path) as package:
        members = [package.Spot.LOCK_ER, package.Spot.LOCKER_OF_OLD, package.Spot.DOOR]
        for found in call_both(package, recorder, lambda things: things.act(), strict=True):
            assert found == members


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (document("/things/{k}", "get", parameters=[parameter("k", "path", ref("Stop"))]), "parameter-style"),
        (
            document("/things", "get", response={"application/hal+json": {"schema": ref("Stop")}}),
            "body-content",
        ),
        (document("/things", "head", response=as_json(ref("Stop"))), "body-content"),
        (document("/things", "get", response=as_json(ref("Stop")) | {"text/csv": {}}), "body-content"),
    ],
)
def test_what_cannot_work_is_refused_in_one_sentence(raw: Any, rule: str) -> None:
    assert [one.rpartition("[")[2] for one in findings(raw)] == [f"{rule}]"]


def test_the_list_for_maintainers_names_tests_and_rules_that_exist() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "document-constructs.md").read_text("utf-8")
    works, refused = page.partition("## Refused")[::2]
    named = re.findall(r"`(test_\w+)` \|$", works, re.MULTILINE)
    rules = [
        rule for row in refused.splitlines() for rule in re.findall(r"`([\w-]+)`", row.split("|")[-2:][0])
    ]
    assert len(named) > 20
    assert len(rules) > 10
    assert [name for name in named if name not in globals()] == []
    assert [rule for rule in rules if rule not in RULES] == []
