"""The token requests of a partner app, and the responses."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from aftership_tracking.errors import DecodeError, RateLimitError, UsageError
from aftership_tracking.oauth import OAuthApp, Scope, Tokens
from aftership_tracking.runtime.auth.tokens import load_tokens

URLS = {
    "token_url": "https://accounts.example/token",
    "authorize_url": "https://accounts.example/authorize?product=tracking",
    "redirect_uri": "https://app.example/back",
}
CODE = "code-000000001"


def app(**more: Any) -> OAuthApp:
    return OAuthApp("app 1", "client+secret/1", **{**URLS, **more})


def form_of(request: Any) -> dict[str, list[str]]:
    return parse_qs(request.body.decode(), strict_parsing=True)


def test_authorization_url() -> None:
    url = app().authorization_url(state="s/1", scopes=["aftership:tracking:read", Scope("b")], shop="x y")
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://accounts.example/authorize"
    assert parse_qs(parts.query) == {
        "product": ["tracking"],
        "response_type": ["code"],
        "client_id": ["app 1"],
        "state": ["s/1"],
        "redirect_uri": [URLS["redirect_uri"]],
        "scope": ["aftership:tracking:read b"],
        "shop": ["x y"],
    }
    by_comma = app(scope_separator=",").authorization_url(state="s", scopes=[Scope("a"), Scope("b")])
    assert parse_qs(urlsplit(by_comma).query)["scope"] == ["a,b"]


def test_authorization_url_needs_its_parts() -> None:
    with pytest.raises(UsageError, match="authorize_url"):
        app(authorize_url=None).authorization_url(state="s")
    with pytest.raises(UsageError, match="state"):
        app().authorization_url(state="")
    with pytest.raises(UsageError, match="state"):
        app().authorization_url(state=5)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("timeout", value) for value in (0, -1, None, "x", float("nan"), float("inf"), True)),
        *(("scope_separator", value) for value in ("", "a", ":", None)),
        *(("redirect_uri", value) for value in ("", " ", 5)),
        *(
            ("authorize_url", f"https://a.example/x?{query}")
            for query in ("a=1#f", "state=1", "a=b c", "ä=1")
        ),
        ("token_url", "https://a.example/x?a=\n"),
        ("revoke_url", 5),
    ],
)
def test_settings_that_cannot_work(name: str, value: Any) -> None:
    with pytest.raises(UsageError, match=name):
        app(**{name: value})


@pytest.mark.parametrize("name", ["scope", "client_id", "redirect_uri", "response_type"])
def test_further_parameters_do_not_replace_those_of_the_app(name: str) -> None:
    with pytest.raises(UsageError, match=f"{name} is not a further parameter"):
        app().authorization_url(state="s", **{name: "x"})


def test_numbers_and_tokens_that_only_json_can_hold() -> None:
    """They must not end a call with an error that is not ours, nor show the token in it."""
    big = json.dumps({"access_token": "t", "expires_in": 10**400, "expires_at": 10**400})
    assert app().read_tokens(200, big.encode(), now=1.0).expires_at is None
    assert load_tokens(big) == Tokens(access_token="t")
    half = '{"access_token": "t", "refresh_token": "secret-\\ud800"}'
    assert app().read_tokens(200, half.encode(), now=1.0).refresh_token is None
    assert load_tokens(half) == Tokens(access_token="t")


def test_code_is_exchanged() -> None:
    request = app().exchange_code(CODE, code_verifier="v")
    assert (request.method, request.url) == ("POST", URLS["token_url"])
    assert form_of(request) == {
        "grant_type": ["authorization_code"],
        "code": [CODE],
        "redirect_uri": [URLS["redirect_uri"]],
        "code_verifier": ["v"],
    }
    # RFC 6749, 2.3.1: form encoding first, then base64.
    assert request.headers["authorization"] == "Basic YXBwKzE6Y2xpZW50JTJCc2VjcmV0JTJGMQ=="
    assert request.within == 10.0


def test_client_authentication_in_the_form() -> None:
    request = app(client_authentication="form").refresh("r")
    assert "authorization" not in request.headers
    assert form_of(request) == {
        "grant_type": ["refresh_token"],
        "refresh_token": ["r"],
        "client_id": ["app 1"],
        "client_secret": ["client+secret/1"],
    }


def test_request_can_be_sent_by_any_http_client() -> None:
    def serve(request: httpx.Request) -> httpx.Response:
        assert request.content == built.body
        return httpx.Response(200, json={"access_token": "t-1", "expires_in": 60})

    built = app().exchange_code(CODE)
    with httpx.Client(transport=httpx.MockTransport(serve)) as http:
        response = http.request(built.method, built.url, headers=dict(built.headers), content=built.body)
    assert app().read_tokens(response.status_code, response.content, now=100.0) == Tokens(
        access_token="t-1", refresh_token=None, expires_at=160.0
    )


def read(body: bytes, status: int = 200) -> Tokens:
    return app().read_tokens(status, body, now=100.0)


@pytest.mark.parametrize(
    ("lifetime", "end"), [(60, 160.0), (1.5, 101.5), (0, 100.0), (-5, None), ("60", None), (True, None)]
)
def test_lifetime(lifetime: Any, end: float | None) -> None:
    assert read(json.dumps({"access_token": "t", "expires_in": lifetime}).encode()).expires_at == end


def test_lifetime_without_end() -> None:
    assert read(b'{"access_token": "t", "expires_in": 1e999}').expires_at is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b'{"access_token": 5}',
        b'{"access_token": "\\u00e4"}',
        b"[" * 100_000,
        b'{"access_token": "t", "x": "' + b"y" * 70_000 + b'"}',
    ],
    ids=range(8),
)
def test_unreadable_response(body: bytes) -> None:
    with pytest.raises(DecodeError):
        read(body)


def test_response_of_a_busy_endpoint() -> None:
    with pytest.raises(RateLimitError):
        read(b"", 429)


@pytest.mark.parametrize("name", ["token_url", "authorize_url"])
@pytest.mark.parametrize(
    "url", ["", "accounts.example/token", "ftp://x/", "https://user:pw@x/", "https://x/ y"]
)
def test_invalid_url(name: str, url: str) -> None:
    with pytest.raises(UsageError, match=name) as caught:
        app(**{name: url})
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize("secret", ["", " \n", 5, None, lambda: ""])
def test_client_secret_is_required(secret: Any) -> None:
    with pytest.raises(UsageError, match="client_secret"):
        OAuthApp("app", secret, token_url=URLS["token_url"])


def test_callable_client_secret_is_called_each_time() -> None:
    secrets = ["first", "second", "third"]
    found = OAuthApp("app", lambda: secrets.pop(0), token_url=URLS["token_url"], client_authentication="form")
    assert form_of(found.refresh("r"))["client_secret"] == ["second"]
    assert form_of(found.refresh("r"))["client_secret"] == ["third"]


def test_other_mistakes() -> None:
    with pytest.raises(UsageError, match="client_id"):
        OAuthApp("", "s", token_url=URLS["token_url"])
    with pytest.raises(UsageError, match="client_authentication"):
        app(client_authentication="jwt")
