"""JSON Pointers into a document: writing them, and following references."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote


def join(pointer: str, *parts: str | int) -> str:
    """Extend a pointer by whole parts, escaping each."""
    return pointer + "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def as_fragment(pointer: str) -> str:
    """The pointer as the fragment of a URI reference."""
    return "#" + quote(pointer, safe="/~!$&'()*+,;=:@-._")


def look_up(document: Mapping[str, Any], pointer: str) -> Any:
    """Give the value at a pointer.

    Raises:
        LookupError: there is none.
    """
    value: Any = document
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        value = value[int(name)] if isinstance(value, list) else value[name]
    return value


def resolve(document: Mapping[str, Any], pointer: str) -> tuple[str, Mapping[str, Any]]:
    """Follow `$ref` from a pointer until there is a value of its own; give where it stands and what it is."""
    value = look_up(document, pointer)
    while isinstance(value, Mapping) and isinstance(value.get("$ref"), str):
        pointer = value["$ref"].removeprefix("#")
        value = look_up(document, pointer)
    return pointer, value


def can_be_null(document: Mapping[str, Any], schema: Mapping[str, Any]) -> bool:
    """Whether a schema, as it stands in a document, takes null."""
    while "$ref" in schema:
        schema = look_up(document, schema["$ref"].removeprefix("#"))
    branches = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    kinds = schema.get("type", ())
    return "null" in ([kinds] if isinstance(kinds, str) else kinds) or any(
        can_be_null(document, branch) for branch in branches
    )
