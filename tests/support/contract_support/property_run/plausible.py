"""Makes drawn requests more plausible, so that they pass the first check.

A drawn string is never the code of a courier, and a drawn number fits no courier's format. Nearly every drawn
create would be refused for that alone, and nothing after that would be tested. So most drawn courier codes
are replaced by existing codes, and most numbers without a courier get one. A valid body stays valid, a broken
one stays broken.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from contract_support.document.operations import operations

SLUG = "slug"
COURIER_SLUG = "courier_slug"
SLUG_GROUP = "slug_group"
NUMBER = "tracking_number"
WRAPPER = "tracking"
LEFT_ONE_IN = 5

BodyMap = Callable[[Any, Any], Any]
PathMap = Callable[[Any, dict[str, Any]], dict[str, Any]]
CaseMap = Callable[[Any, Any], Any]


def body_map(slugs: Sequence[str]) -> BodyMap:
    """Build the `map_body` hook of one run, with the courier codes that the server knows."""

    def map_body(context: Any, body: Any) -> Any:
        # The body itself decides, not chance, so that a run can be repeated.
        number = _number_of(body)
        if not slugs or number % LEFT_ONE_IN == 0:
            return body
        return _with_slug(body, slugs[number % len(slugs)])

    return map_body


def path_map(document: Mapping[str, Any]) -> PathMap:
    """Build the `map_path_parameters` hook of one run.

    A drawn value that equals the last segment of another path, such as `retrack`, would name that path,
    because literals come first. So such values get a suffix.
    """
    words = {part for path in document["paths"] for part in path.split("/") if not part.startswith("{")}

    def map_path_parameters(context: Any, path_parameters: dict[str, Any]) -> dict[str, Any]:
        if not path_parameters:
            return path_parameters
        return {name: f"{value}-1" if value in words else value for name, value in path_parameters.items()}

    return map_path_parameters


def list_map(document: Mapping[str, Any]) -> CaseMap:
    """Build the `map_case` hook of one run of chains.

    Drawn filters match nothing, and no chain continues from an empty list. So most lists are requested
    without filters. A query that breaks the document stays as it is.
    """
    listings = {operation.label for operation in operations(document) if operation.paging is not None}

    def map_case(context: Any, case: Any) -> Any:
        is_valid = case.meta.generation.mode.is_positive
        if case.operation.label in listings and is_valid and _number_of(case.query) % LEFT_ONE_IN:
            case.query = {}
        return case

    return map_case


def _number_of(value: Any) -> int:
    """Return a number that depends only on the value, so it is the same in every run."""
    return zlib.crc32(json.dumps(value, default=repr, sort_keys=True).encode())


def _with_slug(value: Any, slug: str, *, may_add: bool = True) -> Any:
    """Replace courier codes. Add one only to the body or its wrapper: elsewhere a schema may require it."""
    if isinstance(value, list):
        return [_with_slug(item, slug, may_add=False) for item in value]
    if not isinstance(value, dict):
        return value
    result = {
        name: _with_slug(item, slug, may_add=may_add and name == WRAPPER) for name, item in value.items()
    }
    given = SLUG if SLUG in value else SLUG_GROUP
    is_alone = may_add and isinstance(value.get(NUMBER), str) and given not in value
    if isinstance(value.get(COURIER_SLUG), str):
        result[COURIER_SLUG] = slug
    if isinstance(value.get(SLUG), str) or is_alone:
        result[SLUG] = slug
    return result
