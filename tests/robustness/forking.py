"""Sends requests from a parent and four children at the same time, and counts wrong responses.

    python forking.py ADDRESS sync|async before|new

It is a separate process, because a process that forks must not have threads. Prints how many responses
belonged to another request, for the parent and for each child.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from typing import Any

from aftership_tracking.v2026_07 import AfterShip, AsyncAfterShip

CHILDREN = 4
CALLS = 60


def settings(address: str) -> dict[str, Any]:
    """The settings of all clients. A header tells the server which process sends."""
    return {
        "api_key": "k" * 8,
        "base_url": address,
        "limiter": None,
        "headers": {"x-process": str(os.getpid())},
    }


def count_wrong(client: AfterShip, name: str, count: int) -> int:
    """Request different ids. Return how many responses belonged to another request."""
    mine = client.with_options(headers={"x-process": str(os.getpid())})
    return sum(mine.trackings.get(f"{name}-{n}").id != f"{name}-{n}" for n in range(count))


async def count_wrong_async(client: AsyncAfterShip, name: str, count: int) -> int:
    """The same, with several requests at once."""
    mine = client.with_options(headers={"x-process": str(os.getpid())})
    wanted = [f"{name}-{n}" for n in range(count)]
    found = []
    for start in range(0, count, 10):
        found += await asyncio.gather(*(mine.trackings.get(each) for each in wanted[start : start + 10]))
    return sum(tracking.id != each for tracking, each in zip(found, wanted, strict=True))


def use_sync(address: str, old: bool) -> tuple[Callable[[str, int], int], Callable[[], None]]:
    """Return the function that sends requests and the one that closes, for the sync client."""
    client = AfterShip(**settings(address))
    count_wrong(client, "warm", 1)

    def send(name: str, count: int) -> int:
        if old or name == "parent":
            return count_wrong(client, name, count)
        with AfterShip(**settings(address)) as fresh:
            return count_wrong(fresh, name, count)

    return send, client.close


def use_async(address: str, old: bool) -> tuple[Callable[[str, int], int], Callable[[], None]]:
    """The same for the async client. Each process has its own event loop."""
    client = AsyncAfterShip(**settings(address))
    loop = asyncio.new_event_loop()
    loop.run_until_complete(count_wrong_async(client, "warm", 1))

    async def fresh(name: str, count: int) -> int:
        async with AsyncAfterShip(**settings(address)) as made:
            return await count_wrong_async(made, name, count)

    def send(name: str, count: int) -> int:
        if name == "parent":
            return loop.run_until_complete(count_wrong_async(client, name, count))
        return asyncio.run(count_wrong_async(client, name, count) if old else fresh(name, count))

    def close() -> None:
        loop.run_until_complete(client.aclose())
        loop.close()

    return send, close


def main(address: str, variant: str, when: str) -> None:
    """Fork, send requests, and print what each process counted."""
    send, close = (use_sync if variant == "sync" else use_async)(address, when == "before")
    children = []
    for child in range(CHILDREN):
        process = os.fork()
        if process == 0:
            wrong = 255
            try:
                wrong = send(f"child{child}", CALLS)
            finally:
                os._exit(wrong)
        children.append(process)
    counts = [send("parent", CALLS)]
    counts += [os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in children]
    close()
    sys.stdout.write(" ".join(map(str, counts)))


if __name__ == "__main__":
    main(*sys.argv[1:])
