"""Counts what a run reached: operations, statuses, parameters with valid and with invalid values.

It looks at the bytes that were sent, not at what the tool meant to send.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from contract_support.document.forgiving import without_doubtful
from contract_support.document.operations import Operation, Parameter, operations, resolve, server_prefix
from contract_support.document.schema_checker import SchemaChecker, query_pairs

BODY = ("body", "body")
CHECKED_FORMATS = frozenset({"date", "date-time", "email", "uri", "uuid"})
BREAKABLE_TYPES = frozenset({"integer", "number", "boolean"})
BREAKABLE_KEYWORDS = frozenset({"enum", "const", "pattern", "maxLength", "minLength", "maxItems", "minItems"})


@dataclass
class Reached:
    """What was reached so far. Statuses are counted by operation label, parameters by (location, name)."""

    document: Mapping[str, Any]
    statuses: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    valid: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    invalid: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        # A value that only breaks what is not documented is valid.
        self.document = without_doubtful(self.document, self.document)
        self._checker = SchemaChecker(self.document)
        self._operations = {operation.label: operation for operation in operations(self.document)}
        self._prefix = server_prefix(self.document)
        self._seen: set[tuple[str, str, str, str]] = set()

    def record(
        self, label: str, url: str, headers: Mapping[str, Any], body: bytes | None, status: int
    ) -> None:
        """Count one request that was sent for an operation, and the status that it got."""
        operation = self._operations[label]
        self.statuses[label].add(status)
        parts = urlsplit(url)
        pairs = query_pairs(url)
        sent_headers = {name.lower(): _first(value) for name, value in headers.items()}
        segments = self._path_values(operation, parts.path)
        for parameter in operation.parameters:
            if parameter.location == "query":
                values = self._checker.sent_values(parameter, pairs)
            elif parameter.location == "header":
                values = [sent_headers[name] for name in (parameter.name.lower(),) if name in sent_headers]
            else:
                values = [segments[parameter.name]] if parameter.name in segments else []
            if not values and parameter.required:
                self.invalid[label].add((parameter.location, parameter.name))
            for value in values:
                self._record_value(label, parameter, value)
        if operation.body_schema is not None:
            self._record_body(label, operation, body)

    def missing_successes(self) -> list[str]:
        """Return every declared success that no request reached."""
        return [
            f"{label}: never responded {status}"
            for label, operation in self._operations.items()
            for status in operation.success_statuses
            if status not in self.statuses[label]
        ]

    def missing(self) -> list[str]:
        """Return everything the document declares that a property run should have reached and did not.

        Statuses that only a fault can cause (403, 429, 5XX) are tested by `behaviour.declared_errors`.
        """
        found = self.missing_successes()
        for label, operation in self._operations.items():
            statuses = self.statuses[label]
            if not statuses:
                found.append(f"{label}: never called")
                continue
            found += [
                f"{label}: never responded {status}"
                for status in natural_errors(operation)
                if status not in statuses
            ]
            for parameter in operation.parameters:
                key = (parameter.location, parameter.name)
                if key not in self.valid[label]:
                    found.append(f"{label}: {parameter.location} {parameter.name} never had a valid value")
                if is_breakable(self.document, parameter) and key not in self.invalid[label]:
                    found.append(f"{label}: {parameter.location} {parameter.name} never had an invalid value")
            if operation.body_schema is not None:
                found += [
                    f"{label}: the body was never {kind}"
                    for kind, seen in (("valid", self.valid), ("invalid", self.invalid))
                    if BODY not in seen[label]
                ]
        return found

    def _record_value(self, label: str, parameter: Parameter, value: str | Mapping[str, str]) -> None:
        # The same value is sent thousands of times; checking it once is enough.
        key = (label, parameter.location, parameter.name, repr(value))
        if key in self._seen:
            return
        self._seen.add(key)
        fits = self._checker.parameter_fits(parameter, value)
        (self.valid if fits else self.invalid)[label].add((parameter.location, parameter.name))

    def _record_body(self, label: str, operation: Operation, body: bytes | None) -> None:
        schema = operation.body_schema
        assert schema is not None
        try:
            fits = self._checker.fits(schema, json.loads(body or b""))
        except ValueError:
            fits = False
        (self.valid if fits else self.invalid)[label].add(BODY)

    def _path_values(self, operation: Operation, path: str) -> dict[str, str]:
        template = (self._prefix + operation.path).split("/")
        sent = path.split("/")
        if len(template) != len(sent):
            return {}
        return {
            name[1:-1]: value
            for name, value in zip(template, sent, strict=True)
            if name.startswith("{") and value
        }


def natural_errors(operation: Operation) -> list[int]:
    """Return the declared errors that a request can cause without a planted fault."""
    declared = operation.error_statuses
    wanted = [401] if "401" in declared else []
    breakable = any(is_breakable(operation.document, parameter) for parameter in operation.parameters)
    if "400" in declared and (breakable or operation.body_schema is not None):
        wanted.append(400)
    if "404" in declared and any(parameter.location == "path" for parameter in operation.parameters):
        wanted.append(404)
    return wanted


def is_breakable(document: Mapping[str, Any], parameter: Parameter) -> bool:
    """Whether some value breaks the schema of a parameter. A plain string accepts any value."""
    if parameter.location == "path":
        # An empty segment is another path, so a plain string in a path cannot be broken either.
        return _is_breakable_schema(document, parameter.schema, ignored=frozenset({"minLength"}))
    return parameter.required or _is_breakable_schema(document, parameter.schema)


def _is_breakable_schema(
    document: Mapping[str, Any], schema: Mapping[str, Any], ignored: frozenset[str] = frozenset()
) -> bool:
    whole = resolve(document, schema)
    if whole.get("type") in BREAKABLE_TYPES or whole.get("format") in CHECKED_FORMATS:
        return True
    if (BREAKABLE_KEYWORDS - ignored) & whole.keys():
        return True
    return "items" in whole and _is_breakable_schema(document, whole["items"], ignored)


def _first(value: Any) -> str:
    return str(value[0] if isinstance(value, list) else value)
