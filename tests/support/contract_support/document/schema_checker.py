"""Checks values and responses by a document, with compiled JSON Schema validators.

What is not documented (`x-constraints`) is not checked: the service may not have it.

It says what is wrong in short sentences and never raises for a bad value: callers collect and report.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, unquote_plus, urlsplit

import jsonschema_rs

from contract_support.document.forgiving import without_doubtful
from contract_support.document.operations import Operation, Parameter, properties_of, resolve

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

    def parameter_fits(self, parameter: Parameter, sent: str | Mapping[str, str]) -> bool:
        """Whether a parameter as it was sent (still escaped) fits its schema; an object is sent by key."""
        if isinstance(sent, str):
            return any(self.fits(parameter.schema, value) for value in self._read(parameter, sent))
        keys = properties_of(self.document, parameter.schema)
        values = {
            name: _read_value(resolve(self.document, keys.get(name, {})), unquote_plus(text))
            for name, text in sent.items()
        }
        return self.fits(parameter.schema, values)

    def sent_values(self, parameter: Parameter, pairs: Sequence[tuple[str, str]]) -> list[Any]:
        """What a query (still escaped) has for a parameter: strings, or one object with its keys."""
        found: list[Any] = [text for name, text in pairs if unquote(name) == parameter.name]
        if resolve(self.document, parameter.schema).get("type") == "object":
            style = parameter.definition.get("style", "form")
            if style == "deepObject":
                opening = f"{parameter.name}["
                keys = {unquote(name): text for name, text in pairs if unquote(name).startswith(opening)}
                inside = {name[len(opening) : -1]: text for name, text in keys.items() if name[-1] == "]"}
            elif parameter.definition.get("explode", True):
                known = properties_of(self.document, parameter.schema)
                inside = {unquote(name): text for name, text in pairs if unquote(name) in known}
            else:
                parts = [part for text in found for part in text.split(",")]
                found, inside = [], dict(zip(parts[::2], parts[1::2], strict=False))
            found += [inside] if inside else []
        return found

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


def query_pairs(url: str) -> list[tuple[str, str]]:
    """The names and values of the query of a URL, still escaped."""
    parts = (pair.partition("=") for pair in urlsplit(url).query.split("&") if pair)
    return [(name, value) for name, _, value in parts]


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
