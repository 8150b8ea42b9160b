"""Writes the responses of a script, and refuses those that the document does not have."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

from aftership_tracking.errors import UsageError
from aftership_tracking.mock.documents.api import Api
from aftership_tracking.mock.documents.contents import Content
from aftership_tracking.mock.documents.operation import ApiOperation
from aftership_tracking.mock.documents.pointers import resolve
from aftership_tracking.mock.documents.schema_node import SchemaNode
from aftership_tracking.mock.documents.small_value import small_value
from aftership_tracking.mock.wire.message import MockResponse
from aftership_tracking.runtime.models.json_writer import encode_values
from aftership_tracking.testing.factories import examples_in
from aftership_tracking.testing.traffic.field_walk import walk_fields
from aftership_tracking.testing.traffic.rules import broken_rules

_FIRST, _LAST = 100, 599
# What a limit of the service says in responses; a script has none.
_RATE_LIMIT = {"x-ratelimit-limit": "10", "x-ratelimit-remaining": "10", "x-ratelimit-reset": "1"}


def success_response(
    api: Api, operation: ApiOperation, data: Any, headers: Mapping[str, str]
) -> MockResponse:
    """Return a success with what the method of the client returns.

    Raises:
        UsageError: the document has no such response.
    """
    content = operation.content
    if content is None:
        if data is not None:
            raise UsageError(f"{operation.id} responds with nothing, so the script cannot respond with data")
        return MockResponse(operation.success, _headers(api, None, headers), b"")
    if content.kind != "json" or content.schema is None:
        raise UsageError(f"{operation.id} does not respond with JSON; use respond_raw")
    if data is None:
        envelope = _example(api, operation, content.schema)
    else:
        value = json.loads(encode_values({"data": data}))["data"]
        envelope = _envelope(api, operation, content.schema, value)
    _check(api, operation, content.schema, envelope)
    return MockResponse(operation.success, _headers(api, content, headers), json.dumps(envelope).encode())


def error_response(api: Api, operation: ApiOperation, code: int, headers: Mapping[str, str]) -> MockResponse:
    """Return a documented error.

    Raises:
        UsageError: the document does not know the code.
    """
    error = api.errors.get(code)
    if error is None:
        known = ", ".join(map(str, sorted(operation.codes)))
        raise UsageError(
            f"{api.version} documents no error code {code}",
            hint=f"Codes of {operation.id}: {known}. respond_raw takes any status.",
        )
    envelope = {"meta": {"code": code, "type": error.type, "message": error.message}, "data": {}}
    sent = {**_headers(api, None, {}), "content-type": "application/json", **_lower(headers)}
    return MockResponse(error.status, sent, json.dumps(envelope).encode())


def raw_response(status: int, body: bytes | str, headers: Mapping[str, str]) -> MockResponse:
    """Return any response. Raises UsageError if the status is not one of HTTP."""
    if not _FIRST <= status <= _LAST:
        raise UsageError(f"status must be from {_FIRST} to {_LAST}; this is {status}")
    return MockResponse(status, _lower(headers), body.encode() if isinstance(body, str) else body)


def _headers(api: Api, content: Content | None, more: Mapping[str, str]) -> dict[str, str]:
    media_type = {} if content is None else {"content-type": content.header}
    return {**media_type, "as-api-version": api.version, **_RATE_LIMIT, **_lower(more)}


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): text for name, text in headers.items()}


def _example(api: Api, operation: ApiOperation, schema: str) -> Any:
    pointer, declared = resolve(api.document, operation.success_pointer)
    for _, example in examples_in(api.document, pointer, declared):
        return example
    return small_value(SchemaNode(api.document, schema))


def _envelope(api: Api, operation: ApiOperation, schema: str, value: Any) -> Any:
    """Return the body whose part that the client returns is a value."""
    if isinstance(value, list) and "items" in operation.pagination:
        value = _page(SchemaNode(api.document, schema), operation, value)
    for name in reversed(operation.unwrap[1:]):
        value = {name: value}
    if not operation.unwrap:
        return value
    frame = api.write_success(operation, {}, is_full=False)
    return {**frame, operation.unwrap[0]: value}


def _page(body: SchemaNode, operation: ApiOperation, items: list[Any]) -> Any:
    """Return the page around items. It says that there is no further one."""
    paging = operation.pagination
    node = body.at(operation.unwrap)
    page: Any = {} if node is None else copy.deepcopy(small_value(node))
    values = {paging["items"]: items, paging.get("has-next"): False, paging.get("total"): len(items)}
    if node is not None and "count" in node.properties:
        values[".".join((*operation.unwrap, "count"))] = len(items)
    for path, value in values.items():
        parts = () if path is None else tuple(path.split("."))[len(operation.unwrap) :]
        holder = page
        for name in parts[:-1]:
            holder = holder.setdefault(name, {})
        if parts:
            holder[parts[-1]] = value
    return page


def _check(api: Api, operation: ApiOperation, schema: str, envelope: Any) -> None:
    where = f"{operation.id} of {api.version} has no such response"
    hint = "respond_raw takes anything."
    for path, reason, _ in broken_rules(api, schema, envelope, ()):
        raise UsageError(f"{where}: {path} {reason}", hint=hint)
    for path, meant in walk_fields(SchemaNode(api.document, schema), envelope).undeclared.items():
        words = f"Did you mean {meant}?" if meant else hint
        raise UsageError(f"{where}: the document does not know {path}", hint=words)
