"""What a server sends is bounded in memory and in time; a call that was given up leaves nothing behind."""

from __future__ import annotations

import asyncio
import threading
import time
import tracemalloc
from collections.abc import Callable

import pytest

from aftership_tracking.errors import DecodeError, TimeoutError  # noqa: A004 - ours is one of Python's too
from aftership_tracking.v2026_07 import AfterShip, AsyncAfterShip
from fault_support.answers import answer, bomb, double_bomb, envelope, good, head, reply, tracking
from fault_support.judge import COLOURS
from fault_support.server import Act, HostileServer, Talk

KEY = "asat_b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0"
MEGABYTE = 1 << 20


def ask(colour: str, address: str, count: int = 1, **settings: object) -> list[object]:
    """Ask so many times with one client; give ids or errors."""
    given = {"api_key": KEY, "base_url": address, "limiter": None, "max_retries": 0, **settings}
    found: list[object] = []
    if colour == "sync":
        with AfterShip(**given) as client:
            for _ in range(count):
                try:
                    found.append(client.trackings.get("p1").id)
                except (DecodeError, TimeoutError) as error:
                    found.append(error)
        return found

    async def run() -> None:
        async with AsyncAfterShip(**given) as client:
            for _ in range(count):
                try:
                    found.append((await client.trackings.get("p1")).id)
                except (DecodeError, TimeoutError) as error:
                    found.append(error)

    asyncio.run(run())
    return found


def endless(talk: Talk) -> bool:
    talk.send(head(headers={"transfer-encoding": "chunked"}))
    piece = b"10000\r\n" + b" " * 65536 + b"\r\n"
    while True:
        talk.send(piece)


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize(
    ("make", "encoding"),
    [(bomb, "gzip"), (double_bomb, "gzip, gzip")],
    ids=["bomb", "bomb in a bomb"],
)
def test_bomb_is_never_unpacked(make: Callable[[int], bytes], encoding: str, colour: str) -> None:
    packed = answer(make(256 * MEGABYTE), headers={"content-encoding": encoding})
    with HostileServer([reply(good()), reply(packed)]) as server:
        # Once before, because the first call imports half of the package.
        ask(colour, server.address)
        tracemalloc.start()
        try:
            [error] = ask(colour, server.address, max_response_bytes=MEGABYTE)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert isinstance(error, DecodeError)
    assert peak < 16 * MEGABYTE


@pytest.mark.parametrize("colour", COLOURS)
def test_endless_answer_takes_little_memory(colour: str) -> None:
    with HostileServer([reply(good()), Act(endless)]) as server:
        ask(colour, server.address)
        tracemalloc.start()
        try:
            [error] = ask(colour, server.address, max_response_bytes=MEGABYTE)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert isinstance(error, DecodeError)
    assert str(MEGABYTE) in str(error)
    assert "max_response_bytes" in str(error)
    assert peak < 8 * MEGABYTE


@pytest.mark.parametrize("colour", COLOURS)
def test_limit_of_size_is_exact(colour: str) -> None:
    body = envelope(tracking())
    with HostileServer([reply(answer(body))]) as server:
        assert ask(colour, server.address, max_response_bytes=len(body)) == ["p1"]
        [error] = ask(colour, server.address, max_response_bytes=len(body) - 1)
    assert isinstance(error, DecodeError)


def drip(talk: Talk) -> bool:
    talk.send(head(length=10**6))
    talk.drip(b" " * 1000, 0.02)
    return False


@pytest.mark.parametrize("colour", COLOURS)
def test_call_that_was_given_up_lets_its_connection_go(colour: str) -> None:
    """The client is still open: nobody else would close it."""
    with HostileServer([Act(drip)]) as server:
        given = {
            "api_key": KEY, "base_url": server.address, "limiter": None, "max_retries": 0, "deadline": 0.3,
            "timeout": 5.0,
        }  # fmt: skip
        if colour == "sync":
            with AfterShip(**given) as client:
                with pytest.raises(TimeoutError):
                    client.trackings.get("p1")
                assert server.all_closed_within(3.0)
            return

        async def run() -> bool:
            async with AsyncAfterShip(**given) as client:
                with pytest.raises(TimeoutError):
                    await client.trackings.get("p1")
                return await asyncio.to_thread(server.all_closed_within, 3.0)

        assert asyncio.run(run())


def test_calls_that_were_given_up_leave_no_threads() -> None:
    before = threading.active_count()
    with HostileServer([Act(drip)]) as server:
        servers = threading.active_count() - before
        found = ask("sync", server.address, count=3, deadline=0.2, timeout=5.0)
        assert all(isinstance(error, TimeoutError) for error in found)
        end = time.monotonic() + 3.0
        # Each connection of the server has a thread too, which ends with it.
        while threading.active_count() > before + servers and time.monotonic() < end:
            time.sleep(0.01)
        assert threading.active_count() == before + servers
