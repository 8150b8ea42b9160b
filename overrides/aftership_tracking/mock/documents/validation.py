"""Checks values by the schemas of one document, as far as they are enforced.

A validator is compiled on first use, and reused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import jsonschema_rs

from aftership_tracking.mock.documents.choices import decide_by_discriminators
from aftership_tracking.mock.documents.enforced import Level, enforced
from aftership_tracking.mock.documents.pointers import as_fragment
from aftership_tracking.mock.documents.schema_node import SchemaNode

_BASE = "urn:document"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that a value breaks.

    `path` leads to the offending value, `keyword` is the JSON Schema keyword, `rule` the JSON Pointer of that
    keyword in the document, and `missing` names the absent property when the keyword is `required`. A finding
    never holds the value.

    The path is for people. The validator writes a key that looks like a number as that number (`"01"` as 1)
    and leaves out an empty key, so a value cannot be found by it.
    """

    path: tuple[str | int, ...]
    keyword: str
    rule: str
    missing: str | None = None

    @property
    def is_mistyped(self) -> bool:
        return self.keyword == "type"


class Validators:
    """All validators of one document, of the constraints of one level."""

    def __init__(self, document: dict[str, Any], level: Level = "documented") -> None:
        self.document: dict[str, Any] = enforced(document, level)
        """What is enforced: the document with the rules of the level and no other."""
        rules = decide_by_discriminators(self.document)
        self._registry = jsonschema_rs.Registry([(_BASE, rules)], draft=jsonschema_rs.Draft202012)
        self._compiled: dict[str, jsonschema_rs.Draft202012Validator] = {}

    def node(self, pointer: str) -> SchemaNode:
        """The schema at a pointer, with the rules that are enforced and no other."""
        return SchemaNode(self.document, pointer)

    def fits(self, pointer: str, value: Any) -> bool:
        """Whether a value fits the schema at a pointer.

        Raises:
            ValueError: the value cannot be checked, for example because it is nested too deeply.
        """
        return bool(self._validator(pointer).is_valid(value))

    def findings(self, pointer: str, value: Any) -> list[Finding]:
        """Return every rule that a value breaks, in the order of the validator.

        Raises:
            ValueError: as `fits`.
        """
        return [
            finding for error in self._validator(pointer).iter_errors(value) for finding in _findings(error)
        ]

    def first_findings(self, pointer: str, value: Any, most: int) -> list[Finding]:
        """Return no more than so many of the rules that a value breaks, without looking for more.

        Raises:
            ValueError: as `fits`.
        """
        found = (each for error in self._validator(pointer).iter_errors(value) for each in _findings(error))
        return list(islice(found, most))

    def _validator(self, pointer: str) -> jsonschema_rs.Draft202012Validator:
        validator = self._compiled.get(pointer)
        if validator is None:
            # Two threads may compile the same schema once each; both results are equal.
            validator = jsonschema_rs.Draft202012Validator(
                {"$schema": _DIALECT, "$ref": _BASE + as_fragment(pointer)},
                registry=self._registry,
                validate_formats=True,
            )
            self._compiled[pointer] = validator
        return validator


def _findings(error: jsonschema_rs.ValidationError) -> Iterator[Finding]:
    """Turn an error into findings. Of a choice (`anyOf`, `oneOf`), the branch that came closest counts."""
    kind = error.kind
    branches: list[list[jsonschema_rs.ValidationError]] = getattr(kind, "context", None) or []
    if kind.name in ("anyOf", "oneOf") and branches:
        depth = len(error.instance_path)
        fitting = [
            branch
            for branch in branches
            if branch and not any(_is_mistyped_at(inner, depth) for inner in branch)
        ]
        if fitting:
            for inner in fitting[0]:
                yield from _findings(inner)
        elif all(branches):
            yield Finding(tuple(error.instance_path), "type", _rule(error))
        else:
            yield Finding(tuple(error.instance_path), kind.name, _rule(error))
        return
    missing = getattr(kind, "property", None) if kind.name == "required" else None
    yield Finding(tuple(error.instance_path), kind.name, _rule(error), missing)


def _is_mistyped_at(error: jsonschema_rs.ValidationError, depth: int) -> bool:
    return error.kind.name == "type" and len(error.instance_path) == depth


def _rule(error: jsonschema_rs.ValidationError) -> str:
    location = error.absolute_keyword_location or ""
    return location.removeprefix(_BASE)
