"""How parameters of path and query are written: which styles there are, and what each cannot write.

Client and lint use this module, so that whatever is not refused is sent as the style says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from generator.document.schema_walk import SchemaWalk, as_list, as_mapping, types

QueryStyle = Literal["", "deepObject", "form", "exploded"]
_SCALARS = ("string", "integer", "number", "boolean")


def style_problem(walk: SchemaWalk, parameter: Mapping[str, Any], pointer: str) -> str | None:
    """Why the client cannot write a parameter as the document says, with a hint; None if it can."""
    check = _path_problem if parameter["in"] == "path" else _query_problem
    return check(walk, parameter, f"{pointer}/schema")


def path_takes(walk: SchemaWalk, schema: Any, pointer: str) -> str:
    """What the argument of a path may be, in the words of `Path.takes` of the runtime."""
    found = list(_plain(walk, schema, pointer))
    for part, at in found:
        if "array" in types(part):
            return " ".join(["list", *_words(_plain(walk, part.get("items", {}), f"{at}/items"))])
    return " ".join(_words(iter(found)))


def query_style(walk: SchemaWalk, parameter: Mapping[str, Any], pointer: str) -> QueryStyle:
    """How an object in the query is written; empty for all other parameters."""
    shapes = {_shape(part) for part, _ in _plain(walk, parameter.get("schema", {}), f"{pointer}/schema")}
    style, exploded = _style(parameter)
    if "object" not in shapes:
        return ""
    return "deepObject" if style == "deepObject" else "exploded" if exploded else "form"


def _style(parameter: Mapping[str, Any]) -> tuple[str, bool]:
    style = str(parameter.get("style", "simple" if parameter["in"] == "path" else "form"))
    return style, bool(parameter.get("explode", style == "form"))


def _path_problem(walk: SchemaWalk, parameter: Mapping[str, Any], pointer: str) -> str | None:
    name, (style, _) = parameter["name"], _style(parameter)
    if style != "simple":
        return f'The path parameter "{name}" has the style {style}. Only simple can be sent: remove style.'
    found = list(_plain(walk, parameter.get("schema", {}), pointer))
    shapes = {_shape(part) for part, _ in found}
    if "object" in shapes:
        return f'The path parameter "{name}" is an object. Make each of its values a parameter.'
    if "list" in shapes and len(shapes) > 1:
        return f'The path parameter "{name}" is a list or something else. Keep one of them.'
    if any(_items(walk, part, at) != {"scalar"} for part, at in found if _shape(part) == "list"):
        return f'The items of the path parameter "{name}" are not plain values. Describe plain values.'
    if "anything" in shapes:
        return f'The path parameter "{name}" has no type. Say what it is.'
    return None


def _query_problem(walk: SchemaWalk, parameter: Mapping[str, Any], pointer: str) -> str | None:
    name, (style, exploded) = parameter["name"], _style(parameter)
    found = list(_plain(walk, parameter.get("schema", {}), pointer))
    shapes = {_shape(part) for part, _ in found}
    if "object" not in shapes:
        if style == "deepObject":
            return f'The query parameter "{name}" is not an object, so it has no style deepObject. Remove it.'
        if style != "form":
            return f'The query parameter "{name}" has the style {style}. Only form can be sent.'
        if any(_items(walk, part, at) != {"scalar"} for part, at in found if _shape(part) == "list"):
            return f'The items of the query parameter "{name}" are not plain values. Describe plain values.'
        return None
    if len(shapes) > 1:
        return f'The query parameter "{name}" is an object or something else. Keep one of them.'
    if style not in ("form", "deepObject"):
        return f'The query parameter "{name}" has the style {style}. Write form or deepObject.'
    if style == "deepObject" and not exploded and "explode" in parameter:
        return f'The style deepObject of "{name}" exists with explode: true only. Correct explode.'
    for part, at in found:
        for key, value, below in _values(walk, part, at):
            for one, _ in _plain(walk, value, below):
                if _shape(one) != "scalar":
                    return (
                        f'"{key}" of the query parameter "{name}" is not a plain value, and the style has no '
                        "form for it. Describe plain values, or make it a parameter of its own."
                    )
    return None


def _items(walk: SchemaWalk, schema: Mapping[str, Any], pointer: str) -> set[str]:
    return {_shape(one) for one, _ in _plain(walk, schema.get("items", {}), f"{pointer}/items")}


def _values(walk: SchemaWalk, schema: Mapping[str, Any], pointer: str) -> Iterator[tuple[str, Any, str]]:
    for name, one in walk.properties(schema, pointer).items():
        yield name, one.schema, one.pointer
    more = schema.get("additionalProperties")
    if isinstance(more, dict) and more:
        yield "any key", more, f"{pointer}/additionalProperties"


def _plain(walk: SchemaWalk, schema: Any, pointer: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    """The alternatives of a schema, behind references, without null."""
    found = walk.resolve(schema, pointer)
    part, pointer = as_mapping(found.schema), found.pointer
    for key in ("anyOf", "oneOf"):
        if key in part:
            for index, one in enumerate(as_list(part[key])):
                yield from _plain(walk, one, f"{pointer}/{key}/{index}")
            return
    parts = as_list(part.get("allOf"))
    if len(parts) == 1 and not part.get("properties"):
        yield from _plain(walk, parts[0], f"{pointer}/allOf/0")
        return
    if not types(part):
        yield part, pointer
    for kind in types(part):
        if kind != "null":
            yield {**part, "type": kind}, pointer


def _shape(schema: Mapping[str, Any]) -> str:
    kinds = types(schema)
    if "object" in kinds or schema.get("properties") or schema.get("allOf"):
        return "object"
    if "array" in kinds:
        return "list"
    known = {*kinds} & {*_SCALARS} or "const" in schema or "x-open-enum" in schema or "enum" in schema
    return "scalar" if known else "anything"


def _words(parts: Iterator[tuple[Mapping[str, Any], str]]) -> list[str]:
    words: dict[str, None] = {}
    for part, _ in parts:
        for kind in types(part) or ["string"]:
            words[kind] = None
        shapes = {*as_list(part.get("x-time"))}
        if "date" in shapes:
            words["date"] = None
        if shapes & {"utc", "zoned"}:
            words["datetime"] = None
    return list(words)
