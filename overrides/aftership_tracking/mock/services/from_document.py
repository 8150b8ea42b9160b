"""Responses made from what the document says about an operation, and from nothing else."""

from __future__ import annotations

from typing import Any

from aftership_tracking.mock.documents.operation import ApiOperation
from aftership_tracking.mock.documents.pointers import join, look_up, resolve
from aftership_tracking.mock.documents.schema_node import SchemaNode
from aftership_tracking.mock.documents.small_value import small_value
from aftership_tracking.mock.services.service_call import ServiceCall

HINT = "response: the mock has no code for {}.{}: from the document"
_EMPTY = {"text": "", "bytes": b""}


def respond_from_document(call: ServiceCall) -> Any:
    """Return the `data` of the first example, or the smallest that the schema accepts."""
    operation = call.exchange.routed_operation
    call.exchange.hint = HINT.format(operation.resource, operation.action)
    return data_of(call, operation)


def data_of(call: ServiceCall, operation: ApiOperation) -> Any:
    """Return the same of any operation; None if it returns nothing. Without `x-unwrap`, it is the body."""
    content, document = operation.content, call.api.document
    if content is None:
        return None
    found, example = _example(document, operation)
    if found:
        return example if content.kind != "json" else _below(example, operation.unwrap[:1])
    if content.schema is None:
        return _EMPTY.get(content.kind)
    node = SchemaNode(document, content.schema).at(operation.unwrap[:1])
    if content.kind == "bytes":
        return b""
    return {} if node is None else small_value(node)


def example_of(document: Any, operation: ApiOperation) -> Any:
    """The body of the first example of the response; None without one."""
    return None if operation.content is None else _example(document, operation)[1]


def _example(document: Any, operation: ApiOperation) -> tuple[bool, Any]:
    pointer, declared = resolve(document, operation.success_pointer)
    for name, media in declared["content"].items():
        if "example" in media:
            return True, media["example"]
        for key in media.get("examples", {}):
            return True, resolve(document, join(pointer, "content", name, "examples", key))[1]["value"]
    return False, None


def _below(value: Any, path: tuple[str, ...]) -> Any:
    return look_up(value, join("", *path))
