"""Kinds of values: a schema, the components below it, and a value that fits it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from hypothesis import strategies as st

from document_support.piece import Draw, record, ref

NULL = {"type": "null"}
WORDS = st.text("abcxyz-_ .", min_size=1, max_size=6)
DAYS = st.dates().map(lambda day: day.isoformat())
TIMES = st.datetimes().map(lambda time: f"{time.replace(microsecond=0).isoformat()}+00:00")
WHOLE = st.integers(-(2**31), 2**31)
NUMBERS = st.integers(-1000, 1000).map(lambda number: number / 4)


@dataclass(frozen=True, kw_only=True)
class Value:
    """One value of one kind."""

    schema: Any
    value: Any
    schemas: Mapping[str, Any] = field(default_factory=dict)


Kind: TypeAlias = Callable[[Draw, str], Value]
KINDS: dict[str, Kind] = {}


def kind(name: str) -> Callable[[Kind], Kind]:
    def register(function: Kind) -> Kind:
        KINDS[name] = function
        return function

    return register


def _plain(name: str, schema: Mapping[str, Any], values: st.SearchStrategy[Any]) -> None:
    KINDS[name] = lambda draw, tag: Value(schema=schema, value=draw(values))


_plain("string", {"type": "string"}, WORDS)
_plain("integer", {"type": "integer"}, WHOLE)
_plain("number", {"type": "number"}, NUMBERS)
_plain("boolean", {"type": "boolean"}, st.booleans())
_plain("date", {"type": "string", "format": "date", "x-time": ["date"]}, DAYS)
_plain("time", {"type": "string", "format": "date-time", "x-time": ["utc"]}, TIMES)
_plain("password", {"type": "string", "format": "password"}, WORDS)
_plain("string or null", {"type": ["string", "null"]}, st.none() | WORDS)
_plain("date or null", {"type": ["string", "null"], "format": "date", "x-time": ["date"]}, st.none() | DAYS)
_plain("one of two types", {"anyOf": [{"type": "integer"}, {"type": "string"}]}, WHOLE | WORDS)
_plain("list of strings", {"type": "array", "items": {"type": "string"}}, st.lists(WORDS, max_size=3))
_plain(
    "list of lists",
    {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}},
    st.lists(st.lists(WHOLE, max_size=2), max_size=2),
)
_plain(
    "map of integers",
    {"type": "object", "additionalProperties": {"type": "integer"}},
    st.dictionaries(WORDS, WHOLE, max_size=3),
)
_plain(
    "limits",
    {"type": "string", "minLength": 1, "maxLength": 6, "pattern": ".", "examples": ["a"]},
    WORDS,
)


@kind("open enum")
def _open_enum(draw: Draw, tag: str) -> Value:
    known = draw(st.lists(st.sampled_from(["on_its_way", "at-end", "ready", "X"]), min_size=1, unique=True))
    schema = {
        "type": "string",
        "description": "A made-up state.",
        "x-open-enum": dict.fromkeys(known, "What it means."),
    }
    return Value(
        schema=ref(f"{tag}State"),
        value=draw(st.sampled_from([*known, "not-known"])),
        schemas={f"{tag}State": schema},
    )


@kind("closed enum")
def _closed_enum(draw: Draw, tag: str) -> Value:
    known = draw(st.lists(st.sampled_from(["post", "bike", "on-foot"]), min_size=1, unique=True))
    schema = {
        "type": "string",
        "description": "A made-up way.",
        "enum": known,
        "x-enum-meanings": dict.fromkeys(known, "What it means."),
    }
    return Value(schema=ref(f"{tag}Way"), value=draw(st.sampled_from(known)), schemas={f"{tag}Way": schema})


@kind("model")
def _model(draw: Draw, tag: str) -> Value:
    schema = record(town={"type": "string"}, floor={"type": ["integer", "null"]})
    value = {"town": draw(WORDS), "floor": draw(st.none() | WHOLE)}
    return Value(schema=ref(f"{tag}Stop"), value=value, schemas={f"{tag}Stop": schema})


@kind("model or null")
def _model_or_null(draw: Draw, tag: str) -> Value:
    inner = _model(draw, tag)
    return Value(
        schema={"anyOf": [inner.schema, NULL]},
        value=draw(st.sampled_from([None, inner.value])),
        schemas=inner.schemas,
    )


@kind("list of models")
def _models(draw: Draw, tag: str) -> Value:
    inner = _model(draw, tag)
    values = [inner.value] * draw(st.integers(0, 2))
    return Value(schema={"type": "array", "items": inner.schema}, value=values, schemas=inner.schemas)


@kind("map of models")
def _map_of_models(draw: Draw, tag: str) -> Value:
    inner = _model(draw, tag)
    schema = {"type": "object", "additionalProperties": inner.schema}
    value = dict.fromkeys(draw(st.lists(WORDS, max_size=2, unique=True)), inner.value)
    return Value(schema=schema, value=value, schemas=inner.schemas)


@kind("allOf")
def _all_of(draw: Draw, tag: str) -> Value:
    inner = _model(draw, tag)
    whole = {
        "type": "object",
        "description": "A made-up whole.",
        "allOf": [inner.schema],
        "properties": record(flag={"type": "boolean"})["properties"],
    }
    value = {**inner.value, "flag": draw(st.booleans())}
    return Value(schema=ref(f"{tag}Whole"), value=value, schemas={**inner.schemas, f"{tag}Whole": whole})


@kind("schema that contains itself")
def _recursive(draw: Draw, tag: str) -> Value:
    name = f"{tag}Node"
    schema = record(label={"type": "string"}, inner={"anyOf": [ref(name), NULL]})
    value: Any = {"label": draw(WORDS), "inner": None}
    for _ in range(draw(st.integers(0, 2))):
        value = {"label": draw(WORDS), "inner": value}
    return Value(schema=ref(name), value=value, schemas={name: schema})
