"""Hypothesis strategies for JSON values that fit a schema of the document.

They know only the keywords that our documents use. An unknown keyword that could narrow a value is refused,
so that a new keyword in the document cannot silently make the strategies wrong.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

import jsonschema_rs
from hypothesis import strategies as st

from contract_support.document.operations import resolve

Strategy = st.SearchStrategy[Any]

NARROWING = frozenset({"multipleOf", "if", "contains", "patternProperties", "dependentRequired"})
CONDITIONS = ("not", "propertyNames")
"""Drawn values that do not meet these are drawn again. They hold no references."""
TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
KEYS = st.text(string.ascii_letters + string.digits + "_- .é", min_size=1, max_size=10)
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False, width=32)
ANYTHING: Strategy = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=5,
)

_DATES = st.dates(date(1990, 1, 1), date(2090, 12, 31))
_LOCAL_TIMES = st.builds(datetime.combine, _DATES, st.times().map(lambda time: time.replace(microsecond=0)))
_ZONES = st.integers(-12 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))
TIMES: Mapping[str, Strategy] = {
    "utc": _LOCAL_TIMES.map(lambda time: time.isoformat() + "+00:00"),
    "zoned": st.builds(lambda time, zone: time.replace(tzinfo=zone).isoformat(), _LOCAL_TIMES, _ZONES),
    "date": _DATES.map(date.isoformat),
    "local": _LOCAL_TIMES.map(datetime.isoformat),
    "compact-date": _DATES.map(lambda day: day.strftime("%Y%m%d")),
    "spaced": _LOCAL_TIMES.map(lambda time: time.isoformat(sep=" ")),
    "time-of-day": st.times().map(lambda time: time.replace(microsecond=0).isoformat()),
}


def values_for(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Strategy:
    """Return values that fit the schema: for an open enum also values that it does not list.

    Raises:
        ValueError: the schema has a keyword that the strategies do not know.
    """
    whole = resolve(document, schema)
    if unknown := NARROWING & whole.keys():
        raise ValueError(f"no strategy for {sorted(unknown)}")
    if conditions := {key: whole[key] for key in CONDITIONS if key in whole}:
        without = {key: value for key, value in whole.items() if key not in CONDITIONS}
        return values_for(document, without).filter(jsonschema_rs.validator_for(conditions).is_valid)
    for group in ("anyOf", "oneOf"):
        if group in whole:
            return st.one_of([values_for(document, branch) for branch in whole[group]])
    if "const" in whole:
        return st.just(whole["const"])
    if "enum" in whole:
        return st.sampled_from(whole["enum"])
    kinds = whole.get("type")
    if kinds is None:
        return _objects(document, whole) if "properties" in whole else ANYTHING
    if isinstance(kinds, str):
        return _of_type(document, whole, kinds)
    return st.one_of([_of_type(document, whole, kind) for kind in kinds])


def _of_type(document: Mapping[str, Any], schema: Mapping[str, Any], kind: str) -> Strategy:
    if kind == "null":
        return st.none()
    if kind == "boolean":
        return st.booleans()
    if kind == "string":
        return _strings(schema)
    if kind == "integer":
        known = [int(text) for text in schema.get("x-open-enum", ())]
        drawn = st.integers(schema.get("minimum", -(2**53)), schema.get("maximum", 2**53))
        return st.sampled_from(known) | drawn if known else drawn
    if kind == "number":
        return NUMBERS
    if kind == "array":
        items = schema.get("items", {})
        return st.lists(
            values_for(document, items),
            min_size=schema.get("minItems", 0),
            max_size=schema.get("maxItems", 4),
        ).map(lambda drawn: drawn[: max(4, schema.get("minItems", 0))])
    return _objects(document, schema)


def _strings(schema: Mapping[str, Any]) -> Strategy:
    if "x-open-enum" in schema:
        return st.sampled_from(sorted(schema["x-open-enum"])) | TEXT
    if "x-time" in schema:
        return st.one_of([TIMES[shape] for shape in schema["x-time"]])
    if "pattern" in schema:
        # In Python `$` also matches before a last line break, in JSON Schema it does not.
        return st.from_regex(schema["pattern"]).filter(lambda value: not value.endswith("\n"))
    if schema.get("format") == "email":
        return st.emails()
    if schema.get("format") == "uri":
        return st.just("https://example.com/a?b=c")
    return st.text(
        st.characters(codec="utf-8"),
        min_size=schema.get("minLength", 0),
        max_size=min(schema.get("maxLength", 20), max(20, schema.get("minLength", 0))),
    )


def _objects(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Strategy:
    properties = schema.get("properties", {})
    required = set(schema.get("required", ()))
    if not properties:
        extra = schema.get("additionalProperties", True)
        values = values_for(document, extra) if isinstance(extra, Mapping) else ANYTHING
        return st.dictionaries(KEYS, values, max_size=3)
    drawn = {name: values_for(document, value) for name, value in properties.items()}
    return st.fixed_dictionaries(
        {name: value for name, value in drawn.items() if name in required},
        optional={name: value for name, value in drawn.items() if name not in required},
    )
