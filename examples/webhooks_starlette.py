"""Receive webhooks in Starlette, with async handlers.

    python -m pip install aftership-tracking-client starlette uvicorn
    AFTERSHIP_WEBHOOK_SECRET=... python examples/webhooks_starlette.py

The file is in a checkout; a copy runs anywhere. http://127.0.0.1:8080/webhooks/aftership accepts deliveries.
"""

from __future__ import annotations

import os

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from aftership_tracking.webhooks import Event, Receiver, Router, Verifier
from aftership_tracking.webhooks.asgi import WebhookApplication
from aftership_tracking.webhooks.stores import SqliteStore


async def ignore(event: Event, known: bool) -> None:
    print("nothing to do for", event.event, "" if known else "(new to this program)", flush=True)


router = Router(fallback=ignore)


@router.on_tag("Delivered", first_only=True)
async def delivered(event: Event) -> None:
    print("delivered:", event.tracking.tracking_number, flush=True)


@router.on("edd_revise")
async def estimate(event: Event) -> None:
    print("new estimate:", event.tracking.tracking_number, flush=True)


async def home(_: Request) -> PlainTextResponse:
    return PlainTextResponse("a shop\n")


receiver = Receiver(
    Verifier(os.environ["AFTERSHIP_WEBHOOK_SECRET"]),
    router,
    store=SqliteStore(os.environ.get("EVENTS", "events.db")),
)
# A Route, not a Mount: a Mount redirects this path to one with a slash, and a redirect counts as a failure.
app = Starlette(routes=[Route("/", home), Route("/webhooks/aftership", WebhookApplication(receiver))])

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ.get("PORT", "8080")))
