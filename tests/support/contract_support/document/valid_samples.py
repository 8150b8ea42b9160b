"""Values that a schema accepts: made of its examples, or the simplest ones where it has none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import find, settings

from contract_support.document.examples import DEPTH, example_of, sample
from contract_support.document.json_values import values_for
from contract_support.document.operations import Operation, resolve
from contract_support.document.schema_checker import checker_of

_SEARCH = settings(database=None, deadline=None, max_examples=2000, derandomize=True)


def valid_sample(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    """Return the sample of a schema, or if it does not fit, such as without examples, the simplest that does.

    Raises:
        NoSuchExample: none was found.
        ValueError: the schema has a keyword that `json_values` does not know.
    """
    fits = checker_of(document).fits
    # Deeper for what needs something far inside: a search takes seconds, and finds little more than nothing.
    for depth in (DEPTH, DEPTH + 2):
        found = sample(document, schema, depth)
        if fits(schema, found):
            return found
    return find(values_for(document, schema), lambda value: fits(schema, value), settings=_SEARCH)


def sample_body(document: Mapping[str, Any], operation: Operation) -> dict[str, Any]:
    """Return a request body without its wrapper: its example, or a sample that its schema accepts.

    It is empty for an operation without a body.
    """
    if operation.body_schema is None:
        return {}
    media = resolve(document, operation.definition["requestBody"])["content"]["application/json"]
    example = example_of(document, media)
    if example is None:
        example = valid_sample(document, operation.body_schema)
    wrapper = operation.definition.get("x-body-wrapper")
    body: dict[str, Any] = example[wrapper] if wrapper else example
    return body
