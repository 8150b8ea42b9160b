"""The shapes of a time as a sentence, where its type does not say them."""

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
    "time-of-day": "a time of day as `14:30:00`",
}
"""In the order of the sentence. A shape that is not here names itself."""
_INSTANTS = {"utc", "zoned"}


def shapes_sentence(schemas: Schemas, schema: Any, pointer: str, *, sent: bool = False) -> str:
    """Which shapes a time has; empty where its type says it: a day, and what has a zone.

    Args:
        sent: Whether it is an argument. The type of most, `TimeInput`, says "a day, or a time with a zone",
            and then the times without a zone that are allowed too are nothing that a caller has to know.
    """
    found = set(time_shapes(schemas, schema, pointer))
    if found <= _INSTANTS or found == {"date"}:
        return ""
    if sent and "date" in found and found & _INSTANTS and found <= {"date", "local", *_INSTANTS}:
        return ""
    words = [word for shape, word in SHAPES.items() if shape in found] + sorted(found - SHAPES.keys())
    if len(words) == 1:
        return f"Form: {words[0]}."
    return f"{'Forms:' if sent else 'Comes as'} {', '.join(words[:-1])} or {words[-1]}."


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
