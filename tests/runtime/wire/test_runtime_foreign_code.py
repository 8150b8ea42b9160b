"""Code of the caller inside of an exchange: other HTTP libraries, event hooks, flows of auth, transports.

Its errors are the caller's. They come out unchanged and are not repeated; those of the network are ours.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
import runtime_sample as sample

from aftership_tracking.errors import TransportError
from fault_support.responses import envelope, reply, reset, response, then_close
from fault_support.server import HostileServer
from patience import PATIENCE

KEY = "asat_0123456789abcdef0123456789abcdef"
BODY = envelope({"tracking": {"id": "p1"}})


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer([reply(response(BODY))]) as made:
        yield made


def call(server: HostileServer, http_client: Any) -> str:
    """One call, sync or async as the client is."""
    given = {"base_url": server.address, "http_client": http_client, "limiter": None}
    if hasattr(http_client, "handle_request") or isinstance(http_client, httpx.Client | httpx2.Client):
        with http_client, sample.Sample(KEY, **given) as client:
            return client.parcels.get("p1").id

    async def run() -> str:
        async with http_client, sample.AsyncSample(KEY, **given) as client:
            return (await client.parcels.get("p1")).id

    return asyncio.run(run())


class OwnTransport(httpx2.HTTPTransport):
    """A transport of the caller that stands on another library."""


MAKERS: list[Callable[[], Any]] = [
    httpx2.HTTPTransport,
    httpx2.AsyncHTTPTransport,
    httpx2.Client,
    httpx2.AsyncClient,
    OwnTransport,
    httpx.HTTPTransport,
    httpx.AsyncHTTPTransport,
]


@pytest.mark.parametrize("make", MAKERS)
def test_other_libraries_work(server: HostileServer, make: Callable[[], Any]) -> None:
    assert call(server, make()) == "p1"


@pytest.mark.parametrize("make", MAKERS)
def test_extra_bytes_of_other_libraries_are_not_read(make: Callable[[], Any]) -> None:
    with HostileServer(
        [reply(response(BODY) + response(envelope({"tracking": {"id": "wrong"}})))]
    ) as hostile:
        made = make()
        given = {"base_url": hostile.address, "http_client": made, "limiter": None}
        if hasattr(made, "close") and not hasattr(made, "aclose"):
            with made, sample.Sample(KEY, **given) as client:
                assert [client.parcels.get("p1").id for _ in range(3)] == ["p1"] * 3
            return

        async def run() -> None:
            async with made, sample.AsyncSample(KEY, **given) as client:
                assert [(await client.parcels.get("p1")).id for _ in range(3)] == ["p1"] * 3

        asyncio.run(run())


def raise_for_status(found: httpx.Response) -> None:
    found.raise_for_status()


def read_missing_file(_: object) -> None:
    Path("/missing/file").read_bytes()


def refuse(_: object) -> None:
    raise ConnectionRefusedError("a store of the caller")


def time_out(_: object) -> None:
    raise TimeoutError("a store of the caller")


def read_too_early(found: httpx.Response) -> None:
    _ = found.text


def lock(_: object) -> None:
    raise sqlite3.OperationalError("locked")


def call_another_host(_: object) -> None:
    httpx.get("http://127.0.0.1:1", trust_env=False, timeout=PATIENCE)


def raise_closed(_: object) -> None:
    raise RuntimeError("the pool of the caller has been closed")


HOOKS: list[tuple[str, Callable[..., None], type[Exception]]] = [
    ("response", raise_for_status, httpx.HTTPStatusError),
    ("response", read_missing_file, FileNotFoundError),
    ("request", refuse, ConnectionRefusedError),
    ("request", time_out, TimeoutError),
    ("response", read_too_early, httpx.ResponseNotRead),
    ("request", lock, sqlite3.OperationalError),
    ("request", call_another_host, httpx.ConnectError),
    ("response", raise_closed, RuntimeError),
]


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize(("event", "hook", "kind"), HOOKS, ids=[hook.__name__ for _, hook, _ in HOOKS])
def test_error_of_an_event_hook_is_the_callers(
    event: str, hook: Callable[..., None], kind: type[Exception], is_async: bool
) -> None:
    calls: list[object] = []

    def counted(found: Any) -> None:
        calls.append(found)
        hook(found)

    async def counted_async(found: Any) -> None:
        counted(found)

    with HostileServer([reply(response(envelope({}, 503), 503))]) as hostile:
        client: Any = (
            httpx.AsyncClient(event_hooks={event: [counted_async]}, timeout=PATIENCE)
            if is_async
            else httpx.Client(event_hooks={event: [counted]}, timeout=PATIENCE)
        )
        with pytest.raises(kind) as caught:
            call(hostile, client)
    assert not isinstance(caught.value, TransportError)
    assert len(calls) == 1
    assert "http_client" in str(caught.value.__notes__)


class Failing(httpx.Auth):
    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        raise ConnectionResetError("the token server of the caller")
        yield request


def test_error_of_a_flow_of_auth_is_the_callers(server: HostileServer) -> None:
    with pytest.raises(ConnectionResetError, match="token server"):
        call(server, httpx.Client(auth=Failing(), timeout=PATIENCE))
    assert server.requests == []


class ReadsTheResponse:
    def __call__(self, found: httpx.Response) -> None:
        found.read()


def test_network_that_fails_while_a_hook_reads_is_the_networks() -> None:
    short = response(BODY)[:-10]
    with HostileServer([then_close(short)]) as hostile, pytest.raises(TransportError) as caught:
        call(hostile, httpx.Client(event_hooks={"response": [ReadsTheResponse()]}, timeout=PATIENCE))
    assert len(caught.value.attempts) == 3


class Wrapping(httpx.BaseTransport):
    def __init__(self) -> None:
        self.inner = httpx.HTTPTransport()
        self.calls = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        return self.inner.handle_request(request)

    def close(self) -> None:
        self.inner.close()


class Sending(httpx.Client):
    calls = 0

    def send(self, *args: Any, **settings: Any) -> httpx.Response:
        self.calls += 1
        return super().send(*args, **settings)


@pytest.mark.parametrize("make", [Wrapping, Sending])
def test_network_below_code_of_the_caller_is_the_networks(make: Callable[[], Any]) -> None:
    with HostileServer([reset]) as hostile:
        made = make()
        with pytest.raises(TransportError):
            call(hostile, made)
    assert made.calls == 3


class Raising(httpx.BaseTransport):
    def __init__(self, error: Exception) -> None:
        self.error = error
        self.calls = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        raise self.error


OF_FILES = [FileNotFoundError(2, "no"), PermissionError(13, "no"), OSError(28, "full", "/tmp/journal")]
OF_CODE = [AssertionError(), KeyError("x"), httpx.HTTPStatusError("no", request=None, response=None)]  # type: ignore[arg-type]


@pytest.mark.parametrize("error", [*OF_FILES, *OF_CODE], ids=repr)
def test_other_error_of_a_transport_is_the_callers(server: HostileServer, error: Exception) -> None:
    transport = Raising(error)
    with pytest.raises(type(error)) as caught:
        call(server, transport)
    assert caught.value is error
    assert transport.calls == 1


@pytest.mark.parametrize(
    "error", [OSError(101, "unreachable"), BrokenPipeError(), httpx.ReadError("x")], ids=repr
)
def test_error_of_the_network_of_a_transport_is_the_networks(server: HostileServer, error: Exception) -> None:
    transport = Raising(error)
    with pytest.raises(TransportError):
        call(server, transport)
    assert transport.calls == 3
