"""The ASGI and the WSGI application, called as a server calls them."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import httpx
import pytest
from fastapi import FastAPI

from aftership_tracking.errors import UsageError
from aftership_tracking.webhooks import (
    Event,
    Receiver,
    Router,
    TokenIssuer,
    Verifier,
    WebhookError,
    asgi,
    wsgi,
)
from aftership_tracking.webhooks.endpoint import TokenEndpoint
from receiver_support.events import SECRET, VERIFIER, event_body, event_id, signed_headers
from receiver_support.loopback import child_environment

BODY = event_body()


class Shop:
    """A receiver that notes what it handled."""

    def __init__(self, max_body: int = 5_000_000) -> None:
        self.seen: list[str] = []
        self.receiver = Receiver(Verifier(SECRET, max_body=max_body), Router(fallback=self.handle))

    def handle(self, event: Event, known: bool) -> None:
        self.seen.append(event.event_id)


class Connection:
    """The server's side of one ASGI connection. After the last message, reading waits forever."""

    def __init__(self, *messages: Mapping[str, Any], **scope: Any) -> None:
        self.messages = list(messages)
        self.sent: list[Mapping[str, Any]] = []
        headers = scope.pop("headers", None) or signed_headers(BODY)
        self.scope = {
            "type": "http",
            "method": "POST",
            "path": "/hook",
            "http_version": "1.1",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 5),
            **scope,
        }

    async def receive(self) -> Mapping[str, Any]:
        if not self.messages:
            await asyncio.Event().wait()
        return self.messages.pop(0)

    async def send(self, message: Mapping[str, Any]) -> None:
        self.sent.append(message)

    def run(self, application: Any) -> int | None:
        """Serve it; return the status, or None without a response."""
        asyncio.run(application(self.scope, self.receive, self.send))
        return self.sent[0]["status"] if self.sent else None

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.sent[0]["headers"])


def parts(body: bytes, size: int) -> list[dict[str, Any]]:
    """The messages that carry a body in pieces."""
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    return [*messages, {"type": "http.request"}]


@pytest.mark.parametrize("size", [1, 50, 10_000])
def test_asgi_reads_a_body_in_pieces(size: int) -> None:
    shop = Shop()
    connection = Connection(*parts(BODY, size))
    assert connection.run(asgi.WebhookApplication(shop.receiver)) == 200
    assert shop.seen == [event_id(1)]
    body = connection.sent[1]["body"]
    assert connection.headers == {
        b"content-type": b"text/plain; charset=utf-8",
        b"content-length": str(len(body)).encode(),
    }


def test_asgi_reads_no_further_than_the_limit() -> None:
    shop = Shop(max_body=100)
    connection = Connection(*parts(b"x" * 1000, 60))
    assert connection.run(asgi.WebhookApplication(shop.receiver)) == 413
    assert len(connection.messages) == len(parts(b"x" * 1000, 60)) - 2
    assert connection.headers[b"connection"] == b"close"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"method": "GET"}, 405),
        ({"headers": signed_headers(BODY, content_type="text/plain")}, 415),
        ({"headers": signed_headers(BODY, content_length="5000001")}, 413),
    ],
)
def test_asgi_refuses_early_without_reading(changes: dict[str, Any], status: int) -> None:
    connection = Connection({"type": "http.request"}, **changes)
    assert connection.run(asgi.WebhookApplication(Shop().receiver)) == status
    assert len(connection.messages) == 1
    assert connection.headers[b"connection"] == b"close"
    # Later versions of HTTP do not have this header.
    newer = Connection(**changes, http_version="2")
    newer.run(asgi.WebhookApplication(Shop().receiver))
    assert b"connection" not in newer.headers


def test_asgi_does_not_wait_for_a_slow_body() -> None:
    shop = Shop()
    connection = Connection({"type": "http.request", "body": BODY[:20], "more_body": True})
    assert connection.run(asgi.WebhookApplication(shop.receiver, body_timeout=0.01)) == 408
    assert shop.seen == []


def test_asgi_sends_no_response_to_a_client_that_is_gone() -> None:
    shop = Shop()
    started = {"type": "http.request", "body": BODY[:20], "more_body": True}
    connection = Connection(started, {"type": "http.disconnect"})
    assert connection.run(asgi.WebhookApplication(shop.receiver)) is None
    assert shop.seen == []


def test_asgi_serves_lifespan_and_closes_websockets() -> None:
    application = asgi.WebhookApplication(Shop().receiver)
    life = Connection({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}, type="lifespan")
    asyncio.run(application(life.scope, life.receive, life.send))
    assert [one["type"] for one in life.sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    socket = Connection({"type": "websocket.connect"}, type="websocket")
    asyncio.run(application(socket.scope, socket.receive, socket.send))
    assert [one["type"] for one in socket.sent] == ["websocket.close"]
    with pytest.raises(UsageError):
        Connection(type="telegraph").run(application)


def test_asgi_runs_sync_and_async_handlers() -> None:
    threads = []

    async def in_event_loop(event: Event, known: bool) -> None:
        threads.append(threading.get_ident())

    def in_thread(event: Event, known: bool) -> None:
        threads.append(threading.get_ident())

    for handler in (in_event_loop, in_thread):
        receiver = Receiver(VERIFIER, Router(fallback=handler))
        assert Connection(*parts(BODY, 100)).run(asgi.WebhookApplication(receiver)) == 200
    assert [one == threading.get_ident() for one in threads] == [True, False]


class Call:
    """One call of a WSGI application, checked against the rules of WSGI."""

    def __init__(self, body: bytes = BODY, **environ: Any) -> None:
        self.stream = environ.pop("stream", None) or io.BytesIO(body)
        self.environ: dict[str, Any] = {
            "REQUEST_METHOD": "POST",
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/json",
            "QUERY_STRING": "",
            "wsgi.input": self.stream,
            "REMOTE_ADDR": "127.0.0.1",
        }
        for name, value in signed_headers(body, content_type="").items():
            self.environ["HTTP_" + name.upper().replace("-", "_")] = value
        for name, value in environ.items():
            self.environ[name.replace("__", ".")] = value
        setup_testing_defaults(self.environ)
        self.headers: dict[str, str] = {}
        self.status = 0

    def start(self, status: str, headers: list[tuple[str, str]], *_: object) -> Callable[[bytes], object]:
        self.status = int(status[:3])
        self.headers = dict(headers)
        return print

    def run(self, application: Any) -> int:
        response = validator(application)(self.environ, self.start)
        self.body = b"".join(response)
        response.close()
        return self.status


def test_wsgi_handles_an_event() -> None:
    shop = Shop()
    call = Call()
    assert call.run(wsgi.WebhookApplication(shop.receiver)) == 200
    assert (call.body, call.headers["Content-Length"]) == (b"handled\n", "8")
    assert shop.seen == [event_id(1)]


def test_wsgi_reads_a_body_without_a_length_only_if_it_ends() -> None:
    shop = Shop()
    application = wsgi.WebhookApplication(shop.receiver)
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}
    assert Call(**chunked).run(application) == 411
    assert shop.seen == []
    assert Call(**chunked, wsgi__input_terminated=True).run(application) == 200
    large = Call(b"x" * 1_000_000, **chunked, wsgi__input_terminated=True)
    assert large.run(wsgi.WebhookApplication(Shop(max_body=1000).receiver)) == 413
    assert large.stream.tell() < 100_000
    # No length and no chunks means no body, and no body has a signature here.
    assert Call(CONTENT_LENGTH="").run(application) == 401
    nonsense = Call(CONTENT_LENGTH="many")
    assert b"".join(application(nonsense.environ, nonsense.start)) == b"the length of the body is needed\n"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"REQUEST_METHOD": "GET"}, 405),
        ({"CONTENT_TYPE": "text/plain"}, 415),
        ({"CONTENT_LENGTH": "5000001"}, 413),
    ],
)
def test_wsgi_refuses_early_without_reading(changes: dict[str, Any], status: int) -> None:
    call = Call(**changes)
    assert call.run(wsgi.WebhookApplication(Shop().receiver)) == status
    assert call.stream.tell() == 0


def test_wsgi_refuses_a_body_that_ends_early() -> None:
    shop = Shop()
    assert Call(CONTENT_LENGTH=str(len(BODY) + 1)).run(wsgi.WebhookApplication(shop.receiver)) == 400
    assert shop.seen == []


class Trickle:
    """A stream that returns one byte at a time, while the clock moves on."""

    def __init__(self, clock: list[float], timeout_after: int | None = None) -> None:
        self.body = io.BytesIO(BODY)
        self.clock = clock
        self.timeout_after = timeout_after

    def read(self, size: int = -1) -> bytes:
        self.clock[0] += 1.0
        if self.timeout_after is not None and self.clock[0] > self.timeout_after:
            raise TimeoutError
        return self.body.read(1)

    readline = readlines = __iter__ = read


def test_wsgi_does_not_wait_for_a_slow_body() -> None:
    clock = [0.0]
    shop = Shop()
    application = wsgi.WebhookApplication(shop.receiver, body_timeout=10.0, clock=lambda: clock[0])
    assert Call(stream=Trickle(clock)).run(application) == 408
    assert clock[0] == 10.0
    clock[0] = 0.0
    assert Call(stream=Trickle(clock, timeout_after=2)).run(application) == 408
    patient = wsgi.WebhookApplication(shop.receiver, body_timeout=None)
    assert Call(stream=Trickle(clock)).run(patient) == 200


def test_a_body_that_does_not_come_is_reported() -> None:
    seen: list[tuple[str, int]] = []

    def note(error: Exception, event: Event | None) -> None:
        assert isinstance(error, WebhookError)
        seen.append((error.code, error.status))

    receiver = Receiver(VERIFIER, Router(fallback=print), on_error=note)
    application = wsgi.WebhookApplication(receiver, body_timeout=5.0)
    assert Call(CONTENT_LENGTH=str(len(BODY) + 1)).run(application) == 400
    assert Call(stream=io.BytesIO()).run(application) == 400
    quick = asgi.WebhookApplication(receiver, body_timeout=0.01)
    assert Connection({"type": "http.request", "body": b"{", "more_body": True}).run(quick) == 408
    assert Connection().run(quick) == 408
    # Starlette's middleware gives an empty body to whoever reads it again.
    headers = signed_headers(BODY, content_length=str(len(BODY)))
    assert Connection({"type": "http.request"}, headers=headers).run(quick) == 400
    assert seen == [
        ("body_incomplete", 400),
        ("body_missing", 400),
        ("body_timeout", 408),
        ("body_missing", 408),
        ("body_missing", 400),
    ]


def test_wsgi_accepts_sync_handlers_only() -> None:
    async def handle(event: Event, known: bool) -> None:
        return None

    with pytest.raises(UsageError, match="asgi"):
        wsgi.WebhookApplication(Receiver(VERIFIER, Router(fallback=handle)))


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf")])
def test_impossible_timeouts_are_refused(seconds: float) -> None:
    for kind in (asgi.WebhookApplication, wsgi.WebhookApplication):
        with pytest.raises(UsageError):
            kind(Shop().receiver, body_timeout=seconds)


def test_a_route_responds_without_a_redirect() -> None:
    """A mount redirects its own path, and a redirect is a failed delivery."""

    async def post_to(path: str) -> int:
        shop = Shop()
        app = FastAPI()
        app.routes.append(asgi.WebhookApplication(shop.receiver).as_route("/hook"))
        app.mount("/mounted", asgi.WebhookApplication(shop.receiver))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as client:
            response = await client.post(path, content=BODY, headers=signed_headers(BODY))
        assert shop.seen == ([event_id(1)] if response.status_code == 200 else [])
        return response.status_code

    assert [asyncio.run(post_to(path)) for path in ("/hook", "/mounted", "/mounted/x")] == [200, 307, 200]
    with pytest.raises(UsageError, match="slash"):
        asgi.WebhookApplication(Shop().receiver).as_route("hook")


@pytest.mark.parametrize("kind", ["asgi", "wsgi"])
def test_the_first_delivery_imports_nothing(kind: str) -> None:
    """Imports block an event loop. A mounted application gets no lifespan, so they happen when it is made."""
    code = f"""
import asyncio, io, sys
from aftership_tracking.webhooks import Receiver, Router, Verifier, {kind}
from receiver_support.events import event_body, signed_headers
router = Router(fallback=lambda event, known: None)
application = {kind}.WebhookApplication(Receiver(Verifier({SECRET!r}), router))
body = event_body()
headers = signed_headers(body, as_webhook_version=sys.argv[1])
statuses = []
async def receive(): return {{"type": "http.request", "body": body}}
async def send(message): statuses.append(message.get("status"))
pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
scope = dict(type="http", method="POST", path="/", headers=pairs)
environ = {{"wsgi.version": (1, 0), "wsgi.input": io.BytesIO(body)}}
environ |= {{"REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(len(body)), **{{
    n.upper().replace("-", "_") if n == "content-type" else "HTTP_" + n.upper().replace("-", "_"): v
    for n, v in headers.items()}}}}
with asyncio.Runner() as runner:
    runner.get_loop()
    before = set(sys.modules)
    if {kind!r} == "asgi":
        runner.run(application(scope, receive, send))
    else:
        application(environ, lambda status, headers: statuses.append(int(status[:3])))
    assert statuses[0] == 200, statuses
    print(*sorted(one for one in set(sys.modules) - before if not one.startswith("encodings.")))
"""
    for version in ("2024-01", "2026-07"):
        done = subprocess.run(
            [sys.executable, "-c", code, version],
            env=child_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.stdout.strip(), done.returncode) == ("", 0), done.stderr


def test_both_serve_the_token_url_of_oauth() -> None:
    issuer = TokenIssuer({"aftership": "client secret"})
    receiver = Receiver(VERIFIER, Router(fallback=print), token_check=issuer.check)
    grant = b"grant_type=client_credentials"
    credentials = "Basic " + base64.b64encode(b"aftership:client secret").decode()
    form = "application/x-www-form-urlencoded"

    call = Call(grant, CONTENT_TYPE=form, HTTP_AUTHORIZATION=credentials)
    assert call.run(wsgi.WebhookApplication(TokenEndpoint(issuer))) == 200
    token = json.loads(call.body)["access_token"]

    connection = Connection(*parts(grant, 100), headers={"content-type": form, "authorization": credentials})
    assert connection.run(asgi.WebhookApplication(TokenEndpoint(issuer))) == 200
    assert Connection(method="GET").run(asgi.WebhookApplication(TokenEndpoint(issuer))) == 405

    hook = wsgi.WebhookApplication(receiver)
    assert Call(HTTP_AUTHORIZATION=f"Bearer {token}").run(hook) == 200
    assert Call(HTTP_AUTHORIZATION="Bearer other").run(hook) == 401
