"""Rules about schemas: what must be named, what must be said, what would be lost in the generated code."""

from __future__ import annotations

from generator.client.reserved_names import field_problem
from generator.document import pointer as pointers
from generator.document.schema_walk import types
from generator.lint.rule import Hits, rule
from generator.lint.view import View
from generator.lint.walk import Node

LOST_KEYWORDS = (
    "if", "then", "else", "dependentSchemas", "patternProperties", "prefixItems", "contains",
    "unevaluatedItems", "unevaluatedProperties", "$defs", "$id", "$anchor", "$dynamicRef",
    "$dynamicAnchor", "contentSchema",
)  # fmt: skip
"""What the client cannot express, although the mock would enforce it."""
# What may stand beside anyOf or oneOf: descriptions, examples and annotations.
_BESIDE_UNION = {
    *("$comment", "title", "description", "example", "examples", "default", "deprecated", "discriminator"),
}


@rule("property-provenance", "Every fact carries how sure we are of it, down to the property.")
def property_provenance(view: View) -> Hits:
    for node in view.properties:
        if "x-provenance" not in node.value:
            yield node.pointer, f'The property "{node.name}" has no x-provenance. Say how it is known.'


@rule("required-property", "A required name that is not a property can never be sent by the client.")
def required_property(view: View) -> Hits:
    for node in view.all("schema"):
        declared = node.value.get("required", ())
        if not declared:
            continue
        owner = node
        while (
            owner.field in ("allOf", "anyOf", "oneOf", "not", "if", "then", "else")
            and owner.parent is not None
        ):
            owner = owner.parent  # a part may require what the whole declares
        known = view.property_names(owner.value, owner.pointer) | view.property_names(
            node.value, node.pointer
        )
        for index, name in enumerate(declared):
            if name not in known:
                yield (
                    f"{node.pointer}/required/{index}",
                    f'"{name}" is required but not a property here. Declare it or remove it from required.',
                )


@rule("anonymous-object", "An object without a name gets an accidental class name, or none.")
def anonymous_object(view: View) -> Hits:
    for node in view.all("schema"):
        if not _has_name(node) and node.value.get("properties"):
            yield (
                node.pointer,
                "An object with properties stands inline. Move it to components/schemas and refer to it.",
            )


@rule("inline-enum", "An enum without a name gets an accidental class name, different at each use.")
def inline_enum(view: View) -> Hits:
    for node in view.all("schema"):
        in_header = node.parent is not None and node.parent.kind == "header"
        if not _has_name(node) and not in_header and ("enum" in node.value or "x-open-enum" in node.value):
            yield node.pointer, "An enum stands inline. Move it to components/schemas and refer to it."


@rule("lost-keyword", "openapi-python-client silently drops these, and the client would not know them.")
def lost_keyword(view: View) -> Hits:
    for node in view.all("schema"):
        for key in LOST_KEYWORDS:
            if key in node.value:
                yield (
                    pointers.child(node.pointer, key),
                    f'The generator cannot express "{key}". Remove it, or describe it in words.',
                )


@rule("beside-union", "A model with properties beside anyOf or oneOf vanishes in openapi-python-client.")
def beside_union(view: View) -> Hits:
    for node in view.all("schema"):
        for union in ("anyOf", "oneOf"):
            if union not in node.value:
                continue
            for key in node.value:
                if key != union and key not in _BESIDE_UNION and not key.startswith("x-"):
                    yield (
                        pointers.child(node.pointer, key),
                        f'"{key}" stands beside {union} and would be lost. Put it into each alternative.',
                    )


@rule("array-items", "A list without items is a list of anything, and openapi-python-client drops its owner.")
def array_items(view: View) -> Hits:
    for node in view.all("schema"):
        if "array" in types(node.value) and "items" not in node.value:
            yield node.pointer, "The list does not say what its items are. Add items."


@rule(
    "boolean-schema", "A schema that is just true or false makes openapi-python-client refuse the document."
)
def boolean_schema(view: View) -> Hits:
    for node in view.nodes:
        if node.kind == "schema" and isinstance(node.value, bool) and node.field != "additionalProperties":
            yield (
                node.pointer,
                f"The schema is just {str(node.value).lower()}. Write {{}} or describe the value.",
            )


@rule("untyped-schema", "A schema without type accepts anything, mostly by oversight.")
def untyped_schema(view: View) -> Hits:
    says = {"$ref", "type", "anyOf", "oneOf", "allOf", "const", "not"}
    for node in view.all("schema"):
        if not says & node.value.keys() and node.value and not _is_condition(node):
            yield node.pointer, "The schema has no type. Add one; write {} where truly anything may come."


@rule("property-name", "The name of a field in Python is its JSON name, so it must be a name in Python.")
def property_name(view: View) -> Hits:
    classes = frozenset(view.raw.get("components", {}).get("schemas", {}))
    for node in view.properties:
        problem = field_problem(node.name, classes)
        if problem is not None:
            yield node.pointer, f"{problem} Describe it under additionalProperties, or rename the component."


def _has_name(node: Node) -> bool:
    """Whether a schema is a component, or a part that is merged into one."""
    while node.field == "allOf" and node.parent is not None:
        node = node.parent
    return node.is_component


def _is_condition(node: Node) -> bool:
    """Whether a schema only restricts what its owner describes."""
    above: Node | None = node
    while above is not None and above.kind == "schema":
        if above.field in ("not", "if", "then", "else", "propertyNames", "allOf", "anyOf", "oneOf"):
            return True
        above = above.parent
    return False
