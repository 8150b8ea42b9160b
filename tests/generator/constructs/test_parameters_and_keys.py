"""Parameters, keys and fields of requests beside those of the nine versions, sent by both clients."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking.errors import LikelyMistakeWarning, UsageError
from generator_support.construct_documents import (
    AREA_SENT,
    AREA_STYLES,
    BOOLEAN,
    DATE,
    INSTANT,
    INTEGER,
    PATH_VALUES,
    STRING,
    area_document,
    as_json,
    bearer_document,
    counts_document,
    labels_document,
    new_document,
    open_document,
    with_key,
)
from generator_support.constructs import (
    Recorder,
    call_both,
    document,
    package_of,
    parameter,
    sent_paths,
    thing,
    with_schemas,
)
from generator_support.documents import ref


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
