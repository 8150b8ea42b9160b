"""Types as source code: what is read, what may be sent, and unions that cannot be decoded."""

from __future__ import annotations

from typing import Any

import pytest

from generator.client.type_annotations import Annotator
from generator.errors import SpecError
from generator_support.documents import as_document, ref, small

STRING = {"type": "string"}
NULL = {"type": "null"}
OTHER = {"type": "object", "properties": {"a": STRING}}
STATE = {"type": "string", "x-open-enum": {"A": "It."}}
LEVEL = {"type": "integer", "x-open-enum": {"1": "It."}}

CASES = [
    (STRING, "str", "str"),
    ({"type": ["string", "null"]}, "str | None", "str | None"),
    ({"type": "number"}, "float", "float"),
    ({"type": ["integer", "boolean"]}, "int | bool", "int | bool"),
    ({"type": "array", "items": STRING}, "list[str]", "Sequence[str]"),
    ({"type": "object"}, "dict[str, Any]", "Mapping[str, Any]"),
    ({"type": "object", "additionalProperties": True}, "dict[str, Any]", "Mapping[str, Any]"),
    ({"type": "object", "additionalProperties": {"type": "integer"}}, "dict[str, int]", "Mapping[str, int]"),
    (ref("Other"), "Other", "Other | OtherInput"),
    ({"anyOf": [NULL, ref("Other")]}, "Other | None", "Other | OtherInput | None"),
    (ref("State"), "State", "State | str"),
    (ref("Level"), "Level", "Level | int"),
    ({"anyOf": [ref("State"), NULL]}, "State | None", "State | str | None"),
    ({"type": "array", "items": ref("State")}, "list[State]", "Sequence[State | str]"),
    ({"oneOf": [{"type": "array", "items": STRING}, STRING]}, "list[str] | str", "Sequence[str] | str"),
    ({"oneOf": [{}, STRING, NULL]}, "Any", "Any"),
    ({"const": "a"}, "str", "str"),
    ({"const": None}, "None", "None"),
    (STRING | {"x-time": ["utc"]}, "Timestamp", "DatetimeInput"),
    (STRING | {"x-time": ["utc", "zoned"]}, "Timestamp", "DatetimeInput"),
    (STRING | {"x-time": ["date"]}, "Date", "TimeInput"),
    (STRING | {"x-time": ["zoned", "local", "date"]}, "Time", "TimeInput"),
    (STRING | {"x-time": ["compact-date"]}, "Time", "str"),
    (STRING | {"x-time": ["spaced"]}, "Time", "str"),
    (STRING | {"x-time": ["time-of-day"]}, "Time", "str"),
]


def annotate(schema: Any, direction: Any, *shadowed: str) -> str:
    document = as_document(small(Other=OTHER, State=STATE, Level=LEVEL, Second=OTHER))
    return Annotator(document).annotate(schema, "", direction, frozenset(shadowed)).code


@pytest.mark.parametrize(("schema", "read", "sent"), CASES)
def test_a_schema_is_a_type(schema: Any, read: str, sent: str) -> None:
    assert annotate(schema, "read") == read
    assert annotate(schema, "send") == sent


def test_names_of_builtins_that_are_taken_are_written_in_full() -> None:
    schema = {"type": "object", "additionalProperties": {"type": "array", "items": STRING}}

    assert annotate(schema, "read", "list", "str") == "dict[builtins.str, builtins.list[builtins.str]]"
    assert annotate(ref("State"), "send", "str") == "State | builtins.str"


@pytest.mark.parametrize(
    "parts",
    [
        [ref("Other"), ref("Second")],
        [ref("Other"), {"type": "object"}],
        [STRING, ref("State")],
        [STRING, STRING | {"x-time": ["date"]}],
        [STRING | {"x-time": ["date"]}, {"type": "integer"}],
        [{"type": "array", "items": STRING}, {"type": "array", "items": {"type": "integer"}}],
        [{"type": "integer"}, ref("Level")],
    ],
)
def test_unions_that_msgspec_cannot_distinguish_are_refused(parts: list[Any]) -> None:
    with pytest.raises(SpecError, match="cannot be distinguished"):
        annotate({"anyOf": parts}, "read")


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(SpecError, match='"word" is not a JSON type'):
        annotate({"type": "word"}, "read")
