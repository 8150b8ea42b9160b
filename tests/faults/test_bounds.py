"""Responses are bounded in memory and in time. A call that was given up leaves nothing behind."""

from __future__ import annotations

import asyncio
import threading
import tracemalloc
from collections.abc import Callable

import pytest

from aftership_tracking.errors import DecodeError, TimeoutError  # noqa: A004 - it is a TimeoutError of Python too
from aftership_tracking.v2026_07 import AfterShip, AsyncAfterShip
from fault_support.case_player import VARIANTS
from fault_support.responses import bomb, double_bomb, envelope, good, head, reply, response, tracking
from fault_support.server import Act, HostileServer, Talk
from patience import PATIENCE, wait_until

KEY = "asat_b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0"
MEGABYTE = 1 << 20


def get(variant: str, address: str, count: int = 1, **settings: object) -> list[object]:
    """Send `count` requests with one client. Return ids or errors."""
    given = {"api_key": KEY, "base_url": address, "limiter": None, "max_retries": 0, **settings}
    found: list[object] = []
    if variant == "sync":
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


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(
    ("make", "encoding"),
    [(bomb, "gzip"), (double_bomb, "gzip, gzip")],
    ids=["bomb", "bomb in a bomb"],
)
def test_bomb_is_never_unpacked(make: Callable[[int], bytes], encoding: str, variant: str) -> None:
    packed = response(make(256 * MEGABYTE), headers={"content-encoding": encoding})
    with HostileServer([reply(good()), reply(packed)]) as server:
        # One call before, because the first call imports half of the package.
        get(variant, server.address)
        tracemalloc.start()
        try:
            [error] = get(variant, server.address, max_response_bytes=MEGABYTE)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert isinstance(error, DecodeError)
    assert peak < 16 * MEGABYTE


@pytest.mark.parametrize("variant", VARIANTS)
def test_endless_response_needs_little_memory(variant: str) -> None:
    with HostileServer([reply(good()), Act(endless)]) as server:
        get(variant, server.address)
        tracemalloc.start()
        try:
            [error] = get(variant, server.address, max_response_bytes=MEGABYTE)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert isinstance(error, DecodeError)
    assert str(MEGABYTE) in str(error)
    assert "max_response_bytes" in str(error)
    assert peak < 8 * MEGABYTE


@pytest.mark.parametrize("variant", VARIANTS)
def test_limit_of_size_is_exact(variant: str) -> None:
    body = envelope(tracking())
    with HostileServer([reply(response(body))]) as server:
        assert get(variant, server.address, max_response_bytes=len(body)) == ["p1"]
        [error] = get(variant, server.address, max_response_bytes=len(body) - 1)
    assert isinstance(error, DecodeError)


def drip(talk: Talk) -> bool:
    talk.send(head(length=10**6))
    talk.drip(b" " * 1000, 0.02)
    return False


@pytest.mark.parametrize("variant", VARIANTS)
def test_call_that_was_given_up_closes_its_connection(variant: str) -> None:
    """The client is still open, so nothing else would close the connection."""
    with HostileServer([Act(drip)]) as server:
        given = {
            "api_key": KEY, "base_url": server.address, "limiter": None, "max_retries": 0, "deadline": 0.3,
            "timeout": PATIENCE,
        }  # fmt: skip
        if variant == "sync":
            with AfterShip(**given) as client:
                with pytest.raises(TimeoutError):
                    client.trackings.get("p1")
                assert server.all_closed()
            return

        async def run() -> bool:
            async with AsyncAfterShip(**given) as client:
                with pytest.raises(TimeoutError):
                    await client.trackings.get("p1")
                return await asyncio.to_thread(server.all_closed)

        assert asyncio.run(run())


def test_calls_that_were_given_up_leave_no_threads() -> None:
    before = threading.active_count()
    with HostileServer([Act(drip)]) as server:
        servers = threading.active_count() - before
        found = get("sync", server.address, count=3, deadline=0.2, timeout=PATIENCE)
        assert all(isinstance(error, TimeoutError) for error in found)
        # Each connection of the server has a thread too, which ends with it.
        wait_until(lambda: threading.active_count() <= before + servers, "the threads have ended")
        assert threading.active_count() == before + servers
