"""Which arguments of an operation take values of a list: of an enum, or of countries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.client.schema_classes import Schemas, is_enum
from generator.document.schema_walk import as_list, as_mapping, types

KnownValues = tuple[tuple[str, str], ...]
"""Pairs: the path of the argument, and the enum or the form of countries."""


def known_values(schemas: Schemas, schema: Any, pointer: str, name: str) -> KnownValues:
    """What takes values of a list in an argument: itself, its items, and the properties of its objects.

    Values of maps are left out, because their keys belong to the users. So are numbers: they have no spelling
    that could be almost right.
    """
    return tuple(dict.fromkeys(_found(schemas, schema, pointer, name, frozenset())))


def _found(
    schemas: Schemas, schema: Any, pointer: str, path: str, above: frozenset[str]
) -> Iterator[tuple[str, str]]:
    reference = as_mapping(schema).get("$ref")
    if isinstance(reference, str):
        name = schemas.component(reference, pointer)
        schema, pointer = schemas.named[name], schemas.pointer(name)
        if name in above:
            return
        above |= {name}
        if schemas.kind(name) == "enum":
            if "string" in types(schema) or not types(schema):
                yield path, name
            return
    content = as_mapping(schema)
    if "x-country" in content:
        yield path, content["x-country"]
    if is_enum(content):
        return
    if "items" in content:
        yield from _found(schemas, content["items"], f"{pointer}/items", path, above)
    for key in ("anyOf", "oneOf"):
        for index, part in enumerate(as_list(content.get(key))):
            yield from _found(schemas, part, f"{pointer}/{key}/{index}", path, above)
    for name, one in schemas.properties(schema, pointer).items():
        yield from _found(schemas, one.schema, one.pointer, f"{path}.{name}", above)
