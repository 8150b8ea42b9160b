"""`mcp`: the server is made, and lists its tools."""

import asyncio

from aftership_tracking import AsyncAfterShip
from aftership_tracking.mcp_server import build_server


async def main() -> None:
    async with AsyncAfterShip("any-key") as client:
        tools = await build_server(client, version="2026-07").list_tools()
        assert "track_parcel" in {tool.name for tool in tools}


asyncio.run(main())
print("done")
