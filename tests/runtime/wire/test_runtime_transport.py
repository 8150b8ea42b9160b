"""Transports over real sockets: deadlines, cookies, closing, and the content of errors."""

from __future__ import annotations

import asyncio
import gc
import http.server
import json
import subprocess
import sys
import textwrap
import threading
import time
import traceback
import warnings
from collections.abc import Iterator
from importlib.metadata import requires
from typing import Any

import httpx
import pytest
import runtime_sample as sample

from aftership_tracking.errors import ConnectError, TimeoutError, UsageError  # noqa: A004
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.request import Request
from aftership_tracking.runtime.wire.transport import DefaultTransport
from patience import PATIENCE, wait_until

KEY = "asat_0123456789abcdef0123456789abcdef"
BODY = json.dumps(sample.envelope({"tracking": {"id": "p1"}})).encode()


class Server:
    def __init__(self) -> None:
        self.pause = 0.0
        self.complete = 0
        """How many responses were written to their end."""
        self.cookies: list[str | None] = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.cookies.append(self.headers["cookie"])
                self.send_response(200)
                self.send_header("content-length", str(len(BODY)))
                self.send_header("set-cookie", "session=merchant-one; Path=/")
                self.end_headers()
                outer.write(self.wfile)

            def log_message(self, *args: object) -> None:
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.http.server_address[1]}"

    def write(self, file: Any) -> None:
        if not self.pause:
            file.write(BODY)
            self.complete += 1
            return
        try:
            for number in BODY:
                file.write(bytes([number]))
                file.flush()
                time.sleep(self.pause)
            self.complete += 1
        except OSError:
            # The client has closed the connection, as the test expects.
            pass


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    threading.Thread(target=made.http.serve_forever, daemon=True).start()
    yield made
    made.http.shutdown()
    made.http.server_close()


def test_deadline_ends_a_slow_response(server):
    """No silence is long enough for the read timeout, but the call must end long before the response does."""
    server.pause = 0.2
    with sample.Sample(KEY, base_url=server.address, deadline=0.3) as client, pytest.raises(TimeoutError):
        client.parcels.get("p1")
    assert server.complete == 0


def test_deadline_ends_a_slow_response_async(server):
    server.pause = 0.2

    async def run() -> None:
        async with sample.AsyncSample(KEY, base_url=server.address, deadline=0.3) as client:
            await client.parcels.get("p1")

    with pytest.raises(TimeoutError):
        asyncio.run(run())
    assert server.complete == 0


def test_response_within_the_deadline_is_complete(server):
    with sample.Sample(KEY, base_url=server.address, deadline=PATIENCE) as client:
        assert client.parcels.get("p1").id == "p1"


@pytest.mark.skipif(
    any(line.startswith("sniffio") for name in ("httpx", "anyio") for line in requires(name) or ()),
    reason="these releases of httpx and anyio bring sniffio",
)
def test_async_calls_need_no_sniffio(server):
    """httpcore asks it which library runs the loop. Without it and without trio it takes asyncio."""
    program = textwrap.dedent(f"""
        import asyncio, sys
        sys.modules.update(dict.fromkeys(("sniffio", "trio")))
        from aftership_tracking import AsyncAfterShip

        async def run():
            async with AsyncAfterShip("any-key", base_url={server.address!r}) as client:
                await client.trackings.get("p1")

        asyncio.run(run())
    """)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    assert server.complete == 1


def test_cookies_are_not_stored(server):
    """Copies of a client share connections and may act for other accounts."""
    with sample.Sample(KEY, base_url=server.address) as client:
        client.parcels.get("p1")
        client.with_options(api_key="asat_other").parcels.get("p1")

    async def run() -> None:
        async with sample.AsyncSample(KEY, base_url=server.address) as client:
            await client.parcels.get("p1")
            await client.with_options(api_key="asat_other").parcels.get("p1")

    asyncio.run(run())
    assert server.cookies == [None] * 4


def test_client_that_is_closed_while_it_opens_leaves_nothing_open(monkeypatch):
    transport = DefaultTransport()
    closed: list[bool] = []

    class Slow(httpx.HTTPTransport):
        def __init__(self, **settings: Any) -> None:
            super().__init__(**settings)
            # Another thread may do this now.
            transport.close()

        def close(self) -> None:
            super().close()
            closed.append(True)

    monkeypatch.setattr(httpx, "HTTPTransport", Slow)
    with pytest.raises(UsageError, match="closed"):
        transport.exchange(Request("GET", "http://127.0.0.1:9/", Headers()))
    assert closed == [True]


@pytest.mark.parametrize(
    "token", ["Bearer token_SECRET\n", "Bearer token_SECRET\xe9"], ids=["line", "accent"]
)
def test_credentials_that_cannot_be_sent_are_not_shown(server, token):
    class Custom:
        def sign(self, request: Request) -> Request:
            return request._replace(headers=request.headers.with_values({"authorization": token}))

    client = sample.Sample(None, auth=Custom(), base_url=server.address)
    with client, pytest.raises(UsageError, match="header") as caught:
        client.parcels.get("p1")
    assert "SECRET" not in str(caught.value)
    assert caught.value.__context__ is None
    trace = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    ours = [frame.locals for frame in trace.stack if "aftership_tracking" in frame.filename]
    assert ours
    assert "SECRET" not in str(ours)
    assert server.cookies == []


def test_causes_do_not_hold_the_request():
    with (
        sample.Sample(KEY, base_url="http://127.0.0.1:9", max_retries=0) as client,
        pytest.raises(ConnectError) as caught,
    ):
        client.parcels.get("p1")
    assert isinstance(caught.value.__cause__, httpx.ConnectError)
    assert vars(caught.value.__cause__).get("_request") is None


def test_missing_certificates_are_a_usage_error(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "/missing/certificates.pem")
    with sample.Sample(KEY) as client, pytest.raises(UsageError, match="SSL_CERT_FILE"):
        client.parcels.get("p1")


def test_timeout_error_does_not_hold_the_received_part(server):
    server.pause = 0.05
    with (
        sample.Sample(KEY, base_url=server.address, deadline=0.3) as client,
        pytest.raises(TimeoutError) as caught,
    ):
        client.parcels.get("p1")
    trace = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert "meta" not in str(
        [frame.locals for frame in trace.stack if frame.name == "_send" and frame.locals]
    )
    assert not any("parts" in (frame.locals or {}) for frame in trace.stack)


def test_cancelled_calls_leave_nothing_behind(server):
    server.pause = 0.5

    async def run() -> int:
        async with sample.AsyncSample(KEY, base_url=server.address, deadline=PATIENCE) as client:
            calls = [asyncio.create_task(client.parcels.get("p1")) for _ in range(3)]
            await asyncio.to_thread(wait_until, lambda: len(server.cookies) == 3, "all three have arrived")
            for call in calls:
                call.cancel()
            ends = await asyncio.gather(*calls, return_exceptions=True)
            assert all(isinstance(end, asyncio.CancelledError) for end in ends)
            server.pause = 0.0
            assert (await client.parcels.get("p1")).id == "p1"
            return len(asyncio.all_tasks())

    assert asyncio.run(run()) == 1


@pytest.mark.usefixtures("small_heap")
def test_copy_holds_the_client_that_owns_its_connections(server):
    """In `Client().with_options()` nobody can close the owner: a warning must come, but not too early."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        copy = sample.Sample(KEY, base_url=server.address).with_options(timeout=5)
        gc.collect()
        copy.parcels.get("p1")
        gc.collect()
        assert caught == []
        del copy
        gc.collect()
    assert [str(warning.message) for warning in caught if "left open" in str(warning.message)] != []


@pytest.mark.parametrize("make", [sample.Sample, sample.AsyncSample])
@pytest.mark.parametrize("kind", [httpx.Client, httpx.AsyncClient, httpx.HTTPTransport])
def test_a_class_is_not_taken_for_a_client(make, kind):
    with pytest.raises(UsageError, match=f"http_client is the class {kind.__name__}") as caught:
        make(api_key="k", http_client=kind)
    assert caught.value.hint == f"Give an object: {kind.__name__}()."
