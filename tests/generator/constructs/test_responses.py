"""What a response may hold beside what the nine versions hold, read by both clients."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking.errors import ApiError, DecodeError, NotFoundError
from aftership_tracking.runtime.models.times import Time
from generator_support.construct_documents import (
    DATE,
    INTEGER,
    JSON,
    MAPPING,
    STRING,
    as_json,
    board_document,
    content_document,
    event_document,
    holder_document,
    labelled_document,
    list_document,
    pickup_document,
    plain_document,
    stops_document,
    with_key,
)
from generator_support.constructs import (
    Recorder,
    call_both,
    document,
    findings,
    package_of,
    parameter,
    thing,
    with_schemas,
)
from generator_support.documents import ref

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
