"""Rules about single values: enums, times, unions whose alternatives must be distinguishable."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from generator.client.enum_member_names import member_names
from generator.document import pointer as pointers
from generator.document.contents import choice
from generator.document.schema_walk import types
from generator.lint.rule import Hits, rule
from generator.lint.view import View
from generator.lint.walk import Node

_WITH_ZONE = {"utc", "zoned"}


@rule("enum-null", "A null inside an enum becomes a second and third class for one field.")
def enum_null(view: View) -> Hits:
    for node in view.all("schema"):
        values = node.value.get("enum", ())
        if None in values:
            yield (
                f"{node.pointer}/enum/{values.index(None)}",
                'The enum contains null. Take it out and write anyOf: [$ref, {type: "null"}] at its uses.',
            )


@rule("enum-values", "Values must be unique strings or whole numbers to become members of one class.")
def enum_values(view: View) -> Hits:
    for node in view.all("schema"):
        seen: list[Any] = []
        for index, value in enumerate(node.value.get("enum", ())):
            pointer = f"{node.pointer}/enum/{index}"
            if value is not None and (isinstance(value, bool) or not isinstance(value, (str, int))):
                yield (
                    pointer,
                    f"The enum value {value!r} is neither a string nor a whole number. Use one of these.",
                )
            elif any(type(value) is type(other) and value == other for other in seen):
                yield pointer, f"The enum value {value!r} is listed twice. Remove one of the two."
            seen.append(value)


@rule("enum-meanings", "Each known value has a meaning; it becomes the docstring of the member.")
def enum_meanings(view: View) -> Hits:
    for node in view.all("schema"):
        values = {str(value) for value in node.value.get("enum", ()) if value is not None}
        meanings = node.value.get("x-enum-meanings", {})
        if "enum" in node.value:
            for value in sorted(values - meanings.keys()):
                yield node.pointer, f'The value "{value}" has no meaning. Add it to x-enum-meanings.'
        for key in meanings:
            if key not in values:
                meaning_pointer = pointers.child(node.pointer, "x-enum-meanings", key)
                yield (
                    meaning_pointer,
                    f'"{key}" is not a value of this enum. Add it to enum or remove its meaning.',
                )


@rule("enum-members", "Two values with one member name get names that depend on their order.")
def enum_members(view: View) -> Hits:
    for node in view.all("schema"):
        for key in ("enum", "x-open-enum"):
            taken: dict[str, Any] = {}
            for index, written in enumerate(node.value.get(key, ())):
                value = written
                if isinstance(value, bool) or not isinstance(value, (str, int)):
                    continue
                if isinstance(value, str) and "integer" in types(node.value) and is_whole(value):
                    value = int(value)  # the keys of x-open-enum are strings
                name = member_names([value], node.value.get("x-enum-names", {}))[0]
                if name in taken and taken[name] != value:
                    # The later one, because an overlay adds at the end.
                    yield (
                        pointers.child(node.pointer, key, index if key == "enum" else written),
                        f'The values "{taken[name]}" and "{value}" would both be {name}. '
                        "Give one of them another name in x-enum-names.",
                    )
                taken.setdefault(name, value)


@rule("enum-names", "A number says nothing, so the document names the members of integer enums.")
def enum_names(view: View) -> Hits:
    for node in view.all("schema"):
        known = [*node.value.get("enum", ()), *node.value.get("x-open-enum", ())]
        values = {str(value) for value in known if value is not None}
        for key in ("x-enum-names", "x-enum-levels"):
            given = node.value.get(key, {})
            for name in given:
                if name not in values:
                    yield (
                        pointers.child(node.pointer, key, name),
                        f'"{name}" is not a value of this enum. Add it to the values or remove it here.',
                    )
            # Words name themselves; x-enum-names is for those that would have the same name.
            is_optional = key == "x-enum-names" and "integer" not in types(node.value)
            if not is_optional and (key in node.value or key == "x-enum-names"):
                for value in sorted(values - given.keys()):
                    # At the value: it may be new, in an overlay.
                    keys = "x-open-enum" if value in node.value.get("x-open-enum", {}) else "enum"
                    yield (
                        pointers.child(node.pointer, keys, *([value] if keys == "x-open-enum" else [])),
                        f'The value "{value}" is missing in {key}. Add it.',
                    )


@rule("open-enum", "An open enum accepts unknown values; beside enum it would not.")
def open_enum(view: View) -> Hits:
    for node in view.all("schema"):
        if "x-open-enum" not in node.value:
            continue
        enum_pointer = pointers.child(node.pointer, "x-open-enum")
        kinds = [kind for kind in types(node.value) if kind != "null"]
        if "enum" in node.value or "const" in node.value:
            yield (
                enum_pointer,
                "An open enum stands beside enum or const, which close it. Remove one of the two.",
            )
        if kinds not in (["string"], ["integer"]):
            yield enum_pointer, "An open enum needs type: string or type: integer. Correct the type."
        elif kinds == ["integer"]:
            for key in node.value["x-open-enum"]:
                if not is_whole(key):
                    yield (
                        pointers.child(enum_pointer, key),
                        f'"{key}" is not a whole number, as the type says. Correct the key.',
                    )


def is_whole(key: str) -> bool:
    """Whether a key of a map of values is a whole number."""
    return key.removeprefix("-").isdecimal()


@rule("time-format", "A format that the shapes do not all have refuses values that do come.")
def time_format(view: View) -> Hits:
    for node in view.all("schema"):
        shapes = set(node.value.get("x-time", ()))
        declared = node.value.get("format")
        if not shapes:
            if declared in ("date-time", "date", "time"):
                yield node.pointer, f'The format "{declared}" stands without x-time. Say which shapes occur.'
            continue
        if "string" not in types(node.value):
            yield node.pointer, "x-time stands on something that is not a string. Correct the type."
        expected = "date-time" if shapes <= _WITH_ZONE else "date" if shapes == {"date"} else None
        if declared != expected:
            hint = "Leave format out" if expected is None else f"Write format: {expected}"
            yield (
                node.pointer,
                f'The shapes {", ".join(sorted(shapes))} and format "{declared}" disagree. {hint}.',
            )


@rule("when-empty", "What an empty map comes as is declared for a property, so that property must exist.")
def when_empty(view: View) -> Hits:
    for node in view.all("schema"):
        for name in node.value.get("x-when-empty", ()):
            found = view.property(node.value, node.pointer, name)
            if found is None or "object" not in types(view.non_null(*found)[0]):
                yield (
                    pointers.child(node.pointer, "x-when-empty", name),
                    f'There is no object "{name}" here. Correct the name.',
                )


@rule("union-decodable", "msgspec refuses a union whose alternatives look the same in JSON.")
def union_decodable(view: View) -> Hits:
    for node in view.all("schema"):
        if not ({"anyOf", "oneOf"} & node.value.keys() or len(types(node.value)) > 1):
            continue
        above = node.parent
        if above is not None and above.kind == "schema" and node.field in ("anyOf", "oneOf", "not"):
            continue  # seen as part of the union around it
        if _is_only_sent(view, node):
            continue  # nothing has to be distinguished
        shapes: dict[str, list[str]] = defaultdict(list)
        for shape, name in _alternatives(view, node.value, node.pointer):
            if name not in shapes[shape]:
                shapes[shape].append(name)
        chosen = choice(view.walk, view.non_null(node.value, node.pointer)[0])
        for shape, found in shapes.items():
            if shape == "an object" and chosen is not None and {*found} == chosen.variants.keys():
                continue
            if len(found) > 1:
                yield (
                    node.pointer,
                    f"The alternatives {' and '.join(found)} are both {shape}. Keep one of them"
                    f"{', or add a discriminator' if shape == 'an object' else ''}.",
                )
        if "a string" in shapes and any("time" in name for name in shapes["a string"]) and len(shapes) > 1:
            yield (
                node.pointer,
                "A time stands in a union with something else. Keep the time, with null at most.",
            )


def _is_only_sent(view: View, node: Node) -> bool:
    """Whether a union is the body of a request as a whole: a property belongs to a class that is read too."""
    at: Node | None = node
    while at is not None and not at.is_component:
        if at.field == "properties":
            return False
        if at.kind in ("request-body", "parameter"):
            return not at.in_webhooks
        at = at.parent
    return at is not None and at.kind == "schema" and at.name not in view.directions.read.components


def _alternatives(view: View, schema: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """What each alternative looks like in JSON, and a name for it; null is always distinguishable."""
    name = ""
    if isinstance(schema, dict) and "$ref" in schema:
        schema, pointer = view.follow(schema, pointer)
        name = pointers.split(pointer)[-1]
    if not isinstance(schema, dict):
        return
    for key in ("anyOf", "oneOf"):
        for index, part in enumerate(schema.get(key, ())):
            yield from _alternatives(view, part, f"{pointer}/{key}/{index}")
    if len(schema.get("allOf", ())) == 1 and not schema.get("properties"):
        yield from _alternatives(view, schema["allOf"][0], f"{pointer}/allOf/0")
        return
    kinds = types(schema) or (["object"] if schema.get("properties") or schema.get("allOf") else [])
    for kind in kinds:
        if kind == "string":
            # Several times are one: `Time` has any shape.
            yield "a string", "a time" if "x-time" in schema else name or "a plain string"
        elif kind == "object":
            yield "an object", name or f"the one at #{pointer}"
        elif kind == "array":
            yield "a list", name or f"the one at #{pointer}"
        elif kind in ("integer", "number"):
            if kind == "integer" and "number" in kinds:
                continue
            yield kind, name or f"a plain {kind}"
