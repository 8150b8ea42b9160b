"""A mock with a manual clock and a function as its receiver; and a receiver on a real port."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aftership_tracking import documents
from aftership_tracking.mock import ManualClock, Mock, MockRequest
from aftership_tracking.mock.webhooks import DeliveryResponse, Endpoint, Outgoing
from aftership_tracking.webhooks.signature import HEADER, sign
from contract_support.document.completion import complete_request

SECRET = "s3cret-of-the-tests"
URL = "http://receiver.test/hook?token=in-the-url"
KEY = "test-key"
VERSIONS = documents.versions()
JOURNEY = "ITOD-20-1"  # a step every 20 minutes: InfoReceived, InTransit, OutForDelivery, Delivered


class ReadOnce:
    """The installed documents, each read from disk once."""

    versions = staticmethod(documents.versions)
    document = staticmethod(cache(documents.document))
    data = staticmethod(cache(documents.data))


class World:
    """A mock and the requests that its receiver got. `respond` decides the response of the receiver."""

    def __init__(self, seed: int = 1) -> None:
        self.clock = ManualClock()
        self.mock = Mock(clock=self.clock, seed=seed, documents=ReadOnce)
        self.sent: list[Outgoing] = []
        self.respond: Callable[[Outgoing], int | DeliveryResponse] = lambda _: 200
        self.mock.webhooks.transport = self._receive

    def _receive(self, request: Outgoing) -> int | DeliveryResponse:
        self.sent.append(request)
        return self.respond(request)

    def add(self, **settings: Any) -> Endpoint:
        return self.mock.webhooks.add(settings.pop("url", URL), **{"secret": SECRET, **settings})

    def call(self, method: str, path: str, body: dict[str, Any] | None = None, key: str = KEY) -> Any:
        document = ReadOnce.document(VERSIONS[-1])
        sent = {} if body is None else {"json": complete_request(document, method, path, body)}
        response = self.mock.handle(
            MockRequest.to(method, f"/tracking/{VERSIONS[-1]}{path}", key=key, **sent)
        )
        assert response.status in (200, 201), response
        return response.json["data"]

    def create(self, number: str = JOURNEY, slug: str = "testing-courier", **fields: Any) -> str:
        key = fields.pop("key", KEY)
        created = self.call(
            "POST", "/trackings", {"tracking_number": number, "slug": slug, **fields}, key=key
        )
        return str(created["id"])

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(request.body) for request in self.sent]

    @property
    def reported(self) -> list[tuple[str, str]]:
        """The code and the status of each event that was sent, in order."""
        return [(event["event"], event["msg"]["tag"]) for event in self.events]


def header(request: Outgoing, name: str) -> str | None:
    """The only value of a header, or None."""
    found = [value for each, value in request.headers if each == name]
    assert len(found) < 2, found
    return found[0] if found else None


def is_signed(request: Outgoing, secret: str = SECRET) -> bool:
    return [value for name, value in request.headers if name == HEADER] == [sign(request.body, secret)]


@contextmanager
def receiver(
    status: Callable[[dict[str, str], bytes], int],
) -> Iterator[tuple[str, list[tuple[str, dict[str, str], bytes]]]]:
    """An HTTP server on a free port: its URL, and path, headers and body of each request."""
    got: list[tuple[str, dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            got.append((self.path, headers, body))
            self.send_response(status(headers, body))
            self.send_header("location", "/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", got
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
