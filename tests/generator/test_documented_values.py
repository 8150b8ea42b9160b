"""Limits, defaults and long texts of the document reach the docstrings and the declarations of the client."""

from __future__ import annotations

import importlib
import inspect
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking import documents
from generator.client.package_reader import package_name
from generator.client.schema_classes import Schemas
from generator.client.texts.documented_values import documented_value, limits_sentence
from generator.client.texts.time_shapes import shapes_sentence
from generator_support.documents import as_document, parcels, ref, small
from generator_support.installed import installed

VERSIONS = documents.versions()


def sentence(schema: Mapping[str, Any], **others: Any) -> str:
    schemas = Schemas(as_document(small(**others)))
    return limits_sentence(documented_value(schemas, schema, ""))


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 200, "default": 100}, "1 to 200, default 100."),
        ({"type": "integer", "minimum": 0, "maximum": 9}, "0 to 9."),
        ({"type": "integer", "minimum": 1}, "At least 1."),
        ({"type": "integer", "minimum": 0}, "At least 0."),
        ({"type": "string", "minLength": 0, "maxLength": 9}, "At most 9 characters."),
        ({"type": "array", "minItems": 2}, "At least 2 items."),
        (
            {"type": "string", "minLength": 4, "pattern": "^A", "x-constraints": {"pattern": "sdk"}},
            "At least 4 characters, matching `^A` (by the SDKs).",
        ),
        (
            {
                "type": "integer",
                "minimum": 1,
                "maximum": 5,
                "x-constraints": {"minimum": "documented", "maximum": "observed"},
            },
            "1 to 5 (observed).",
        ),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 2.5}, "At most 2.5, more than 0."),
        ({"type": "number", "exclusiveMaximum": 5, "multipleOf": 0.1}, "Less than 5, a multiple of 0.1."),
        ({"type": "string", "minLength": 1}, "Not empty."),
        ({"type": "string", "maxLength": 256}, "At most 256 characters."),
        ({"type": "string", "minLength": 3, "maxLength": 3}, "3 characters."),
        ({"type": "string", "maxLength": 1}, "At most 1 character."),
        ({"type": "string", "pattern": r"^\+"}, r"Matching `^\+`."),
        ({"type": "boolean", "default": False}, "Default false."),
        (
            {"type": "array", "maxItems": 50, "items": {"type": "string", "maxLength": 32}},
            "At most 50 items, each at most 32 characters.",
        ),
        (
            {
                "type": ["object", "null"],
                "maxProperties": 25,
                "propertyNames": {"maxLength": 30},
                "additionalProperties": {"type": "string", "maxLength": 512},
            },
            "At most 25 entries, each name at most 30 characters, each value at most 512 characters.",
        ),
        (
            {
                "anyOf": [
                    {"type": "array", "maxItems": 3},
                    {"type": "string", "maxLength": 9},
                    {"type": "null"},
                ]
            },
            "As a list at most 3 items; as a string at most 9 characters.",
        ),
        # Two alternatives of one type limit nothing together.
        ({"anyOf": [{"type": "string", "maxLength": 9}, {"type": "string", "format": "date"}]}, ""),
        ({"anyOf": [{"type": "string", "maxLength": 9}, {}]}, ""),
        ({"allOf": [{"type": "string", "minLength": 2}, {"maxLength": 9}]}, "2 to 9 characters."),
        ({**ref("Code"), "maxLength": 5}, "2 to 5 characters."),
        ({"type": "string", "deprecated": True, "maxLength": 5}, "Deprecated. At most 5 characters."),
        (
            {"type": "string", "deprecated": True, "x-deprecated": {"since": "2031-01", "instead": "name"}},
            "Deprecated since 2031-01: use name.",
        ),
        ({"type": "string"}, ""),
    ],
)
def test_the_limits_of_a_schema_in_words(schema: dict[str, Any], expected: str) -> None:
    assert sentence(schema, Code={"type": "string", "minLength": 2, "maxLength": 9}) == expected


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "x-time": ["local", "date"]}, "Comes as a day or a time without a zone."),
        (
            {"type": ["string", "null"], "x-time": ["zoned", "local", "date"]},
            "Comes as a day, a time without a zone or a time with a zone.",
        ),
        (
            {"anyOf": [{"x-time": ["date"]}, {"x-time": ["utc"]}, {"type": "null"}]},
            "Comes as a day or a time in UTC.",
        ),
        (ref("When"), "Comes as a day as `20240206` or a time of day as `14:30:00`."),
        ({"type": "string", "x-time": ["date", "unheard"]}, "Comes as a day or unheard."),
        ({"type": "string", "x-time": ["spaced"]}, "Form: a time as `2024-02-06 14:30:00`."),
        # The types `Date` and `Timestamp` say these.
        ({"type": "string", "x-time": ["date"]}, ""),
        ({"type": "string", "x-time": ["utc", "zoned"]}, ""),
        ({"type": "string"}, ""),
    ],
)
def test_the_shapes_of_a_time_in_words(schema: dict[str, Any], expected: str) -> None:
    when = {"type": "string", "x-time": ["time-of-day", "compact-date"]}
    assert shapes_sentence(Schemas(as_document(small(When=when))), schema, "") == expected


@pytest.mark.parametrize(
    ("shapes", "expected"),
    [
        (["spaced"], "Form: a time as `2024-02-06 14:30:00`."),
        (["time-of-day"], "Form: a time of day as `14:30:00`."),
        (["local", "date"], "Forms: a day or a time without a zone."),
        (["date", "zoned", "compact-date"], "Forms: a day, a day as `20240206` or a time with a zone."),
        # The types `DatetimeInput` and `TimeInput` say these.
        (["date", "local", "zoned"], ""),
        (["date"], ""),
        (["utc", "zoned"], ""),
        (["date", "zoned"], ""),
    ],
)
def test_the_shapes_of_a_time_that_is_an_argument(shapes: list[str], expected: str) -> None:
    schema = {"type": "string", "x-time": shapes}
    assert shapes_sentence(Schemas(as_document(small())), schema, "", sent=True) == expected


def test_the_forms_of_arguments_and_fields_are_in_the_docstrings() -> None:
    resource = importlib.import_module("aftership_tracking.v2026_07.resources.estimated_delivery_dates")
    models = importlib.import_module("aftership_tracking.v2026_07.models")
    inputs = importlib.import_module("aftership_tracking.v2026_07.inputs")
    form = "local time of the origin. Form: a time as `2024-02-06 14:30:00`."
    for module in (resource, models, inputs):
        assert form in " ".join(inspect.getsource(module).split()), module


@pytest.mark.parametrize("version", VERSIONS)
def test_every_time_of_several_shapes_says_them(version: str) -> None:
    models = importlib.import_module(f"aftership_tracking.{package_name(version)}.models")
    source = inspect.getsource(models)
    assert re.search(r'first_attempted_at: Time [^\n]*\n    """[^"]*Comes as a ', source)


def test_an_object_in_itself_has_limits_too() -> None:
    tree = {"type": "array", "maxItems": 2, "items": ref("Tree")}

    assert sentence(ref("Tree"), Tree=tree) == "At most 2 items."


def test_limits_and_defaults_are_in_the_docstrings_of_methods_and_models(tmp_path: Path) -> None:
    raw = parcels()
    create = raw["components"]["schemas"]["ParcelCreate"]["properties"]
    create["number"] |= {"maxLength": 12}
    raw["components"]["schemas"]["Parcel"]["properties"]["id"] |= {"maxLength": 40}

    with installed(raw, tmp_path) as package:
        resource = importlib.import_module(f"{package.__name__}.resources.parcels")
        for owner in (resource.Parcels, resource.AsyncParcels):
            documented = " ".join((inspect.getdoc(owner.create) or "").split())
            assert "At most 12 characters." in documented
            assert owner.create.__doc__ == resource.Parcels.create.__doc__
        source = Path(str(package.__file__)).with_name("models.py").read_text("utf-8")
        assert "At most 40 characters." in source


LONG = "This is a sentence that goes on for a long time, so that one line cannot hold it. " * 5


def test_no_text_is_cut(tmp_path: Path) -> None:
    raw = parcels()
    for schema in raw["components"]["schemas"].values():
        schema["description"] = f"Schema. {LONG}"
        for inner in schema.get("properties", {}).values():
            inner["description"] = f"Property. {LONG}"
    listing = raw["paths"]["/parcels"]["get"]
    listing["summary"] = f"List. {LONG}"
    for parameter in listing["parameters"]:
        parameter["description"] = f"Parameter. {LONG}"

    with installed(raw, tmp_path) as package:
        resource = importlib.import_module(f"{package.__name__}.resources.parcels")
        documented = inspect.getdoc(resource.AsyncParcels.list) or ""
        assert " ".join(documented.split()).count(LONG.strip()) == 1 + len(listing["parameters"])
        for module in ("models", "enums"):
            source = Path(str(package.__file__)).with_name(f"{module}.py").read_text("utf-8")
            joined = " ".join(source.split())
            assert joined.count(LONG.strip()) == joined.count("This is a sentence") // 5 > 0
        assert max(map(len, source.splitlines())) <= 110


@pytest.mark.parametrize("version", VERSIONS)
def test_every_text_and_default_of_a_parameter_is_in_the_help_of_both_clients(version: str) -> None:
    """The whole description of each parameter, from the document that is shipped."""
    compared = 0
    for method, sync_owner, async_owner in _methods(version):
        for owner in (sync_owner, async_owner):
            shown = " ".join((inspect.getdoc(getattr(owner, method.name)) or "").split())
            for text in method.texts:
                assert " ".join(text.split()) in shown, (version, method.name, text)
                compared += 1
    assert compared > 20


class _Method:
    def __init__(self, name: str, texts: list[str]) -> None:
        self.name, self.texts = name, texts


def _methods(version: str) -> Iterator[tuple[_Method, type, type]]:
    document = documents.document(version)
    for path, item in document["paths"].items():
        for verb, operation in item.items():
            if verb not in ("get", "post", "put", "delete", "patch"):
                continue
            texts = []
            for parameter in [*item.get("parameters", ()), *operation.get("parameters", ())]:
                if "$ref" in parameter:
                    parameter = document["components"]["parameters"][parameter["$ref"].rpartition("/")[2]]
                own_cursor = operation.get("x-pagination", {}).get("cursor")
                if parameter["in"] in ("path", "query") and parameter["name"] != own_cursor:
                    texts.append(parameter["description"])
                    if "default" in parameter["schema"]:
                        texts.append(f"default {json.dumps(parameter['schema']['default'])}")
            name = operation["x-resource"]
            module = importlib.import_module(f"aftership_tracking.{package_name(version)}.resources.{name}")
            camel = "".join(word.capitalize() for word in name.split("_"))
            assert path
            yield (
                _Method(operation["x-method"], texts),
                getattr(module, camel),
                getattr(module, f"Async{camel}"),
            )
