"""Private names of httpx and httpcore: they are there. Without them nothing fails, and it is said once."""

from __future__ import annotations

import asyncio
import copy
import logging
from collections.abc import Callable
from typing import Any

import httpcore
import pytest
import runtime_sample as sample

from aftership_tracking.runtime.wire import httpx_internals
from fault_support.responses import envelope, reply, response
from fault_support.server import HostileServer

KEY = "asat_0123456789abcdef0123456789abcdef"
GOOD = response(envelope({"tracking": {"id": "p1"}}))
WRONG = response(envelope({"tracking": {"id": "wrong"}}))


@pytest.fixture(autouse=True)
def nothing_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(httpx_internals, "_reported", set())
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def call_sync(address: str, count: int) -> list[str]:
    with sample.Sample(KEY, base_url=address, limiter=None) as client:
        return [client.parcels.get("p1").id for _ in range(count)]


def call_async(address: str, count: int) -> list[str]:
    async def run() -> list[str]:
        async with sample.AsyncSample(KEY, base_url=address, limiter=None) as client:
            return [(await client.parcels.get("p1")).id for _ in range(count)]

    return asyncio.run(run())


CALLS = pytest.mark.parametrize("call", [call_sync, call_async])


@CALLS
def test_names_are_there(call: Callable[..., list[str]], caplog: pytest.LogCaptureFixture) -> None:
    with HostileServer([reply(GOOD)]) as server, caplog.at_level(logging.WARNING):
        assert call(server.address, 3) == ["p1"] * 3
        assert server.connections == 1
    assert caplog.records == []


@pytest.fixture
def other_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """A release of httpcore that calls everything private differently."""
    kinds: list[Any] = [httpcore.HTTP11Connection, httpcore.AsyncHTTP11Connection]
    for kind in kinds:
        original = kind.__init__

        def renamed(self: Any, *args: Any, original: Any = original, **settings: Any) -> None:
            original(self, *args, **settings)
            self.__dict__["renamed_state"] = self.__dict__.pop("_h11_state")
            self.__dict__["renamed_stream"] = self.__dict__.pop("_network_stream")

        def find(self: Any, name: str) -> Any:
            # httpcore itself finds them, and only from its own modules.
            import sys

            if sys._getframe(1).f_globals["__name__"].startswith("httpcore"):
                known = {"_h11_state": "renamed_state", "_network_stream": "renamed_stream"}
                if name in known:
                    return self.__dict__[known[name]]
            raise AttributeError(name)

        monkeypatch.setattr(kind, "__init__", renamed)
        monkeypatch.setattr(kind, "__getattr__", find, raising=False)


@CALLS
@pytest.mark.usefixtures("other_names")
def test_other_names_are_said_once_and_nothing_is_mixed_up(
    call: Callable[..., list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    with HostileServer([reply(GOOD + WRONG)]) as server, caplog.at_level(logging.WARNING):
        assert call(server.address, 3) == ["p1"] * 3
        assert server.connections == 3
        assert call(server.address, 1) == ["p1"]
    said = [record.getMessage() for record in caplog.records]
    assert len([text for text in said if "not used again" in text]) == 1
    assert len(said) == len(set(said))


@pytest.mark.usefixtures("other_names")
def test_sockets_that_cannot_be_found_are_said_once(caplog: pytest.LogCaptureFixture) -> None:
    class Unknown:
        """A transport without the pool that httpx has today."""

    with caplog.at_level(logging.WARNING):
        httpx_internals.shut_down_sockets(Unknown())
        httpx_internals.shut_down_sockets(Unknown())
    assert len(caplog.records) == 1
    assert "interrupted" in caplog.text


def copy_shallow(client: Any) -> Any:
    return copy.copy(client)


def copy_deep(client: Any) -> Any:
    return copy.deepcopy({"client": client})["client"]


@pytest.mark.parametrize("make_copy", [copy_shallow, copy_deep])
def test_closing_a_copy_leaves_the_original_open(make_copy: Callable[[Any], Any]) -> None:
    with (
        HostileServer([reply(GOOD)]) as server,
        sample.Sample(KEY, base_url=server.address, limiter=None) as client,
    ):
        assert client.parcels.get("p1").id == "p1"
        other = make_copy(client)
        assert other.parcels.get("p1").id == "p1"
        other.close()
        assert client.parcels.get("p1").id == "p1"
        assert server.connections == 1


@pytest.mark.parametrize("make_copy", [copy_shallow, copy_deep])
def test_closing_an_async_copy_leaves_the_original_open(make_copy: Callable[[Any], Any]) -> None:
    async def run(address: str) -> None:
        async with sample.AsyncSample(KEY, base_url=address, limiter=None) as client:
            assert (await client.parcels.get("p1")).id == "p1"
            other = make_copy(client)
            await other.aclose()
            assert (await client.parcels.get("p1")).id == "p1"

    with HostileServer([reply(GOOD)]) as server:
        asyncio.run(run(server.address))
        assert server.connections == 1
