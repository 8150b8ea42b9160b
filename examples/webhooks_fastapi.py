"""Receive webhooks in FastAPI. Plain handlers run in threads, so they may be slow.

    python -m pip install aftership-tracking-client fastapi uvicorn
    AFTERSHIP_WEBHOOK_SECRET=... python examples/webhooks_fastapi.py

The file is in a checkout; a copy runs anywhere. http://127.0.0.1:8080/webhooks/aftership accepts deliveries.
"""

from __future__ import annotations

import os

import uvicorn
from fastapi import FastAPI

from aftership_tracking import v2026_07
from aftership_tracking.webhooks import Event, Receiver, Router, Verifier
from aftership_tracking.webhooks.asgi import WebhookApplication
from aftership_tracking.webhooks.stores import SqliteStore


def ignore(event: Event, known: bool) -> None:
    print("nothing to do for", event.event, "" if known else "(new to this program)", flush=True)


router = Router(fallback=ignore)
store = SqliteStore(os.environ.get("EVENTS", "events.db"))


@router.on_tag("Delivered", first_only=True)
def delivered(event: Event) -> None:
    # This shape, whatever version the URL is set to.
    tracking = event.tracking_as(v2026_07.Tracking)
    # What is written, and that the event is done, are one transaction.
    with store.transaction(event.key()) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS delivered (number TEXT)")
        connection.execute("INSERT INTO delivered VALUES (?)", (tracking.tracking_number,))
    print("delivered:", tracking.tracking_number, flush=True)


receiver = Receiver(Verifier(os.environ["AFTERSHIP_WEBHOOK_SECRET"]), router, store=store)
app = FastAPI()


@app.get("/")
def home() -> str:
    return "a shop"


# A route responds at exactly this path: with a slash more it redirects, and that is a failed delivery.
app.routes.append(WebhookApplication(receiver).as_route("/webhooks/aftership"))

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ.get("PORT", "8080")))
