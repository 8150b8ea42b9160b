"""The route of requests: direct, or through the proxy of the environment."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
import runtime_sample as sample

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.wire.connections import DefaultTransport
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.proxies import RoutingTransport
from aftership_tracking.runtime.wire.request import Request
from patience import PATIENCE

KEY = "asat_0123456789abcdef0123456789abcdef"
UNREACHABLE = "http://api.aftership.invalid"


class Server(ThreadingHTTPServer):
    """Responds to every request, as the service or as a proxy in front of it, and records its target."""

    daemon_threads = True

    def __init__(self) -> None:
        self.targets: list[str] = []
        self.headers: list[dict[str, str]] = []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        self.server.targets.append(self.path)
        self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
        body = json.dumps(sample.envelope({"tracking": {"id": "p1"}})).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as serving:
        thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield serving
        serving.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def send(base_url: str) -> object:
    with sample.Sample(KEY, base_url=base_url) as client:
        assert client.parcels.get("p1").id == "p1"
        return next(iter(client._transport._adapters.values()))


def send_async(base_url: str) -> None:
    async def run() -> None:
        async with sample.AsyncSample(KEY, base_url=base_url) as client:
            assert (await client.parcels.get("p1")).id == "p1"

    asyncio.run(run())


@pytest.mark.parametrize("send_request", [send, send_async])
@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "AFTERSHIP_TRACKING_SDK_PROXY"])
def test_proxy_of_the_environment(server, monkeypatch, send_request, name):
    monkeypatch.setenv(name, server.url)
    send_request(UNREACHABLE)
    # A proxy receives the complete URL.
    assert server.targets == [f"{UNREACHABLE}/tracking/2024-01/trackings/p1"]


def test_proxy_that_is_given_needs_no_environment(server):
    transport = DefaultTransport(server.url)
    request = Request("GET", f"{UNREACHABLE}/x", Headers())
    assert transport.exchange(request).status == 200
    transport.close()
    assert server.targets == [f"{UNREACHABLE}/x"]


@pytest.mark.parametrize("send_request", [send, send_async])
def test_hosts_that_need_no_proxy(server, monkeypatch, send_request):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    send_request(server.url)
    assert server.targets == ["/tracking/2024-01/trackings/p1"]


def test_both_routes_send_the_same(server, monkeypatch):
    assert isinstance(send(server.url).wrapped, httpx.HTTPTransport)
    monkeypatch.setenv("HTTP_PROXY", server.url)
    assert isinstance(send(server.url).wrapped, RoutingTransport)
    direct, proxied = server.headers
    for headers in (direct, proxied):
        # Headers that concern a single connection.
        headers.pop("connection", None)
        headers.pop("proxy-connection", None)
    assert direct == proxied
    assert direct["accept-encoding"] == "gzip, deflate"


def test_a_given_client_chooses_its_own_route(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with httpx.Client(trust_env=False, timeout=PATIENCE) as given:
        client = sample.Sample(KEY, base_url=server.url, http_client=given)
        assert client.parcels.get("p1").id == "p1"
    assert server.targets == ["/tracking/2024-01/trackings/p1"]


@pytest.mark.parametrize("url", ["ftp://user:secret-word@127.0.0.1:1", "socks9://secret-word@127.0.0.1"])
def test_error_for_an_invalid_proxy_does_not_show_its_password(monkeypatch, url):
    monkeypatch.setenv("HTTP_PROXY", url)
    with sample.Sample(KEY, base_url=UNREACHABLE) as client, pytest.raises(UsageError) as caught:
        client.parcels.get("p1")
    assert "secret-word" not in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("proxied", [False, True])
def test_one_client_in_several_event_loops(server, monkeypatch, proxied):
    if proxied:
        monkeypatch.setenv("HTTP_PROXY", server.url)
    client = sample.AsyncSample(KEY, base_url=server.url, limiter=None)

    async def run() -> None:
        for _ in range(2):
            assert (await client.parcels.get("p1")).id == "p1"

    async def run_and_close() -> None:
        await run()
        # The connections of closed loops are dropped.
        assert len(client._transport._adapters) == 1
        await client.aclose()

    async def run_and_leave() -> None:
        await run()
        for _, adapter in client._transport._adapters.values():
            await adapter.wrapped.aclose()

    asyncio.run(run_and_leave())
    asyncio.run(run_and_close())
    assert len(server.targets) == 4
