"""What a form shows of each parameter and each field of a body, read from the document of a version."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from aftership_tracking.mock.documents.api import Api
from aftership_tracking.mock.documents.deprecation import describe_deprecation
from aftership_tracking.mock.documents.enforced import OPEN_ENUM
from aftership_tracking.mock.documents.operation import ApiOperation
from aftership_tracking.mock.documents.parameter import parameter_pointers
from aftership_tracking.mock.documents.pointers import join, resolve
from aftership_tracking.mock.documents.schema_node import SchemaNode
from aftership_tracking.mock.documents.validation import Finding
from aftership_tracking.mock.hints.fields import KNOWN_BY, TIME_EXAMPLES
from aftership_tracking.mock.hints.rules import describe_rule, mark_of

Location = Literal["path", "query", "header", "body"]
Kind = Literal["string", "integer", "number", "boolean", "list", "json"]
"""What is typed: a value, values, or JSON where the document has more than a list of plain values."""

_SCALARS: Mapping[str, Kind] = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
}
# Keywords with words of their own here, or with none.
_LIMITS = (
    *("minLength", "maxLength", "pattern", "format", "minimum", "maximum", "exclusiveMinimum"),
    *("exclusiveMaximum", "multipleOf", "minItems", "maxItems", "minProperties", "maxProperties"),
    *("propertyNames", "uniqueItems"),
)
# Of objects inside of a body. A schema may hold itself.
_MOST_DEPTH = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A known value, and what it means; the meaning may be empty."""

    value: str
    meaning: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One parameter, or one field of a body, as a form shows it.

    Attributes:
        type: the type in words, such as "list of string".
        items: of a list, what each item is.
        limits: what the document demands, each as the end of a sentence.
        is_closed: no other value than the choices is documented.
        deprecated: since when, and what to use instead; empty if it is not deprecated.
        default: what counts if it is left out, as text; None where the document names nothing.
        example: of the document, as it is typed into the form; None without one.
        is_offered: whether a form can send it. Objects in a query it cannot.
        inner: the fields of the object, or of each object of the list.
    """

    name: str
    location: Location
    kind: Kind
    type: str
    description: str
    items: Kind | None = None
    required: bool = False
    limits: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    is_closed: bool = False
    deprecated: str = ""
    default: str | None = None
    example: str | None = None
    is_offered: bool = True
    inner: tuple[Field, ...] = ()

    @property
    def input(self) -> str:
        """The name of its control in the form."""
        return f"{self.location}.{self.name}"


def read_parameter_fields(api: Api, operation: ApiOperation) -> Iterator[Field]:
    """Yield the parameters of an operation: of the path, the query, and headers."""
    document = api.document
    definitions = {}
    for pointer in parameter_pointers(document, operation.template, operation.method.lower()):
        _, found = resolve(document, pointer)
        definitions[found["name"], found["in"]] = found
    order = ("path", "query", "header")
    known = [each for each in operation.parameters if each.location in order]
    for parameter in sorted(known, key=lambda each: order.index(each.location)):
        definition = definitions[parameter.name, parameter.location]
        node = SchemaNode(document, parameter.schema)
        kind, items = _kind(node)
        yield Field(
            name=parameter.name,
            location=parameter.location,  # type: ignore[arg-type]
            kind=kind,
            type=_type(node),
            items=items,
            description=definition.get("description", ""),
            required=parameter.required,
            limits=tuple(_limits(document, node, definition)),
            choices=_choices(node),
            is_closed=_is_closed(node),
            deprecated=operation.deprecated.get(f"{parameter.location} {parameter.name}", ""),
            default=None if parameter.default is None else write_text(parameter.default, in_query=True),
            example=_example(node, definition, in_query=True),
            is_offered=parameter.style in ("plain", "list"),
        )


def read_body_fields(api: Api, operation: ApiOperation) -> tuple[Field, ...]:
    """Return the fields of a body that is a JSON object, those inside of its wrapper, the needed ones first.

    Empty for any other body.
    """
    node = body_node(api.document, operation)
    if node is None:
        return ()
    required, shown = node.required, _values_of_examples(api, operation)
    found = []
    for name, inner in node.properties.items():
        deprecated = operation.deprecated.get(f"body {name}", "")
        one = _body_field(api, name, inner, deprecated, required=name in required, depth=0)
        if one.example is None and name in shown:
            one = replace(one, example=write_text(shown[name]))
        found.append(one)
    return _needed_first(found)


def body_node(document: Mapping[str, Any], operation: ApiOperation) -> SchemaNode | None:
    """The schema of the object with the fields of a JSON body; None for any other body."""
    body = operation.body
    if body is None or body.kind != "json" or body.schema is None:
        return None
    node = SchemaNode(document, body.schema)
    if operation.body_wrapper is not None:
        node = node.properties[operation.body_wrapper]
    return node if node.properties else None


def read_examples(api: Api, operation: ApiOperation) -> dict[str, Any]:
    """Return the examples that the document has for the whole body, by their names."""
    body = operation.body
    if body is None:
        return {}
    pointer, holder = resolve(api.document, join(operation.pointer, "requestBody"))
    contents = holder.get("content", {})
    name = next(
        (each for each in contents if each.partition(";")[0].strip().lower() == body.media_type), None
    )
    if name is None:
        return {}
    content = contents[name]
    if "example" in content:
        return {"example": content["example"]}
    named = content.get("examples", {})
    at = join(pointer, "content", name, "examples")
    found = {each: resolve(api.document, join(at, each))[1].get("value") for each in named}
    # The shortest one is what a newcomer should send first.
    return dict(sorted(found.items(), key=lambda pair: len(json.dumps(pair[1]))))


def write_text(value: Any, *, in_query: bool = False) -> str:
    """Return a value as it is typed into a form."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str | int | float) for item in value):
        return ("," if in_query else "\n").join(write_text(item) for item in value)
    return json.dumps(value, ensure_ascii=False)


def _values_of_examples(api: Api, operation: ApiOperation) -> dict[str, Any]:
    """The values that fields have in the examples of the whole body."""
    wrapper = operation.body_wrapper
    found: dict[str, Any] = {}
    for value in read_examples(api, operation).values():
        inner = value.get(wrapper) if wrapper is not None and isinstance(value, dict) else value
        if isinstance(inner, dict):
            found = {**inner, **found}
    return found


def _body_field(
    api: Api, name: str, node: SchemaNode, deprecated: str, *, required: bool, depth: int
) -> Field:
    kind, items = _kind(node)
    default = node.get("default")
    return Field(
        name=name,
        location="body",
        kind=kind,
        type=_type(node),
        items=items,
        description=node.get("description", ""),
        required=required,
        limits=tuple(_limits(api.document, node, node.beside)),
        choices=_choices(node),
        is_closed=_is_closed(node),
        deprecated=deprecated,
        default=None if default is None else write_text(default),
        example=_example(node, {}, in_query=False),
        inner=_inner_fields(api, node, depth) if kind == "json" else (),
    )


def _inner_fields(api: Api, node: SchemaNode, depth: int) -> tuple[Field, ...]:
    if depth >= _MOST_DEPTH:
        return ()
    holders = [node, *node.branches]
    holders += [each.items for each in holders if each.items is not None]
    found: dict[str, Field] = {}
    for holder in holders:
        required = holder.required
        for name, inner in holder.properties.items():
            deprecated = describe_deprecation(inner) if inner.get("deprecated") else ""
            is_required = name in required
            found[name] = _body_field(api, name, inner, deprecated, required=is_required, depth=depth + 1)
    return _needed_first(found.values())


def _needed_first(fields: Iterable[Field]) -> tuple[Field, ...]:
    return tuple(sorted(fields, key=lambda field: not field.required))


def _kind(node: SchemaNode) -> tuple[Kind, Kind | None]:
    kinds = node.kinds
    if kinds == ("array",):
        items = node.items
        plain = _SCALARS.get(items.kinds[0]) if items is not None and len(items.kinds) == 1 else None
        return ("json", None) if plain is None else ("list", plain)
    if len(kinds) == 1 and kinds[0] in _SCALARS:
        return _SCALARS[kinds[0]], None
    return ("json" if kinds else "string"), None


def _type(node: SchemaNode) -> str:
    kinds = node.kinds or ("any",)
    items = node.items
    words = [
        f"list of {' or '.join(items.kinds) or 'any'}" if kind == "array" and items is not None else kind
        for kind in kinds
    ]
    return " or ".join(words) + (" or null" if node.can_be_null else "")


def _limits(document: Mapping[str, Any], node: SchemaNode, beside: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the document demands, and how it is known where it is not documented."""
    yield from _own_limits(document, node)
    if node.items is not None:
        for limit in _own_limits(document, node.items):
            yield f"each {limit}"
    shapes: Sequence[str] = node.get("x-time", ()) or beside.get("x-time", ())
    if shapes and node.get("format") != "date-time":
        yield f"is written like {' or '.join(TIME_EXAMPLES.get(shape, shape) for shape in shapes)}"


def _own_limits(document: Mapping[str, Any], node: SchemaNode) -> Iterator[str]:
    holders = {node.pointer: node.schema} | {part.pointer: part.schema for part in node.parts}
    for pointer, schema in holders.items():
        for keyword in _LIMITS:
            if keyword not in schema or schema[keyword] == "password":
                continue
            finding = Finding((), keyword, join(pointer, keyword))
            _, known = KNOWN_BY.get(mark_of(document, finding) or "", ("", ""))
            yield describe_rule(document, finding) + (f" ({known})" if known else "")


def _values(node: SchemaNode) -> tuple[Mapping[str, Any] | None, list[Any]]:
    """The known values of a schema, or of a list's items: an open enum's with texts, or those of an enum."""
    for holder in (node, node.items):
        if holder is None:
            continue
        known = holder.get(OPEN_ENUM)
        if isinstance(known, Mapping):
            return known, []
        values = [value for value in holder.get("enum", ()) if value is not None]
        if values:
            return None, values
    return None, []


def _choices(node: SchemaNode) -> tuple[Choice, ...]:
    known, values = _values(node)
    if known is not None:
        return tuple(Choice(value=str(value), meaning=_meaning(text)) for value, text in known.items())
    return tuple(Choice(value=write_text(value), meaning="") for value in values)


def _meaning(text: Any) -> str:
    if isinstance(text, Mapping):
        text = text.get("description", "")
    return str(text or "")


def _is_closed(node: SchemaNode) -> bool:
    known, values = _values(node)
    return known is None and bool(values)


def _example(node: SchemaNode, definition: Mapping[str, Any], *, in_query: bool) -> str | None:
    for holder in (definition, node.beside, node.schema):
        if "example" in holder:
            return write_text(holder["example"], in_query=in_query)
        examples = holder.get("examples")
        if isinstance(examples, Mapping) and examples:
            first = next(iter(examples.values()))
            if isinstance(first, Mapping) and "value" in first:
                return write_text(first["value"], in_query=in_query)
        elif examples:
            return write_text(examples[0], in_query=in_query)
    if node.items is not None and not in_query:
        return _example(node.items, {}, in_query=False) if _SCALARS.get((*node.items.kinds, "")[0]) else None
    return None
