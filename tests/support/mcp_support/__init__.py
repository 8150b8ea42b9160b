"""A server of the Model Context Protocol over a mock, and the SDK's own client."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import jsonschema_rs
from mcp import Client

from aftership_tracking.mcp_server import build_server
from aftership_tracking.mock import Mock
from aftership_tracking.runtime import registry

KEY = "key-of-the-tests"
NEWEST = "2026-07"
MODES = ("legacy", "auto")
"""The protocol until 2025-11-25, and that of 2026-07-28."""


class Caller:
    """Calls tools, and checks every result against what the tool declares."""

    def __init__(self, client: Client, schemas: dict[str, Any]) -> None:
        self.client = client
        self.schemas = schemas

    async def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """The result of a call that must work."""
        result = await self.client.call_tool(tool, arguments)
        assert not result.is_error, result.content
        content: dict[str, Any] = result.structured_content
        self.schemas[tool].validate(content)
        assert json.loads(result.content[0].text) == content
        assert result.content[0].text.isascii()
        return content

    async def fail(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """The failure of a call that must not work."""
        result = await self.client.call_tool(tool, arguments)
        assert result.is_error, result.structured_content
        content: dict[str, Any] = result.structured_content
        assert json.loads(result.content[0].text) == content
        assert content["message"]
        return content


@asynccontextmanager
async def connected(
    mock: Mock | None = None,
    *,
    mode: str = "auto",
    version: str = NEWEST,
    transport: httpx.AsyncBaseTransport | None = None,
    key: str = KEY,
    session: dict[str, Any] | None = None,
    **options: Any,
) -> AsyncIterator[Caller]:
    """A caller of a server over a mock, or over any transport of httpx."""
    if transport is None:
        transport = (mock or Mock()).async_transport()
    client = registry.package(version).AsyncAfterShip(
        key,
        base_url="https://api.invalid",
        http_client=httpx.AsyncClient(transport=transport),
        max_retries=0,
        limiter=None,
    )
    async with client:
        server = build_server(client, version=version, **options)
        async with Client(server, mode=mode, **(session or {})) as caller:
            tools = (await caller.list_tools()).tools
            yield Caller(
                caller, {tool.name: jsonschema_rs.validator_for(tool.output_schema) for tool in tools}
            )


def strings(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every string of a result, with the name of its field."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield "a name of a field", name
            yield from strings(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each, key)
    elif isinstance(value, str):
        yield key, value
