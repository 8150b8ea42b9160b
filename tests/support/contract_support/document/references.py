"""What a component is made of, so that what a version took over is known from what is its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def everything_below(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a schema of the components and all that it refers to, by name."""
    components = document["components"]
    found: dict[str, Any] = {}
    waiting = [f"#/components/schemas/{name}"]
    while waiting:
        reference = waiting.pop()
        if reference not in found:
            kind, last = reference.split("/")[2:]
            found[reference] = components[kind][last]
            waiting += references(found[reference])
    return {name: found}


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from references(item)
