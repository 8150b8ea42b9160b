"""Renewals that outlive their call: its deadline passed, or its task was cancelled."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import httpx
import pytest

from aftership_tracking import AfterShip, AsyncAfterShip
from aftership_tracking.oauth import MemoryTokenStore, SqliteTokenStore, Tenants
from oauth_support.merchants import EXPIRED, SECRETS, M, Service, make_app
from patience import PATIENCE


@pytest.mark.parametrize("variant", ["sync", "async"])
def test_deadline_does_not_lose_a_token_that_was_rotated_for_the_call(
    store: MemoryTokenStore, variant: str
) -> None:
    class Slow(Service):
        """Responds when the call has given up, sync and async."""

        given_up = threading.Event()

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            found = self.serve(request)
            while request.url.path == "/oauth/token" and not self.given_up.is_set():
                await asyncio.sleep(0.001)
            return found

    token_service = Slow()
    token_service.given_up = threading.Event()
    store.put(M, EXPIRED)
    if variant == "sync":
        token_service.gate = token_service.given_up
        with Tenants(make_app(timeout=PATIENCE), store, AfterShip, http_client=token_service) as tenants:
            tenants.client(M).prepare()
            with pytest.raises(TimeoutError, match="deadline"):
                tenants.client(M).couriers.list(deadline=0.5)
            token_service.given_up.set()
            tenants.client(M).couriers.list()
    else:

        async def run() -> None:
            app = make_app(timeout=PATIENCE)
            async with Tenants(app, store, AsyncAfterShip, http_client=token_service) as tenants:
                tenants.client(M).prepare()
                with pytest.raises(TimeoutError, match="deadline"):
                    await tenants.client(M).couriers.list(deadline=0.5)
                token_service.given_up.set()
                await tenants.client(M).couriers.list()

        asyncio.run(run())
    assert (token_service.renewals, token_service.calls) == (1, 1)
    assert getattr(store.get(M), "refresh_token", SECRETS[1]) != SECRETS[1]


def test_cancelled_task_does_not_lose_a_token_that_was_rotated_for_it(store: MemoryTokenStore) -> None:
    """The endpoint has issued the next refresh token, and its response is on the way: nobody else gets it."""

    class Slow(Service):
        rotated: asyncio.Event
        may_respond: asyncio.Event

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            found = self.serve(request)
            if request.url.path == "/oauth/token":
                self.rotated.set()
                await self.may_respond.wait()
            return found

    async def run() -> None:
        token_service = Slow()
        token_service.rotated, token_service.may_respond = asyncio.Event(), asyncio.Event()
        store.put(M, EXPIRED)
        async with Tenants(make_app(), store, AsyncAfterShip, http_client=token_service) as tenants:
            first = asyncio.create_task(tenants.client(M).couriers.list())
            await token_service.rotated.wait()
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            token_service.may_respond.set()
            await asyncio.gather(*(tenants.client(M).couriers.list() for _ in range(5)))
        assert (token_service.renewals, token_service.calls) == (1, 5)
        assert getattr(store.get(M), "refresh_token", SECRETS[1]) != SECRETS[1]

    asyncio.run(run())


def test_renewal_that_fails_after_its_call_was_cancelled(store: MemoryTokenStore) -> None:
    class Breaking(Service):
        requested: asyncio.Event
        is_over: asyncio.Event

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path == "/oauth/token" and not self.requested.is_set():
                self.requested.set()
                await self.is_over.wait()
                raise httpx.ReadError("gone")
            return self.serve(request)

    async def run() -> None:
        token_service = Breaking()
        token_service.requested, token_service.is_over = asyncio.Event(), asyncio.Event()
        store.put(M, EXPIRED)
        async with Tenants(make_app(), store, AsyncAfterShip, http_client=token_service) as tenants:
            first = asyncio.create_task(tenants.client(M).couriers.list())
            await token_service.requested.wait()
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            token_service.is_over.set()
            await asyncio.gather(*(tenants.client(M).couriers.list() for _ in range(5)))
        assert token_service.renewals == 1

    asyncio.run(run())


def test_call_that_is_cancelled_before_it_looks_at_the_store(tmp_path: Path, token_service: Service) -> None:
    """Its thread has not begun: others must not wait for the end of a lease that nobody has."""
    store = SqliteTokenStore(tmp_path / "tokens.db")
    store.put(M, EXPIRED)

    async def run() -> None:
        # A renewal may take an hour here, so a lease that stays is found on any machine.
        app = make_app(timeout=3600.0)
        async with Tenants(app, store, AsyncAfterShip, http_client=token_service) as tenants:
            client = tenants.client(M)
            client.prepare()
            first = asyncio.create_task(client.couriers.list())
            await asyncio.sleep(0)
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            await asyncio.wait_for(client.couriers.list(), PATIENCE)

    asyncio.run(run())
    assert token_service.renewals == 1
