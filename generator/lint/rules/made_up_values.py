"""Rules about responses without an example: the mock makes up a value, and cannot do so for every schema."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from generator.document import pointer as pointers
from generator.document.schema_walk import as_list, as_mapping, types
from generator.lint.rule import Hits, rule
from generator.lint.view import JSON, View
from generator.lint.walk import Node

_NAMES_A_VALUE = ("example", "examples", "const", "default", "enum", "x-open-enum")
_NEVER_MADE = ("not", "pattern", "dependentRequired")


@rule("made-up-value", "What the mock makes up for a response must fit it, or it ends in 500.")
def made_up_value(view: View) -> Hits:
    seen: set[str] = set()
    for operation in view.operations:
        for schema, pointer in _made_up(view, operation):
            for keyword, at in _not_made(view, schema, pointer, seen):
                yield (
                    at,
                    f'Give an example: the mock cannot make up a value for "{keyword}". Write examples '
                    "beside it, or an example of the response.",
                )


def _made_up(view: View, operation: Node) -> Iterator[tuple[Any, str]]:
    """The schemas of an operation for which the mock makes up values."""
    for status, response, pointer in view.responses(operation):
        found = view.json_schema(response, pointer) if status.startswith("2") else None
        if found is None:
            continue
        media = response["content"][JSON]
        if "example" not in media and not media.get("examples"):
            yield found
            continue
        # The rest of the envelope, and the alternatives that the example does not show.
        data, *_ = str(operation.value.get("x-unwrap", "")).split(".")
        properties = view.walk.properties(*view.non_null(*found))
        for name, declared in properties.items():
            if data and name != data and declared.required:
                yield declared.schema, declared.pointer
        yield from _alternatives(view, *found, set())


def _alternatives(view: View, schema: Any, pointer: str, seen: set[str]) -> Iterator[tuple[Any, str]]:
    schema, pointer = view.follow(schema, pointer)
    if pointer in seen or not isinstance(schema, dict):
        return
    seen.add(pointer)
    for part, at in _parts(schema, pointer):
        if "discriminator" in schema:
            yield part, at
        yield from _alternatives(view, part, at, seen)
    below = [(one.schema, one.pointer) for one in view.walk.properties(schema, pointer).values()]
    below += [(schema["items"], f"{pointer}/items")] if "items" in schema else []
    for part, at in below:
        yield from _alternatives(view, part, at, seen)


def _not_made(view: View, schema: Any, pointer: str, seen: set[str]) -> Iterator[tuple[str, str]]:
    """The keywords below a schema to which no made-up value would be fitted, and where they are."""
    if any(key in as_mapping(schema) for key in _NAMES_A_VALUE):
        return
    schema, pointer = view.follow(schema, pointer)
    if pointer in seen or not isinstance(schema, dict):
        return
    seen.add(pointer)
    if any(key in schema for key in _NAMES_A_VALUE) or types(schema)[:1] == ["null"]:
        return
    for keyword in _keywords(schema):
        yield keyword, pointers.child(pointer, keyword)
    for part, at in _parts(schema, pointer):
        yield from _not_made(view, part, at, seen)
    if schema.get("minItems", 0) > 0:
        yield from _not_made(view, schema.get("items"), f"{pointer}/items", seen)
    further = schema.get("additionalProperties")
    if isinstance(further, dict) and schema.get("required"):
        yield from _not_made(view, further, f"{pointer}/additionalProperties", seen)
    for name, declared in as_mapping(schema.get("properties")).items():
        at = pointers.child(pointer, "properties", name)
        # The mock sends null, or leaves the key out.
        is_left_out = as_mapping(declared).get("x-sent") == "sometimes"
        is_left_out = is_left_out or view.walk.alternatives(declared, at).nullable
        if name in as_list(schema.get("required")) or not is_left_out:
            yield from _not_made(view, declared, at, seen)


def _keywords(schema: Mapping[str, Any]) -> Iterator[str]:
    yield from (key for key in _NEVER_MADE if key in schema)
    if schema.get("minProperties", 0) > len(as_list(schema.get("required"))):
        yield "minProperties"
    if len(as_mapping(schema.get("properties"))) > schema.get("maxProperties", math.inf):
        yield "maxProperties"
    if schema.get("uniqueItems") and schema.get("minItems", 0) > 1:
        yield "uniqueItems"
    if "format" in schema or "x-time" in schema:
        yield from (key for key in ("minLength", "maxLength") if key in schema)


def _parts(schema: Mapping[str, Any], pointer: str) -> Iterator[tuple[Any, str]]:
    for key in ("allOf", "anyOf", "oneOf"):
        for index, part in enumerate(as_list(schema.get(key))):
            yield part, f"{pointer}/{key}/{index}"
