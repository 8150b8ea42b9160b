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
from generator.errors import SpecError
from generator.lint.rule import Hits, rule
from generator.lint.view import View

_METASCHEMA = "https://json-schema.org/draft/2020-12/schema"
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
            yield from _complaints(_metaschema(), node.value, node.pointer, "JSON Schema 2020-12")


@rule("dangling-reference", "A reference that leads nowhere breaks everything that uses it.", first=True)
def dangling_reference(view: View) -> Hits:
    for node in view.nodes:
        if not node.is_reference:
            continue
        ref = node.value["$ref"]
        try:
            view.follow(node.value, node.pointer)
        except SpecError as error:
            yield node.pointer, f"{error.message} {error.hint}"
            continue
        target = view.by_pointer.get(pointers.child("", *pointers.split(ref)))
        if target is None or target.kind != node.kind:
            found = "no object of OpenAPI" if target is None else f"a {target.kind}"
            yield (
                node.pointer,
                f'The reference "{ref}" should lead to a {node.kind} and leads to {found}. Correct it.',
            )


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
        message = error.message if len(error.message) <= _LONGEST else f"{error.message[:_LONGEST]}..."
        yield pointers.child(pointer, *path), f"Against {standard}: {message.rstrip('.')}. Correct it here."


def _below(path: list[str | int], above: list[str | int]) -> bool:
    return len(path) > len(above) and path[: len(above)] == above
