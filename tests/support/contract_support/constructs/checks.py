"""Calls of generated clients, mocks and moves for constructs that the real versions do not have.

Each check makes a document with one construct, and returns complaints, so that a test and a mutant can both
use it. The tests of generator and mock look at the same constructs in more depth.
"""

from __future__ import annotations

import importlib
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from contract_support.constructs.changes import parameter_with_another_name, value_that_became_two
from contract_support.constructs.differences import differences
from generator_support.construct_documents import (
    AREA_SENT,
    AREA_STYLES,
    BOOLEAN,
    EITHER,
    STRING,
    area_document,
    as_json,
    bearer_document,
    either_body_document,
    labelled_document,
    with_key,
)
from generator_support.constructs import Recorder, call_both, document, findings, thing, with_schemas
from generator_support.documents import ref
from generator_support.installed import installed
from generator_support.mocked import Mocked, mocked


@contextmanager
def _package(raw: Any) -> Iterator[ModuleType]:
    assert findings(raw) == []
    with tempfile.TemporaryDirectory() as folder, installed(raw, Path(folder)) as package:
        yield package


@contextmanager
def _mocked(raw: Any) -> Iterator[Mocked]:
    with tempfile.TemporaryDirectory() as folder, mocked(raw, Path(folder)) as world:
        yield world


def boolean_in_a_path() -> list[str]:
    """A boolean in a path is `true` or `false`."""
    recorder = Recorder(204)
    with _package(with_key("get", BOOLEAN, status="204")) as package:
        for value in (True, False):
            call_both(package, recorder, lambda things, value=value: things.act(value))
    sent = [one.url.path.rpartition("/")[2] for one in recorder.requests]
    return differences(segments=(sent, ["true", "true", "false", "false"]))


def object_in_a_query() -> list[str]:
    """An object in a query has the names that the style `deepObject` says."""
    style, query = AREA_STYLES[0]
    recorder = Recorder(204)
    with _package(area_document(style)) as package:
        call_both(package, recorder, lambda things: things.act(area=AREA_SENT))
    return differences(query=([dict(one.url.params) for one in recorder.requests], [query] * 2))


def typed_further_fields() -> list[str]:
    """Fields beside the declared ones are in `extra`, and are written again."""
    content = {"known": "a", "b": 5, "c": 7}
    recorder = Recorder(body=json.dumps({"meta": {"code": 200}, "data": content}).encode())
    found = []
    with _package(labelled_document()) as package:
        for read in call_both(package, recorder, lambda things: things.act(), strict=True):
            found += differences(
                extra=(read.extra, {"b": 5, "c": 7}), written=(json.loads(read.to_json()), content)
            )
    return found


def tag_of_a_body() -> list[str]:
    """A body that is one of two objects has the property that says which."""
    recorder = Recorder(204)
    with _package(either_body_document(EITHER)) as package:
        call_both(package, recorder, lambda things: things.act(body=package.Door(kind="door", floor=2)))
    sent = [json.loads(one.content) for one in recorder.requests]
    return differences(bodies=(sent, [{"kind": "door", "floor": 2}] * 2))


def bearer_token() -> list[str]:
    """An operation that takes a bearer token gets the key as one."""
    recorder = Recorder(204)
    with _package(bearer_document()) as package:
        call_both(package, recorder, lambda things: things.act())
    sent = [one.headers.get("authorization") for one in recorder.requests]
    return differences(authorization=(sent, ["Bearer key"] * 2))


def no_content() -> list[str]:
    """The mock's response with 204 has no body."""
    with _mocked(with_key("delete", status="204")) as world:
        response = world.send("DELETE", "/things/a")
    return differences(status=(response.status, 204), body=(response.body, b""))


def further_fields_of_the_mock() -> list[str]:
    """The mock sends fields beside the declared ones where the document allows them."""
    content = {"known": "a", "b": 5}
    raw = labelled_document()
    media = raw["paths"]["/things"]["get"]["responses"]["200"]["content"]["application/json"]
    media["examples"] = {"one": {"summary": "One", "value": {"meta": {"code": 200}, "data": content}}}
    with _mocked(raw) as world:
        return differences(data=(world.send("GET", "/things").json["data"], content))


def documented_limit() -> list[str]:
    """The mock refuses what breaks a documented limit."""
    new = thing(name=STRING | {"maxLength": 3})
    raw = document("/things", "post", requestBody={"content": as_json(ref("New"))}, status="204")
    with _mocked(with_schemas(raw, New=new)) as world:
        statuses = [world.send("POST", "/things", json={"name": name}).status for name in ("abc", "abcd")]
    return differences(statuses=(statuses, [204, 400]))


def deprecation() -> list[str]:
    """A deprecated operation has the mark of PEP 702 in both clients, and the hint of the mock."""
    raw = document("/things", "get", status="204", deprecated=True)
    with _mocked(raw) as world:
        hint = world.send("GET", "/things").headers.get("as-mock-hint")
        resources = importlib.import_module(f"{world.package.__name__}.resources.things")
        marks = [
            getattr(cls.act, "__deprecated__", None) for cls in (resources.Things, resources.AsyncThings)
        ]
    return differences(
        hint=(str(hint).rpartition("; ")[2], "operation: deprecated"), marks=(marks, ["Deprecated."] * 2)
    )


CHECKS: Mapping[str, Callable[[], list[str]]] = {
    check.__name__: check
    for check in (
        boolean_in_a_path,
        object_in_a_query,
        typed_further_fields,
        tag_of_a_body,
        bearer_token,
        no_content,
        further_fields_of_the_mock,
        documented_limit,
        deprecation,
        value_that_became_two,
        parameter_with_another_name,
    )
}
