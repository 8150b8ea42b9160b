"""The type of a value in words: `string or null`, `list of Customer`, with the components that it names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from generator.client.schema_classes import Schemas, is_enum
from generator.document.schema_walk import alternatives, as_list, as_mapping

_DEEPEST = 6


class Word(NamedTuple):
    """A part of a type: words of ours, a value of the document, or the name of a model or an enum."""

    text: str
    component: str = ""
    is_value: bool = False


def type_words(schemas: Schemas, schema: Any, pointer: str) -> tuple[Word, ...]:
    """The type of a schema, null included."""
    found = list(_type(schemas, schema, pointer, 0))
    if schemas.resolve(schema, pointer).nullable and Word("null") not in found:
        found += [Word(" or "), Word("null")]
    return tuple(found)


def type_text(words: tuple[Word, ...]) -> str:
    """The same as plain words."""
    return "".join(word.text for word in words)


def components(words: tuple[Word, ...]) -> tuple[str, ...]:
    """The models and enums that a type names."""
    return tuple(word.component for word in words if word.component)


def _type(schemas: Schemas, schema: Any, pointer: str, depth: int) -> Iterator[Word]:
    """The parts of a type, null at the end."""
    written = alternatives(schema, pointer)
    parts = [list(_part(schemas, one.schema, one.pointer, depth)) for one in written.parts]
    if written.nullable:
        parts.append([Word("null")])
    for index, part in enumerate(parts or [[Word("any value")]]):
        if index:
            yield Word(" or ")
        yield from part


def _part(schemas: Schemas, schema: Any, pointer: str, depth: int) -> Iterator[Word]:
    content = as_mapping(schema)
    if depth > _DEEPEST:
        yield Word("any value")
        return
    only = as_list(content.get("allOf"))
    if "$ref" in content:
        name = schemas.component(content["$ref"], pointer)
        if schemas.kind(name) == "inline":
            yield from _type(schemas, schemas.named[name], schemas.pointer(name), depth + 1)
        else:
            yield Word(name, name)
    elif len(only) == 1 and "properties" not in content:
        yield from _type(schemas, only[0], f"{pointer}/allOf/0", depth + 1)
    elif "const" in content:
        yield Word(json.dumps(content["const"], ensure_ascii=False), is_value=True)
    elif is_enum(content) and "enum" in content:
        for index, value in enumerate(one for one in content["enum"] if one is not None):
            if index:
                yield Word(" or ")
            yield Word(json.dumps(value, ensure_ascii=False), is_value=True)
    else:
        yield from _by_kind(schemas, content, pointer, depth)


def _by_kind(schemas: Schemas, content: Any, pointer: str, depth: int) -> Iterator[Word]:
    kind = content.get("type")
    if kind == "array" or "items" in content:
        yield Word("list of ")
        yield from _type(schemas, content.get("items", {}), f"{pointer}/items", depth + 1)
    elif isinstance(content.get("additionalProperties"), dict) and "properties" not in content:
        yield Word("map of ")
        yield from _type(
            schemas, content["additionalProperties"], f"{pointer}/additionalProperties", depth + 1
        )
    elif isinstance(kind, str):
        form = content.get("format")
        yield Word(kind)
        if form == "password":
            yield Word(" (secret)")
        elif isinstance(form, str):
            yield Word(" (")
            yield Word(form, is_value=True)
            yield Word(")")
    else:
        yield Word("object" if "properties" in content or "allOf" in content else "any value")
