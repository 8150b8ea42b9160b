"""What the mock enforces of a document: every constraint that is documented, and no other.

`x-constraints` beside a constraint says how it is known. What is only believed, or known from a later
version, may be wrong: a mock that refused it would teach a rule that the service may not have.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aftership_tracking.mock.documents.pointers import resolve

MARKS = "x-constraints"
OPEN_ENUM = "x-open-enum"
ENFORCED = "documented"


def enforced(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of the document without the constraints that are not enforced.

    Where only the known values of an open enum are documented as accepted, the copy has an `enum` of them.
    """
    copied: dict[str, Any] = _copy(document, document)
    return copied


def _copy(value: Any, document: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        return [_copy(item, document) for item in value]
    if not isinstance(value, dict):
        return value
    marks = value.get(MARKS)
    if not isinstance(marks, dict):
        return {key: _copy(item, document) for key, item in value.items()}
    dropped = {keyword for keyword, mark in marks.items() if mark != ENFORCED and keyword != OPEN_ENUM}
    copied = {key: _copy(item, document) for key, item in value.items() if key not in dropped}
    if marks.get(OPEN_ENUM) == ENFORCED:
        copied["enum"] = _known_values(value, document)
    return copied


def _known_values(schema: Mapping[str, Any], document: Mapping[str, Any]) -> list[str | int]:
    while OPEN_ENUM not in schema:
        _, schema = resolve(document, schema["$ref"].removeprefix("#"))
    is_whole = schema.get("type") == "integer"
    return [int(value) if is_whole else value for value in schema[OPEN_ENUM]]
