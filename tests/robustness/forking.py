"""Asks one server from a parent and four children at the same time, and counts wrong answers.

    python forking.py ADDRESS sync|async before|new

A process of its own, because forking wants one without threads. Prints how many answers belonged to another
question, for the parent and for each child.
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
    """What all clients are made with; the process tells the server who it is."""
    return {
        "api_key": "k" * 8,
        "base_url": address,
        "limiter": None,
        "headers": {"x-process": str(os.getpid())},
    }


def ask(client: AfterShip, name: str, count: int) -> int:
    """Ask for different ids; return how many answers were those of another question."""
    mine = client.with_options(headers={"x-process": str(os.getpid())})
    return sum(mine.trackings.get(f"{name}-{n}").id != f"{name}-{n}" for n in range(count))


async def ask_async(client: AsyncAfterShip, name: str, count: int) -> int:
    """The same, several questions at once."""
    mine = client.with_options(headers={"x-process": str(os.getpid())})
    wanted = [f"{name}-{n}" for n in range(count)]
    found = []
    for start in range(0, count, 10):
        found += await asyncio.gather(*(mine.trackings.get(each) for each in wanted[start : start + 10]))
    return sum(tracking.id != each for tracking, each in zip(found, wanted, strict=True))


def blocking(address: str, old: bool) -> tuple[Callable[[str, int], int], Callable[[], None]]:
    """Give what asks and what closes, for the blocking client."""
    client = AfterShip(**settings(address))
    ask(client, "warm", 1)

    def asker(name: str, count: int) -> int:
        if old or name == "parent":
            return ask(client, name, count)
        with AfterShip(**settings(address)) as fresh:
            return ask(fresh, name, count)

    return asker, client.close


def asynchronous(address: str, old: bool) -> tuple[Callable[[str, int], int], Callable[[], None]]:
    """The same for the asynchronous client. Each process has an event loop of its own."""
    client = AsyncAfterShip(**settings(address))
    loop = asyncio.new_event_loop()
    loop.run_until_complete(ask_async(client, "warm", 1))

    async def fresh(name: str, count: int) -> int:
        async with AsyncAfterShip(**settings(address)) as made:
            return await ask_async(made, name, count)

    def asker(name: str, count: int) -> int:
        if name == "parent":
            return loop.run_until_complete(ask_async(client, name, count))
        return asyncio.run(ask_async(client, name, count) if old else fresh(name, count))

    def close() -> None:
        loop.run_until_complete(client.aclose())
        loop.close()

    return asker, close


def main(address: str, colour: str, when: str) -> None:
    """Fork, ask, and print what each process counted."""
    asker, close = (blocking if colour == "sync" else asynchronous)(address, when == "before")
    children = []
    for child in range(CHILDREN):
        process = os.fork()
        if process == 0:
            wrong = 255
            try:
                wrong = asker(f"child{child}", CALLS)
            finally:
                os._exit(wrong)
        children.append(process)
    counts = [asker("parent", CALLS)]
    counts += [os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in children]
    close()
    sys.stdout.write(" ".join(map(str, counts)))


if __name__ == "__main__":
    main(*sys.argv[1:])
