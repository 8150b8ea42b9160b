"""What the mock enforces of a document: every constraint that is documented, and no other.

`x-constraints` beside a constraint says how it is known. What is only believed, or known from a later
version, may be wrong: a mock that refused it would teach a rule that the service may not have. The mock takes
it and gives a hint.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from aftership_tracking.mock.documents.pointers import resolve

MARKS = "x-constraints"
OPEN_ENUM = "x-open-enum"
ENFORCED = "documented"
# Rules about the content of a string that no mark stands for.
_CONTENT = frozenset({"format"})
Level = Literal["documented", "all", "shapes"]
"""Which constraints count: the documented ones, all that somebody believes, or only types and required
keys."""


def enforced(document: Mapping[str, Any], level: Level = "documented") -> dict[str, Any]:
    """Return a copy of the document without the constraints that are not enforced.

    Where only the known values of an open enum are documented as accepted, the copy has an `enum` of them.
    At the level "all", every open enum has one: a request with another value gets a hint.
    """
    copied: dict[str, Any] = _copy(document, document, level)
    return copied


def _copy(value: Any, document: Mapping[str, Any], level: Level) -> Any:
    if isinstance(value, list):
        return [_copy(item, document, level) for item in value]
    if not isinstance(value, dict):
        return value
    found = value.get(MARKS)
    marks: Mapping[str, Any] = found if isinstance(found, dict) else {}
    dropped = _dropped(value, marks, level)
    copied = {key: _copy(item, document, level) for key, item in value.items() if key not in dropped}
    if marks.get(OPEN_ENUM) == ENFORCED and level != "shapes":
        copied["enum"] = _known_values(value, document)
    elif level == "all" and isinstance(value.get(OPEN_ENUM), dict):
        copied["enum"] = [
            *_known_values(value, document),
            *([None] if "null" in value.get("type", ()) else ()),
        ]
    return copied


def _dropped(schema: Mapping[str, Any], marks: Mapping[str, Any], level: Level) -> set[str]:
    if level == "all":
        return set()
    if level == "shapes":
        # A property may have the name of a keyword: then its value is a schema.
        return {*marks} | {key for key in _CONTENT if isinstance(schema.get(key), str)}
    return {keyword for keyword, mark in marks.items() if mark != ENFORCED and keyword != OPEN_ENUM}


def _known_values(schema: Mapping[str, Any], document: Mapping[str, Any]) -> list[str | int]:
    while OPEN_ENUM not in schema:
        _, schema = resolve(document, schema["$ref"].removeprefix("#"))
    is_whole = schema.get("type") == "integer"
    return [int(value) if is_whole else value for value in schema[OPEN_ENUM]]
