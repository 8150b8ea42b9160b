"""Responses made from what the document says about an operation, and from nothing else."""

from __future__ import annotations

from typing import Any

from aftership_tracking.mock.documents.pointers import join, resolve
from aftership_tracking.mock.documents.schema_node import SchemaNode
from aftership_tracking.mock.services.service_call import ServiceCall

HINT = "response: the mock has no code for {}.{}: from the document"
MAX_DEPTH = 16
EMPTY = {"array": [], "string": "", "integer": 0, "number": 0, "boolean": False, "null": None}


def respond_from_document(call: ServiceCall) -> Any:
    """Return the `data` of the first example, or the smallest that the schema accepts."""
    operation, document = call.exchange.routed_operation, call.api.document
    call.exchange.hint = HINT.format(operation.resource, operation.action)
    pointer = join(operation.pointer, "responses", str(operation.success))
    pointer, declared = resolve(document, pointer)
    content = declared.get("content", {}).get("application/json", {})
    for name in content.get("examples", {}):
        example = join(pointer, "content", "application/json", "examples", name)
        return resolve(document, example)[1]["value"]["data"]
    schema = operation.responses[str(operation.success)].schema
    return {} if schema is None else small_value(SchemaNode(document, join(schema, "properties", "data")))


def small_value(node: SchemaNode, depth: int = 0) -> Any:
    """Return a small value that fits a schema of the kinds that the document uses.

    The value is a property's own example, or else the first known value, or else an empty one.
    """
    for holder in (node.beside, node.schema):
        if holder.get("examples"):
            return holder["examples"][0]
    for key in ("const", "default"):
        if key in node.schema:
            return node.schema[key]
    for key in ("enum", "x-open-enum"):
        if node.schema.get(key):
            return next(iter(node.schema[key]))
    if node.branches:
        return small_value(node.branches[0], depth + 1)
    kind = node.types[0] if node.types else "object"
    if kind == "object" and depth < MAX_DEPTH:
        properties = node.properties
        required = node.schema.get("required", ())
        # Keys that a full response has and that may be null are added later, as null.
        names = [
            name
            for name, declared in properties.items()
            if name in required or (declared.is_sent and not declared.can_be_null)
        ]
        return {name: small_value(properties[name], depth + 1) for name in names}
    return EMPTY.get(kind, {})
