"""The declared parameters of an operation, and how their values are written in a path or query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from aftership_tracking.mock.documents.pointers import join, look_up, resolve
from aftership_tracking.mock.documents.schema_node import SchemaNode

# OpenAPI says that parameters of these names are ignored: other parts of the document describe them.
IGNORED_HEADERS = frozenset({"accept", "authorization", "content-type"})
Kinds = tuple[str, ...]
Style = Literal["plain", "list", "deepObject", "form", "exploded"]
_STRING: Kinds = ("string",)


@dataclass(frozen=True, slots=True)
class Fields:
    """The JSON types that the values of an object may have: by key, and of all other keys."""

    by_name: Mapping[str, Kinds]
    others: Kinds | None

    def kinds_of(self, name: str) -> Kinds:
        return self.by_name.get(name) or self.others or _STRING


@dataclass(frozen=True, slots=True)
class Parameter:
    """A declared parameter.

    `style` says how its value is written: the last three are those of objects. `kinds` are the JSON types of
    the value, or of a list's items; `fields` are those of an object. `is_spread`: a query holds the object by
    the names of its fields, and not by its own.
    """

    name: str
    location: str
    required: bool
    schema: str
    style: Style
    kinds: Kinds
    fields: Fields
    is_spread: bool
    is_time: bool
    default: Any
    examples: tuple[Any, ...] = ()


def by_location(parameters: Sequence[Parameter]) -> dict[str, dict[str, Parameter]]:
    """Return parameters by location and name, in their order."""
    found: dict[str, dict[str, Parameter]] = {"path": {}, "query": {}, "header": {}}
    for parameter in parameters:
        found.setdefault(parameter.location, {})[parameter.name] = parameter
    return found


def read_parameters(document: Mapping[str, Any], template: str, method: str) -> Iterator[Parameter]:
    """Yield the parameters of an operation, those of its path first."""
    found: dict[tuple[str, str], Parameter] = {}
    for pointer in parameter_pointers(document, template, method):
        parameter = _read_parameter(document, pointer)
        found[parameter.name, parameter.location] = parameter
    for parameter in found.values():
        if parameter.location != "header" or parameter.name.lower() not in IGNORED_HEADERS:
            yield parameter


def parameter_pointers(document: Mapping[str, Any], template: str, method: str) -> Iterator[str]:
    """Yield where the parameters of an operation are declared, those of its path first."""
    for holder in (join("/paths", template), join("/paths", template, method)):
        for index in range(len(look_up(document, holder).get("parameters", ()))):
            yield join(holder, "parameters", index)


def _read_parameter(document: Mapping[str, Any], pointer: str) -> Parameter:
    pointer, definition = resolve(document, pointer)
    schema = join(pointer, "schema")
    node = SchemaNode(document, schema)
    style = _style(node.kinds, definition)
    return Parameter(
        name=definition["name"],
        location=definition["in"],
        required=bool(definition.get("required", False)),
        schema=schema,
        style=style,
        kinds=_item_kinds(node) if style == "list" else node.kinds or _STRING,
        fields=_read_fields(node),
        is_spread=style in ("deepObject", "exploded"),
        is_time=any(
            "x-time" in each or each.get("format") == "date-time"
            for each in (node.beside, node.schema, definition)
        ),
        default=node.get("default"),
        examples=tuple(_read_examples(document, pointer, definition, node)),
    )


def _read_examples(
    document: Mapping[str, Any], pointer: str, definition: Mapping[str, Any], node: SchemaNode
) -> Iterator[Any]:
    if "example" in definition:
        yield definition["example"]
    for name in definition.get("examples", {}):
        yield resolve(document, join(pointer, "examples", name))[1].get("value")
    yield from node.get("examples") or ()


def _style(kinds: Kinds, definition: Mapping[str, Any]) -> Style:
    if "object" in kinds:
        style = definition.get("style", "form")
        if style == "deepObject":
            return "deepObject"
        return "exploded" if definition.get("explode", style == "form") else "form"
    return "list" if "array" in kinds and "string" not in kinds else "plain"


def _item_kinds(node: SchemaNode) -> Kinds:
    for holder in (node, *node.branches):
        if holder.items is not None:
            return holder.items.kinds or _STRING
    return _STRING


def _read_fields(node: SchemaNode) -> Fields:
    by_name: dict[str, Kinds] = {}
    others: Kinds | None = None
    for holder in (node, *node.branches):
        by_name |= {name: inner.kinds or _STRING for name, inner in holder.properties.items()}
        if holder.takes_further:
            others = _STRING if holder.further is None else holder.further.kinds or _STRING
    return Fields(by_name, others)
