"""Rules about examples and defaults: each must be a value that the document itself would accept.

They are checked against a stricter copy of the document, in which open enums list their values, times have
their shapes and objects have no other properties: otherwise a typing error in an example would pass as an
unknown value.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import jsonschema_rs

from generator.document import pointer as pointers
from generator.document.schema_walk import types
from generator.lint.extension_table import TIME_SHAPES
from generator.lint.rule import Hits, rule
from generator.lint.rules.values import is_whole
from generator.lint.view import View
from generator.lint.walk import Node

_DOCUMENT = "urn:document"
_ANNOTATIONS = frozenset(
    {"title", "description", "example", "examples", "default", "deprecated", "discriminator"}
)
_LONGEST = 140


@rule("example", "An example that the schema refuses teaches users to send what the API refuses.")
def example(view: View) -> Hits:
    validator = _ExampleValidator(view)
    for kind in ("parameter", "header", "media-type"):
        for node in view.all(kind):
            if "schema" in node.value:
                for value, pointer in _values(view, node):
                    yield from validator.complaints(node.value["schema"], value, pointer, "example")
    for node in view.all("schema"):
        values = [(node.value["example"], f"{node.pointer}/example")] if "example" in node.value else []
        for index, value in enumerate(node.value.get("examples", ())):
            values.append((value, f"{node.pointer}/examples/{index}"))
        for value, pointer in values:
            yield from validator.complaints(node.value, value, pointer, "example")


@rule("default", "A default that the schema refuses can never be sent.")
def default(view: View) -> Hits:
    validator = _ExampleValidator(view)
    for node in view.all("schema"):
        if "default" in node.value:
            yield from validator.complaints(
                node.value, node.value["default"], f"{node.pointer}/default", "default"
            )


def _values(view: View, node: Node) -> Iterator[tuple[Any, str]]:
    """The examples of a parameter, header or media type."""
    if "example" in node.value:
        yield node.value["example"], f"{node.pointer}/example"
    for name, declared in node.value.get("examples", {}).items():
        found, pointer = view.follow(declared, pointers.child(node.pointer, "examples", name))
        if "value" in found:
            yield found["value"], f"{pointer}/value"


class _ExampleValidator:
    """Validates values; builds each validator once per distinct schema."""

    def __init__(self, view: View) -> None:
        self._merged = _find_merged(view)
        schemas = {
            node.name: self._strict(node.value, node.pointer)
            for node in view.nodes
            if node.kind == "schema" and node.is_component
        }
        document = {**view.raw, "components": {**view.raw.get("components", {}), "schemas": schemas}}
        self._registry = jsonschema_rs.Registry([(_DOCUMENT, document)], draft=jsonschema_rs.Draft202012)
        self._validators: dict[str, jsonschema_rs.Validator] = {}

    def complaints(self, schema: Any, value: Any, pointer: str, what: str) -> Hits:
        for error in self._validator(schema, pointer).iter_errors(value):
            message = error.message if len(error.message) <= _LONGEST else f"{error.message[:_LONGEST]}..."
            yield (
                pointers.child(pointer, *error.instance_path),
                f"The {what} does not fit its schema: {message.rstrip('.')}. Correct one of the two.",
            )

    def _validator(self, schema: Any, pointer: str) -> jsonschema_rs.Validator:
        strict = self._strict(schema, pointer)
        key = json.dumps(strict, sort_keys=True)
        if key not in self._validators:
            self._validators[key] = jsonschema_rs.validator_for(
                _make_absolute(strict),
                registry=self._registry,
                validate_formats=True,
            )
        return self._validators[key]

    def _strict(self, schema: Any, pointer: str) -> Any:
        """The schema without its annotations, with our extensions turned into keywords."""
        if isinstance(schema, list):
            return [self._strict(part, f"{pointer}/{index}") for index, part in enumerate(schema)]
        if not isinstance(schema, dict):
            return schema
        strict: dict[str, Any] = {}
        for key, value in schema.items():
            below = pointers.child(pointer, key)
            if key in _ANNOTATIONS or key.startswith("x-"):
                continue
            if key in ("properties", "patternProperties", "dependentSchemas", "$defs"):
                strict[key] = {
                    name: self._strict(part, pointers.child(below, name)) for name, part in value.items()
                }
            elif key in ("const", "enum", "required", "type", "$ref"):
                strict[key] = value
            else:
                strict[key] = self._strict(value, below)
        if "x-open-enum" in schema:
            known = list(schema["x-open-enum"])
            whole = "integer" in types(schema)
            strict["enum"] = [int(key) for key in known if is_whole(key)] if whole else known
            if "null" in types(schema):
                strict["enum"].append(None)
        if "x-time" in schema:
            strict["pattern"] = "|".join(f"(?:{TIME_SHAPES[shape]})" for shape in schema["x-time"])
        if schema.get("properties") and "additionalProperties" not in schema and pointer not in self._merged:
            strict["unevaluatedProperties"] = False
        return strict


def _find_merged(view: View) -> set[str]:
    """The pointers of schemas that are parts of an `allOf` or conditions: others add properties to them."""
    parts: set[str] = set()
    for node in view.all("schema"):
        if node.field in ("allOf", "not", "if", "then", "else", "dependentSchemas"):
            parts.add(node.pointer)
            if node.is_reference:
                parts.add(node.value["$ref"].removeprefix("#"))
    return parts


def _make_absolute(schema: Any) -> Any:
    """The schema with references that name the document, for use outside of it."""
    if isinstance(schema, list):
        return [_make_absolute(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: f"{_DOCUMENT}{quote(value, safe='#/~')}"
        if key == "$ref" and isinstance(value, str) and value.startswith("#")
        else _make_absolute(value)
        for key, value in schema.items()
    }
