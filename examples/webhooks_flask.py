"""Receive webhooks next to a Flask application.

    python -m pip install aftership-tracking-client flask
    AFTERSHIP_WEBHOOK_SECRET=... python examples/webhooks_flask.py

The file is in a checkout; a copy runs anywhere. http://127.0.0.1:8080/webhooks/aftership accepts deliveries.
The server at the end is for trials: in production serve `application` with a WSGI server of your choice.
"""

from __future__ import annotations

import os

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import run_simple

from aftership_tracking.webhooks import Event, Receiver, Router, Verifier
from aftership_tracking.webhooks.stores import SqliteStore
from aftership_tracking.webhooks.wsgi import WebhookApplication


def ignore(event: Event, known: bool) -> None:
    print("nothing to do for", event.event, "" if known else "(new to this program)", flush=True)


router = Router(fallback=ignore)


@router.on_tag("Delivered", first_only=True)
def delivered(event: Event) -> None:
    print("delivered:", event.tracking.tracking_number, flush=True)


@router.on("edd_revise")
def estimate(event: Event) -> None:
    print("new estimate:", event.tracking.tracking_number, flush=True)


receiver = Receiver(
    Verifier(os.environ["AFTERSHIP_WEBHOOK_SECRET"]),
    router,
    store=SqliteStore(os.environ.get("EVENTS", "events.db")),
)
app = Flask(__name__)


@app.get("/")
def home() -> str:
    return "a shop"


application = DispatcherMiddleware(app, {"/webhooks/aftership": WebhookApplication(receiver)})

if __name__ == "__main__":
    run_simple("127.0.0.1", int(os.environ.get("PORT", "8080")), application, threaded=True)
