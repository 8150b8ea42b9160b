"""Receive webhooks in FastAPI. Plain handlers run in threads, so they may be slow.

    AFTERSHIP_WEBHOOK_SECRET=... python examples/webhooks_fastapi.py

Then http://127.0.0.1:8080/webhooks/aftership accepts deliveries. It needs the packages fastapi and uvicorn.
"""

from __future__ import annotations

import os

import uvicorn
from fastapi import FastAPI

from aftership_tracking.webhooks import Event, Receiver, Router, Verifier
from aftership_tracking.webhooks.asgi import WebhookApplication
from aftership_tracking.webhooks.stores import SqliteStore


def ignore(event: Event, known: bool) -> None:
    print("nothing to do for", event.event, "" if known else "(new to this program)", flush=True)


router = Router(fallback=ignore)


@router.on_tag("Delivered", first_only=True)
def delivered(event: Event) -> None:
    # The shape of one version, whatever version the URL is set to.
    tracking = event.as_version("2026-07").tracking
    print("delivered:", tracking.tracking_number, flush=True)


@router.on("edd_revise")
def estimate(event: Event) -> None:
    print("new estimate:", event.tracking.tracking_number, flush=True)


receiver = Receiver(
    Verifier(os.environ["AFTERSHIP_WEBHOOK_SECRET"]),
    router,
    store=SqliteStore(os.environ.get("EVENTS", "events.db")),
)
app = FastAPI()


@app.get("/")
def home() -> str:
    return "a shop"


# A route, not a mount: a mount redirects its own path to one with a slash, and that is a failed delivery.
app.routes.append(WebhookApplication(receiver).as_route("/webhooks/aftership"))

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ.get("PORT", "8080")))
