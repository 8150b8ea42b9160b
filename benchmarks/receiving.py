"""CPU of a delivery from request to response, against a handler for Starlette written by hand.

That handler compares the HMAC, parses the JSON and responds with 200. It remembers no event, knows no models
and limits no body. Others by hand remember the id of the event in SQLite, in a thread: one commits it, which
outlives the end of the process, and another waits for the disk as well. The last one appends 4 kB to a file
and flushes it, which is the least that anything costs that waits for the disk.

A delivery whose event is stored in SQLite does not wait for the disk, unless the store has
`synchronous="FULL"`. The flush that follows is part of its CPU here.

Less is better; the throughput of one process is the inverse of it.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import http.client
import json
import os
import sqlite3
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from aftership_tracking.webhooks import HEADER, Event, Receiver, Router, Verifier, sign
from aftership_tracking.webhooks.asgi import WebhookApplication
from aftership_tracking.webhooks.inbox import InboxEndpoint, SqliteInbox
from aftership_tracking.webhooks.stores import MemoryStore, SqliteStore, Store
from benchmarks.figure import Figure
from benchmarks.report import budgets
from benchmarks.report.budgets import Budget
from benchmarks.timing import seconds_by_turns
from benchmarks.webhooks import SECRET, delivery

DELIVERIES = 300
ROUNDS = 11
AT_ONCE = 50
"""Deliveries that a busy receiver handles at a time. Their memories are committed together."""
BY_HAND, FLUSHED, COMMITTED, REMEMBERED = "/by-hand", "/flushed", "/committed", "/remembered"
MEMORY, SQLITE, WAITING, INBOX = "/memory", "/sqlite", "/waiting", "/inbox"
BESIDE = "the same, one after another, each against the handler by hand that stores the id as safely"
PAGE = bytes(4096)
"""What SQLite writes at least for one row."""
WHO = {
    FLUSHED: "by hand, and 4 kB flushed to a file",
    COMMITTED: "by hand, and its id stored in SQLite",
    REMEMBERED: "by hand, the same on the disk before 200",
    MEMORY: "client, events stored in memory",
    SQLITE: "client, events stored in SQLite",
    WAITING: "client, the same on the disk before 200",
    INBOX: "client, deliveries stored in an inbox in SQLite",
}


class Sent(NamedTuple):
    """A delivery of an event that no other delivery carries."""

    body: bytes
    headers: dict[str, str]


def deliveries(first: int) -> list[list[Sent]]:
    """Deliveries of about 9 kB each, those of one round in a list. They are made before the clock runs."""
    body, pairs = delivery()
    content = json.loads(body)
    headers = {name.decode(): value.decode() for name, value in pairs}

    def make(number: int) -> Sent:
        own = json.dumps({**content, "event_id": f"{number:036}"}, separators=(",", ":")).encode()
        return Sent(own, {**headers, HEADER: sign(own, SECRET), "content-length": str(len(own))})

    starts = range(first, first + (ROUNDS + 1) * DELIVERIES, DELIVERIES)
    return [[make(number) for number in range(start, start + DELIVERIES)] for start in starts]


async def by_hand(request: Request) -> Response:
    body = await request.body()
    digest = base64.b64encode(hmac.digest(SECRET.encode(), body, "sha256")).decode()
    if not hmac.compare_digest(digest, request.headers.get(HEADER, "")):
        return Response(status_code=401)
    event = json.loads(body)
    return Response(event["event"])


def flushing(file: Path) -> Callable[[Request], Awaitable[Response]]:
    """Return the handler that also waits for the disk, with nothing around it."""
    descriptor = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)

    def flush() -> None:
        os.write(descriptor, PAGE)
        os.fdatasync(descriptor)

    async def handle(request: Request) -> Response:
        response = await by_hand(request)
        await asyncio.to_thread(flush)
        return response

    return handle


def remembering(file: Path, synchronous: str) -> Callable[[Request], Awaitable[Response]]:
    """Return the handler that also writes one row, and waits for the disk if `synchronous` is FULL. It claims
    nothing beforehand.
    """
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA synchronous={synchronous}")
    connection.execute("CREATE TABLE events (id TEXT PRIMARY KEY) WITHOUT ROWID")

    async def handle(request: Request) -> Response:
        response = await by_hand(request)
        event_id = json.loads(await request.body())["event_id"]
        await asyncio.to_thread(connection.execute, "INSERT INTO events VALUES (?)", (event_id,))
        return response

    return handle


def receiver_application(store: Store) -> WebhookApplication:
    async def handle(event: Event, known: bool) -> None:
        if not known:
            raise SystemExit(f"{event} is not known")

    return WebhookApplication(Receiver(Verifier(SECRET), Router(fallback=handle), store=store))


def inbox_application(file: Path) -> WebhookApplication:
    """Nothing is handled: a worker in another process does that."""
    receiver = Receiver(Verifier(SECRET), Router(fallback=print))
    return WebhookApplication(InboxEndpoint(receiver, SqliteInbox(file)))


def application(folder: str) -> Starlette:
    return Starlette(
        routes=[
            Route(BY_HAND, by_hand, methods=["POST"]),
            Route(FLUSHED, flushing(Path(folder) / "flushed"), methods=["POST"]),
            Route(COMMITTED, remembering(Path(folder) / "committed.db", "NORMAL"), methods=["POST"]),
            Route(REMEMBERED, remembering(Path(folder) / "by-hand.db", "FULL"), methods=["POST"]),
            Route(MEMORY, receiver_application(MemoryStore())),
            Route(SQLITE, receiver_application(SqliteStore(Path(folder) / "events.db"))),
            Route(WAITING, receiver_application(SqliteStore(Path(folder) / "full.db", synchronous="FULL"))),
            Route(INBOX, inbox_application(Path(folder) / "inbox.db")),
        ]
    )


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        app = application(folder)
        return [*in_process(app), *over_loopback(app)]


def in_process(app: Starlette) -> list[Figure]:
    """The application called as a server calls it."""
    with asyncio.Runner() as runner:

        def calls(path: str, first: int, at_once: int) -> Callable[[], None]:
            rounds = iter(deliveries(first))
            return lambda: runner.run(call_groups(app, path, next(rounds), at_once))

        def measure(first: int, at_once: int) -> dict[str, float]:
            paths = (BY_HAND, *WHO)
            return seconds_by_turns({path: calls(path, first, at_once) for path in paths}, ROUNDS)

        alone, together = measure(0, 1), measure(500_000, AT_ONCE)
    row = "CPU of a delivery to an ASGI application, against a handler written by hand"
    return [
        *compare(row, alone, {SQLITE: budgets.DELIVERY}),
        Figure(BESIDE, WHO[SQLITE], alone[SQLITE] / alone[COMMITTED], budgets.DELIVERY_BESIDE_SQLITE),
        Figure(BESIDE, WHO[WAITING], alone[WAITING] / alone[REMEMBERED]),
        *compare(f"the same, {AT_ONCE} at once", together, {SQLITE: budgets.DELIVERIES}),
    ]


async def call_groups(app: Starlette, path: str, sent: list[Sent], at_once: int) -> None:
    for start in range(0, len(sent), at_once):
        async with asyncio.TaskGroup() as group:
            for one in sent[start : start + at_once]:
                group.create_task(call_many(app, path, [one]))


async def call_many(app: Starlette, path: str, sent: list[Sent]) -> None:
    for one in sent:
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "path": path,
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in one.headers.items()],
            "client": ("127.0.0.1", 1),
        }
        messages: list[Any] = []
        await app(scope, receiver_of(one.body), sender_to(messages))
        if messages[0]["status"] != 200:
            raise SystemExit(f"{path} responded with {messages[0]['status']}")


def receiver_of(body: bytes) -> Any:
    async def receive() -> Mapping[str, Any]:
        return {"type": "http.request", "body": body}

    return receive


def sender_to(messages: list[Any]) -> Any:
    async def send(message: Mapping[str, Any]) -> None:
        messages.append(message)

    return send


def over_loopback(app: Starlette) -> list[Figure]:
    """Over HTTP, with uvicorn. The CPU of the sender is included; it is the same for all."""
    with serve(app) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

        def posts(path: str) -> Callable[[], None]:
            # Other numbers than in process: the stores remember those.
            rounds = iter(deliveries(first=1_000_000))
            return lambda: post_many(connection, path, next(rounds))

        seconds = seconds_by_turns({path: posts(path) for path in (BY_HAND, *WHO)}, ROUNDS)
        connection.close()
    return compare("the same over loopback HTTP, with the CPU of who sends", seconds)


def post_many(connection: http.client.HTTPConnection, path: str, sent: list[Sent]) -> None:
    for one in sent:
        connection.request("POST", path, one.body, one.headers)
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            raise SystemExit(f"{path} responded with {response.status}")


@contextmanager
def serve(app: Starlette) -> Iterator[int]:
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False, lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


def compare(
    row: str, seconds: Mapping[str, float], promised: Mapping[str, Budget] | None = None
) -> list[Figure]:
    promised = promised or {}
    return [
        Figure(row, who, seconds[path] / seconds[BY_HAND], promised.get(path)) for path, who in WHO.items()
    ]
