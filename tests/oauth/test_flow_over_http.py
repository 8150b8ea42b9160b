"""What goes wrong on the way of OAuth, over HTTP: the mock on a port, the example app, and the client."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from aftership_tracking import AfterShip, AuthenticationError, OAuthApp, PermissionDeniedError
from aftership_tracking.errors import AfterShipError
from aftership_tracking.oauth import (
    MissingScopeError,
    RedirectError,
    Scope,
    SqliteTokenStore,
    Tenants,
    Tokens,
)
from patience import PATIENCE
from tests.oauth.conftest import ANNA, BEN, PartnerWorld

READ, WRITE = Scope.TRACKING_READ, Scope.TRACKING_WRITE


def approve(world: PartnerWorld, url: str, merchant: str = ANNA, scopes: Any = None) -> str:
    """What the merchant's browser does on the page of consent; returns where it goes."""
    body = {"url": url, "merchant": merchant, "scopes": scopes}
    response = httpx.post(f"{world.url}/_mock/oauth/authorize", json=body, timeout=PATIENCE)
    assert response.status_code == 200, response.text
    location: str = response.json()["location"]
    return location


def query(location: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(location).query))


def sign_in(world: PartnerWorld, http: httpx.Client, user: str = "anna") -> None:
    body = urlencode({"user": user})
    assert http.post(f"{world.home}/sign-in", content=body).status_code == 303


def begin(world: PartnerWorld, http: httpx.Client) -> str:
    """The address of consent that the app sends a browser to."""
    location: str = http.get(f"{world.home}/connect").headers["location"]
    return location


def connect(world: PartnerWorld, merchant: str = ANNA, scopes: Any = None) -> Tokens:
    url = world.oauth.authorization_url(state="s", scopes=[READ, WRITE])
    code = world.oauth.read_redirect(query(approve(world, url, merchant, scopes)), state="s")
    return world.oauth.connect(code)


def client(world: PartnerWorld, tokens: Tokens) -> AfterShip:
    """One that acts with these tokens alone, and does not renew them."""
    from aftership_tracking import OAuthToken

    fixed = OAuthToken(replace(tokens, refresh_token=None, scopes=()))
    return AfterShip(auth=fixed, base_url=world.url)


@pytest.mark.parametrize("way", ["sign-out", "sign-in"])
def test_a_session_ends_when_its_browser_leaves_it(world: PartnerWorld, http: httpx.Client, way: str) -> None:
    """A cookie that somebody copied before is worth nothing afterwards."""
    sign_in(world, http)
    copied = dict(http.cookies)
    with httpx.Client(cookies=copied, timeout=PATIENCE) as thief:
        assert "Parcels of anna" in thief.get(world.home).text
        if way == "sign-out":
            http.post(f"{world.home}/sign-out")
        else:
            sign_in(world, http, "ben")
        assert "Who are you?" in thief.get(world.home).text


def test_the_browser_comes_back_and_the_tokens_are_stored(world: PartnerWorld, http: httpx.Client) -> None:
    sign_in(world, http)
    response = http.get(approve(world, begin(world, http)))
    assert (response.status_code, response.headers["location"]) == (303, "/")
    assert world.tokens("anna").scopes == (str(READ), str(WRITE))
    assert "Parcels of anna" in http.get(world.home).text


@pytest.mark.parametrize("state", ["", "another", None])
def test_a_wrong_state_is_refused_before_the_code_is_used(
    world: PartnerWorld, http: httpx.Client, state: str | None
) -> None:
    sign_in(world, http)
    back = query(approve(world, begin(world, http)))
    changed = {name: value for name, value in {**back, "state": state}.items() if value is not None}
    # Even with an hmac that is right: an attacker may have a consent of their own.
    changed["hmac"] = world.oauth.hmac_recipe.sign(  # type: ignore[union-attr]
        {name: value for name, value in changed.items() if name != "hmac"},
        world.mock.oauth.app("parcel-pages").client_secret,
    )
    response = http.get(f"{world.home}/connected?{urlencode(changed)}")
    assert response.status_code == 400
    assert "The state is not the one that was sent." in response.text
    assert world.store.get("anna") is None
    # The code is still good: it was not sent.
    assert world.oauth.connect(back["code"]).access_token


def test_a_redirect_for_another_session_is_refused(world: PartnerWorld, http: httpx.Client) -> None:
    """Somebody sends a victim the link of their own consent: it would connect a stranger's account."""
    sign_in(world, http, "ben")
    location = approve(world, begin(world, http), BEN)
    with httpx.Client(timeout=PATIENCE) as victim:
        sign_in(world, victim)
        assert victim.get(location).status_code == 400
        assert world.store.get("anna") is None


@pytest.mark.parametrize(
    "change", [{"code": "mock-code-9"}, {"hmac": "0" * 64}, {"hmac": ""}, {"extra": "1"}]
)
def test_a_wrong_hmac_is_refused(world: PartnerWorld, http: httpx.Client, change: dict[str, str]) -> None:
    sign_in(world, http)
    back = query(approve(world, begin(world, http)))
    response = http.get(f"{world.home}/connected?{urlencode({**back, **change})}")
    assert response.status_code == 400
    assert "The hmac is not right." in response.text
    assert world.store.get("anna") is None


def test_install_requests_are_checked(world: PartnerWorld, http: httpx.Client) -> None:
    body = {"client_id": "parcel-pages", "merchant": ANNA}
    url = httpx.post(f"{world.url}/_mock/oauth/install", json=body, timeout=PATIENCE).json()["url"]
    assert "I am anna" in http.get(url).text
    assert http.get(url.replace("product=tracking", "product=returns")).status_code == 400
    assert http.get(f"{world.home}/install").status_code == 400
    # Also when the clock of the mock was moved: that of the app was not.
    world.mock.advance("2d")
    url = httpx.post(f"{world.url}/_mock/oauth/install", json=body, timeout=PATIENCE).json()["url"]
    assert http.get(url).status_code == 200
    # After the sign-in it goes on to the consent.
    response = http.post(f"{world.home}/sign-in", content="user=anna")
    assert response.headers["location"] == "/connect"
    # Ten minutes later the link is too old, though it is signed.
    found = query(url)
    now = float(found["timestamp"])
    assert world.oauth.read_install(found, clock=lambda: now).is_checked
    with pytest.raises(RedirectError, match="not from the last 300 s"):
        world.oauth.read_install(found, clock=lambda: now + 600)


def test_a_replayed_redirect_is_refused(world: PartnerWorld, http: httpx.Client) -> None:
    sign_in(world, http)
    location = approve(world, begin(world, http))
    assert http.get(location).status_code == 303
    # The state was used up.
    assert http.get(location).status_code == 400
    # And the code, even where nobody looks at the state: what it brought ends too.
    with pytest.raises(AuthenticationError, match="invalid_grant"):
        world.oauth.connect(query(location)["code"])
    assert "The connection has ended." in http.get(world.home).text


def test_an_expired_code(world: PartnerWorld) -> None:
    location = approve(world, world.oauth.authorization_url(state="s", scopes=[READ]))
    world.mock.advance(600)
    with pytest.raises(AuthenticationError, match="invalid_grant"):
        world.oauth.connect(query(location)["code"])


def test_a_stolen_code_needs_the_app(world: PartnerWorld) -> None:
    code = query(approve(world, world.oauth.authorization_url(state="s", scopes=[READ])))["code"]
    thief = OAuthApp("parcel-pages", "not the secret", token_url=world.oauth.token_url)
    with pytest.raises(AuthenticationError, match="invalid_client"):
        thief.connect(code)
    # Who has the secret too needs the address that the code went to.
    thief = OAuthApp(
        "parcel-pages",
        world.mock.oauth.app("parcel-pages").client_secret,
        token_url=world.oauth.token_url,
        redirect_uri="http://evil.example/",
    )
    with pytest.raises(AuthenticationError, match="invalid_grant"):
        thief.connect(code)
    assert world.oauth.connect(code).access_token


def test_a_stolen_code_with_pkce_needs_the_verifier(world: PartnerWorld) -> None:
    verifier = "a-verifier-of-forty-three-characters-or-more"
    url = world.oauth.authorization_url(state="s", scopes=[READ], code_challenge=verifier)
    code = query(approve(world, url))["code"]
    with pytest.raises(AuthenticationError, match="invalid_grant"):
        world.oauth.connect(code)
    assert world.oauth.connect(code, code_verifier=verifier).access_token


def test_an_expired_token_is_renewed_and_an_expired_alone_is_refused(world: PartnerWorld) -> None:
    tokens = connect(world)
    world.mock.advance(3600)
    with client(world, tokens) as alone, pytest.raises(AuthenticationError) as caught:
        alone.trackings.list()
    assert caught.value.status == 401
    world.store.put("anna", tokens)
    # By the clock of the client it is still good, so it learns of it by the 401.
    with Tenants(world.oauth, world.store, AfterShip, base_url=world.url) as tenants:
        assert list(tenants.client("anna").trackings.list()) == []
    assert world.tokens("anna").access_token != tokens.access_token


def test_a_revoked_token(world: PartnerWorld) -> None:
    tokens = connect(world)
    world.oauth.revoke(tokens)
    with client(world, tokens) as alone, pytest.raises(AuthenticationError):
        alone.trackings.list()
    with pytest.raises(AuthenticationError, match="invalid_grant"):
        world.oauth.refresh_tokens(tokens)


def test_a_stolen_refresh_token_needs_the_app(world: PartnerWorld) -> None:
    tokens = connect(world)
    thief = OAuthApp("parcel-pages", "not the secret", token_url=world.oauth.token_url)
    with pytest.raises(AuthenticationError, match="invalid_client"):
        thief.refresh_tokens(tokens)
    assert world.oauth.refresh_tokens(tokens).access_token


def test_a_token_of_one_merchant_shows_nothing_of_another(world: PartnerWorld) -> None:
    world.store.put("anna", connect(world, ANNA))
    world.store.put("ben", connect(world, BEN))
    with Tenants(world.oauth, world.store, AfterShip, base_url=world.url) as tenants:
        created = tenants.client("anna").trackings.create(tracking_number="1Z999AA10123456784")
        assert [each.id for each in tenants.client("anna").trackings.list()] == [created.id]
        assert list(tenants.client("ben").trackings.list()) == []


def test_a_missing_scope_is_named_before_the_call_and_by_the_403(world: PartnerWorld) -> None:
    tokens = connect(world, scopes=[READ])
    assert tokens.scopes == (str(READ),)
    world.store.put("anna", tokens)
    with Tenants(world.oauth, world.store, AfterShip, base_url=world.url) as tenants:
        with pytest.raises(MissingScopeError) as caught:
            tenants.client("anna").trackings.create(tracking_number="1Z999AA10123456784")
        assert caught.value.scopes == (WRITE,)
        assert str(WRITE) in caught.value.message
        assert not [each for each in world.mock.journal if each.method == "POST" and each.is_call]
    # A token whose scopes nobody knows: the service says it.
    with client(world, tokens) as unknown, pytest.raises(PermissionDeniedError) as denied:
        unknown.trackings.create(tracking_number="1Z999AA10123456784")
    assert denied.value.status == 403
    assert str(WRITE) in str(denied.value)
    assert f'scope="{WRITE}"' in denied.value.headers["www-authenticate"]


def test_disconnect_revokes_over_there(world: PartnerWorld) -> None:
    tokens = connect(world)
    world.store.put("anna", tokens)
    with Tenants(world.oauth, world.store, AfterShip, base_url=world.url) as tenants:
        assert tenants.disconnect("anna")
    assert world.store.get("anna") is None
    assert world.mock.oauth.connections == []


def list_in_a_process(url: str, secret: str, path: str, gate: Any, results: Any) -> None:
    """What one of several workers does."""
    oauth = OAuthApp("parcel-pages", secret, token_url=f"{url}/oauth/token")
    with Tenants(oauth, SqliteTokenStore(path), AfterShip, base_url=url) as tenants:
        gate.wait()
        try:
            results.put(len(list(tenants.client("anna").trackings.list())))
        except AfterShipError as error:
            results.put(repr(error))


def test_two_processes_renew_a_rotating_token_once(world: PartnerWorld, tmp_path: Path) -> None:
    """A refresh token is good once: of two renewals at a time, the second would lose the connection."""
    tokens = connect(world)
    world.mock.advance(3600)
    path = tmp_path / "tokens.db"
    SqliteTokenStore(path).put("anna", replace(tokens, expires_at=1.0))
    before = len([each for each in world.mock.journal if each.path == "/oauth/token"])
    context = multiprocessing.get_context("spawn")
    gate, results = context.Barrier(3), context.Queue()
    secret = world.mock.oauth.app("parcel-pages").client_secret
    workers = [
        context.Process(target=list_in_a_process, args=(world.url, secret, str(path), gate, results))
        for _ in range(2)
    ]
    for worker in workers:
        worker.start()
    gate.wait(PATIENCE)
    found = [results.get(timeout=PATIENCE) for _ in workers]
    for worker in workers:
        worker.join(PATIENCE)
    assert found == [0, 0]
    renewals = [each for each in world.mock.journal if each.path == "/oauth/token"][before:]
    assert [each.status for each in renewals] == [200]
