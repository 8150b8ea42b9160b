"""What the document says reaches the diff: every keyword that is read is changed once, and the diff says so.

Or it stands in `NOT_REPORTED`, with its reason.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from diff_support.keyword_edits import EDITS, GONE, SCHEMAS, TEXT, Edit, Key
from diff_support.unreported_keywords import NOT_REPORTED
from generator.diff import diff
from generator.diff.comparing import certainty, constraints, remarks
from generator.document import pointer as pointers
from generator.document.document import Document
from generator.document.source import Location, Mark
from generator.document.yaml_reader import read
from generator.lint.extension_table import EXTENSIONS
from generator.lint.keyword_readers import READERS

PARCELS = read(Path(__file__).parent / "parcels.yaml").value
MODELS = {"request": "ParcelCreate", "response": "Cause", "webhook": "ParcelEvent"}


def document(raw: Any) -> Document:
    return Document("2024-01", raw, Mark(Location("parcels.yaml", 1, 1)))


def said(before: Any, after: Any) -> list[str]:
    return [change.text for change in diff(document(before), document(after))]


# ---- Schemas -----------------------------------------------------------------------------------------------


def _plain(raw: Any, schema: Any) -> Any:
    return schema


def _named(raw: Any, schema: Any) -> Any:
    raw["components"]["schemas"]["Named"] = schema
    return {"$ref": "#/components/schemas/Named"}


def _named_or_null(raw: Any, schema: Any) -> Any:
    return {"anyOf": [_named(raw, schema), {"type": "null"}]}


def _item(raw: Any, schema: Any) -> Any:
    return {"type": "array", "items": schema}


def _entry(raw: Any, schema: Any) -> Any:
    return {"type": "object", "additionalProperties": schema}


WRITTEN: Mapping[str, Callable[[Any, Any], Any]] = {
    "plain": _plain,
    "named": _named,
    "named or null": _named_or_null,
    "item": _item,
    "entry": _entry,
}
"""The ways to write a schema into another one."""
OF_PROPERTIES = {"deprecated", "x-deprecated", "x-sent"}
"""Keywords that say something about a property or a parameter, not about a value."""


def holding(schema: Any, area: str, written: str) -> Any:
    """The document with the schema in one of its areas."""
    raw = copy.deepcopy(PARCELS)
    value = WRITTEN[written](raw, copy.deepcopy(schema))
    if area == "parameter":
        outer = {key: value.pop(key) for key in ("description", "deprecated", "x-deprecated") if key in value}
        parameter = {"name": "thing", "in": "query", "schema": value, **outer}
        raw["paths"]["/parcels"]["get"]["parameters"].append(parameter)
    else:
        raw["components"]["schemas"][MODELS[area]]["properties"]["thing"] = value
    return raw


def schema_cases() -> Iterator[tuple[str, str, str]]:
    for keyword in SCHEMAS:
        for area in (*MODELS, "parameter"):
            yield keyword, area, "plain"
        if keyword not in OF_PROPERTIES:
            yield from ((keyword, "response", written) for written in WRITTEN if written != "plain")


def silent_about(keyword: str, area: str, written: str) -> list[Any]:
    """The pairs of schemas whose difference the diff does not report."""
    return [
        (before, after)
        for before, after in SCHEMAS[keyword]
        if not said(holding(before, area, written), holding(after, area, written))
    ]


# Where a keyword of a schema says nothing, with the reason.
NOTHING_THERE = {
    **{("x-sent", area): "only what is read comes always or sometimes" for area in ("request", "parameter")},
}


@pytest.mark.parametrize(("keyword", "area", "written"), list(schema_cases()))
def test_a_change_in_a_schema_is_reported(keyword: str, area: str, written: str) -> None:
    silent = silent_about(keyword, area, written)
    if ("schema", keyword) in NOT_REPORTED or (keyword, area) in NOTHING_THERE:
        assert silent == SCHEMAS[keyword]
    else:
        assert silent == []


# ---- Everything else ---------------------------------------------------------------------------------------


def edited(pointer: str, value: Any) -> Any:
    raw = copy.deepcopy(PARCELS)
    *parents, last = pointers.split(pointer)
    owner = raw
    for part in parents:
        owner = owner[int(part)] if isinstance(owner, list) else owner.setdefault(part, {})
    key: Any = int(last) if isinstance(owner, list) else last
    if value is not GONE:
        owner[key] = copy.deepcopy(value)
    elif not isinstance(owner, list):
        owner.pop(key, None)
    for one in (raw["paths"]["/parcels"]["get"],):
        if "x-deprecated" in one:
            one["deprecated"] = True
    return raw


def silent_edits(key: Key) -> list[Edit]:
    return [edit for edit in EDITS[key] if not said(edited(edit[0], edit[1]), edited(edit[0], edit[2]))]


@pytest.mark.parametrize("key", list(EDITS), ids=" ".join)
def test_a_change_is_reported(key: Key) -> None:
    assert silent_edits(key) == (EDITS[key] if key in NOT_REPORTED else [])


def inline(area: str, schema: Any) -> Any:
    """The document with an object without a name: as a response, a body, a webhook or a parameter."""
    raw = copy.deepcopy(PARCELS)
    get, post = raw["paths"]["/parcels/{id}"]["get"], raw["paths"]["/parcels"]["post"]
    event = raw["webhooks"]["parcel_update"]["post"]
    if area == "parameter":
        raw["paths"]["/parcels"]["get"]["parameters"].append(
            {"name": "thing", "in": "query", "schema": schema}
        )
        return raw
    if area == "response":
        get.pop("x-unwrap")
    if area == "request":
        post.pop("x-body-wrapper")
    holder = {"response": get["responses"]["200"], "request": post["requestBody"]}.get(
        area, event["requestBody"]
    )
    holder["content"]["application/json"]["schema"] = schema
    return raw


@pytest.mark.parametrize("area", [*MODELS, "parameter"])
@pytest.mark.parametrize(
    "keyword", ["required", "properties", "type", "x-sent", "deprecated", "maxLength", "default"]
)
def test_an_object_without_a_name_is_compared_too(area: str, keyword: str) -> None:
    """No keyword ends in an error; and what is required from now on may mean nothing to those who read."""
    for before, after in SCHEMAS[keyword]:
        sides = []
        for schema in (before, after):
            whole = schema if schema.get("properties") else {"type": "object", "properties": {"a": schema}}
            sides.append(inline(area, whole))
        assert said(*sides) or (keyword == "x-sent" and area in ("request", "parameter"))
    more = {"type": "object", "properties": {"a": TEXT, "b": TEXT}, "required": ["b"]}
    assert said(inline(area, {"type": "object", "properties": {"a": TEXT}}), inline(area, more))


# ---- The lists ---------------------------------------------------------------------------------------------


def test_every_keyword_that_is_read_is_tried() -> None:
    read_ones = {(kind, key) for kind, keys in READERS.items() for key in keys}
    read_ones |= {(kind, key) for key, one in EXTENSIONS.items() for kind in one.objects}
    tried = {(kind, key.partition("/")[0]) for kind, key in EDITS} | {("schema", key) for key in SCHEMAS}
    assert read_ones - tried == set()
    assert {kind for kind, _ in tried - read_ones} <= {"webhook"}
    assert set(NOT_REPORTED) <= {*EDITS, *(("schema", key) for key in SCHEMAS)}
    assert all(NOT_REPORTED.values())


@pytest.mark.parametrize(
    ("module", "name", "value", "keyword"),
    [
        (constraints, "CONSTRAINTS", ("minimum",), "maxLength"),
        (constraints, "_times", lambda *_: (), "x-time"),
        (remarks, "compare_defaults", lambda *_: (), "default"),
        (certainty, "compare", lambda *_, **__: (), "x-sent"),
    ],
)
def test_a_planted_omission_is_red(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, value: Any, keyword: str
) -> None:
    assert silent_about(keyword, "response", "plain") == []
    monkeypatch.setattr(module, name, value)
    assert silent_about(keyword, "response", "plain") == SCHEMAS[keyword]
