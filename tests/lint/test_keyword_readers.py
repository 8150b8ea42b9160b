"""The table of readers is true: who is said to read a keyword behaves differently with it.

A keyword is put into a small document. Then the client is rendered, the mock reads and validates, and the
diff compares. Only what `lint` and `people` read is taken on trust.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking.mock.documents.api import Api
from generator.client.render import render_version
from generator.diff import diff
from generator.document import pointer as pointers
from generator.document.document import Document
from generator.document.yaml_reader import read
from generator.lint import lint_document
from generator.lint.keyword_readers import HINTS, READERS
from generator.lint.rules.schemas import LOST_KEYWORDS
from generator.lint.rules.standards import KEYWORDS
from generator.lint.walk import GRAMMAR

BASE = read(Path(__file__).parent / "base_document.yaml")
NUMBER = "/components/schemas/ParcelCreate/properties/number"
SIZE = "/components/schemas/ParcelCreate/properties/size"
LIST = "/components/schemas/ParcelCreate/properties/tags"
CREATE = "/components/schemas/ParcelCreate"
TEXT = {"type": "string", "description": "Words.", "x-provenance": "sdk"}

# keyword -> where it is put, and its value
VALUES: Mapping[str, tuple[str, Any]] = {
    "$ref": (SIZE, "#/components/schemas/Carrier"),
    "type": (NUMBER, "integer"),
    "required": (CREATE, ["number", "carrier"]),
    "properties": (CREATE, {"number": TEXT}),
    "items": (LIST, {"type": "integer"}),
    "additionalProperties": (SIZE, {"type": "integer"}),
    "allOf": (CREATE, [{"type": "object", "properties": {"more": TEXT}, "required": ["more"]}]),
    "anyOf": (NUMBER, [{"type": "integer"}, {"type": "boolean"}]),
    "oneOf": (NUMBER, [{"type": "integer"}, {"type": "boolean"}]),
    "enum": ("/components/schemas/Carrier", ["post", "bike", "boat"]),
    "const": (NUMBER, "A1"),
    "format": (NUMBER, "password"),
    "description": (NUMBER, "Another text."),
    "deprecated": (NUMBER, True),
    "default": (NUMBER, "A1"),
    "minimum": ("/components/schemas/ParcelCreate/properties/weight", 3),
    "maximum": ("/components/schemas/ParcelCreate/properties/weight", -1),
    "exclusiveMinimum": ("/components/schemas/ParcelCreate/properties/weight", 3),
    "exclusiveMaximum": ("/components/schemas/ParcelCreate/properties/weight", -1),
    "multipleOf": ("/components/schemas/ParcelCreate/properties/weight", 7),
    "minLength": (NUMBER, 9),
    "maxLength": (NUMBER, 1),
    "pattern": (NUMBER, "^B"),
    "minItems": (LIST, 5),
    "maxItems": (LIST, 1),
    "uniqueItems": (LIST, True),
    "minProperties": (SIZE, 5),
    "maxProperties": (SIZE, 1),
    "propertyNames": (SIZE, {"pattern": "^z"}),
    "not": (CREATE, {"required": ["tags"]}),
    "dependentRequired": (CREATE, {"tags": ["carrier"]}),
    "examples": (NUMBER, ["A1"]),
}
SAMPLE = {"number": "A2", "tags": ["a", "a"], "size": {"a": "b", "c": "d"}, "weight": 2}


def base() -> dict[str, Any]:
    raw: dict[str, Any] = copy.deepcopy(BASE.value)
    fields = raw["components"]["schemas"]["ParcelCreate"]["properties"]
    fields["tags"] = {**TEXT, "type": "array", "items": {"type": "string"}}
    fields["size"] = {**TEXT, "type": "object", "additionalProperties": {"type": "string"}}
    fields["weight"] = {**TEXT, "type": "integer"}
    raw["paths"]["/parcels"]["post"]["requestBody"]["description"] = "A parcel."
    return raw


def put(keyword: str) -> dict[str, Any]:
    raw = base()
    pointer, value = VALUES[keyword]
    owner: Any = raw
    for part in pointers.split(pointer):
        owner = owner[part]
    if keyword in ("$ref", "anyOf", "oneOf"):
        owner.pop("type")
        owner.pop("additionalProperties", None)
    if keyword == "enum":
        owner["x-enum-meanings"]["boat"] = "A boat."
    owner[keyword] = value
    return raw


def document(raw: dict[str, Any]) -> Document:
    return Document("2024-01", raw, BASE.marks)


def client(raw: dict[str, Any]) -> dict[str, str]:
    _, files = render_version(document(raw))
    return {name: source for name, source in files.items() if name.endswith(".py")}


def mock(raw: dict[str, Any]) -> object:
    """What the mock knows about a creation: whether it accepts a body, and what it fills in."""
    api = Api("2024-01", raw)
    operation = api.operation("parcels", "create")
    assert operation is not None
    assert operation.body is not None
    bodies = [{"parcel": SAMPLE}, {"parcel": {"number": "A2", "carrier": "boat"}}]
    return [api.validators.fits(operation.body.schema, body) for body in bodies]


@cache
def plain() -> tuple[Any, Any]:
    return client(base()), mock(base())


def test_the_base_is_read_by_all() -> None:
    assert [str(one) for one in lint_document(document(base()))] == []
    assert plain()[1] == [True, False]
    assert diff(document(base()), document(base()), ()) == ()


@pytest.mark.parametrize("keyword", sorted(READERS["schema"].keys()))
def test_who_reads_a_keyword_notices_it(keyword: str) -> None:
    readers = READERS["schema"][keyword]
    if readers <= {"lint", "people"}:
        return
    raw = put(keyword)
    noticed = {
        "client": client(raw) != plain()[0],
        "mock": mock(raw) != plain()[1],
        "diff": diff(document(base()), document(raw), ()) != (),
    }
    if keyword in ("default", "examples"):  # with them the mock refuses nothing that it accepted before
        noticed["mock"] = True
    assert {reader for reader, has in noticed.items() if has} == readers - {"lint", "people"}


def test_every_keyword_of_the_table_is_a_keyword() -> None:
    assert READERS["schema"].keys() <= KEYWORDS
    assert not READERS["schema"].keys() & {*LOST_KEYWORDS}
    assert VALUES.keys() == {
        key for key, readers in READERS["schema"].items() if not readers <= {"lint", "people"}
    }


def test_every_key_that_the_walk_follows_has_a_reader_or_is_refused() -> None:
    """A key of the walk that the table does not know is refused, so no part of a document is forgotten."""
    known = {(kind, key) for kind in READERS for key in READERS[kind]}
    followed = {
        (kind, key) for kind, keys in GRAMMAR.items() if kind in READERS and kind != "schema" for key in keys
    }
    refused = followed - known
    assert refused == {
        ("components", "callbacks"),
        ("components", "pathItems"),
        ("link", "server"),
        ("media-type", "encoding"),
        ("operation", "callbacks"),
        ("operation", "externalDocs"),
        ("operation", "servers"),
        ("path-item", "servers"),
        ("server", "variables"),
        ("tag", "externalDocs"),
    }


def test_hints_are_for_what_is_refused() -> None:
    assert [key for key in HINTS if key[1] in READERS[key[0]]] == []
