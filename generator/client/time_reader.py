"""Reads `x-time` of arguments: which of them take no `date`, or no `datetime`, at any depth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.client.quoting import untrusted
from generator.client.schema_classes import Schemas
from generator.client.template_records import TimeShapes
from generator.document.schema_walk import as_list, as_mapping


def read_times(schemas: Schemas, name: str, schema: Any, pointer: str) -> tuple[TimeShapes, ...]:
    """The times in an argument that a date or a datetime with a zone does not fit.

    The runtime writes both in the form of ISO 8601. Where the document has another shape, that would be sent
    without anybody noticing.
    """
    found: dict[str, dict[str, None]] = {}
    for path, shapes in _walk(schemas, name, schema, pointer, frozenset()):
        # Alternatives are of one path.
        found.setdefault(path, {}).update(dict.fromkeys(shapes))
    return tuple(
        TimeShapes(untrusted(path), untrusted(" ".join(shapes)))
        for path, shapes in found.items()
        if not ("date" in shapes and {"zoned", "utc"} & shapes.keys())
    )


def _walk(
    schemas: Schemas, path: str, schema: Any, pointer: str, above: frozenset[str]
) -> Iterator[tuple[str, list[str]]]:
    resolved = schemas.resolve(schema, pointer)
    # A schema may contain itself.
    if above & resolved.components:
        return
    above |= resolved.components
    schema, pointer = as_mapping(resolved.schema), resolved.pointer
    shapes = [str(shape) for shape in as_list(schema.get("x-time"))]
    if shapes:
        yield path, shapes
    for name, one in schemas.properties(schema, pointer).items():
        yield from _walk(schemas, f"{path}.{name}", one.schema, one.pointer, above)
    if "items" in schema:
        yield from _walk(schemas, path, schema["items"], f"{pointer}/items", above)
    for key in ("anyOf", "oneOf"):
        for index, part in enumerate(as_list(schema.get(key))):
            yield from _walk(schemas, path, part, f"{pointer}/{key}/{index}", above)
