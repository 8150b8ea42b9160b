"""A client whose access token expires or is refused, sync and async, and with many calls at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from aftership_tracking.errors import AuthenticationError, TransportError, UsageError
from aftership_tracking.runtime.auth.oauth import OAuthApp, OAuthToken, Tokens
from aftership_tracking.runtime.wire.request import Request

ACCESS, NEWER = "access-token-000001", "access-token-000002"
REFRESH, ROTATED = "refresh-token-000001", "refresh-token-000002"
TOKEN_URL = "https://accounts.example/oauth/token"
GOOD = {"access_token": NEWER, "refresh_token": ROTATED, "expires_in": 3600}


def app() -> OAuthApp:
    return OAuthApp("app-1", "client-secret-000001", token_url=TOKEN_URL)


class Endpoints:
    """The API and the token endpoint behind one transport."""

    def __init__(self) -> None:
        self.good = {ACCESS}
        self.renewals = 0
        self.calls: list[str] = []
        self.refuse_all = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if str(request.url) == TOKEN_URL:
            self.renewals += 1
            text = f"access-token-renewed-{self.renewals}"
            self.good = {text}
            return httpx.Response(200, json={**GOOD, "access_token": text})
        self.calls.append(request.headers.get("authorization", ""))
        if self.refuse_all or self.calls[-1].removeprefix("Bearer ") not in self.good:
            return httpx.Response(401, json={"meta": {"code": 401, "message": f"bad {self.calls[-1]}"}})
        return httpx.Response(200, json={"meta": {"code": 200}, "data": {"tracking": {"id": "p1"}}})


@pytest.fixture
def endpoints(service: Any) -> Endpoints:
    found = Endpoints()
    service.respond = found
    return found


def test_client_renews_before_the_call(make: Any, endpoints: Endpoints, hands: Any) -> None:
    events: list[Any] = []
    token = OAuthToken(
        Tokens(access_token=ACCESS, refresh_token=REFRESH, expires_at=hands.now),
        app=app(),
        clock=lambda: hands.now,
    )
    client = make(api_key=None, auth=token, hooks=[events.append])
    assert client.parcels.get("p1").id == "p1"
    assert endpoints.renewals == 1
    assert endpoints.calls == ["Bearer access-token-renewed-1"]
    # Hooks see calls and their attempts, and the renewal is neither.
    assert len(events) == 4
    assert "access-token" not in repr(events)


@pytest.mark.parametrize("variant", ["sync", "async"])
def test_client_renews_and_repeats_once_after_a_refusal(
    make: Any, make_async: Any, endpoints: Endpoints, hands: Any, variant: str
) -> None:
    endpoints.good = set()
    token = OAuthToken(Tokens(access_token=ACCESS, refresh_token=REFRESH), app=app(), clock=lambda: hands.now)
    if variant == "sync":
        found = make(api_key=None, auth=token, max_retries=0).parcels.create(note="x")
    else:
        found = asyncio.run(make_async(api_key=None, auth=token, max_retries=0).parcels.create(note="x"))
    # Even a create is repeated: a refused request was not carried out.
    assert found.id == "p1"
    assert endpoints.calls == [f"Bearer {ACCESS}", "Bearer access-token-renewed-1"]


def test_second_refusal_is_the_end(make: Any, endpoints: Endpoints, hands: Any) -> None:
    endpoints.refuse_all = True
    token = OAuthToken(Tokens(access_token=ACCESS, refresh_token=REFRESH), app=app(), clock=lambda: hands.now)
    client = make(api_key=None, auth=token)
    with pytest.raises(AuthenticationError) as caught:
        client.parcels.get("p1")
    assert (len(endpoints.calls), endpoints.renewals, len(caught.value.attempts)) == (2, 1, 2)
    # The server echoed the renewed token.
    assert "access-token" not in str(caught.value) + repr(vars(caught.value))
    # The next call is sent once, and does not renew again.
    with pytest.raises(AuthenticationError):
        client.parcels.get("p1")
    assert (len(endpoints.calls), endpoints.renewals) == (3, 1)


def test_error_of_the_renewal_names_the_call(make: Any, service: Any, hands: Any) -> None:
    service.respond = lambda request: httpx.Response(400, json={"error": "invalid_grant"})
    token = OAuthToken(
        Tokens(access_token=ACCESS, refresh_token=REFRESH, expires_at=hands.now),
        app=app(),
        clock=lambda: hands.now,
    )
    with pytest.raises(AuthenticationError, match="token endpoint") as caught:
        make(api_key=None, auth=token).parcels.get("p1")
    assert caught.value.operation
    assert [str(request.url) for request in service.requests] == [TOKEN_URL]


def test_transport_that_fails_for_the_token_endpoint(make: Any, service: Any, hands: Any) -> None:
    service.fail(httpx.ConnectError("refused"))
    token = OAuthToken(
        Tokens(access_token=ACCESS, refresh_token=REFRESH, expires_at=hands.now),
        app=app(),
        clock=lambda: hands.now,
    )
    with pytest.raises(TransportError):
        make(api_key=None, auth=token).parcels.get("p1")
    # The next call may try again.
    assert isinstance(token.begin_renewal(), Request)


def test_one_renewal_for_many_tasks(make_async: Any, endpoints: Endpoints, hands: Any) -> None:
    async def run() -> list[Any]:
        token = OAuthToken(
            Tokens(access_token=ACCESS, refresh_token=REFRESH, expires_at=hands.now),
            app=app(),
            clock=lambda: hands.now,
        )
        client = make_async(api_key=None, auth=token, limiter=None)
        return await asyncio.gather(*(client.parcels.get("p1") for _ in range(20)))

    assert len(asyncio.run(run())) == 20
    assert endpoints.renewals == 1
    assert set(endpoints.calls) == {"Bearer access-token-renewed-1"}


def test_task_that_is_cancelled_while_it_renews_does_not_block_others(make_async: Any, hands: Any) -> None:
    requested = []

    class Hanging(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            requested.append(str(request.url))
            if len(requested) == 1:
                await asyncio.Event().wait()
            if str(request.url) == TOKEN_URL:
                return httpx.Response(200, json=GOOD)
            return httpx.Response(200, json={"meta": {"code": 200}, "data": {"tracking": {"id": "p1"}}})

    async def run() -> Any:
        token = OAuthToken(
            Tokens(access_token=ACCESS, refresh_token=REFRESH, expires_at=hands.now),
            app=app(),
            clock=lambda: hands.now,
        )
        async with httpx.AsyncClient(transport=Hanging()) as http:
            client = make_async(api_key=None, auth=token, http_client=http)
            first = asyncio.create_task(client.parcels.get("p1"))
            while not requested:
                await asyncio.sleep(0)
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            return await client.parcels.get("p1")

    assert asyncio.run(run()).id == "p1"
    assert requested.count(TOKEN_URL) == 2


def test_cancelled_task_saves_the_tokens_that_were_issued_for_it(make_async: Any, hands: Any) -> None:
    saved: list[Tokens] = []

    async def run() -> None:
        issued, may_respond = asyncio.Event(), asyncio.Event()

        class Slow(httpx.AsyncBaseTransport):
            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                issued.set()
                await may_respond.wait()
                return httpx.Response(200, json=GOOD)

        token = OAuthToken(
            Tokens(access_token=ACCESS, refresh_token=REFRESH, expires_at=hands.now),
            app=app(),
            on_refreshed=saved.append,
            clock=lambda: hands.now,
        )
        async with httpx.AsyncClient(transport=Slow()) as http:
            call = asyncio.create_task(
                make_async(api_key=None, auth=token, http_client=http).parcels.get("p1")
            )
            await issued.wait()
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            assert saved == []
            may_respond.set()
            for _ in range(1000):
                await asyncio.sleep(0)
            assert token.begin_renewal() is None

    asyncio.run(run())
    assert len(saved) == 1


def test_copy_of_a_client_for_another_merchant(make: Any, endpoints: Endpoints) -> None:
    endpoints.good = {ACCESS, NEWER}
    first = make(api_key=None, auth=OAuthToken(ACCESS))
    second = first.with_options(auth=OAuthToken(NEWER))
    first.parcels.get("p1")
    second.parcels.get("p1")
    assert endpoints.calls == [f"Bearer {ACCESS}", f"Bearer {NEWER}"]
    accounts = [client._setup.credentials.account for client in (first, second)]
    assert accounts[0] != accounts[1]
    again = make(api_key=None, auth=OAuthToken(ACCESS))
    assert again._setup.credentials.account == accounts[0]
    with pytest.raises(UsageError):
        first.with_options(auth="aes")


def test_given_account_name_is_used(make: Any) -> None:
    make_one: Callable[[str], Any] = lambda text: make(api_key=None, auth=OAuthToken(text, account="m-1"))  # noqa: E731
    accounts = {make_one(text)._setup.credentials.account for text in (ACCESS, NEWER)}
    assert len(accounts) == 1
