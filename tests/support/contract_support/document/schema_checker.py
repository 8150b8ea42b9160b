"""Checks values and responses by a document, with compiled JSON Schema validators.

What is not documented (`x-constraints`) is not checked: the service may not have it.

It says what is wrong in short sentences and never raises for a bad value: callers collect and report.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus

import jsonschema_rs

from contract_support.document.forgiving import without_doubtful
from contract_support.document.operations import Operation, Parameter, resolve

DOCUMENT_NAME = "urn:document"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


@dataclass
class SchemaChecker:
    """Validators of one document, compiled on first use."""

    document: Mapping[str, Any]
    _registry: jsonschema_rs.Registry = field(init=False)
    _validators: dict[str, jsonschema_rs.Validator] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._registry = jsonschema_rs.Registry(
            [(DOCUMENT_NAME, without_doubtful(self.document, self.document))], draft=jsonschema_rs.Draft202012
        )

    def complaints(self, schema: Mapping[str, Any], instance: Any) -> list[str]:
        """Return every reason why the instance breaks the schema; an empty list when it fits."""
        return [
            f"{'/'.join(map(str, error.instance_path)) or 'value'}: {error.message[:200]}"
            for error in self._validator(schema).iter_errors(instance)
        ]

    def fits(self, schema: Mapping[str, Any], instance: Any) -> bool:
        return bool(self._validator(schema).is_valid(instance))

    def response_complaints(
        self, operation: Operation, status: int, headers: Mapping[str, str], body: bytes
    ) -> list[str]:
        """Check a whole response: declared status, required headers, content type and body."""
        response = operation.response_for(status)
        if response is None:
            return [f"status {status} is not declared for {operation.label}"]
        found = self._header_complaints(response, {name.lower(): value for name, value in headers.items()})
        media = response.get("content", {}).get("application/json")
        if media is None:
            return found
        content_type = headers.get("content-type", headers.get("Content-Type", ""))
        if content_type.partition(";")[0].strip() != "application/json":
            found.append(f"content type is {content_type!r}")
        try:
            instance = json.loads(body)
        except ValueError:
            return [*found, "the body is not JSON"]
        return found + self.complaints(media["schema"], instance)

    def parameter_fits(self, parameter: Parameter, text: str) -> bool:
        """Whether a parameter as it was sent (still escaped) fits its schema."""
        return any(self.fits(parameter.schema, value) for value in self._read(parameter, text))

    def _read(self, parameter: Parameter, text: str) -> list[Any]:
        schema = resolve(self.document, parameter.schema)
        if schema.get("type") == "array":
            items = resolve(self.document, schema.get("items", {}))
            parts = text.split(",") if text else []
            return [[_read_value(items, unquote_plus(part)) for part in parts]]
        return [_read_value(schema, unquote_plus(text))]

    def _header_complaints(self, response: Mapping[str, Any], headers: Mapping[str, str]) -> list[str]:
        found = []
        for name, entry in response.get("headers", {}).items():
            declared = resolve(self.document, entry)
            text = headers.get(name.lower())
            if text is None:
                if declared.get("required", False):
                    found.append(f"header {name} is missing")
                continue
            schema = resolve(self.document, declared["schema"])
            found += [
                f"header {name}: {reason}" for reason in self.complaints(schema, _read_value(schema, text))
            ]
        return found

    def _validator(self, schema: Mapping[str, Any]) -> jsonschema_rs.Validator:
        key = json.dumps(schema, sort_keys=True)
        if key not in self._validators:
            self._validators[key] = jsonschema_rs.validator_for(
                {"$schema": DIALECT, **_absolute(without_doubtful(schema, self.document))},
                registry=self._registry,
                validate_formats=True,
            )
        return self._validators[key]


_CHECKERS: dict[int, SchemaChecker] = {}
_MOST_CHECKERS = 16


def checker_of(document: Mapping[str, Any]) -> SchemaChecker:
    """Return the checker of a document that does not change. Compiling takes longer than checking."""
    found = _CHECKERS.get(id(document))
    if found is None:
        # A document that a test made for itself is not held for ever. One that is held has the same identity.
        if len(_CHECKERS) == _MOST_CHECKERS:
            _CHECKERS.clear()
        found = _CHECKERS[id(document)] = SchemaChecker(document)
    return found


def _read_value(schema: Mapping[str, Any], text: str) -> Any:
    """Read a header or parameter as the JSON type of its schema, or else as a string."""
    kinds = schema.get("type", "string")
    if kinds in ("integer", "number", "boolean"):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def _absolute(value: Any) -> Any:
    """Make local references point into the named document."""
    if isinstance(value, Mapping):
        return {
            key: DOCUMENT_NAME + item if key == "$ref" and isinstance(item, str) else _absolute(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_absolute(item) for item in value]
    return value
