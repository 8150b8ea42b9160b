"""Receive webhooks in a Django view. It is one file, so that it runs as it is.

    AFTERSHIP_WEBHOOK_SECRET=... python examples/webhooks_django.py

Then http://127.0.0.1:8080/webhooks/aftership accepts deliveries. It needs the package django.
"""

# Django has no types of its own, so a strict checker would complain about each of its names.
# pyright: standard

import os
from dataclasses import replace
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from aftership_tracking.webhooks import Delivery, Event, Receiver, Router, Verifier
from aftership_tracking.webhooks.stores import SqliteStore


def delivered(event: Event) -> None:
    print("delivered:", event.tracking.tracking_number, flush=True)


def ignore(event: Event, known: bool) -> None:
    print("nothing to do for", event.event, "" if known else "(new to this program)", flush=True)


router = Router(fallback=ignore)
router.on_tag("Delivered", first_only=True)(delivered)
store = SqliteStore(os.environ.get("EVENTS", "events.db"))
receiver = Receiver(Verifier(os.environ["AFTERSHIP_WEBHOOK_SECRET"]), router, store=store)


def receive(request: HttpRequest) -> HttpResponse:
    method, peer = request.method or "", request.META.get("REMOTE_ADDR")
    head = Delivery(method=method, path=request.path, headers=request.META, body=b"", peer=peer)
    reply = receiver.admit(head) or receiver.accept(replace(head, body=request.body))
    return HttpResponse(reply.body, status=reply.status, headers=dict(reply.headers))


# The signature proves where a delivery comes from, so it needs no CSRF token.
urlpatterns = [path("webhooks/aftership", csrf_exempt(receive))]
settings.configure(ROOT_URLCONF=__name__, DATA_UPLOAD_MAX_MEMORY_SIZE=receiver.max_body)
application = get_wsgi_application()


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads, request_queue_size = True, 100


if __name__ == "__main__":
    WSGIRequestHandler.timeout = 10  # seconds without a byte, then a connection is closed
    address = "127.0.0.1", int(os.environ.get("PORT", "8080"))
    make_server(*address, application, Server).serve_forever()  # pyright: ignore[reportArgumentType]
