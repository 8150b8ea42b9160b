"""A whole call: what is sent, what is returned, and which settings a client accepts."""

from __future__ import annotations

import asyncio
import gc
import http.server
import json
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import runtime_sample as sample

from aftership_tracking.errors import ApiError, ConnectError, UsageError, VersionWarning
from aftership_tracking.runtime.options import Options, Timeout
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.request import Request, Response
from patience import PATIENCE

KEY = "asat_0123456789abcdef0123456789abcdef"


def test_get_sends_one_request_and_returns_the_model(service, client):
    service.reply_parcel(tag="InTransit")
    parcel = client.parcels.get("a/b c", lang="en")
    assert parcel == sample.Parcel(id="p1", tag=sample.Tag.IN_TRANSIT)
    [request] = service.requests
    assert str(request.url) == "https://api.aftership.com/tracking/2024-01/trackings/a%2Fb%20c?lang=en"
    assert request.headers["as-api-key"] == KEY
    assert "content-type" not in request.headers
    assert request.headers["user-agent"].startswith("aftership-tracking-client/")


def test_create_wraps_the_body_and_leaves_out_what_is_none_or_unset(service, client):
    service.reply(sample.envelope({"tracking": {"id": "p1"}}, 201), 201)
    client.parcels.create(tracking_number="RA1", title=sample.UNSET, note=None)
    [request] = service.requests
    assert json.loads(request.content) == {"tracking": {"tracking_number": "RA1"}}
    assert request.headers["content-type"] == "application/json"


def test_call_without_a_body_sends_none(service, client):
    service.reply_parcel()
    client.parcels.retrack("usps", "RA1")
    assert service.requests[0].content == b""
    assert service.requests[0].url.path == "/tracking/2024-01/trackings/usps/RA1/retrack"


async def async_get(client: Any) -> Any:
    async with client:
        return await client.parcels.get("p1")


def test_async_client(service, make_async):
    service.reply_parcel(title="x")
    assert asyncio.run(async_get(make_async())).title == "x"


def test_base_url_may_carry_a_prefix(service, make):
    service.reply_parcel()
    make(base_url="http://localhost:4010/mock/").parcels.get("p1")
    assert str(service.requests[0].url) == "http://localhost:4010/mock/tracking/2024-01/trackings/p1"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.aftership.com",
        "ftp://x",
        "https://",
        "https://u:p@x",
        "https://x/?a=1",
        "https://x#f",
        "https://x/../y",
        "https://x y",
        "https://x/tracking",
        "https://x/tracking/2024-01",
        "https://x:port",
    ],
)
def test_base_url_that_cannot_work_is_refused(url, monkeypatch):
    monkeypatch.setenv("AFTERSHIP_BASE_URL", url or " ")
    with pytest.raises(UsageError, match="base_url"):
        sample.Sample(KEY, base_url=url)


def test_environment(monkeypatch, service, make):
    monkeypatch.setenv("AFTERSHIP_TRACKING_SDK_API_KEY", "asat_official\n")
    monkeypatch.setenv("AFTERSHIP_TRACKING_SDK_DOMAIN", "example.com")
    monkeypatch.setenv("AFTERSHIP_TRACKING_SDK_TIMEOUT", "2500")
    monkeypatch.setenv("AFTERSHIP_TRACKING_SDK_MAX_RETRY", "0")
    service.reply_parcel()
    make(api_key=None).parcels.get("p1")
    [request] = service.requests
    assert request.headers["as-api-key"] == "asat_official"
    assert request.url.host == "example.com"
    assert request.extensions["timeout"]["read"] == 2.5
    monkeypatch.setenv("AFTERSHIP_API_KEY", "asat_ours")
    monkeypatch.setenv("AFTERSHIP_BASE_URL", "https://ours.example")
    service.reply_parcel()
    make(api_key=None).parcels.get("p1")
    assert service.requests[1].headers["as-api-key"] == "asat_ours"
    assert service.requests[1].url.host == "ours.example"


def test_bad_environment_names_the_variable(monkeypatch):
    monkeypatch.setenv("AFTERSHIP_TRACKING_SDK_TIMEOUT", "soon")
    with pytest.raises(UsageError, match="AFTERSHIP_TRACKING_SDK_TIMEOUT"):
        sample.Sample(KEY)


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"api_key": None}, "AFTERSHIP_API_KEY"),
        ({"api_key": "key with spaces"}, "characters"),
        ({"timeout": 0}, "timeout"),
        ({"timeout": float("nan")}, "timeout"),
        ({"deadline": -1}, "deadline"),
        ({"max_retries": -1}, "max_retries"),
        ({"max_retries": 1.5}, "max_retries"),
        ({"auth": "rsa"}, "rsa"),
        ({"auth": "aes"}, "AFTERSHIP_API_SECRET"),
        ({"api_secret": "s"}, "aes"),
        ({"limiter": "redis"}, "limiter"),
        ({"headers": {"as-api-key": "x"}}, "as-api-key"),
        ({"headers": {"x-note": "a\r\nb"}}, "x-note"),
    ],
)
def test_settings_that_cannot_work(settings, word):
    with pytest.raises(UsageError, match=word):
        sample.Sample(**{"api_key": KEY, **settings})


def test_timeout_of_a_call_is_really_used(service, client):
    service.reply_parcel()
    client.parcels.get("p1", options=Options(timeout=1.25))
    assert set(service.requests[0].extensions["timeout"].values()) == {1.25}
    service.reply_parcel()
    client.parcels.get("p1", options=Options(timeout=Timeout(connect=1, read=None)))
    assert service.requests[1].extensions["timeout"] == {"connect": 1, "read": None, "write": None, "pool": 1}


def test_with_options_copies_and_shares_the_connection(service, client):
    other = client.with_options(timeout=1, headers={"as-store-id": "7"}, api_key="asat_other")
    service.reply_parcel()
    service.reply_parcel()
    other.parcels.get("p1")
    client.parcels.get("p1")
    first, second = service.requests
    assert (first.headers["as-store-id"], first.headers["as-api-key"]) == ("7", "asat_other")
    assert "as-store-id" not in second.headers
    assert second.headers["as-api-key"] == KEY
    assert other.parcels is not client.parcels
    other.close()
    service.reply_parcel()
    client.parcels.get("p1")


def test_given_client_is_not_closed():
    given = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200)))
    with sample.Sample(KEY, http_client=given):
        pass
    assert not given.is_closed


def test_sync_transport_for_an_async_client_and_the_reverse_are_refused_in_a_sentence():
    with pytest.raises(UsageError, match="AsyncAfterShip"):
        sample.Sample(KEY, http_client=httpx.AsyncClient(timeout=PATIENCE))
    with httpx.Client(timeout=PATIENCE) as given, pytest.raises(UsageError, match="use AfterShip"):
        sample.AsyncSample(KEY, http_client=given)
    with pytest.raises(UsageError, match="AsyncAfterShip"):
        sample.Sample(KEY, http_client=httpx.AsyncHTTPTransport())
    with httpx.HTTPTransport() as transport, pytest.raises(UsageError, match="use AfterShip"):
        sample.AsyncSample(KEY, http_client=transport)
    with pytest.raises(UsageError, match="cannot send"):
        sample.Sample(KEY, http_client="https://x")


def test_transport_of_httpx_by_itself():
    body = json.dumps(sample.envelope({"tracking": {"id": "p1"}})).encode()
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=body))
    assert sample.Sample(KEY, http_client=transport).parcels.get("p1").id == "p1"

    async def run() -> None:
        assert (await sample.AsyncSample(KEY, http_client=transport).parcels.get("p1")).id == "p1"

    asyncio.run(run())


def test_transport_of_ones_own():
    class Echo:
        def exchange(self, request: Request) -> Response:
            return Response(
                200, Headers(), json.dumps(sample.envelope({"tracking": {"id": request.path}})).encode()
            )

    assert sample.Sample(KEY, http_client=Echo()).parcels.get("p1").id == "/tracking/2024-01/trackings/p1"


def test_redirects_are_not_followed_even_by_a_client_that_would():
    hosts = []

    def respond(request: httpx.Request) -> httpx.Response:
        hosts.append(request.url.host)
        return httpx.Response(302, headers={"location": "https://evil.example/"})

    given = httpx.Client(transport=httpx.MockTransport(respond), follow_redirects=True)
    with pytest.raises(ApiError, match="redirect") as caught:
        sample.Sample(KEY, http_client=given).parcels.get("p1")
    assert hosts == ["api.aftership.com"]
    assert caught.value.status == 302


@pytest.mark.usefixtures("small_heap")
def test_closed_client_says_so_and_open_one_warns(monkeypatch):
    client = sample.Sample(KEY, base_url="http://127.0.0.1:9")
    client.close()
    with pytest.raises(UsageError, match="closed"):
        client.parcels.get("p1")
    with pytest.warns(ResourceWarning, match=r"client\.close"):
        leave_a_client_open()


def leave_a_client_open() -> None:
    client = sample.Sample(KEY, base_url="http://127.0.0.1:9", max_retries=0)
    with pytest.raises(ConnectError):
        client.parcels.get("p1")
    del client
    gc.collect()


@pytest.mark.usefixtures("small_heap")
def test_client_that_never_sent_does_not_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        client = sample.Sample(KEY)
        del client
        gc.collect()


def test_other_version_warns_once_and_still_reads(service, client):
    for _ in range(2):
        service.reply(sample.envelope({"tracking": {"id": "p1"}}), headers={"as-api-version": "1999-01"})
    with pytest.warns(VersionWarning, match="1999-01"):
        first = client.parcels.get("p1")
    # Warnings are errors in this suite, so a second one would be raised here.
    assert first == client.with_options(timeout=1).parcels.get("p1")


def test_other_version_is_read_with_its_own_declaration(service, client, monkeypatch):
    from aftership_tracking.runtime import registry

    newer = sample.GET._replace(unwrap=("data",), returns="ParcelResponse")
    monkeypatch.setattr(
        registry, "counterpart", lambda operation, version: newer if version == "2025-01" else None
    )
    monkeypatch.setattr(registry, "models", lambda version: "runtime_sample")
    service.reply(sample.envelope({"tracking": {"id": "p1"}}), headers={"as-api-version": "2025-01"})
    with pytest.warns(VersionWarning):
        parcel = client.parcels.get("p1")
    assert isinstance(parcel, sample.ParcelData)


def test_nothing_heavy_is_imported_before_the_first_request():
    code = (
        "import sys, aftership_tracking\n"
        "from aftership_tracking.runtime.client import SyncClient, AsyncClient\n"
        "class C(SyncClient):\n    API_VERSION='2024-01'; MODELS='nowhere'\n"
        "class A(AsyncClient):\n    API_VERSION='2024-01'; MODELS='nowhere'\n"
        "C('k'); A('k')\n"
        "heavy = {'httpx', 'msgspec', 'attrs', 'attr', 'asyncio', 'anyio'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    environment = {**os.environ, "PYTHONWARNINGS": "error"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.strip() == "[]"


@pytest.fixture
def address() -> Iterator[str]:
    """A real server on this machine that keeps connections open and echoes the last path segment."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = json.dumps(sample.envelope({"tracking": {"id": self.path.rsplit("/", 1)[1]}})).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_fork_makes_connections_of_its_own(address):
    """Parent and children use one server through one client; each response belongs to its request."""
    client = sample.Sample(KEY, base_url=address, limiter=None)
    assert client.parcels.get("parent").id == "parent"
    children = []
    for child in range(4):
        process = os.fork()
        if process == 0:
            wrong = 1
            try:
                wrong = sum(client.parcels.get(f"{child}-{n}").id != f"{child}-{n}" for n in range(60))
            finally:
                os._exit(1 if wrong else 0)
        children.append(process)
    codes = [os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in children]
    assert codes == [0, 0, 0, 0]
    assert client.parcels.get("after").id == "after"
    client.close()


def test_threads_share_a_client(address):
    with sample.Sample(KEY, base_url=address, limiter=None) as client, ThreadPoolExecutor(8) as pool:
        ids = [f"p{n}" for n in range(100)]
        assert [parcel.id for parcel in pool.map(client.parcels.get, ids)] == ids


@pytest.mark.usefixtures("small_heap")
def test_one_async_client_in_two_event_loops(address):
    client = sample.AsyncSample(KEY, base_url=address)

    async def get(id: str) -> str:
        return (await client.parcels.get(id)).id

    async def end() -> str:
        async with client:
            return await get("third")

    with warnings.catch_warnings():
        # The first loop ended with a connection open: that is the mistake under test.
        warnings.simplefilter("ignore", ResourceWarning)
        assert asyncio.run(get("first")) == "first"
        assert asyncio.run(get("second")) == "second"
        assert asyncio.run(end()) == "third"
        gc.collect()
    with pytest.raises(UsageError, match="closed"):
        asyncio.run(get("fourth"))


@pytest.mark.usefixtures("small_heap")
def test_async_client_left_open_warns(address):
    client = sample.AsyncSample(KEY, base_url=address)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        asyncio.run(client.parcels.get("p1"))
        del client
        gc.collect()
    assert any("aclose" in str(warning.message) for warning in caught)


def test_given_client_that_was_used_before_a_fork_is_refused(service, client, monkeypatch):
    service.reply_parcel()
    client.parcels.get("p1")
    monkeypatch.setattr(os, "getpid", lambda: -1)
    with pytest.raises(UsageError, match="forked"):
        client.parcels.get("p1")
