"""Errors of the network say where the connection should have gone, and what to do."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest
import runtime_sample as sample

from aftership_tracking.errors import ConnectError, TimeoutError, TransportError  # noqa: A004
from fault_support.certificates import own_certificate
from fault_support.responses import reset, response
from fault_support.server import Act, HostileServer, Talk

KEY = "asat_0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def fail_sync(base_url: str, **settings: Any) -> TransportError:
    with (
        sample.Sample(KEY, base_url=base_url, max_retries=0, **settings) as client,
        pytest.raises(TransportError) as caught,
    ):
        client.parcels.get("p1")
    return caught.value


def fail_async(base_url: str, **settings: Any) -> TransportError:
    async def run() -> TransportError:
        async with sample.AsyncSample(KEY, base_url=base_url, max_retries=0, **settings) as client:
            with pytest.raises(TransportError) as caught:
                await client.parcels.get("p1")
        return caught.value

    return asyncio.run(run())


Fail = Callable[..., TransportError]
FAILS = pytest.mark.parametrize("fail", [fail_sync, fail_async])


@pytest.fixture
def closed_port() -> Iterator[str]:
    """An address at which nothing listens: the port is bound, so that nobody else takes it."""
    with closing(socket.socket()) as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{bound.getsockname()[1]}"


@FAILS
def test_refused(fail: Fail, closed_port: str) -> None:
    error = fail(f"http://{closed_port}")
    assert isinstance(error, ConnectError)
    assert f"no connection to {closed_port}" in str(error)
    assert "Nothing accepts connections" in str(error.hint)


@FAILS
def test_unknown_name(fail: Fail) -> None:
    error = fail("https://api.aftership.invalid")
    assert isinstance(error, ConnectError)
    assert "no connection to api.aftership.invalid:443" in str(error)
    assert "DNS" in str(error.hint)


@FAILS
def test_certificate_that_is_not_trusted(fail: Fail) -> None:
    with HostileServer([reset], tls=own_certificate()) as server:
        error = fail(server.address)
    assert server.address.removeprefix("https://") in str(error)
    assert "SSL_CERT_FILE" in str(error.hint)


@FAILS
def test_port_without_tls(fail: Fail) -> None:
    def speak_plainly(talk: Talk) -> bool:
        talk.send(response(b"{}"))
        return False

    with HostileServer([Act(speak_plainly, on_connect=True)]) as server:
        error = fail(server.address.replace("http:", "https:"))
    assert isinstance(error, ConnectError)
    assert server.address.removeprefix("http://") in str(error)
    assert "TLS" in str(error.hint)


@FAILS
def test_silence(fail: Fail) -> None:
    def wait(talk: Talk) -> bool:
        talk.wait_for_the_end()
        return False

    with HostileServer([Act(wait)]) as server:
        address = server.address.removeprefix("http://")
        silent = fail(server.address, timeout=0.2)
        late = fail(server.address, deadline=0.2, timeout=60)
    assert isinstance(silent, TimeoutError)
    assert f"no response from {address}" in str(silent)
    assert "`timeout`" in str(silent.hint)
    assert isinstance(late, TimeoutError)
    assert address in str(late)
    assert late.hint is not None


@FAILS
def test_connection_that_breaks(fail: Fail) -> None:
    with HostileServer([reset]) as server:
        error = fail(server.address)
    assert server.address.removeprefix("http://") in str(error)
    assert error.hint is not None


@FAILS
def test_proxy_is_named_without_its_password(fail: Fail, closed_port: str, monkeypatch: Any) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://user:hunter22@{closed_port}")
    error = fail("http://api.aftership.invalid")
    assert f"no connection to api.aftership.invalid:80 through the proxy {closed_port} (HTTP_PROXY)" in str(
        error
    )
    assert "hunter22" not in str(error)


@FAILS
def test_proxy_that_refuses(fail: Fail, monkeypatch: Any) -> None:
    def refuse(talk: Talk) -> bool:
        talk.send(b"HTTP/1.1 407 who are you hunter22\r\ncontent-length: 0\r\n\r\n")
        return False

    with HostileServer([Act(refuse)]) as server:
        monkeypatch.setenv("HTTPS_PROXY", server.address)
        error = fail("https://api.aftership.invalid")
    assert isinstance(error, ConnectError)
    assert "status 407" in str(error)
    assert "hunter22" not in str(error)
    assert "password of the proxy" in str(error.hint)


KINDS: list[tuple[Exception, str]] = [
    (httpx.ConnectTimeout(""), "firewall"),
    (httpx.PoolTimeout(""), "Too many calls"),
    (httpx.ConnectError("nothing more is known"), "base_url"),
    (httpx.ReadError(""), "may have been carried out"),
]


@pytest.mark.parametrize(("raised", "hint"), KINDS, ids=[type(kind).__name__ for kind, _ in KINDS])
def test_other_kinds_have_a_hint(raised: Exception, hint: str) -> None:
    def respond(_: httpx.Request) -> httpx.Response:
        raise raised

    with httpx.Client(transport=httpx.MockTransport(respond)) as http:
        error = fail_sync("http://[::1]:8080", http_client=http)
    assert "[::1]:8080" in str(error)
    assert hint in str(error.hint)


def test_unreachable_network_has_a_hint() -> None:
    def respond(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("x") from ExceptionGroup("attempts", [OSError(101, "unreachable")])

    with httpx.Client(transport=httpx.MockTransport(respond)) as http:
        error = fail_sync("https://example.com", http_client=http)
    assert "HTTPS_PROXY" in str(error.hint)


def test_causes_are_dropped_with_their_frames() -> None:
    def respond(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("x") from ssl.SSLError("y")

    with httpx.Client(transport=httpx.MockTransport(respond)) as http:
        error = fail_sync("https://example.com", http_client=http)
    assert error.__cause__ is not None
    assert error.__cause__.__cause__ is None
    assert "TLS" in str(error.hint)
