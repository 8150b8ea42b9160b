"""Calls every method of the generated client against the mock, as the document describes it.

Arguments come from the document's examples. The requests and response bodies are recorded, so that a result
can be compared with the bytes that it came from.
"""

from __future__ import annotations

import asyncio
import dataclasses
import importlib
import inspect
import json
import keyword
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

import httpx

from aftership_tracking.mock import Mock
from aftership_tracking.runtime.options import Options
from contract_support.calls.api import API_KEY
from contract_support.calls.prepared_call import PreparedCall
from contract_support.document.fitting import complete_body, fit_body
from contract_support.document.installed import ReadOnce
from contract_support.document.operations import Operation, operation_for, operation_named, server_prefix
from contract_support.document.query_spelling import spell_query

VARIANTS = ("sync", "async")
SETTINGS_OF_A_CALL = frozenset(field.name for field in dataclasses.fields(Options))
# Strict: what differs from the document is an error. One attempt: a planted error must reach the caller.
OPTIONS: dict[str, Any] = {"api_key": API_KEY, "strict": True, "max_retries": 0, "limiter": None}


@dataclass
class Wire:
    """A transport that records what passes."""

    inner: Any
    requests: list[httpx.Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def send(self, request: httpx.Request) -> httpx.Response:
        request.read()
        response: httpx.Response = self.inner.handle_request(request)
        response.read()
        return self._record(request, response)

    async def send_async(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        response: httpx.Response = await self.inner.handle_async_request(request)
        await response.aread()
        return self._record(request, response)

    def _record(self, request: httpx.Request, response: httpx.Response) -> httpx.Response:
        self.requests.append(request)
        self.bodies.append(response.content)
        return response


def perform(call: PreparedCall, client: Any) -> Any:
    """Call the method that the document names for the operation."""
    resource_name, method_name = call.operation.purpose
    method = getattr(getattr(client, resource_name), method_name)
    body = {argument_name(call.operation, name): value for name, value in call.body.items()}
    query = {python_name(name): value for name, value in call.query.items()}
    return method(*call.path.values(), **query, **body)


def arguments(document: Mapping[str, Any], identifier: str, **fields: Any) -> dict[str, Any]:
    """Return the arguments for a body: these fields in the shape of the version, and all that it needs."""
    operation = operation_named(document, identifier)
    body = fit_body(document, operation, fields)
    return {argument_name(operation, name): value for name, value in body.items()}


def complete(version: str, resource: str, method: str, **fields: Any) -> dict[str, Any]:
    """Return these arguments of a method, and those of its body that a version requires besides."""
    document = ReadOnce.document(version)
    operation = operation_for(document, resource, method)
    if operation is None:
        raise LookupError(f"{version} has no {resource}.{method}")
    body = complete_body(document, operation, fields)
    return {**{argument_name(operation, name): body[name] for name in body.keys() - fields}, **fields}


def argument_name(operation: Operation, field: str) -> str:
    """Return the argument of a body field: `new_slug` where a parameter is called `slug` already."""
    taken = {parameter.name for parameter in operation.parameters}
    return python_name(f"new_{field}" if field in taken else field)


def python_name(name: str) -> str:
    """Return what a name is called in Python: with a line behind, where each method has it already."""
    return f"{name}_" if keyword.iskeyword(name) or name in SETTINGS_OF_A_CALL else name


def package_of(version: str) -> str:
    return "aftership_tracking.v" + version.replace("-", "_")


def run_with_client(variant: str, version: str, mock: Mock, work: Callable[[Any, Wire], Any]) -> Any:
    """Run some work with a sync or an async client; if the work returns an awaitable, it is awaited."""
    package = importlib.import_module(package_of(version))
    if variant == "sync":
        wire = Wire(mock.transport())
        with httpx.Client(transport=httpx.MockTransport(wire.send)) as http:
            client = package.AfterShip(http_client=http, **OPTIONS)
            return work(client, wire)

    async def run() -> Any:
        wire = Wire(mock.async_transport())
        async with httpx.AsyncClient(transport=httpx.MockTransport(wire.send_async)) as http:
            client = package.AsyncAfterShip(http_client=http, **OPTIONS)
            result = work(client, wire)
            return await result if inspect.isawaitable(result) else result

    return asyncio.run(run())


def request_complaints(document: Mapping[str, Any], call: PreparedCall, request: httpx.Request) -> list[str]:
    """Compare the request that was sent with the call that was made."""
    operation = call.operation
    found = []
    if request.method != operation.method:
        found.append(f"sent {request.method} instead of {operation.method}")
    expected = server_prefix(document) + operation.path
    for name, value in call.path.items():
        expected = expected.replace("{" + name + "}", value)
    if unquote(request.url.raw_path.decode().partition("?")[0]) != expected:
        found.append(f"sent to {request.url.raw_path!r} instead of {expected}")
    sent = dict(parse_qsl(request.url.query.decode(), keep_blank_values=True))
    wanted = spell_query(operation, call.query)
    if not wanted.items() <= sent.items():
        found.append(f"sent the query {sent} instead of {wanted}")
    if operation.body_schema is not None:
        body = call.wire_body()
        if json.loads(request.content) != body:
            found.append(f"sent the body {request.content[:300]!r} instead of {body}")
    elif request.content not in (b"", b"{}"):
        found.append(f"sent a body where none is declared: {request.content[:80]!r}")
    return found
