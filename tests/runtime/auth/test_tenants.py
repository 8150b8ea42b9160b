"""Clients of the merchants in a token store: what they read, renew, store and refuse."""

from __future__ import annotations

import asyncio
import gc
import pickle
import threading
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from aftership_tracking import AfterShip, AsyncAfterShip, AuthenticationError, PermissionDeniedError
from aftership_tracking.errors import ApiError, NotConnectedError, StorageError, UsageError
from aftership_tracking.mock import Mock, MockOAuth, MockRequest
from aftership_tracking.oauth import (
    MemoryTokenStore,
    MissingScopeError,
    OAuthApp,
    SqliteTokenStore,
    Tenants,
    TokenLease,
    Tokens,
)
from aftership_tracking.runtime.auth.authenticator import StoreWork
from aftership_tracking.runtime.auth.renewal import RenewalRequest, renewal_steps
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.request import Response
from patience import PATIENCE, wait_until

M = "merchant-1"
READ, COURIERS = "aftership:tracking:read", "aftership:courier:read"
TOKEN_URL = "https://accounts.example/oauth/token"
END = 4e9
SECRETS = ("access-secret-0", "refresh-secret-0", "client-secret-1")
EXPIRED = Tokens(access_token=SECRETS[0], refresh_token=SECRETS[1], expires_at=0.0, scopes=(READ, COURIERS))


class Service(httpx.MockTransport):
    """The mock with a token endpoint, and counters."""

    def __init__(self, **settings: Any) -> None:
        scopes = (READ, COURIERS)
        self.mock = Mock(
            tokens=MockOAuth(
                {"access-new": scopes, "access-few": [COURIERS]},
                refresh_tokens={SECRETS[1]: scopes},
                **settings,
            )
        )
        self.renewals = self.calls = 0
        self.gate: threading.Event | None = None
        super().__init__(self.serve)

    def serve(self, request: httpx.Request) -> httpx.Response:
        is_token = request.url.path == "/oauth/token"
        self.renewals += is_token
        self.calls += not is_token
        found = self.mock.handle(
            MockRequest(
                request.method,
                request.url.raw_path.partition(b"?")[0],
                request.url.query,
                dict(request.headers),
                request.read(),
            )
        )
        if is_token and self.gate is not None:
            self.gate.wait(PATIENCE)
        return httpx.Response(found.status, headers=found.headers, content=found.body)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self.serve(request)


@pytest.fixture
def store() -> MemoryTokenStore:
    return MemoryTokenStore()


@pytest.fixture
def service() -> Service:
    return Service()


def make_app(**settings: Any) -> OAuthApp:
    return OAuthApp("app-1", SECRETS[2], token_url=TOKEN_URL, **settings)


@pytest.fixture
def tenants(store: MemoryTokenStore, service: Service) -> Iterator[Tenants[AfterShip]]:
    with Tenants(make_app(), store, AfterShip, http_client=service, max_retries=0) as found:
        yield found


def test_store_is_read_once_and_renewed_tokens_are_stored(
    tenants: Tenants[AfterShip], store: MemoryTokenStore, service: Service
) -> None:
    reads: list[str] = []
    plain = store.get
    store.get = lambda merchant: reads.append(merchant) or plain(merchant)  # type: ignore[func-returns-value, method-assign]
    store.put(M, EXPIRED)
    client = tenants.client(M)
    assert reads == []
    for each in (client, client, tenants.client(M)):
        each.couriers.list()
    assert (service.renewals, service.calls, reads) == (1, 3, [M])
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


def test_tokens_that_another_process_renewed_are_used(
    tenants: Tenants[AfterShip], store: MemoryTokenStore, service: Service
) -> None:
    store.put(M, EXPIRED)
    client = tenants.client(M)
    token: Any = client._setup.credentials.authenticator
    token.reread().run()
    # The ones in memory have ended, and those in the store are good.
    store.put(M, Tokens(access_token="access-new", refresh_token="r", expires_at=END))
    client.couriers.list()
    assert (service.renewals, service.calls) == (0, 1)


def test_refused_token_leads_to_the_store_first(
    tenants: Tenants[AfterShip], store: MemoryTokenStore, service: Service
) -> None:
    store.put(M, Tokens(access_token="access-revoked", refresh_token="r", expires_at=END))
    client = tenants.client(M)
    token: Any = client._setup.credentials.authenticator
    token.reread().run()
    store.put(M, Tokens(access_token="access-new", refresh_token="r2", expires_at=END))
    client.couriers.list()
    assert (service.renewals, service.calls) == (0, 2)


def test_one_renewal_for_many_threads(
    tenants: Tenants[AfterShip], store: MemoryTokenStore, service: Service
) -> None:
    store.put(M, EXPIRED)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: tenants.client(M).couriers.list(), range(16)))
    assert (service.renewals, service.calls) == (1, 16)


def test_refresh_token_that_is_no_longer_good(
    tenants: Tenants[AfterShip], store: MemoryTokenStore, service: Service
) -> None:
    store.put(M, replace(EXPIRED, refresh_token="used-up"))
    client = tenants.client(M)
    for _ in range(3):
        with pytest.raises(AuthenticationError, match="invalid_grant"):
            client.couriers.list()
    assert service.renewals == 1, "it is not sent again"
    assert store.lease(M, 0.0) is not None, "nobody waits for it"
    store.put(M, EXPIRED)
    client.couriers.list()
    assert service.renewals == 2


def test_no_refresh_token(tenants: Tenants[AfterShip], store: MemoryTokenStore, service: Service) -> None:
    store.put(M, replace(EXPIRED, refresh_token=None))
    with pytest.raises(AuthenticationError, match="no refresh token"):
        tenants.client(M).couriers.list()
    store.put(M, Tokens(access_token="access-new"))
    tenants.client(M).couriers.list()
    assert service.renewals == 0


def test_wait_for_the_lease_of_another_process(
    tenants: Tenants[AfterShip], store: MemoryTokenStore, service: Service
) -> None:
    store.put(M, EXPIRED)
    lease = store.lease(M, 600)
    assert lease is not None
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(tenants.client(M).couriers.list)
        token: Any = tenants.client(M)._setup.credentials.authenticator
        wait_until(lambda: token._state.lease is not None, "the call waits")
        store.put(M, Tokens(access_token="access-new", expires_at=END), lease=lease)
        waiting.result(PATIENCE)
    assert (service.renewals, service.calls) == (0, 1)


def test_good_token_does_not_wait_for_another_process(store: MemoryTokenStore, service: Service) -> None:
    store.put(M, Tokens(access_token="access-new", refresh_token=SECRETS[1], expires_at=END))
    assert store.lease(M, 600) is not None
    with Tenants(make_app(), store, AfterShip, http_client=service, leeway=END) as tenants:
        tenants.client(M).couriers.list()
    assert (service.renewals, service.calls) == (0, 1)


def steps_of(client: AfterShip) -> Any:
    token: Any = client._setup.credentials.authenticator
    return renewal_steps(token, ())


GOOD = Response(
    200, Headers(()), b'{"access_token": "access-2", "refresh_token": "refresh-2", "expires_in": 60}'
)


def test_call_that_ends_between_the_new_tokens_and_the_store(
    tenants: Tenants[AfterShip], store: MemoryTokenStore
) -> None:
    store.put(M, EXPIRED)
    steps = steps_of(tenants.client(M))
    work = next(steps)
    work.run()
    assert isinstance(steps.send(None), RenewalRequest)
    assert isinstance(steps.send(GOOD), StoreWork)
    # A cancelled task: the work is never done.
    steps.close()
    assert getattr(store.get(M), "refresh_token", None) == "refresh-2"


@pytest.mark.parametrize("after", ["work", "request"])
def test_call_that_ends_earlier_leaves_the_lease_to_others(
    tenants: Tenants[AfterShip], store: MemoryTokenStore, service: Service, after: str
) -> None:
    store.put(M, EXPIRED)
    steps = steps_of(tenants.client(M))
    next(steps).run()
    if after == "request":
        steps.send(None)
    else:
        token: Any = tenants.client(M)._setup.credentials.authenticator
        token.end_renewal()
    steps.close()
    assert store.lease(M, 0.0) is not None
    tenants.client(M).couriers.list()
    assert service.renewals == 1


def test_slow_renewal_uses_the_newer_tokens(tenants: Tenants[AfterShip], store: MemoryTokenStore) -> None:
    store.put(M, EXPIRED)
    client = tenants.client(M)
    steps = steps_of(client)
    next(steps).run()
    steps.send(None)
    newer = Tokens(access_token="access-new", refresh_token="refresh-3", expires_at=END)
    store.put(M, newer)
    steps.send(GOOD).run()
    with pytest.raises(StopIteration):
        steps.send(None)
    token: Any = client._setup.credentials.authenticator
    assert store.get(M) == token.tokens == newer


def test_renewal_that_is_refused_because_another_one_was_faster(
    tenants: Tenants[AfterShip], store: MemoryTokenStore
) -> None:
    store.put(M, EXPIRED)
    client = tenants.client(M)
    steps = steps_of(client)
    next(steps).run()
    steps.send(None)
    newer = Tokens(access_token="access-new", refresh_token="refresh-3", expires_at=END)
    store.put(M, newer)
    steps.send(Response(400, Headers(()), b'{"error": "invalid_grant"}')).run()
    with pytest.raises(StopIteration):
        steps.send(None)
    client.couriers.list()


class Failing(MemoryTokenStore):
    """A store whose disk is full for a while."""

    is_full = True

    def put(self, merchant: str, tokens: Tokens, *, lease: TokenLease | None = None) -> bool:
        if lease is not None and self.is_full:
            raise StorageError("the disk is full")
        return super().put(merchant, tokens, lease=lease)


def test_store_that_fails_after_a_renewal(service: Service) -> None:
    store = Failing()
    store.put(M, EXPIRED)
    with Tenants(make_app(), store, AfterShip, http_client=service, max_retries=0) as tenants:
        client = tenants.client(M)
        with pytest.raises(StorageError, match="disk is full"):
            client.couriers.list()
        # The tokens are good in this process, and are stored as soon as that works again.
        client.couriers.list()
        assert service.renewals == 1
        store.is_full = False
        token: Any = client._setup.credentials.authenticator
        token._renewal = token._renewal._replace(not_before=0.0)
        client.couriers.list()
        assert store.get(M) == token.tokens
        assert service.renewals == 1


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

    service = Slow()
    service.given_up = threading.Event()
    store.put(M, EXPIRED)
    if variant == "sync":
        service.gate = service.given_up
        with Tenants(make_app(timeout=PATIENCE), store, AfterShip, http_client=service) as tenants:
            tenants.client(M).prepare()
            with pytest.raises(TimeoutError, match="deadline"):
                tenants.client(M).couriers.list(deadline=0.5)
            service.given_up.set()
            tenants.client(M).couriers.list()
    else:

        async def run() -> None:
            app = make_app(timeout=PATIENCE)
            async with Tenants(app, store, AsyncAfterShip, http_client=service) as tenants:
                tenants.client(M).prepare()
                with pytest.raises(TimeoutError, match="deadline"):
                    await tenants.client(M).couriers.list(deadline=0.5)
                service.given_up.set()
                await tenants.client(M).couriers.list()

        asyncio.run(run())
    assert (service.renewals, service.calls) == (1, 1)
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
        service = Slow()
        service.rotated, service.may_respond = asyncio.Event(), asyncio.Event()
        store.put(M, EXPIRED)
        async with Tenants(make_app(), store, AsyncAfterShip, http_client=service) as tenants:
            first = asyncio.create_task(tenants.client(M).couriers.list())
            await service.rotated.wait()
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            service.may_respond.set()
            await asyncio.gather(*(tenants.client(M).couriers.list() for _ in range(5)))
        assert (service.renewals, service.calls) == (1, 5)
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
        service = Breaking()
        service.requested, service.is_over = asyncio.Event(), asyncio.Event()
        store.put(M, EXPIRED)
        async with Tenants(make_app(), store, AsyncAfterShip, http_client=service) as tenants:
            first = asyncio.create_task(tenants.client(M).couriers.list())
            await service.requested.wait()
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            service.is_over.set()
            await asyncio.gather(*(tenants.client(M).couriers.list() for _ in range(5)))
        assert service.renewals == 1

    asyncio.run(run())


def test_call_that_is_cancelled_before_it_looks_at_the_store(tmp_path: Path, service: Service) -> None:
    """Its thread has not begun: others must not wait for the end of a lease that nobody has."""
    store = SqliteTokenStore(tmp_path / "tokens.db")
    store.put(M, EXPIRED)

    async def run() -> None:
        # A renewal may take an hour here, so a lease that stays is found on any machine.
        app = make_app(timeout=3600.0)
        async with Tenants(app, store, AsyncAfterShip, http_client=service) as tenants:
            client = tenants.client(M)
            client.prepare()
            first = asyncio.create_task(client.couriers.list())
            await asyncio.sleep(0)
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            await asyncio.wait_for(client.couriers.list(), PATIENCE)

    asyncio.run(run())
    assert service.renewals == 1


def test_missing_scope_is_refused_before_the_call(
    tenants: Tenants[AfterShip], store: MemoryTokenStore, service: Service
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
    assert service.calls == 1
    # The merchant consents again: another process stores what came of it.
    store.put(M, Tokens(access_token="access-new", expires_at=END, scopes=(COURIERS, READ)))
    client.trackings.list()
    assert service.calls == 2


def test_scopes_that_say_nothing_or_are_not_to_be_checked(store: MemoryTokenStore, service: Service) -> None:
    for scopes, check in (((), True), (("tracking",), True), ((COURIERS,), False)):
        store.put(M, Tokens(access_token="access-few", expires_at=END, scopes=scopes))
        with Tenants(make_app(), store, AfterShip, http_client=service, check_scopes=check) as tenants:
            with pytest.raises(PermissionDeniedError, match=f"needs the scope {READ}") as caught:
                tenants.client(M).trackings.list()
            assert not isinstance(caught.value, MissingScopeError)
    assert service.calls == 3


def test_disconnect_deletes_and_revokes(store: MemoryTokenStore, service: Service) -> None:
    revoked: list[bytes] = []

    def serve(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/revoke":
            revoked.append(request.read())
            return httpx.Response(200 if len(revoked) == 1 else 503)
        return service.serve(request)

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

    service, store, app = Revoking(), Watched(), make_app(revoke_url="https://accounts.example/revoke")
    service.gate = threading.Event()
    store.put(M, EXPIRED)

    async def disconnect_async() -> bool:
        async with Tenants(app, store, AsyncAfterShip, http_client=service) as others:
            return await others.adisconnect(M)

    def disconnect() -> bool:
        if is_async:
            return asyncio.run(disconnect_async())
        with Tenants(app, store, AfterShip, http_client=service) as others:
            return others.disconnect(M)

    with (
        Tenants(app, store, AfterShip, http_client=service) as tenants,
        ThreadPoolExecutor(2) as threads,
    ):
        try:
            call = threads.submit(tenants.client(M).couriers.list)
            wait_until(lambda: service.renewals, "the renewal is under way")
            ending = threads.submit(disconnect)
            wait_until(lambda: revoked or len(looks) > 1, "the other one looks at the store")
            early = list(revoked)
        finally:
            service.gate.set()
        assert ending.result(PATIENCE)
        call.exception(PATIENCE)
    assert early == []
    assert len(revoked) == 1
    assert "mock-refresh-1" in revoked[0]
    assert store.get(M) is None


def test_disconnect_does_not_wait_for_ever(store: MemoryTokenStore, service: Service) -> None:
    """The process that renews has died, or the lease is that of a slow one."""
    store.put(M, EXPIRED)
    store.lease(M, 3600)
    app = make_app(revoke_url="https://accounts.example/oauth/revoke", timeout=0.05)
    with Tenants(app, store, AfterShip, http_client=service) as tenants:
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


def test_nothing_secret_is_shown(
    tenants: Tenants[AfterShip], store: MemoryTokenStore, service: Service
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
