"""JSON Pointers into a document: writing them, and following references."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote


def join(pointer: str, *parts: str | int) -> str:
    """Extend a pointer by whole parts, escaping each."""
    return pointer + "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def as_fragment(pointer: str) -> str:
    """Return the pointer as the fragment of a URI reference."""
    return "#" + quote(pointer, safe="/~!$&'()*+,;=:@-._")


def look_up(document: Mapping[str, Any], pointer: str) -> Any:
    """Return the value at a pointer.

    Raises:
        LookupError: the pointer leads nowhere.
    """
    value: Any = document
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        value = value[int(name)] if isinstance(value, list) else value[name]
    return value


def resolve(document: Mapping[str, Any], pointer: str) -> tuple[str, Mapping[str, Any]]:
    """Follow `$ref` from a pointer to the value itself; return the value with its own pointer.

    Raises:
        LookupError: the pointer or a reference leads nowhere, or references go round in a circle.
    """
    value = look_up(document, pointer)
    passed = {pointer}
    while isinstance(value, Mapping) and isinstance(value.get("$ref"), str):
        pointer = value["$ref"].removeprefix("#")
        if pointer in passed:
            raise LookupError(f"the references of {pointer} go round in a circle")
        passed.add(pointer)
        value = look_up(document, pointer)
    return pointer, value
