"""Rules that the standards themselves define: OpenAPI 3.1, JSON Schema 2020-12, references that lead
somewhere.

They come first: every other rule may rely on a document that has the right shape.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import jsonschema_rs

from generator.document import pointer as pointers
from generator.document.schema_walk import as_list
from generator.errors import SpecError
from generator.lint.rule import Hits, rule
from generator.lint.view import View

_METASCHEMA = "https://json-schema.org/draft/2020-12/schema"
_JSON_SCHEMA = "JSON Schema 2020-12"
_TYPES = ("string", "number", "integer", "boolean", "object", "array", "null")
_LONGEST = 160

_VALIDATION = """$anchor $comment $defs $dynamicAnchor $dynamicRef $id $ref $schema $vocabulary
additionalProperties allOf anyOf const contains contentEncoding contentMediaType contentSchema default
dependentRequired dependentSchemas deprecated description else enum examples exclusiveMaximum exclusiveMinimum
format if items maxContains maxItems maxLength maxProperties maximum minContains minItems minLength
minProperties minimum multipleOf not oneOf pattern patternProperties prefixItems properties propertyNames
readOnly required then title type unevaluatedItems unevaluatedProperties uniqueItems writeOnly"""
_OPENAPI = "discriminator example externalDocs xml"
KEYWORDS = frozenset((*_VALIDATION.split(), *_OPENAPI.split()))
"""The keywords of a schema in OpenAPI 3.1."""


@cache
def _official() -> jsonschema_rs.Validator:
    # Only a file of that package is needed; importing it takes longer than all rules together.
    file = distribution("openapi-spec-validator").locate_file(
        "openapi_spec_validator/resources/schemas/v3.1/schema.json"
    )
    return jsonschema_rs.validator_for(json.loads(Path(str(file)).read_bytes()), validate_formats=True)


@cache
def _metaschema() -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for({"$ref": _METASCHEMA}, validate_formats=True)


@rule("official-schema", "A document that is not OpenAPI 3.1 means something else to every tool.", first=True)
def official_schema(view: View) -> Hits:
    yield from _complaints(_official(), view.raw, "", "OpenAPI 3.1")


@rule(
    "schema-keywords",
    "A keyword with a value of the wrong kind is ignored by some and fatal to others.",
    first=True,
)
def schema_keywords(view: View) -> Hits:
    for node in view.all("schema"):
        if node.parent is not None and node.parent.kind != "schema":  # the metaschema descends by itself
            yield from _complaints(_metaschema(), node.value, node.pointer, _JSON_SCHEMA)


@rule("dangling-reference", "A reference that leads nowhere breaks everything that uses it.", first=True)
def dangling_reference(view: View) -> Hits:
    harmless: set[str] = set()
    for node in view.nodes:
        if not node.is_reference:
            continue
        ref = node.value["$ref"]
        try:
            circle = _circle(view, node.pointer, node.value, [], harmless)
        except SpecError as error:
            yield node.pointer, f"{error.message} {error.hint}"
            continue
        if circle:
            # One finding for a circle, however many references lead into it.
            if node.pointer == circle[0] or circle[0] not in view.by_pointer:
                names = " to ".join(f"#{pointer}" for pointer in (*circle, circle[0]))
                yield node.pointer, f"References go in a circle: {names}. Take one of them out."
            continue
        target = view.by_pointer.get(pointers.child("", *pointers.split(ref)))
        if target is None or target.kind != node.kind:
            found = "no object of OpenAPI" if target is None else f"a {target.kind}"
            yield (
                node.pointer,
                f'The reference "{ref}" should lead to a {node.kind} and leads to {found}. Correct it.',
            )


def _circle(view: View, pointer: str, value: Any, passed: list[str], harmless: set[str]) -> list[str]:
    """The references of a circle that a reference leads into, beginning with the first by pointer.

    A schema that contains itself without a property or an item between has no end. What leads into no circle
    is noted in `harmless`. Raises `SpecError` for a reference that leads nowhere.
    """
    if pointer in passed:
        circle = [
            one for one in passed[passed.index(pointer) :] if _is_reference(view.document.resolve(f"#{one}"))
        ]
        first = circle.index(min(circle))
        return circle[first:] + circle[:first]
    if pointer in harmless or not isinstance(value, dict):
        return []
    if _is_reference(value):
        target = pointers.child("", *pointers.split(value["$ref"]))
        below = [(target, view.document.resolve(value["$ref"]))]
    else:
        below = [
            (f"{pointer}/{key}/{index}", part)
            for key in ("allOf", "anyOf", "oneOf")
            for index, part in enumerate(as_list(value.get(key)))
        ]
    for at, part in below:
        circle = _circle(view, at, part, [*passed, pointer], harmless)
        if circle:
            return circle
    harmless.add(pointer)
    return []


def _is_reference(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("$ref"), str)


@rule("nullable", "`nullable` is OpenAPI 3.0: version 3.1 silently ignores it.")
def nullable(view: View) -> Hits:
    for node in view.all("schema"):
        if "nullable" in node.value:
            yield (
                pointers.child(node.pointer, "nullable"),
                'The keyword "nullable" has no meaning in OpenAPI 3.1. Write type: [..., "null"].',
            )


@rule("unknown-keyword", "A misspelt keyword is not an error in JSON Schema, it just does nothing.")
def unknown_keyword(view: View) -> Hits:
    for node in view.all("schema"):
        for key in node.value:
            if key not in KEYWORDS and not key.startswith("x-") and key != "nullable":
                yield (
                    pointers.child(node.pointer, key),
                    f'"{key}" is not a keyword of JSON Schema. Correct or remove it.',
                )


@rule("beside-reference", "The generator reads only descriptions and extensions beside a reference.")
def beside_reference(view: View) -> Hits:
    allowed = {"$ref", "description", "title", "deprecated", "readOnly", "writeOnly", "example", "examples"}
    for node in view.all("schema"):
        if node.is_reference:
            for key in node.value:
                if key not in allowed and not key.startswith("x-"):
                    yield (
                        pointers.child(node.pointer, key),
                        f'"{key}" stands beside a $ref and would be lost. Move it into the component.',
                    )


def _complaints(validator: jsonschema_rs.Validator, value: Any, pointer: str, standard: str) -> Hits:
    """What a validator reports, without the repetitions that a fault deep inside causes further up."""
    errors = [(list(error.instance_path), error) for error in validator.iter_errors(value)]
    for path, error in errors:
        repeats = error.kind.name in {"unevaluatedProperties", "oneOf", "anyOf", "if", "allOf"}
        if repeats and any(other is not error and _below(below, path) for below, other in errors):
            continue
        yield pointers.child(pointer, *path), _sentence(error, path, standard)


def _sentence(error: Any, path: list[str | int], standard: str) -> str:
    """What a validator reports about one value, and what to do."""
    declared = error.instance
    if "type" in path[-2:] and standard == _JSON_SCHEMA:
        given = declared if isinstance(declared, list) else [declared]
        unknown = [one for one in given if one not in _TYPES]
        if unknown:
            return f"The type {json.dumps(unknown[0])} is unknown. {_hint_for_type(unknown[0])}"
    message = error.message if len(error.message) <= _LONGEST else f"{error.message[:_LONGEST]}..."
    return f"Against {standard}: {message.rstrip('.')}. Correct it here."


def _hint_for_type(unknown: Any) -> str:
    if unknown is None:
        return 'Write "null" in quotes.'
    if unknown in ("date", "datetime", "date-time", "time"):
        return "Write type: string, with x-time and the shapes that occur."
    return f"Write one of {', '.join(_TYPES)}."


def _below(path: list[str | int], above: list[str | int]) -> bool:
    return len(path) > len(above) and path[: len(above)] == above
