"""The shapes of a time that is read, as a sentence, where its type does not say them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.client.schema_classes import Schemas
from generator.document.schema_walk import as_list, as_mapping

SHAPES = {
    "date": "a day",
    "compact-date": "a day as `20240206`",
    "local": "a time without a zone",
    "spaced": "a time as `2024-02-06 14:30:00`",
    "zoned": "a time with a zone",
    "utc": "a time in UTC",
    "time-of-day": "a time of day",
}
"""In the order of the sentence. A shape that is not here names itself."""


def shapes_sentence(schemas: Schemas, schema: Any, pointer: str) -> str:
    """Which shapes a time comes in; empty for one shape, and where all of them are instants."""
    found = set(time_shapes(schemas, schema, pointer))
    if len(found) < 2 or found <= {"utc", "zoned"}:
        return ""
    words = [word for shape, word in SHAPES.items() if shape in found] + sorted(found - SHAPES.keys())
    return f"Comes as {', '.join(words[:-1])} or {words[-1]}."


def time_shapes(schemas: Schemas, schema: Any, pointer: str) -> Iterator[str]:
    """The shapes of a time as the document names them, also those of a union; some more than once."""
    resolved = schemas.resolve(schema, pointer)
    here = as_mapping(resolved.schema)
    yield from map(str, as_list(here.get("x-time")))
    for key in ("anyOf", "oneOf"):
        for index, part in enumerate(as_list(here.get(key))):
            # A component among the alternatives says its shapes itself, and may contain itself.
            if "$ref" not in as_mapping(part):
                yield from time_shapes(schemas, part, f"{resolved.pointer}/{key}/{index}")
