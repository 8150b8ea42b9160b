"""Calls every operation of a generated client, against a stub that a foreign tool checks requests for."""

from __future__ import annotations

import asyncio
import datetime
import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote

import httpx
from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import Headers, ImmutableMultiDict

from aftership_tracking.models import Model
from document_support.piece import Piece, Response
from generator.client.render import render_version
from generator.document.document import Document

# The runtime caches what it found out about a version, so each document needs a version of its own.
_versions = (f"{number // 12:04}-{number % 12 + 1:02}" for number in itertools.count(12 * 4000))


def next_version() -> str:
    """A version that no other document of this process has."""
    return next(_versions)


def write_client(document: Document, folder: Path) -> None:
    """Generate the version package of a document into a folder, without the layout that people read."""
    _, files = render_version(document)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")


class TrialError(AssertionError):
    """What a construct did instead of working, with its name."""


def call_all(document: Document, module: ModuleType, pieces: Sequence[Piece], *, both: bool) -> None:
    """Call the operation of each piece with the sync client, and with the async one too if `both`.

    Raises `TrialError` if a request is not what the document says, or a result not what the stub sent.
    """
    stub = Stub(document)
    http = httpx.Client(transport=httpx.MockTransport(stub))
    with module.AfterShip(api_key="k", http_client=http, max_retries=0, limiter=None) as client:
        for piece in pieces:
            stub.expect(piece)
            _judge(piece, stub, getattr(client.things, piece.method)(**piece.arguments))
    if both:
        asyncio.run(_call_all_async(module, stub, pieces))


async def _call_all_async(module: ModuleType, stub: Stub, pieces: Sequence[Piece]) -> None:
    http = httpx.AsyncClient(transport=httpx.MockTransport(stub))
    async with module.AsyncAfterShip(api_key="k", http_client=http, max_retries=0, limiter=None) as client:
        for piece in pieces:
            stub.expect(piece)
            result = await getattr(client.things, piece.method)(**piece.arguments)
            _judge(piece, stub, result)


def _judge(piece: Piece, stub: Stub, result: Any) -> None:
    expected = {"path": piece.sent_path, "query": piece.sent_query, "body": piece.sent_body}
    if stub.read is None:
        raise TrialError(f"{piece.construct}: nothing was sent")
    if stub.read != expected:
        raise TrialError(f"{piece.construct}: a foreign tool reads {stub.read} instead of {expected}")
    if piece.response.content_type == "application/json" or piece.response.result is None:
        result = plain(result)
    if result != piece.response.result:
        raise TrialError(
            f"{piece.construct}: the client read {result!r} instead of {piece.response.result!r}"
        )


def plain(value: Any) -> Any:
    """A result as the JSON that it came from."""
    if isinstance(value, Model):
        return value.to_dict()
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    items = getattr(value, "items", None)
    if items is not None and not isinstance(value, str):  # a page
        return [plain(one) for one in items]
    return value


class Stub:
    """Responds as the piece says, and reads the request with openapi-core."""

    def __init__(self, document: Document) -> None:
        self.version = document.version
        self._foreign = OpenAPI.from_dict(document.raw)
        self._response = Response()
        self.read: dict[str, Any] | None = None

    def expect(self, piece: Piece) -> None:
        """The next request is for this piece."""
        self._response, self.read = piece.response, None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        found = self._foreign.unmarshal_request(_ForeignRequest(request))
        found.raise_for_errors()
        self.read = {
            # openapi-core finds the values of a path and leaves them escaped.
            "path": {name: _unquoted(value) for name, value in _as_json(found.parameters.path).items()},
            "query": _as_json(found.parameters.query),
            "body": _as_json(found.body),
        }
        # A parameter that was not sent comes with its default.
        self.read["query"] = {
            name: value for name, value in self.read["query"].items() if name in _names(request)
        }
        return respond(self._response, self.version)


def respond(response: Response, version: str) -> httpx.Response:
    """The response with the headers that every response has."""
    headers = {"as-api-version": version}
    for name in ("limit", "remaining", "reset"):
        headers[f"x-ratelimit-{name}"] = "10"
    if response.content_type is not None:
        headers["content-type"] = response.content_type
    return httpx.Response(response.status, content=response.body, headers=headers)


def _names(request: httpx.Request) -> set[str]:
    """The names in the query; those of a deepObject without their keys."""
    return {name.partition("[")[0] for name in request.url.params}


def _as_json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _as_json(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_json(one) for one in value]
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    return value


def _unquoted(value: Any) -> Any:
    if isinstance(value, list):
        return [_unquoted(one) for one in value]
    return unquote(value) if isinstance(value, str) else value


class _ForeignRequest:
    """A request of httpx as openapi-core reads it."""

    def __init__(self, request: httpx.Request) -> None:
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(request.url.params.multi_items()),
            header=Headers(request.headers.multi_items()),
            cookie=ImmutableMultiDict(),
        )
        self.host_url = f"{request.url.scheme}://{request.url.host}"
        self.path = request.url.raw_path.decode().partition("?")[0]
        self.method = request.method.lower()
        self.content_type = request.headers.get("content-type", "")
        self.body = request.read() or None
