"""What an app sends itself: it connects, renews and revokes in one call, sync and async."""

from __future__ import annotations

import asyncio
import pickle
import traceback
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from aftership_tracking import AuthenticationError, ConnectError, ServerError
from aftership_tracking.errors import UsageError
from aftership_tracking.mock import Mock, MockOAuth
from aftership_tracking.oauth import OAuthApp, Tokens
from oauth_support import make_app, served
from patience import PATIENCE

SECRETS = ("client-secret-1", "code-secret-1", "refresh-secret-1", "access-secret-1")
URL = "https://accounts.example/oauth"
OLD = Tokens(access_token=SECRETS[3], refresh_token=SECRETS[2], expires_at=1.0)


class Endpoint(httpx.MockTransport):
    """Responds like a token endpoint, to sync and async requests, and records the forms."""

    def __init__(self, status: int = 200, **content: Any) -> None:
        self.forms: list[dict[str, str]] = []

        def serve(request: httpx.Request) -> httpx.Response:
            self.forms.append({**dict(parse_qsl(request.content.decode())), "path": request.url.path})
            return httpx.Response(status, json=content)

        super().__init__(serve)


def app(**settings: Any) -> OAuthApp:
    return OAuthApp("app-1", SECRETS[0], token_url=f"{URL}/token", **settings)


BOTH = pytest.mark.parametrize("variant", ["sync", "async"])


def call(
    variant: str, sync: Callable[..., Any], async_: Callable[..., Awaitable[Any]], *args: Any, **more: Any
) -> Any:
    if variant == "sync":
        return sync(*args, **more)

    async def run() -> Any:
        return await async_(*args, **more)

    return asyncio.run(run())


@BOTH
def test_connect(variant: str) -> None:
    endpoint = Endpoint(access_token="a-2", refresh_token="r-2", expires_in=60, scope="x y")
    given = app(redirect_uri="https://app.example/back")
    found = call(variant, given.connect, given.aconnect, SECRETS[1], http_client=endpoint, code_verifier="v")
    assert (found.access_token, found.refresh_token, found.scopes) == ("a-2", "r-2", ("x", "y"))
    assert endpoint.forms == [
        {
            "grant_type": "authorization_code",
            "code": SECRETS[1],
            "redirect_uri": "https://app.example/back",
            "code_verifier": "v",
            "path": "/oauth/token",
        }
    ]


@BOTH
def test_connect_through_a_connection_of_its_own(variant: str) -> None:
    with served(seconds=0, together=1) as (_, url):
        given = make_app(url)
        found = call(variant, given.connect, given.aconnect, "code-1")
        assert found.refresh_token is not None
        assert found.scopes == ("aftership:courier:read", "aftership:tracking:read")
        # A code is good once.
        with pytest.raises(AuthenticationError, match="invalid_grant"):
            call(variant, given.connect, given.aconnect, "code-1")


@BOTH
def test_renew(variant: str) -> None:
    endpoint = Endpoint(access_token="a-2", expires_in=60)
    found = call(variant, app().refresh_tokens, app().arefresh_tokens, OLD, http_client=endpoint)
    assert (found.access_token, found.refresh_token) == ("a-2", SECRETS[2]), "the old one stays valid"
    assert endpoint.forms[0]["grant_type"] == "refresh_token"
    with pytest.raises(UsageError, match="no refresh token"):
        call(variant, app().refresh_tokens, app().arefresh_tokens, Tokens(access_token="a"))


@BOTH
def test_revoke(variant: str) -> None:
    endpoint = Endpoint()
    given = app(revoke_url=f"{URL}/revoke")
    call(variant, given.revoke, given.arevoke, OLD, http_client=endpoint)
    call(variant, given.revoke, given.arevoke, Tokens(access_token="a-3"), http_client=endpoint)
    assert [(each["token"], each["token_type_hint"], each["path"]) for each in endpoint.forms] == [
        (SECRETS[2], "refresh_token", "/oauth/revoke"),
        ("a-3", "access_token", "/oauth/revoke"),
    ]
    with pytest.raises(ServerError, match="the token was not revoked"):
        call(variant, given.revoke, given.arevoke, OLD, http_client=Endpoint(503))


def test_revoke_that_nobody_documents() -> None:
    with pytest.raises(UsageError, match="Delete the stored tokens"):
        app().revoke(OLD)
    with pytest.raises(UsageError, match="revoke_url"):
        app(revoke_url="accounts.example/revoke")


def variables_of_our_frames(error: BaseException) -> str:
    frames = traceback.TracebackException.from_exception(error, capture_locals=True).stack
    ours = [frame.locals for frame in frames if "overrides" in frame.filename]
    assert ours
    return str(ours)


@BOTH
def test_errors_show_no_secret(variant: str) -> None:
    given = app()
    echo = Endpoint(400, error="invalid_grant", error_description=" ".join(SECRETS))
    attempts: list[Callable[[], Any]] = [
        lambda: call(variant, given.connect, given.aconnect, SECRETS[1], http_client=echo),
        lambda: call(variant, given.refresh_tokens, given.arefresh_tokens, OLD, http_client=echo),
    ]
    for attempt in attempts:
        with pytest.raises(AuthenticationError, match="invalid_grant") as caught:
            attempt()
        shown = str(caught.value) + repr(vars(caught.value)) + variables_of_our_frames(caught.value)
        for secret in SECRETS:
            assert secret not in shown
    assert SECRETS[0] not in repr(given)
    with pytest.raises(TypeError, match="pickled"):
        pickle.dumps(given)


def test_endpoint_that_is_not_there() -> None:
    with pytest.raises(ConnectError):
        OAuthApp("a", "b", token_url="http://127.0.0.1:1/token").connect("code")


def test_client_of_the_caller_stays_open() -> None:
    mock = Mock(tokens=MockOAuth(codes={"code-1": [], "code-2": []}))
    with httpx.Client(transport=mock.transport()) as http:
        for code in ("code-1", "code-2"):
            app().connect(code, http_client=http)
    with pytest.raises(UsageError, match="sync http_client"):
        app().connect("code", http_client=httpx.AsyncClient(timeout=PATIENCE))
