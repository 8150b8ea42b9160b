"""Clients of the merchants in a token store: what they read, renew, store and refuse."""

from __future__ import annotations

import asyncio
import gc
import pickle
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import httpx
import pytest

from aftership_tracking import AfterShip, AsyncAfterShip, AuthenticationError, PermissionDeniedError
from aftership_tracking.errors import ApiError, NotConnectedError, UsageError
from aftership_tracking.oauth import MemoryTokenStore, MissingScopeError, Tenants, TokenLease, Tokens
from oauth_support.merchants import COURIERS, END, EXPIRED, READ, SECRETS, M, Service, make_app
from patience import PATIENCE, wait_until


def test_store_is_read_once_and_renewed_tokens_are_stored(
    tenants: Tenants[AfterShip], store: MemoryTokenStore, token_service: Service
) -> None:
    reads: list[str] = []
    plain = store.get
    store.get = lambda merchant: reads.append(merchant) or plain(merchant)  # type: ignore[func-returns-value, method-assign]
    store.put(M, EXPIRED)
    client = tenants.client(M)
    assert reads == []
    for each in (client, client, tenants.client(M)):
        each.couriers.list()
    assert (token_service.renewals, token_service.calls, reads) == (1, 3, [M])
    found = plain(M)
    assert found is not None
    assert found.refresh_token not in (None, SECRETS[1])
    assert store.lease(M, 1) is not None, "the lease of the renewal has ended"


def test_merchant_who_is_not_connected(tenants: Tenants[AfterShip], store: MemoryTokenStore) -> None:
    client = tenants.client(M)
    for _ in range(2):
        with pytest.raises(NotConnectedError, match="no tokens of merchant 'merchant-1'") as caught:
            client.couriers.list()
    assert (caught.value.operation, caught.value.merchant) == ("get-couriers", M)
    # Nobody refused anything: it has no status, and is not a response.
    assert not isinstance(caught.value, ApiError)
    assert caught.value.attempts == ()
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    store.put(M, Tokens(access_token="access-new", expires_at=END))
    client.couriers.list()


def test_missing_scope_is_refused_before_the_call(
    tenants: Tenants[AfterShip], store: MemoryTokenStore, token_service: Service
) -> None:
    few = Tokens(access_token="access-few", expires_at=END, scopes=(COURIERS,))
    store.put(M, few)
    client = tenants.client(M)
    client.couriers.list()
    for _ in range(2):
        with pytest.raises(MissingScopeError, match=rf"lacks the scope {READ}.*authorization_url") as caught:
            client.trackings.list()
    assert isinstance(caught.value, PermissionDeniedError)
    assert caught.value.scopes == (READ,)
    assert caught.value.operation == "get-trackings"
    assert pickle.loads(pickle.dumps(caught.value)).scopes == (READ,)
    assert token_service.calls == 1
    # The merchant consents again: another process stores what came of it.
    store.put(M, Tokens(access_token="access-new", expires_at=END, scopes=(COURIERS, READ)))
    client.trackings.list()
    assert token_service.calls == 2


def test_scopes_that_say_nothing_or_are_not_to_be_checked(
    store: MemoryTokenStore, token_service: Service
) -> None:
    for scopes, check in (((), True), (("tracking",), True), ((COURIERS,), False)):
        store.put(M, Tokens(access_token="access-few", expires_at=END, scopes=scopes))
        with Tenants(make_app(), store, AfterShip, http_client=token_service, check_scopes=check) as tenants:
            with pytest.raises(PermissionDeniedError, match=f"needs the scope {READ}") as caught:
                tenants.client(M).trackings.list()
            assert not isinstance(caught.value, MissingScopeError)
    assert token_service.calls == 3


def test_disconnect_deletes_and_revokes(store: MemoryTokenStore, token_service: Service) -> None:
    revoked: list[bytes] = []

    def serve(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/revoke":
            revoked.append(request.read())
            return httpx.Response(200 if len(revoked) == 1 else 503)
        return token_service.serve(request)

    transport = httpx.MockTransport(serve)
    app = make_app(revoke_url="https://accounts.example/revoke")
    tokens = Tokens(access_token="access-new", refresh_token="r-1", expires_at=END)
    with Tenants(app, store, AfterShip, http_client=transport) as tenants:
        store.put(M, tokens)
        client = tenants.client(M)
        client.couriers.list()
        assert tenants.disconnect(M)
        assert revoked == [b"token=r-1&token_type_hint=refresh_token"]
        assert store.get(M) is None
        for each in (client, tenants.client(M)):
            with pytest.raises(NotConnectedError, match="no tokens"):
                each.couriers.list()
        assert not tenants.disconnect(M)
        store.put(M, tokens)
        with pytest.raises(Exception, match="the token was not revoked"):
            tenants.disconnect(M)
        assert store.get(M) is None


@pytest.mark.parametrize("is_async", [False, True])
def test_disconnect_revokes_what_a_renewal_brings(is_async: bool) -> None:
    """A renewal is under way elsewhere: its tokens must not live on at the service."""
    revoked: list[str] = []
    looks: list[str] = []

    class Revoking(Service):
        def serve(self, request: httpx.Request) -> httpx.Response:
            if request.url.path == "/revoke":
                revoked.append(request.read().decode())
                return httpx.Response(200)
            return super().serve(request)

    class Watched(MemoryTokenStore):
        def lease(self, merchant: str, seconds: float) -> TokenLease | None:
            looks.append(merchant)
            return super().lease(merchant, seconds)

    token_service, store, app = Revoking(), Watched(), make_app(revoke_url="https://accounts.example/revoke")
    token_service.gate = threading.Event()
    store.put(M, EXPIRED)

    async def disconnect_async() -> bool:
        async with Tenants(app, store, AsyncAfterShip, http_client=token_service) as others:
            return await others.adisconnect(M)

    def disconnect() -> bool:
        if is_async:
            return asyncio.run(disconnect_async())
        with Tenants(app, store, AfterShip, http_client=token_service) as others:
            return others.disconnect(M)

    with (
        Tenants(app, store, AfterShip, http_client=token_service) as tenants,
        ThreadPoolExecutor(2) as threads,
    ):
        try:
            call = threads.submit(tenants.client(M).couriers.list)
            wait_until(lambda: token_service.renewals, "the renewal is under way")
            ending = threads.submit(disconnect)
            wait_until(lambda: revoked or len(looks) > 1, "the other one looks at the store")
            early = list(revoked)
        finally:
            token_service.gate.set()
        assert ending.result(PATIENCE)
        call.exception(PATIENCE)
    assert early == []
    assert len(revoked) == 1
    assert "mock-refresh-1" in revoked[0]
    assert store.get(M) is None


def test_disconnect_does_not_wait_for_ever(store: MemoryTokenStore, token_service: Service) -> None:
    """The process that renews has died, or the lease is that of a slow one."""
    store.put(M, EXPIRED)
    store.lease(M, 3600)
    app = make_app(revoke_url="https://accounts.example/oauth/revoke", timeout=0.05)
    with Tenants(app, store, AfterShip, http_client=token_service) as tenants:
        assert tenants.disconnect(M)
    assert store.get(M) is None


def test_disconnect_without_a_url_deletes(tenants: Tenants[AfterShip], store: MemoryTokenStore) -> None:
    store.put(M, EXPIRED)
    assert tenants.disconnect(M)
    assert store.get(M) is None

    async def run() -> bool:
        async with Tenants(make_app(), store, AsyncAfterShip) as others:
            return await others.adisconnect(M)

    assert asyncio.run(run()) is False


def test_merchants_share_connections_and_have_limits_of_their_own(
    tenants: Tenants[AfterShip], store: MemoryTokenStore
) -> None:
    for merchant in ("m-1", "m-2"):
        store.put(merchant, Tokens(access_token="access-new", expires_at=END))
        tenants.client(merchant).couriers.list()
    first, second = tenants.client("m-1"), tenants.client("m-2")
    assert first._transport is second._transport
    assert first._setup.limiter is second._setup.limiter
    assert [len(each.limits) for each in (first, second)] == [1, 1]
    assert first._setup.credentials.account != second._setup.credentials.account


def test_settings_that_cannot_work(store: MemoryTokenStore) -> None:
    for name in ("auth", "api_key", "api_secret"):
        with pytest.raises(UsageError, match=f"takes no {name}"):
            Tenants(make_app(), store, AfterShip, **{name: "x"})
    with pytest.raises(UsageError, match="needs an OAuthApp"):
        Tenants("app", store, AfterShip)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="needs a token store"):
        Tenants(make_app(), {}, AfterShip)  # type: ignore[arg-type]
    for name, value in (("leeway", -1), ("leeway", "x"), ("header", "a b"), ("prefix", "a\nb")):
        with pytest.raises(UsageError, match=f"{name}"):
            Tenants(make_app(), store, AfterShip, **{name: value})
    with pytest.raises(UsageError, match="Did you mean timeout"):
        Tenants(make_app(), store, AfterShip, timeoutt=3)
    with pytest.raises(UsageError, match="merchant"):
        Tenants(make_app(), store, AfterShip).client("")


def test_closing_in_the_way_of_the_other_clients(store: MemoryTokenStore) -> None:
    with pytest.raises(UsageError, match="aclose"):
        Tenants(make_app(), store, AsyncAfterShip).close()
    with pytest.raises(UsageError, match=r"tenants\.close"):
        asyncio.run(Tenants(make_app(), store, AfterShip).aclose())


@pytest.mark.usefixtures("small_heap")
def test_nothing_secret_is_shown(
    tenants: Tenants[AfterShip], store: MemoryTokenStore, token_service: Service
) -> None:
    store.put(M, replace(EXPIRED, refresh_token="refresh-used-up-1"))
    client = tenants.client(M)
    with pytest.raises(AuthenticationError) as caught:
        client.couriers.list()
    text = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    token: Any = client._setup.credentials.authenticator
    shown = text + repr(tenants) + repr(client) + repr(token) + repr(store)
    for secret in (*SECRETS, "refresh-used-up-1"):
        assert secret not in shown
    with pytest.raises(TypeError):
        pickle.dumps(token)
    gc.collect()
