"""An inbox under load and under fire: a burst at one server, and processes that are killed.

`AFTERSHIP_WEBHOOK_EVENTS` sets how many events each test sends, and `AFTERSHIP_WEBHOOK_SECONDS` how long a
response of the burst may take. Without it the time is not checked, because machines differ.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPException
from pathlib import Path

import pytest

from patience import wait_until
from receiver_support.effects import SqliteEffects
from receiver_support.events import event_body, event_id, signed_headers
from receiver_support.inbox_child import PATH, open_inbox
from receiver_support.loopback import child_environment, post, wait_until_it_listens
from receiver_support.redis_server import free_port, running_redis

LOGGER = logging.getLogger(__name__)
EVENTS = int(os.environ.get("AFTERSHIP_WEBHOOK_EVENTS", "150"))
SECONDS = float(os.environ.get("AFTERSHIP_WEBHOOK_SECONDS", "inf"))
AT_ONCE = 200
"""Connections of the burst."""
KILLS = 2
PATIENCE = 200.0 + EVENTS / 5


@contextmanager
def child(folder: Path, *words: object) -> Iterator[subprocess.Popen[bytes]]:
    with (
        (folder / "log").open("ab") as output,
        subprocess.Popen(
            [sys.executable, "-m", "receiver_support.inbox_child", *map(str, words)],
            env=child_environment(),
            stdout=output,
            stderr=output,
        ) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def redis_or_file(kind: str, folder: Path) -> Iterator[str]:
    """Yield the URL of a server, or nothing."""
    if kind == "sqlite":
        yield ""
        return
    with running_redis(folder) as url:
        yield url


@pytest.mark.parametrize("kind", ["sqlite", "redis"])
def test_a_burst_is_stored_and_every_delivery_gets_its_response(tmp_path: Path, kind: str) -> None:
    port = free_port()
    with redis_or_file(kind, tmp_path) as url, child(tmp_path, "serve", tmp_path, url, port) as server:
        wait_until_it_listens(port, server, tmp_path / "log")
        responses = asyncio.run(send_burst(port))
        inbox = open_inbox(tmp_path, url)
        stored = [entry.body for entry in inbox.entries()]
        inbox.close()
    assert Counter(status for status, _ in responses) == {200: EVENTS}
    assert sorted(stored) == sorted(event_body(number) for number in range(EVENTS))
    slowest = max(seconds for _, seconds in responses)
    LOGGER.info(
        "%s: %d events, %d at once, the slowest response after %.2f s", kind, EVENTS, AT_ONCE, slowest
    )
    assert slowest <= SECONDS


async def send_burst(port: int) -> list[tuple[int, float]]:
    """Send all events. Return the status and the seconds of each response."""
    free = asyncio.Semaphore(AT_ONCE)

    async def send(number: int) -> tuple[int, float]:
        body = event_body(number)
        headers = {**signed_headers(body), "host": "h", "content-length": len(body), "connection": "close"}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        async with free:
            start = time.monotonic()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"POST {PATH} HTTP/1.1\r\n{head}\r\n".encode() + body)
            status = int((await reader.readline()).split()[1])
            seconds = time.monotonic() - start
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
        return status, seconds

    return await asyncio.gather(*[send(number) for number in range(EVENTS)])


@pytest.mark.parametrize("kind", ["sqlite", "redis"])
def test_killed_servers_and_workers_lose_and_double_nothing(tmp_path: Path, kind: str) -> None:
    port, generation = free_port(), 0
    with redis_or_file(kind, tmp_path) as url, ExitStack() as stack:
        serve = ("serve", tmp_path, url, port)
        server = stack.enter_context(child(tmp_path, *serve))
        wait_until_it_listens(port, server, tmp_path / "log")
        worker = stack.enter_context(child(tmp_path, "work", tmp_path, url, 0, KILLS, EVENTS // 5))
        numbers = [*range(EVENTS), *random.Random(1).sample(range(EVENTS), EVENTS // 5)]
        random.Random(2).shuffle(numbers)
        kills = {len(numbers) * each // (KILLS + 1) for each in range(1, KILLS + 1)}
        sent = 0
        with ThreadPoolExecutor(8) as pool:
            for _ in pool.map(lambda number: send_until_accepted(port, number), numbers):
                sent += 1
                if sent in kills:
                    server.kill()
                    server.wait()
                    server = stack.enter_context(child(tmp_path, *serve))
        inbox = open_inbox(tmp_path, url)

        def all_is_handled() -> bool:
            nonlocal worker, generation
            code = worker.poll()
            if code is not None:
                assert code == -signal.SIGKILL, (tmp_path / "log").read_text("utf-8", "replace")
                generation += 1
                words = ("work", tmp_path, url, generation, KILLS, EVENTS // 5)
                worker = stack.enter_context(child(tmp_path, *words))
            return generation >= KILLS and not any(inbox.entries())

        wait_until(all_is_handled, "all is handled", PATIENCE, pause=0.2)
        inbox.close()
    effects = SqliteEffects(str(tmp_path / "effects.db"))
    handled = effects.read_all()
    effects.close()
    assert {one: count for one, count in Counter(handled).items() if count != 1} == {}
    assert set(handled) == {event_id(number) for number in range(EVENTS)}


def send_until_accepted(port: int, number: int) -> None:
    """Send an event as the service does: again, until it is accepted."""
    body = event_body(number)

    def is_accepted() -> bool:
        with suppress(OSError, HTTPException):
            return post(port, PATH, body, signed_headers(body)).status == 200
        return False

    wait_until(is_accepted, f"event {number} is accepted", PATIENCE, pause=0.05)
