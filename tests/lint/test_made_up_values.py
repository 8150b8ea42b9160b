"""Where a response has no example, the mock makes up a value that fits, or the lint demands an example."""

from __future__ import annotations

from typing import Any

import pytest

from aftership_tracking.mock.documents.schema_node import SchemaNode
from aftership_tracking.mock.documents.small_value import small_value
from aftership_tracking.mock.documents.validation import Validators
from generator.document.constraints import KEY, constraints
from generator.lint import lint_document
from generator_support.construct_documents import STRING, as_json
from generator_support.constructs import document, thing, with_schemas
from generator_support.documents import as_document, ref

REFUSED: dict[str, Any] = {
    "not": STRING | {"not": {"const": ""}},
    "pattern": STRING | {"pattern": "^(north|south)-[0-9]{2}$"},
    "uniqueItems": {"type": "array", "items": STRING, "minItems": 2, "uniqueItems": True},
    "minProperties": {"type": "object", "additionalProperties": STRING, "minProperties": 1},
    "maxLength": STRING | {"format": "email", "maxLength": 12},
}
MADE: dict[str, Any] = {
    "minLength": STRING | {"minLength": 3},
    "uniqueItems without a number of items": {"type": "array", "items": STRING, "uniqueItems": True},
    "minItems": {"type": "array", "items": STRING, "minItems": 2},
    "maxProperties": {"type": "object", "additionalProperties": STRING, "maxProperties": 1},
    "propertyNames": {"type": "object", "additionalProperties": STRING, "propertyNames": {"minLength": 2}},
    "pattern with example": STRING | {"pattern": "^(north|south)-[0-9]{2}$", "examples": ["north-01"]},
    "pattern that may be null": {"type": ["string", "null"], "pattern": "^a{5}-$"},
}


def made_document(schema: Any) -> Any:
    """A document whose response has no example and holds the schema."""
    marked = list(constraints(schema))
    schema = schema | ({KEY: dict.fromkeys(marked, "documented")} if marked else {})
    raw = document("/things", "get", response=as_json(ref("Holder")))
    return with_schemas(raw, Holder=thing(held=schema))


def findings(raw: Any) -> list[str]:
    return [str(one) for one in lint_document(as_document(raw))]


@pytest.mark.parametrize("keyword", REFUSED)
def test_the_lint_demands_an_example_where_none_can_be_made_up(keyword: str) -> None:
    raw = made_document(REFUSED[keyword])
    [finding] = findings(raw)

    assert f"#/components/schemas/Holder/properties/held/{keyword}: Give an example: the mock" in finding
    raw["components"]["schemas"]["Holder"]["properties"]["held"]["examples"] = [example_of(keyword)]
    assert findings(raw) == []


def example_of(keyword: str) -> Any:
    examples = {
        "pattern": "north-01",
        "not": "a",
        "maxLength": "a@example.nl",
        "uniqueItems": ["a", "b"],
        "minProperties": {"a": "b"},
    }
    return examples[keyword]


@pytest.mark.parametrize("case", MADE)
def test_what_is_made_up_fits(case: str) -> None:
    raw = made_document(MADE[case])
    assert findings(raw) == []
    assert Validators(raw).findings("/components/schemas/Holder", value_of(raw)) == []


@pytest.mark.parametrize("keyword", REFUSED)
def test_no_example_is_demanded_in_vain(keyword: str) -> None:
    raw = made_document(REFUSED[keyword])

    assert Validators(raw).findings("/components/schemas/Holder", value_of(raw)) != []


def test_a_property_that_demands_another_needs_an_example() -> None:
    held = thing(held=STRING, more=STRING | {"x-sent": "sometimes"})
    held |= {"dependentRequired": {"held": ["more"]}, KEY: {"dependentRequired": "documented"}}
    raw = with_schemas(document("/things", "get", response=as_json(ref("Holder"))), Holder=held)

    assert Validators(raw).findings("/components/schemas/Holder", value_of(raw)) != []
    [finding] = findings(raw)
    assert "#/components/schemas/Holder/dependentRequired: Give an example" in finding


def value_of(raw: Any) -> Any:
    return small_value(SchemaNode(raw, "/components/schemas/Holder"))
