"""Puts values into the shape that a version has for them, and adds what a request needs besides.

So the checks are written once, with plain values, and a version may make an object of a string, or demand a
field more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contract_support.document.operations import Operation, body_fields, properties_of, resolve
from contract_support.document.schema_checker import checker_of
from contract_support.document.valid_samples import valid_sample


def fit_body(document: Mapping[str, Any], operation: Operation, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a request body, without its wrapper: the given ones, and all that are required.

    A field that the body does not have stays as it is: then the mock shall refuse or ignore it.
    """
    declared = body_fields(operation)
    given = {
        name: fit(document, declared[name], value) if name in declared else value
        for name, value in fields.items()
    }
    return {**_required(document, operation, declared, given), **given}


def complete_body(
    document: Mapping[str, Any], operation: Operation, fields: Mapping[str, Any]
) -> dict[str, Any]:
    """Return these fields of a request body as they are, and those that are required besides.

    Tests of every version that write their bodies by hand need it: a version may demand a field more.
    """
    return {**_required(document, operation, body_fields(operation), fields), **fields}


def fit(document: Mapping[str, Any], schema: Mapping[str, Any], value: Any) -> Any:
    """Return a value that fits: the value itself, or an object or a list that holds it.

    Without any of them the value is returned as it is.
    """
    checker = checker_of(document)
    if checker.fits(schema, value):
        return value
    for holder in _alternatives(document, schema):
        if "items" in holder and checker.fits(holder, [value]):
            return [value]
        for name, inner in properties_of(document, holder).items():
            if checker.fits(inner, value):
                held = {name: value}
                held |= {
                    other: valid_sample(document, holder["properties"][other])
                    for other in holder.get("required", ())
                    if other not in held
                }
                if checker.fits(holder, held):
                    return held
    return value


def plain_values(value: Any) -> list[Any]:
    """Return the values in a list or an object, as deep as they are, without those that are null."""
    if value is None:
        return []
    if isinstance(value, dict):
        return [plain for inner in value.values() for plain in plain_values(inner)]
    if isinstance(value, list):
        return [plain for inner in value for plain in plain_values(inner)]
    return [value]


def _alternatives(document: Mapping[str, Any], schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    target = resolve(document, schema)
    inner = [each for group in ("anyOf", "oneOf") for each in target.get(group, ())]
    return [target, *(found for each in inner for found in _alternatives(document, each))]


def _required(
    document: Mapping[str, Any],
    operation: Operation,
    declared: Mapping[str, Any],
    given: Mapping[str, Any],
) -> dict[str, Any]:
    if operation.body_schema is None:
        return {}
    holder = resolve(document, operation.body_schema)
    wrapper = operation.definition.get("x-body-wrapper")
    if wrapper is not None:
        holder = resolve(document, holder["properties"][wrapper])
    return {
        name: valid_sample(document, declared[name])
        for name in holder.get("required", ())
        if name not in given and name in declared
    }
