"""One receiver as a process: a framework, a store, and planned faults.

python -m receiver_support.child FRAMEWORK KIND WHERE PORT SEED GENERATION KILLS KILL_WITHIN STARTS
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from aftership_tracking.webhooks import Delivery, Event, Receiver, Router
from receiver_support.effects import EffectsTarget
from receiver_support.events import VERIFIER
from receiver_support.trouble import Point, Trouble

LEASE = 5.0
"""Seconds. A killed process's claims run out after this. No handler may take as long on a slow machine."""
PATH = "/webhooks/aftership"


def make_receiver(target: EffectsTarget, trouble: Trouble, starts: Path, *, use_async: bool) -> Receiver:
    """A receiver whose handler notes each start, writes its effect, and meets the planned faults."""
    effects = target.open()
    noted_cancels = os.open(f"{starts}.cancels", os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600)
    noted = os.open(starts, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600)

    def handle(event: Event, known: bool) -> None:
        os.write(noted, f"{event.event_id}\n".encode())
        trouble.begin()
        trouble.pass_through(Point.BEFORE)
        effects.write(event, lambda: trouble.pass_through(Point.INSIDE))
        trouble.pass_through(Point.AFTER)

    async def handle_async(event: Event, known: bool) -> None:
        if trouble.cancels():
            # As a timeout of a middleware does it. uvicorn responds with 500.
            os.write(noted_cancels, f"{event.event_id}\n".encode())
            task = asyncio.current_task()
            assert task is not None
            task.cancel()
        # Another event is handled meanwhile, and the cancellation arrives here.
        await asyncio.sleep(0)
        handle(event, known)

    router = Router(fallback=handle_async if use_async else handle)
    return Receiver(VERIFIER, router, store=effects.store, lease=LEASE)


def serve_starlette(receiver: Receiver, port: int) -> None:
    import uvicorn
    from starlette.applications import Starlette
    from starlette.routing import Route

    from aftership_tracking.webhooks.asgi import WebhookApplication

    app = Starlette(routes=[Route(PATH, WebhookApplication(receiver))])
    uvicorn.run(app, host="127.0.0.1", port=port, log_config=None, access_log=False)


def serve_flask(receiver: Receiver, port: int) -> None:
    from flask import Flask
    from werkzeug.middleware.dispatcher import DispatcherMiddleware
    from werkzeug.serving import make_server

    from aftership_tracking.webhooks.wsgi import WebhookApplication

    application = DispatcherMiddleware(Flask(__name__), {PATH: WebhookApplication(receiver)})
    make_server("127.0.0.1", port, application, threaded=True).serve_forever()


def serve_django(receiver: Receiver, port: int) -> None:
    from socketserver import ThreadingMixIn
    from types import ModuleType
    from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpResponse
    from django.urls import path
    from django.views.decorators.csrf import csrf_exempt

    def receive(request: Any) -> Any:
        head = Delivery(
            method=request.method,
            path=request.path,
            headers=request.META,
            body=b"",
            peer=request.META.get("REMOTE_ADDR"),
        )
        reply = receiver.admit(head) or receiver.accept(replace(head, body=request.body))
        return HttpResponse(reply.body, status=reply.status, headers=dict(reply.headers))

    class Server(ThreadingMixIn, WSGIServer):
        daemon_threads, request_queue_size = True, 100

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_: object) -> None:
            return

    sys.modules["the_urls"] = urls = ModuleType("the_urls")
    urls.urlpatterns = [path(PATH[1:], csrf_exempt(receive))]  # type: ignore[attr-defined]
    settings.configure(ROOT_URLCONF="the_urls", LOGGING_CONFIG=None)
    make_server("127.0.0.1", port, get_wsgi_application(), Server, Quiet).serve_forever()


SERVERS: dict[str, Callable[[Receiver, int], None]] = {
    "starlette": serve_starlette,
    "flask": serve_flask,
    "django": serve_django,
}


def main(arguments: list[str]) -> None:
    framework, kind, where = arguments[:3]
    port, seed, generation, kills, kill_within = map(int, arguments[3:8])
    # The handlers fail on purpose. Their tracebacks would only fill the log.
    logging.getLogger("aftership_tracking").setLevel(logging.CRITICAL)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    trouble = Trouble(seed, generation, kills=kills, kill_within=kill_within)
    # Starlette has an async handler with one store, and a sync handler with the other.
    use_async = framework == "starlette" and kind == "sqlite"
    receiver = make_receiver(EffectsTarget(kind, where), trouble, Path(arguments[8]), use_async=use_async)
    SERVERS[framework](receiver, port)


if __name__ == "__main__":
    main(sys.argv[1:])
