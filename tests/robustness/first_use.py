"""Forks while another thread makes the first use of something. Each child then uses it itself.

    python first_use.py ADDRESS USE CHILDREN

A separate process, because nothing may be imported yet. Every import of the first use is slowed down, so that
the forks meet it. Prints how each child ended: 0, or minus the signal that ended a child that hung.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hmac
import os
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

import aftership_tracking
from aftership_tracking import contacts, errors, limits, migrate, webhooks
from aftership_tracking.v2024_01 import Tracking as Old
from aftership_tracking.v2026_07 import AfterShip, AsyncAfterShip
from aftership_tracking.webhooks import stores

PATIENCE = 90
"""Seconds after which a child counts as hanging."""
BODY = b'{"event":"tracking_update","event_id":"e","is_tracking_first_tag":false,"msg":{"id":"p1"},"ts":1}'
SIGNATURE = base64.b64encode(hmac.digest(b"s" * 8, BODY, "sha256")).decode()
slow = True


class SlowImports:
    """A finder that finds nothing, and takes its time. Python holds the lock of the module meanwhile."""

    def find_spec(self, name: str, *_: object) -> None:
        if slow:
            # The use of the texts of enums imports little else, and the forks must meet it.
            time.sleep(0.4 if name.endswith("enum_meanings") else 0.01)


def handle(*_: object) -> None:
    return


async def handle_async(*_: object) -> None:
    return


def uses(address: str) -> dict[str, Callable[[], Any]]:
    """What a program may do first with a client, by name."""
    given: dict[str, Any] = {"api_key": "k" * 8, "base_url": address, "limiter": None}
    client = AfterShip(**given)
    async_client = AsyncAfterShip(**given)

    async def get() -> None:
        await async_client.trackings.get("p1")

    def receive(use_async: bool) -> int:
        headers = {"content-type": "application/json", "aftership-hmac-sha256": SIGNATURE}
        given = webhooks.Delivery(method="POST", path="/", headers=headers, body=BODY)
        with tempfile.TemporaryDirectory() as folder:
            router = webhooks.Router(fallback=handle_async if use_async else handle)
            store = stores.SqliteStore(f"{folder}/events.db")
            receiver = webhooks.Receiver(webhooks.Verifier("s" * 8), router, store=store)
            reply = asyncio.run(receiver.receive_async(given)) if use_async else receiver.receive(given)
            store.close()
        if reply.status != 200:
            raise SystemExit(f"the receiver responded with {reply.status}")
        return reply.status

    def fail() -> None:
        with contextlib.suppress(errors.NotFoundError):
            client.trackings.get("1Z999AA10123456784")

    return {
        "get": lambda: client.trackings.get("p1"),
        "deadline": lambda: client.with_options(deadline=60).trackings.get("p1"),
        "list": lambda: list(client.trackings.list(slug=["ups"])),
        "get async": lambda: asyncio.run(get()),
        "upsert": lambda: client.trackings.upsert(tracking_number="1Z999", slug="ups"),
        "prepare": lambda: client.prepare(),
        "error": fail,
        "name": lambda: aftership_tracking.v2026_07.Tracking(),
        "migrate": lambda: migrate(Old(), "2024-01", "2026-07"),
        "meaning": lambda: aftership_tracking.v2026_07.DeliveryStatus.DELIVERED.meaning,
        "explain": lambda: aftership_tracking.explain(client.trackings.get, "p1"),
        "phone": lambda: contacts.phone_number("+41 44 668 18 00"),
        "email": lambda: contacts.email_address("a@example.com"),
        "customers": lambda: contacts.Contacts(region="CH").prepare(
            {"customers": [{"email": "a@example.com", "phone_number": "044 668 18 00"}]}
        ),
        "webhook": lambda: (
            webhooks.Verifier("s" * 8).parse(BODY, {"aftership-hmac-sha256": SIGNATURE}).tracking
        ),
        # Models that nothing has imported.
        "webhook of another version": lambda: (
            webhooks.Verifier("s" * 8)
            .parse(BODY, {"aftership-hmac-sha256": SIGNATURE, "as-webhook-version": "2024-07"})
            .tracking
        ),
        "receiver": lambda: receive(use_async=False),
        "async receiver": lambda: receive(use_async=True),
        "mistake": lambda: list(client.trackings.list(tag="pending")),
        "store": lambda: stores.MemoryStore().claim("key", lease=1.0),
        "limiter": lambda: limits.MemoryLimiter().usage(),
    }


def main(address: str, name: str, count: str) -> None:
    """Fork, and print how the children ended."""
    global slow
    use = uses(address)[name]
    sys.meta_path.insert(0, SlowImports())  # type: ignore[arg-type]
    first = threading.Thread(target=use)
    first.start()
    children = []
    for _ in range(int(count)):
        time.sleep(0.1)
        process = os.fork()
        if process == 0:
            signal.alarm(PATIENCE)
            slow, status = False, 1
            try:
                use()
                status = 0
            except Exception:  # noqa: BLE001 - printed
                traceback.print_exc()
            finally:
                os._exit(status)
        children.append(process)
    ends = [os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in children]
    slow = False
    first.join()
    sys.stdout.write(" ".join(map(str, ends)))


if __name__ == "__main__":
    main(*sys.argv[1:])
