"""The two processes of an inbox: a server that stores deliveries, and a worker that handles them.

python -m receiver_support.inbox_child serve FOLDER REDIS PORT
python -m receiver_support.inbox_child work FOLDER REDIS GENERATION KILLS KILL_WITHIN

The inbox is in Redis if REDIS is a URL, and otherwise in a file of FOLDER. The effects are in another file.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path
from typing import Any

from aftership_tracking.webhooks import Event, Receiver, Router
from aftership_tracking.webhooks.inbox import InboxEndpoint, InboxWorker, RedisInbox, SqliteInbox
from patience import PATIENCE
from receiver_support.effects import SqliteEffects
from receiver_support.events import VERIFIER
from receiver_support.trouble import Point, Trouble

LEASE = 2.0
PATH = "/hook"


def open_inbox(folder: Path, redis_url: str) -> Any:
    return RedisInbox(redis_url) if redis_url else SqliteInbox(folder / "inbox.db", timeout=PATIENCE)


def serve(folder: Path, redis_url: str, port: int) -> None:
    import uvicorn

    from aftership_tracking.webhooks.asgi import WebhookApplication

    receiver = Receiver(VERIFIER, Router(fallback=lambda event, known: None))
    application = WebhookApplication(InboxEndpoint(receiver, open_inbox(folder, redis_url)))
    uvicorn.run(application, host="127.0.0.1", port=port, log_config=None, access_log=False, backlog=4096)


def work(folder: Path, redis_url: str, generation: int, kills: int, kill_within: int) -> None:
    effects = SqliteEffects(str(folder / "effects.db"))
    trouble = Trouble(1, generation, kills=kills, kill_within=kill_within)

    def handle(event: Event, known: bool) -> None:
        trouble.begin()
        trouble.pass_through(Point.BEFORE)
        effects.write(event, lambda: trouble.pass_through(Point.INSIDE))
        trouble.pass_through(Point.AFTER)

    receiver = Receiver(VERIFIER, Router(fallback=handle), store=effects.store, lease=LEASE)
    worker = InboxWorker(
        receiver,
        open_inbox(folder, redis_url),
        most_attempts=50,
        first_delay=0.05,
        longest_delay=LEASE,
        lease=LEASE,
        pause=0.05,
    )
    # The first worker is a plain loop, the next ones are asynchronous.
    if generation == 0:
        worker.run()
    else:
        asyncio.run(worker.run_async())


def main(arguments: list[str]) -> None:
    # The handlers fail on purpose. Their tracebacks would only fill the log.
    logging.getLogger("aftership_tracking").setLevel(logging.CRITICAL)
    role, folder, redis_url, *numbers = arguments
    {"serve": serve, "work": work}[role](Path(folder), redis_url, *map(int, numbers))  # type: ignore[operator]


if __name__ == "__main__":
    main(sys.argv[1:])
