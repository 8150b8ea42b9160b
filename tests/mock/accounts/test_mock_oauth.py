"""Access tokens in the mock, its token endpoint, and a client that renews against it."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from aftership_tracking import (
    AfterShip,
    AsyncAfterShip,
    AuthenticationError,
    OAuthApp,
    OAuthToken,
    PermissionDeniedError,
    Tokens,
)
from aftership_tracking.mock import ManualClock, Mock, MockOAuth, MockRequest, MockResponse, MockToken

READ, WRITE = "aftership:tracking:read", "aftership:tracking:write"
COURIERS = "/tracking/2024-01/couriers"
TRACKINGS = "/tracking/2024-01/trackings"


def get(mock: Mock, token: str | None, target: str = TRACKINGS, **headers: str) -> MockResponse:
    given = {} if token is None else {"authorization": f"Bearer {token}"}
    return mock.handle(MockRequest.to("GET", target, headers={**given, **headers}))


def test_token_with_its_scopes() -> None:
    mock = Mock(tokens={"t-1": [READ]})
    assert get(mock, "t-1").status == 200
    response = get(mock, "t-1", COURIERS)
    assert (response.status, response.json["meta"]["code"]) == (403, 403)
    assert response.headers["as-mock-hint"] == "permission: the token lacks aftership:courier:read"
    assert get(mock, "T-1").status == 401
    assert get(mock, None).status == 401
    # Any key is good besides.
    assert mock.handle(MockRequest.to("GET", COURIERS, key="any")).status == 200


def test_tokens_are_ignored_unless_the_mock_has_some() -> None:
    response = get(Mock(), "t-1")
    assert response.status == 401
    assert response.headers["as-mock-hint"].startswith("header as-api-key: missing or empty; authorization")


def test_token_that_has_expired() -> None:
    clock = ManualClock()
    mock = Mock(clock=clock, tokens={"t-1": MockToken([READ], clock.now() + timedelta(seconds=60))})
    clock.advance(59)
    assert get(mock, "t-1").status == 200
    clock.advance(1)
    assert get(mock, "t-1").status == 401
    assert get(mock, "t-1").headers["as-mock-hint"] == "token: it has expired"


def test_header_and_prefix_are_settings() -> None:
    mock = Mock(tokens=MockOAuth({"t-1": [READ]}, header="As-Access-Token", prefix=""))
    assert get(mock, None, **{"as-access-token": "t-1"}).status == 200
    assert get(mock, "t-1").status == 401


def request_token(
    mock: Mock, path: str = "/oauth/token", headers: dict[str, str] | None = None, **form: str
) -> MockResponse:
    return mock.handle(MockRequest.to("POST", path, body=urlencode(form).encode(), headers=headers))


def test_refresh_tokens_are_good_once() -> None:
    mock = Mock(tokens=MockOAuth(refresh_tokens={"r-1": [READ, WRITE]}, lifetime=60))
    response = request_token(mock, grant_type="refresh_token", refresh_token="r-1")
    assert response.status == 200
    assert response.headers["cache-control"] == "no-store"
    found = response.json
    assert found["scope"] == f"{READ} {WRITE}"
    assert (found["token_type"], found["expires_in"]) == ("Bearer", 60)
    assert get(mock, found["access_token"]).status == 200
    again = request_token(mock, grant_type="refresh_token", refresh_token="r-1")
    assert (again.status, again.json) == (400, {"error": "invalid_grant"})
    assert request_token(mock, grant_type="refresh_token", refresh_token=found["refresh_token"]).status == 200


def test_refresh_tokens_that_do_not_rotate() -> None:
    mock = Mock(tokens=MockOAuth(refresh_tokens={"r-1": [READ]}, rotate=False))
    for _ in range(2):
        assert (
            request_token(mock, grant_type="refresh_token", refresh_token="r-1").json["refresh_token"]
            == "r-1"
        )


def test_a_refresh_token_that_does_not_rotate_opens_one_account() -> None:
    mock = Mock(tokens=MockOAuth(refresh_tokens={"r-1": [READ, WRITE]}, rotate=False))
    first, second = (
        request_token(mock, grant_type="refresh_token", refresh_token="r-1").json["access_token"]
        for _ in range(2)
    )
    headers = {"authorization": f"Bearer {first}"}
    body = {"tracking": {"tracking_number": "1234567890", "slug": "usps"}}
    assert mock.handle(MockRequest.to("POST", TRACKINGS, headers=headers, json=body)).status == 201
    assert get(mock, second).json["data"]["count"] == 1


def test_codes_are_good_once_and_reset_brings_them_back() -> None:
    mock = Mock(tokens=MockOAuth(codes={"c-1": [READ]}))
    token = request_token(mock, grant_type="authorization_code", code="c-1").json["access_token"]
    assert get(mock, token).status == 200
    assert request_token(mock, grant_type="authorization_code", code="c-1").json == {"error": "invalid_grant"}
    mock.reset()
    assert get(mock, token).status == 401
    assert request_token(mock, grant_type="authorization_code", code="c-1").status == 200


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, 400, "invalid_grant"),
    ],
)
def test_requests_that_are_refused(form: dict[str, str], status: int, error: str) -> None:
    response = request_token(Mock(tokens=MockOAuth()), **form)
    assert (response.status, response.json) == (status, {"error": error})


def test_token_endpoint_takes_post_alone() -> None:
    mock = Mock(tokens=MockOAuth(path="/token"))
    assert mock.handle(MockRequest.to("GET", "/token")).status == 405
    assert request_token(mock, "/oauth/token").status == 404


def test_app_proves_itself_either_way() -> None:
    mock = Mock(tokens=MockOAuth(refresh_tokens={"r": [READ]}, clients={"app 1": "s+1"}, rotate=False))
    grant = {"grant_type": "refresh_token", "refresh_token": "r"}
    basic = {"authorization": f"Basic {b64encode(b'app+1:s%2B1').decode()}"}
    assert request_token(mock, headers=basic, **grant).status == 200
    assert request_token(mock, client_id="app 1", client_secret="s+1", **grant).status == 200
    for headers in ({"authorization": "Basic ???"}, {"authorization": f"Basic {b64encode(b'a:b').decode()}"}):
        response = request_token(mock, headers=headers, **grant)
        assert (response.status, response.json) == (401, {"error": "invalid_client"})
    assert request_token(mock, client_id="app 1", client_secret="s", **grant).status == 401
    assert request_token(mock, **grant).status == 401


# ---- with the client ----


class World:
    """A mock with a clock by hand, a merchant who has connected, and what the app has saved."""

    def __init__(self, **settings: Any) -> None:
        self.clock = ManualClock()
        given = {"refresh_tokens": {"refresh-1": [READ, WRITE]}, "clients": {"app-1": "s-1"}, **settings}
        self.mock = Mock(clock=self.clock, tokens=MockOAuth(**given))
        self.app = OAuthApp("app-1", "s-1", token_url="http://mock/oauth/token")
        self.saved: list[Tokens] = []

    def now(self) -> float:
        return self.clock.wall().timestamp()

    def token(self, tokens: Tokens) -> OAuthToken:
        return OAuthToken(tokens, app=self.app, on_refreshed=self.saved.append, clock=self.now)

    def client(self, token: OAuthToken) -> AfterShip:
        http = httpx.Client(transport=self.mock.transport())
        return AfterShip(auth=token, base_url="http://mock", http_client=http, limiter=None)


def test_client_follows_its_tokens_through_their_lives() -> None:
    world = World(lifetime=3600)
    client = world.client(
        world.token(Tokens(access_token="stale", refresh_token="refresh-1", expires_at=world.now()))
    )
    made = client.trackings.create(tracking_number="PARCEL0001", slug="usps")
    assert len(world.saved) == 1
    for count in (2, 3):
        world.clock.advance(3600)
        # Renewed tokens open the same account.
        assert client.trackings.get(made.id).id == made.id
        assert len(world.saved) == count
    with pytest.raises(PermissionDeniedError):
        client.couriers.list()


def test_client_whose_token_was_revoked() -> None:
    world = World()
    client = world.client(world.token(Tokens(access_token="revoked", refresh_token="refresh-1")))
    assert list(client.trackings.list()) == []
    assert len(world.saved) == 1


def test_merchant_who_took_the_app_out() -> None:
    world = World(refresh_tokens={})
    client = world.client(
        world.token(Tokens(access_token="gone", refresh_token="refresh-1", expires_at=world.now()))
    )
    with pytest.raises(AuthenticationError, match="invalid_grant"):
        list(client.trackings.list())


def test_tasks_share_one_renewal() -> None:
    world = World()

    async def play() -> None:
        token = world.token(Tokens(access_token="stale", refresh_token="refresh-1", expires_at=world.now()))
        async with httpx.AsyncClient(transport=world.mock.async_transport()) as http:
            client = AsyncAfterShip(auth=token, base_url="http://mock", http_client=http, limiter=None)
            await asyncio.gather(
                *(client.trackings.create(tracking_number=f"PARCEL{n:04}", slug="usps") for n in range(10))
            )

    asyncio.run(play())
    assert len(world.saved) == 1


def test_code_of_the_browser_becomes_a_client() -> None:
    world = World(codes={"code-1": [READ]})
    code = world.app.read_redirect({"code": "code-1", "state": "s", "hmac": "?"}, state="s", hmac="unchecked")
    request = world.app.exchange_code(code)
    with httpx.Client(transport=world.mock.transport()) as http:
        response = http.request(
            request.method, request.url, headers=dict(request.headers), content=request.body
        )
    tokens = world.app.read_tokens(response.status_code, response.content, now=world.now())
    assert tokens.scopes == (READ,)
    assert list(world.client(world.token(tokens)).trackings.list()) == []
    assert world.saved == []
