"""Types as source code, written from the schemas of the document, for reading a value and for sending one.

Reading: fields of models that msgspec decodes, so a union has only types that msgspec can distinguish.
Sending: arguments of methods and fields of typed dicts. These accept more, so that calls are easy to write:
any sequence, plain strings for enums, typed dicts as well as models.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from generator.client.schema_classes import Schemas, allows_null, enum_values, is_enum
from generator.client.template_records import Annotation
from generator.document.contents import is_file
from generator.document.document import Document
from generator.document.schema_walk import types

Direction = Literal["read", "send"]

_SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_WITH_ZONE = frozenset({"utc", "zoned"})
_ISO = frozenset({"utc", "zoned", "local", "date"})
_TIMES = frozenset({"Time", "Timestamp", "Date"})
_TIME_INPUTS = frozenset({"TimeInput", "DatetimeInput"})
_UNSET = Annotation("UnsetType", frozenset({"UnsetType"}))
_NONE = Annotation("None")


def input_name(model: str) -> str:
    """The name of the typed dict that is accepted as well as a model."""
    return f"{model}Input"


def or_unset(annotation: Annotation) -> Annotation:
    """The same type, for something that may be left out."""
    return _join([annotation, _UNSET])


def or_none(annotation: Annotation) -> Annotation:
    """The same type, or None."""
    parts = annotation.code.split(" | ")
    return annotation if {"Any", "None"} & {*parts} else _join([annotation, _NONE])


def _join(parts: list[Annotation]) -> Annotation:
    names = frozenset(name for part in parts for name in part.names)
    return Annotation(" | ".join(part.code for part in parts), names)


def _join_times(parts: list[Annotation]) -> list[Annotation]:
    """Several kinds of times as one that holds them all: msgspec sees only strings."""
    for kinds, widest in ((_TIMES, "Time"), (_TIME_INPUTS, "TimeInput")):
        found = {part.code for part in parts} & kinds
        if len(found) > 1:
            first = next(at for at, part in enumerate(parts) if part.code in kinds)
            rest = [part for part in parts if part.code not in kinds]
            parts = [*rest[:first], Annotation(widest, frozenset({widest})), *rest[first:]]
    return parts


def _distinct(parts: Iterable[Annotation]) -> list[Annotation]:
    """Each alternative once, with null last. `Any` replaces all others."""
    unique = {part.code: part for part in parts}
    if "Any" in unique:
        return [unique["Any"]]
    null = unique.pop("None", None)
    return [*unique.values()] if null is None else [*unique.values(), null]


class Annotator:
    """Writes the annotations of one document.

    `shadowed` are names of fields or methods of the class that the annotation is written in. msgspec and type
    checkers would find them instead of a builtin of the same name, so such a builtin is written in full.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._schemas = Schemas(document)

    def annotate(
        self, schema: Any, pointer: str, direction: Direction, shadowed: frozenset[str] = frozenset()
    ) -> Annotation:
        """The type of a value that `schema` describes."""
        return _Writer(self._document, self._schemas, direction, shadowed).write(schema, pointer)

    def plain(self, name: str, shadowed: frozenset[str]) -> Annotation:
        """A builtin."""
        return _Writer(self._document, self._schemas, "send", shadowed).builtin(name)

    def extra(self, schema: Any, pointer: str, shadowed: frozenset[str]) -> Annotation:
        """The type of the field `extra` of a model whose further keys `schema` describes."""
        writer = _Writer(self._document, self._schemas, "read", shadowed)
        return writer.map_of(writer.write(schema, pointer))

    def mapping(self, value: Annotation, shadowed: frozenset[str]) -> Annotation:
        """A map that is sent, from strings to a type."""
        return _Writer(self._document, self._schemas, "send", shadowed).map_of(value)


class _Writer:
    def __init__(
        self, document: Document, schemas: Schemas, direction: Direction, shadowed: frozenset[str]
    ) -> None:
        self._document = document
        self._schemas = schemas
        self._direction = direction
        self._shadowed = shadowed

    def write(self, schema: Any, pointer: str) -> Annotation:
        parts = _distinct(_join_times(self._alternatives(schema, pointer)))
        if self._direction == "read":
            self._check_decodable(parts, pointer)
        return _join(parts)

    def _alternatives(self, schema: Any, pointer: str) -> list[Annotation]:
        if not isinstance(schema, dict):
            return [self._any()]
        if "$ref" in schema:
            return self._reference(schema["$ref"], pointer)
        if is_enum(schema):
            raise self._schemas.nested_enum_error(pointer)
        for key in ("anyOf", "oneOf"):
            if key in schema:
                return [
                    part
                    for at, one in enumerate(schema[key])
                    for part in self._alternatives(one, f"{pointer}/{key}/{at}")
                ]
        if len(schema.get("allOf", ())) == 1 and not schema.get("properties"):
            return self._alternatives(schema["allOf"][0], f"{pointer}/allOf/0")
        if "const" in schema and not types(schema):
            return [self._constant(schema["const"])]
        declared = types(schema)
        if not declared:
            return [self._object(schema, pointer)] if _holds_fields(schema) else [self._any()]
        return [self._typed(name, schema, pointer) for name in declared]

    def _reference(self, reference: str, pointer: str) -> list[Annotation]:
        name = self._schemas.component(reference, pointer)
        schema = self._schemas.named[name]
        kind = self._schemas.kind(name)
        if kind == "inline":
            return self._alternatives(schema, self._schemas.pointer(name))
        parts = [Annotation(name, frozenset({name}))]
        if self._direction == "send":
            if kind == "model":
                parts.append(Annotation(input_name(name), frozenset({input_name(name)})))
            else:
                whole = all(isinstance(one.value, int) for one in enum_values(schema))
                parts.append(self.builtin("int" if whole else "str"))
        return [*parts, _NONE] if allows_null(schema) else parts

    def _typed(self, name: str, schema: Mapping[str, Any], pointer: str) -> Annotation:
        if name == "array":
            item = self.write(schema.get("items", {}), f"{pointer}/items")
            return self._generic("Sequence" if self._direction == "send" else "list", item)
        if name == "object":
            return self._object(schema, pointer)
        if self._direction == "send" and is_file(schema):
            return Annotation("FileContent", frozenset({"FileContent"}))
        if name == "string" and "x-time" in schema:
            return self._time(frozenset(schema["x-time"]))
        if name not in _SCALARS:
            raise self._document.error(pointer, f'"{name}" is not a JSON type.', "Use a type of JSON Schema.")
        return _NONE if name == "null" else self.builtin(_SCALARS[name])

    def _object(self, schema: Mapping[str, Any], pointer: str) -> Annotation:
        if _holds_fields(schema):
            raise self._document.error(
                pointer,
                "An object with properties has no name.",
                "Move it to components/schemas and refer to it.",
            )
        return self.map_of(
            self.write(schema.get("additionalProperties", {}), f"{pointer}/additionalProperties")
        )

    def map_of(self, value: Annotation) -> Annotation:
        """The type of a map from strings to a type."""
        name = "Mapping" if self._direction == "send" else "dict"
        return self._generic(name, self.builtin("str"), value)

    def _time(self, shapes: frozenset[str]) -> Annotation:
        if self._direction == "send":
            # Only where the API takes an ISO form, a date or datetime has one obvious spelling.
            if not shapes <= _ISO:
                return self.builtin("str")
            name = "TimeInput" if "date" in shapes else "DatetimeInput"
            return Annotation(name, frozenset({name}))
        if shapes <= _WITH_ZONE:
            return Annotation("Timestamp", frozenset({"Timestamp"}))
        name = "Date" if shapes == {"date"} else "Time"
        return Annotation(name, frozenset({name}))

    def _constant(self, value: Any) -> Annotation:
        if value is None:
            return _NONE
        name = type(value).__name__
        return self.builtin(name) if name in _SCALARS.values() else self._any()

    def _any(self) -> Annotation:
        return Annotation("Any", frozenset({"Any"}))

    def builtin(self, name: str) -> Annotation:
        """A builtin, written in full where something else has its name."""
        if name in self._shadowed:
            return Annotation(f"builtins.{name}", frozenset({"builtins"}))
        return Annotation(name)

    def _generic(self, name: str, *arguments: Annotation) -> Annotation:
        outer = self.builtin(name) if hasattr(builtins, name) else Annotation(name, frozenset({name}))
        return Annotation(
            f"{outer.code}[{', '.join(argument.code for argument in arguments)}]",
            outer.names.union(*(argument.names for argument in arguments)),
        )

    def _check_decodable(self, parts: list[Annotation], pointer: str) -> None:
        """Refuse a union whose parts msgspec cannot distinguish in JSON."""
        shapes = [self._shape(part.code.removeprefix("builtins.")) for part in parts if part != _NONE]
        objects = [part.code for part in parts if self._shape(part.code) == "object"]
        if len(objects) > 1 and self._schemas.are_distinguishable(objects):
            # A field of theirs says which one it is.
            shapes = ["object", *(shape for shape in shapes if shape != "object")]
        time_in_union = (
            "time" in shapes and len(shapes) > 1
        )  # msgspec decodes it by a hook, which must be alone
        if time_in_union or len(set(shapes)) < len(shapes):
            raise self._document.error(
                pointer,
                f"When reading, the alternatives {_join(parts).code} cannot be distinguished.",
                "Have one kind of string and one kind of object.",
            )

    def _shape(self, code: str) -> str:
        """What a value of this type looks like in JSON, as far as msgspec can see."""
        if code in _TIMES:
            return "time"
        if code in self._schemas.named:
            if self._schemas.kind(code) == "model":
                return "object"
            known = enum_values(self._schemas.named[code])
            return "integer" if known and isinstance(known[0].value, int) else "string"
        container = code.partition("[")[0]
        return {"str": "string", "int": "integer", "list": "array", "dict": "object"}.get(
            container, container
        )


def _holds_fields(schema: Mapping[str, Any]) -> bool:
    return bool(schema.get("properties")) or len(schema.get("allOf", ())) > 1
