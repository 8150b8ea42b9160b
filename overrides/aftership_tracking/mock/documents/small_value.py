"""A small value that fits a schema of the kinds that documents use."""

from __future__ import annotations

import math
import re
from typing import Any

from aftership_tracking.mock.documents.schema_node import SchemaNode

MAX_DEPTH = 16
_BY_FORMAT = {
    "date": "2024-02-06",
    "date-time": "2024-02-06T10:15:30+00:00",
    "time": "10:15:30Z",
    "duration": "P1D",
    "email": "someone@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "uri-reference": "/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
_BY_X_TIME = {
    "date": "2024-02-06",
    "utc": "2024-02-06T10:15:30+00:00",
    "zoned": "2024-02-06T10:15:30+00:00",
    "local": "2024-02-06T10:15:30",
    "spaced": "2024-02-06 10:15:30",
    "compact-date": "20240206",
    "time-of-day": "10:15:30",
}
# Tried in this order where a pattern decides.
_LETTERS = ("a", "A", "0", "1")
_PREFIXES = ("", "+", "#", "a-", "A")


def small_value(node: SchemaNode, depth: int = 0) -> Any:
    """Return the schema's own example, or else its first known value, or else the smallest that fits.

    The keys of an object are those that it must have, and those of a full response that cannot be null.
    """
    for holder in (node.beside, node.schema):
        if holder.get("examples"):
            return holder["examples"][0]
        if "example" in holder:
            return holder["example"]
    for key in ("const", "default"):
        if key in node.schema:
            return node.schema[key]
    for key in ("enum", "x-open-enum"):
        known = node.get(key)
        if known:
            first = next(iter(known))
            # The keys of a mapping are strings in JSON, also those of an enum of integers.
            return int(first) if key == "x-open-enum" and "integer" in node.types else first
    kinds = node.types
    if node.choice is not None:
        name, by_tag = node.choice
        tag, branch = next(iter(by_tag.items()))
        value = small_value(branch, depth + 1)
        return {**value, name: tag} if isinstance(value, dict) else value
    if node.branches and not node.properties:
        return small_value(node.branches[0], depth + 1)
    kind = kinds[0] if kinds else "object"
    if kind == "object":
        return _small_object(node, depth) if depth < MAX_DEPTH else {}
    if kind == "array":
        count = node.get("minItems", 0) if depth < MAX_DEPTH else 0
        return [small_value(node.items, depth + 1) if node.items else None for _ in range(count)]
    if kind in ("integer", "number"):
        return _small_number(node)
    return {"string": _small_string(node), "boolean": False}.get(kind)


def _small_object(node: SchemaNode, depth: int) -> dict[str, Any]:
    properties, required = node.properties, node.required
    for branch in node.branches[:1]:
        required |= branch.required
    # Keys that a full response has and that may be null are added later, as null.
    names = [
        name
        for name, declared in properties.items()
        if name in required or (declared.is_sent and not declared.can_be_null)
    ]
    found = {name: small_value(properties[name], depth + 1) for name in names}
    further = node.further
    for name in [name for name in sorted(required) if name not in properties]:
        found[name] = None if further is None else small_value(further, depth + 1)
    return found


def _small_number(node: SchemaNode) -> Any:
    lowest = node.get("minimum", -math.inf)
    above = node.get("exclusiveMinimum", -math.inf)
    highest = min(node.get("maximum", math.inf), node.get("exclusiveMaximum", math.inf))
    step = node.get("multipleOf", 1)
    if max(lowest, above) >= 0:
        value = math.ceil(max(lowest, above) / step) * step
        value += step if value <= above else 0
        return value if value <= highest else (max(lowest, above) + highest) / 2
    if highest <= 0:
        value = math.floor(highest / step) * step
        return value - step if value >= node.get("exclusiveMaximum", math.inf) else value
    return 0


def _small_string(node: SchemaNode) -> str:
    if node.get("format") in _BY_FORMAT:
        return _BY_FORMAT[str(node.get("format"))]
    for shape in node.get("x-time", ()):
        if shape in _BY_X_TIME:
            return _BY_X_TIME[shape]
    shortest, pattern = int(node.get("minLength", 0)), node.get("pattern")
    if pattern is None:
        return "a" * shortest
    candidates = (
        prefix + letter * length
        for length in range(shortest, shortest + 40)
        for prefix in _PREFIXES
        for letter in _LETTERS
    )
    return next((text for text in candidates if len(text) >= shortest and _matches(pattern, text)), "")


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        # What only JavaScript knows.
        return False
