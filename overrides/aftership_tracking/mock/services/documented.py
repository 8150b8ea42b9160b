"""Answers for operations that the mock has no code for: what their document says such an answer looks like.

A new operation in the document can so be called at once. Nothing is remembered for it, and the hint says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aftership_tracking.mock.pointers import join, look_up, resolve
from aftership_tracking.mock.services.call import Call

HINT = "answer: from the document, the mock keeps no state for {}.{}"
DEEPEST = 16
EMPTY = {"array": [], "string": "", "integer": 0, "number": 0, "boolean": False, "null": None}


def answer(call: Call) -> Any:
    """The `data` of the first example, or of the least that the schema asks for."""
    operation, document = call.exchange.served, call.api.document
    call.exchange.hint = HINT.format(operation.resource, operation.action)
    pointer = join(operation.pointer, "responses", str(operation.success))
    pointer, declared = resolve(document, pointer)
    content = declared.get("content", {}).get("application/json", {})
    for name in content.get("examples", {}):
        where = join(pointer, "content", "application/json", "examples", name)
        return resolve(document, where)[1]["value"]["data"]
    schema = operation.answers[str(operation.success)].schema
    return {} if schema is None else least(document, join(schema, "properties", "data"))


def least(document: Mapping[str, Any], pointer: str, depth: int = 0) -> Any:
    """A small value that fits a schema of the kinds that the document uses.

    A property's own example is taken, then the first known value, then an empty one.
    """
    stated = look_up(document, pointer)
    pointer, schema = resolve(document, pointer)
    for holder in (stated, schema):
        if holder.get("examples"):
            return holder["examples"][0]
    for key in ("const", "default"):
        if key in schema:
            return schema[key]
    for key in ("enum", "x-open-enum"):
        if schema.get(key):
            return next(iter(schema[key]))
    for group in ("anyOf", "oneOf"):
        if schema.get(group):
            return least(document, join(pointer, group, 0), depth + 1)
    kinds = schema.get("type", "object")
    kind = kinds if isinstance(kinds, str) else kinds[0]
    if kind == "object" and depth < DEEPEST:
        names = [name for name in schema.get("required", ()) if name in schema.get("properties", {})]
        return {name: least(document, join(pointer, "properties", name), depth + 1) for name in names}
    return EMPTY.get(kind, {})
