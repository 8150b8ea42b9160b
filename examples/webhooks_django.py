"""Receive webhooks in a Django view. It is one file, so that it runs as it is.

    python -m pip install aftership-tracking-client django
    AFTERSHIP_WEBHOOK_SECRET=... python examples/webhooks_django.py

The file is in a checkout; a copy runs anywhere. http://127.0.0.1:8080/webhooks/aftership accepts deliveries.
"""

# Django has no types of its own, so a strict checker would complain about each of its names.
# pyright: standard

import os
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIServer, make_server

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from aftership_tracking.webhooks import Event, Receiver, Router, Verifier
from aftership_tracking.webhooks.stores import SqliteStore
from aftership_tracking.webhooks.wsgi import WebhookApplication


def delivered(event: Event) -> None:
    print("delivered:", event.tracking.tracking_number, flush=True)


def ignore(event: Event, known: bool) -> None:
    print("nothing to do for", event.event, "" if known else "(new to this program)", flush=True)


router = Router(fallback=ignore)
router.on_tag("Delivered", first_only=True)(delivered)
store = SqliteStore(os.environ.get("EVENTS", "events.db"))
hook = WebhookApplication(Receiver(Verifier(os.environ["AFTERSHIP_WEBHOOK_SECRET"]), router, store=store))


def receive(request: WSGIRequest) -> HttpResponse:
    reply = hook.respond(request.environ)
    return HttpResponse(reply.body, status=reply.status, headers=dict(reply.headers))


# The signature proves where a delivery comes from, so it needs no CSRF token.
urlpatterns = [path("webhooks/aftership", csrf_exempt(receive))]
settings.configure(ROOT_URLCONF=__name__)
application = get_wsgi_application()


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads, request_queue_size = True, 100


if __name__ == "__main__":
    address = "127.0.0.1", int(os.environ.get("PORT", "8080"))
    make_server(*address, application, Server).serve_forever()  # pyright: ignore[reportArgumentType]
