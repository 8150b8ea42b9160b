"""The applications that `servers` serves: one receiver, in the forms that servers and frameworks take.

    BODY_TIMEOUT=1 SEEN=... python -m receiver_support.served SERVER PORT

With `TROUBLE=eaten` a middleware reads the body before the application does. With `cancel` it cancels the
first handler, and with `exit` the first handler ends its process.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from aftership_tracking.webhooks import Event, Receiver, Router, Verifier, asgi, wsgi
from aftership_tracking.webhooks.stores import SqliteStore
from receiver_support.events import SECRET
from receiver_support.servers import MAX_BODY

SECONDS = float(os.environ.get("BODY_TIMEOUT", "1"))
TROUBLE = os.environ.get("TROUBLE", "")
IS_EATEN = TROUBLE == "eaten"


def handle(event: Event, known: bool) -> None:
    path = Path(os.environ["SEEN"])
    is_first = not path.exists()
    with path.open("a", encoding="utf-8") as seen:
        seen.write(f"{event.event_id}\n")
    if is_first and TROUBLE == "exit":
        raise SystemExit(1)
    if is_first and TROUBLE == "cancel":
        raise BlockingIOError


async def handle_slowly(event: Event, known: bool) -> None:
    try:
        handle(event, known)
    except BlockingIOError:
        await asyncio.Event().wait()


router = Router(fallback=handle_slowly if TROUBLE == "cancel" else handle)
receiver = Receiver(
    Verifier(SECRET, max_body=MAX_BODY), router, store=SqliteStore(os.environ["SEEN"] + ".db")
)
asgi_hook = asgi.WebhookApplication(receiver, body_timeout=SECONDS)
if TROUBLE != "cancel":
    wsgi_hook = wsgi.WebhookApplication(receiver, body_timeout=SECONDS)


async def asgi_app(scope: Any, receive: Any, send: Any) -> None:
    if IS_EATEN and scope["type"] == "http":
        while (await receive()).get("more_body", False):
            pass
    if TROUBLE == "cancel" and scope["type"] == "http":
        try:
            async with asyncio.timeout(1.0):
                await asgi_hook(scope, receive, send)
        except TimeoutError:
            await send({"type": "http.response.start", "status": 504, "headers": []})
            await send({"type": "http.response.body", "body": b""})
        return
    await asgi_hook(scope, receive, send)


def wsgi_app(environ: Any, start_response: Any) -> Any:
    if IS_EATEN:
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    return wsgi_hook(environ, start_response)


def make_flask() -> Any:
    from flask import Flask, request

    app = Flask(__name__)

    @app.before_request
    def look() -> None:
        if IS_EATEN:
            request.get_data()

    @app.post("/")
    def receive() -> Any:
        reply = wsgi_hook.respond(request.environ)
        return reply.body, reply.status, dict(reply.headers)

    return app


def make_django() -> Any:
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpResponse
    from django.urls import path
    from django.views.decorators.csrf import csrf_exempt

    def receive(request: Any) -> Any:
        if IS_EATEN:
            _ = request.body
        reply = wsgi_hook.respond(request.environ)
        return HttpResponse(reply.body, status=reply.status, headers=dict(reply.headers))

    sys.modules["the_urls"] = urls = ModuleType("the_urls")
    urls.urlpatterns = [path("", csrf_exempt(receive))]  # type: ignore[attr-defined]
    settings.configure(ROOT_URLCONF="the_urls", LOGGING_CONFIG=None, ALLOWED_HOSTS=["*"])
    return get_wsgi_application()


def serve_werkzeug(port: int) -> None:
    from werkzeug.serving import run_simple

    run_simple("127.0.0.1", port, wsgi_app, threaded=True)


def serve_flask(port: int) -> None:
    make_flask().run("127.0.0.1", port)


def serve_django(port: int) -> None:
    from django.core.servers.basehttp import WSGIServer, run

    run("127.0.0.1", port, make_django(), threading=True, server_cls=WSGIServer)


def serve_wsgiref(port: int) -> None:
    from wsgiref.simple_server import make_server

    make_server("127.0.0.1", port, wsgi_app).serve_forever()


SERVERS: dict[str, Callable[[int], None]] = {
    "werkzeug": serve_werkzeug,
    "flask": serve_flask,
    "django": serve_django,
    "wsgiref": serve_wsgiref,
}

if __name__ == "__main__":
    SERVERS[sys.argv[1]](int(sys.argv[2]))
