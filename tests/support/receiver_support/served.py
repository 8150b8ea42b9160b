"""The applications that `servers` serves: one receiver, in the forms that servers and frameworks take.

    BODY_TIMEOUT=1 SEEN=... python -m receiver_support.served SERVER PORT

With `EATEN=1` a middleware reads the body before the application does.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from aftership_tracking.webhooks import Event, Receiver, Router, Verifier, asgi, wsgi
from receiver_support.events import SECRET

MAX_BODY = 100_000
SECONDS = float(os.environ.get("BODY_TIMEOUT", "1"))
IS_EATEN = os.environ.get("EATEN") == "1"


def handle(event: Event, known: bool) -> None:
    with open(os.environ["SEEN"], "a", encoding="utf-8") as seen:  # noqa: PTH123
        seen.write(f"{event.event_id}\n")


receiver = Receiver(Verifier(SECRET, max_body=MAX_BODY), Router(fallback=handle))
asgi_hook = asgi.WebhookApplication(receiver, body_timeout=SECONDS)
wsgi_hook = wsgi.WebhookApplication(receiver, body_timeout=SECONDS)


async def asgi_app(scope: Any, receive: Any, send: Any) -> None:
    if IS_EATEN and scope["type"] == "http":
        while (await receive()).get("more_body", False):
            pass
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
