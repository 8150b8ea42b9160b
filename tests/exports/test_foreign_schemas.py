"""What documents for other tools share: no keys of ours, open enums that keep their values, no lost texts."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from export_support.exported import NEWEST, VERSIONS, documents, exported
from generator.document.document import Document
from generator.document.schema_walk import PREFIX
from generator.document.source import Location, Mark
from generator.errors import SpecError
from generator.export.documents import Target
from generator.export.foreign_schemas import foreign_document, foreign_part
from generator.lint.extension_table import EXTENSIONS

OPEN = "x-open-enum"


def keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, member in value.items():
            yield key
            yield from keys(member)
    elif isinstance(value, list):
        for member in value:
            yield from keys(member)


def document(schemas: dict[str, Any], **more: Any) -> Document:
    raw = {
        "info": {"title": "T", "version": "2024-01", "description": "D."},
        "components": {"schemas": schemas},
    }
    return Document("2024-01", raw | more, Mark(Location("made-up.yaml", 1, 1)))


@pytest.mark.parametrize("target", Target)
def test_no_key_of_ours_is_left(target: Target) -> None:
    ours = set(EXTENSIONS)
    assert ours & set(keys(documents()[NEWEST].raw)), "the walk finds them where they are"
    for version in VERSIONS:
        found = exported(version, target)
        assert ours & set(keys(found)) == set(), version
        texts = json.dumps(found)
        assert [name for name in ours if re.search(rf"\b{name}\b", texts)] == [], version


@pytest.mark.parametrize("version", VERSIONS)
def test_every_open_enum_keeps_its_values_and_takes_others(version: str) -> None:
    own = documents()[version].raw["components"]["schemas"]
    foreign = exported(version, Target.OPENAPI)["components"]["schemas"]
    enums = {name: schema for name, schema in own.items() if OPEN in schema}
    assert len(enums) > 10
    for name, schema in enums.items():
        known, other = foreign[name]["anyOf"]
        assert known == {"$ref": f"{PREFIX}Known{name}"}
        assert other == {"type": schema["type"]}
        closed = foreign[f"Known{name}"]
        assert [str(value) for value in closed["enum"]] == list(schema[OPEN])
        assert all(jsonschema_rs.is_valid({"type": schema["type"]}, value) for value in closed["enum"])
        assert all(meaning in closed["description"] for meaning in schema[OPEN].values())
        assert foreign[name]["description"] == schema["description"]
    assert set(foreign) - set(own) == {f"Known{name}" for name in enums}


@pytest.mark.parametrize("version", VERSIONS)
def test_nothing_else_is_lost(version: str) -> None:
    """Apart from our keys, everything stays; texts may only lose sentences about those."""

    def differences(own: Any, foreign: Any, where: str) -> Iterator[str]:
        if isinstance(own, dict) and OPEN in own and isinstance(own[OPEN], dict):
            return
        if isinstance(own, dict) and isinstance(foreign, dict):
            for key in own.keys() | foreign.keys():
                if key in EXTENSIONS or (where == "/components/schemas" and key.startswith("Known")):
                    continue
                if key not in own or key not in foreign:
                    yield f"{where}/{key}"
                else:
                    yield from differences(own[key], foreign[key], f"{where}/{key}")
        elif isinstance(own, list) and isinstance(foreign, list) and len(own) == len(foreign):
            for index, pair in enumerate(zip(own, foreign, strict=True)):
                yield from differences(*pair, f"{where}/{index}")
        elif own != foreign and not (where.endswith("/description") and own.partition(". ")[0] in foreign):
            yield where

    own = documents()[version].raw
    assert list(differences(own, foreign_document(documents()[version]), "")) == []
    planted = copy.deepcopy(own)
    planted["paths"]["/trackings"]["get"].pop("summary")
    assert list(differences(own, planted, ""))


def test_names_that_look_like_keys_of_ours_stay() -> None:
    """Properties, headers and paths are named by others, and examples are data."""
    properties = {"x-sent": {"type": "string", "x-sent": "observed"}, "enum": {"type": "string"}}
    schema = {
        "type": "object",
        "properties": properties,
        "examples": [{"x-sent": "a"}],
        "required": ["x-sent"],
        "x-provenance": "sdk",
    }
    assert foreign_part(schema) == {
        "type": "object",
        "properties": {"x-sent": {"type": "string"}, "enum": {"type": "string"}},
        "examples": [{"x-sent": "a"}],
        "required": ["x-sent"],
    }
    response = {"headers": {"x-sent": {"schema": {"type": "string"}}}, "x-provenance": "sdk"}
    assert foreign_part(response) == {"headers": {"x-sent": {"schema": {"type": "string"}}}}


def test_an_open_enum_that_is_not_a_component_becomes_a_union() -> None:
    schema = {"type": "integer", OPEN: {"1": "One.", "2": "Two."}, "description": "A number.", "default": 1}
    assert foreign_part(schema) == {
        "description": "A number.",
        "default": 1,
        "anyOf": [{"type": "integer", "enum": [1, 2]}, {"type": "integer"}],
    }


def test_an_open_enum_that_may_be_null_stays_so() -> None:
    raw = document({"Size": {"type": ["string", "null"], OPEN: {"s": "Small."}, "description": "A size."}})
    schemas = foreign_document(raw)["components"]["schemas"]
    assert schemas["Size"]["anyOf"] == [{"$ref": f"{PREFIX}KnownSize"}, {"type": ["string", "null"]}]
    assert (schemas["KnownSize"]["type"], schemas["KnownSize"]["enum"]) == ("string", ["s"])


def test_what_is_deprecated_and_until_when_is_said_in_words() -> None:
    old = {
        "type": "string",
        "description": "Old.",
        "deprecated": True,
        "x-deprecated": {"since": "2024-07", "removed-in": "2025-01", "instead": "fresh"},
    }
    assert foreign_part(old) == {
        "type": "string",
        "deprecated": True,
        "description": "Old. Deprecated since 2024-07, to be removed in 2025-01: use fresh.",
    }
    info = {"title": "T", "version": "2024-01", "description": "D.", "x-supported-until": "2027-01-11"}
    text = foreign_document(document({}, info=info))["info"]["description"]
    assert text == "D. This version is supported until 2027-01-11."


def test_a_component_with_the_name_of_known_values_is_refused() -> None:
    size = {"type": "string", OPEN: {"s": "Small."}}
    with pytest.raises(
        SpecError, match='"KnownSize" is what the known values of "Size" are called'
    ) as caught:
        foreign_document(document({"Size": size, "KnownSize": {"type": "string"}}))
    assert caught.value.hint == "Give the component another name."
