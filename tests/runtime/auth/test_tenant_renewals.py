"""Clients of the merchants in a token store: one renewal at a time, whoever needs it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from aftership_tracking import AfterShip, AuthenticationError
from aftership_tracking.errors import StorageError
from aftership_tracking.oauth import MemoryTokenStore, Tenants, TokenLease, Tokens
from aftership_tracking.runtime.auth.authenticator import StoreWork
from aftership_tracking.runtime.auth.renewal import RenewalRequest, renewal_steps
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.request import Response
from oauth_support.merchants import END, EXPIRED, SECRETS, M, Service, make_app
from patience import PATIENCE, wait_until


def test_tokens_that_another_process_renewed_are_used(
    tenants: Tenants[AfterShip], store: MemoryTokenStore, token_service: Service
) -> None:
    store.put(M, EXPIRED)
    client = tenants.client(M)
    token: Any = client._setup.credentials.authenticator
    token.reread().run()
    # The ones in memory have ended, and those in the store are good.
    store.put(M, Tokens(access_token="access-new", refresh_token="r", expires_at=END))
    client.couriers.list()
    assert (token_service.renewals, token_service.calls) == (0, 1)


def test_refused_token_leads_to_the_store_first(
    tenants: Tenants[AfterShip], store: MemoryTokenStore, token_service: Service
) -> None:
    store.put(M, Tokens(access_token="access-revoked", refresh_token="r", expires_at=END))
    client = tenants.client(M)
    token: Any = client._setup.credentials.authenticator
    token.reread().run()
    store.put(M, Tokens(access_token="access-new", refresh_token="r2", expires_at=END))
    client.couriers.list()
    assert (token_service.renewals, token_service.calls) == (0, 2)


def test_one_renewal_for_many_threads(
    tenants: Tenants[AfterShip], store: MemoryTokenStore, token_service: Service
) -> None:
    store.put(M, EXPIRED)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: tenants.client(M).couriers.list(), range(16)))
    assert (token_service.renewals, token_service.calls) == (1, 16)


def test_refresh_token_that_is_no_longer_good(
    tenants: Tenants[AfterShip], store: MemoryTokenStore, token_service: Service
) -> None:
    store.put(M, replace(EXPIRED, refresh_token="used-up"))
    client = tenants.client(M)
    for _ in range(3):
        with pytest.raises(AuthenticationError, match="invalid_grant"):
            client.couriers.list()
    assert token_service.renewals == 1, "it is not sent again"
    assert store.lease(M, 0.0) is not None, "nobody waits for it"
    store.put(M, EXPIRED)
    client.couriers.list()
    assert token_service.renewals == 2


def test_no_refresh_token(
    tenants: Tenants[AfterShip], store: MemoryTokenStore, token_service: Service
) -> None:
    store.put(M, replace(EXPIRED, refresh_token=None))
    with pytest.raises(AuthenticationError, match="no refresh token"):
        tenants.client(M).couriers.list()
    store.put(M, Tokens(access_token="access-new"))
    tenants.client(M).couriers.list()
    assert token_service.renewals == 0


def test_wait_for_the_lease_of_another_process(
    tenants: Tenants[AfterShip], store: MemoryTokenStore, token_service: Service
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
    assert (token_service.renewals, token_service.calls) == (0, 1)


def test_good_token_does_not_wait_for_another_process(
    store: MemoryTokenStore, token_service: Service
) -> None:
    store.put(M, Tokens(access_token="access-new", refresh_token=SECRETS[1], expires_at=END))
    assert store.lease(M, 600) is not None
    with Tenants(make_app(), store, AfterShip, http_client=token_service, leeway=END) as tenants:
        tenants.client(M).couriers.list()
    assert (token_service.renewals, token_service.calls) == (0, 1)


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
    tenants: Tenants[AfterShip], store: MemoryTokenStore, token_service: Service, after: str
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
    assert token_service.renewals == 1


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


def test_store_that_fails_after_a_renewal(token_service: Service) -> None:
    store = Failing()
    store.put(M, EXPIRED)
    with Tenants(make_app(), store, AfterShip, http_client=token_service, max_retries=0) as tenants:
        client = tenants.client(M)
        with pytest.raises(StorageError, match="disk is full"):
            client.couriers.list()
        # The tokens are good in this process, and are stored as soon as that works again.
        client.couriers.list()
        assert token_service.renewals == 1
        store.is_full = False
        token: Any = client._setup.credentials.authenticator
        token._renewal = token._renewal._replace(not_before=0.0)
        client.couriers.list()
        assert store.get(M) == token.tokens
        assert token_service.renewals == 1
