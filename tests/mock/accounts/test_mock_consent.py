"""Consent to a partner app: who may request it, what is sent where, and what becomes of codes and tokens."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from aftership_tracking.mock import ControlError, Mock, MockApp, MockOAuth
from aftership_tracking.oauth import OAuthApp
from aftership_tracking.runtime.auth.hmac_recipe import HmacRecipe
from contract_support.document.installed import ReadOnce
from oauth_support.partner import (
    APP,
    BACK,
    COURIERS,
    OTHER_BACK,
    READ,
    SECOND,
    VERIFIER,
    WRITE,
    Partner,
    refusal,
)


def test_the_whole_way(partner: Partner) -> None:
    back = partner.approve()
    assert set(back) == {"code", "state", "hmac"}
    assert back["state"] == "s&1"
    assert HmacRecipe().check(back, APP.client_secret)
    assert not HmacRecipe().check({**back, "code": "another"}, APP.client_secret)
    tokens = partner.exchange(back["code"]).json
    assert tokens["scope"] == f"{READ} {WRITE}"
    assert partner.call(tokens["access_token"]).status == 200
    [found] = partner.mock.oauth.connections
    assert (found.client_id, found.merchant, found.scopes) == ("app", "anna", (READ, WRITE))
    assert found.expires_at == partner.clock.now() + timedelta(hours=1)


def test_two_merchants_do_not_see_each_others_trackings(partner: Partner) -> None:
    anna, ben = (partner.connect(name)["access_token"] for name in ("anna", "ben"))
    body = {"tracking": {"tracking_number": "OF-ANNA-1", "slug": "usps"}}
    assert partner.call(anna, "POST", json=body).status == 201
    assert partner.call(anna).json["data"]["count"] == 1
    assert partner.call(ben).json["data"]["count"] == 0
    # The account of a merchant is that of the key.
    partner.mock.seed([{"tracking_number": "OF-BEN-1", "slug": "usps"}], key="k-b")
    assert partner.call(ben).json["data"]["trackings"][0]["tracking_number"] == "OF-BEN-1"
    # A second consent opens the same account.
    assert partner.call(partner.connect("anna")["access_token"]).json["data"]["count"] == 1


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"client_id": None}, "client_id is missing: this mock has app, second"),
        ({"client_id": "App"}, "client_id 'App' is not an app: this mock has app, second"),
        ({"client_id": "second"}, "redirect_uri is missing, and the app has registered more than one"),
        *(
            (
                {"redirect_uri": uri},
                f"redirect_uri {uri!r} is not registered for app; it has to be exactly one of",
            )
            for uri in (
                "http://127.0.0.1:8000/back/",
                "http://127.0.0.1:8000/back?x=1",
                "http://127.0.0.1:8000/back#",
                "http://127.0.0.1:8000/BACK",
                "http://127.0.0.1:8000/back/../other",
                "http://127.0.0.1:8000@evil.example/back",
                "https://127.0.0.1:8000/back",
                "//evil.example",
                "javascript:alert(1)",
                "",
            )
        ),
    ],
)
def test_nothing_is_sent_to_an_address_that_is_not_registered(
    partner: Partner, query: dict[str, str | None], sentence: str
) -> None:
    for act in (partner.mock.oauth.deny, lambda url: partner.mock.oauth.approve(url, "anna")):
        with pytest.raises(ControlError) as caught:
            act(partner.url(**query))
        assert caught.value.code == "refused-authorization"
        assert caught.value.message.startswith(sentence)


def test_a_repeated_client_or_redirect_is_refused_too(partner: Partner) -> None:
    for name, value in (("client_id", "second"), ("redirect_uri", OTHER_BACK)):
        url = partner.url(redirect_uri=BACK) + f"&{urlencode({name: value})}"
        with pytest.raises(ControlError, match=f"{name} came more than once"):
            partner.mock.oauth.approve(url, "anna")


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": f"{READ} {COURIERS}"}, "invalid_scope"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": "c" * 43, "code_challenge_method": "S512"}, "invalid_request"),
        ({"code_challenge_method": "S256"}, "invalid_request"),
    ],
)
def test_what_the_app_can_mend_goes_back_to_it(
    partner: Partner, query: dict[str, str | None], error: str
) -> None:
    back = partner.approve(**query)
    assert (back["error"], back["state"]) == (error, "s&1")
    assert "code" not in back
    assert HmacRecipe().check(back, APP.client_secret)


def test_a_state_that_came_twice_does_not_come_back(partner: Partner) -> None:
    location = partner.mock.oauth.approve(partner.url() + "&state=2", "anna")
    assert "error=invalid_request" in location
    assert "state" not in location


def test_deny_and_no_state(partner: Partner) -> None:
    location = partner.mock.oauth.deny(partner.url())
    assert location.startswith(f"{BACK}?error=access_denied&state=s%261&hmac=")
    assert "state" not in partner.approve(state=None)


def test_a_recipe_that_covers_the_code_signs_only_what_has_one() -> None:
    recipe = HmacRecipe(covered=("code", "state"), parameter="signature")
    app = MockApp(client_id="a", client_secret="s", redirect_uris=[BACK], scopes=[READ], hmac=recipe)
    mock = Mock(documents=ReadOnce, tokens=MockOAuth(apps=[app]))
    url = "http://mock/oauth/authorize?response_type=code&client_id=a&state=1"
    assert mock.oauth.deny(url) == f"{BACK}?error=access_denied&state=1"
    assert "&signature=" in mock.oauth.approve(url, "merchant-1")


def test_what_an_address_has_already_is_signed_too() -> None:
    """The app receives all of it, and cannot tell what was added."""
    app = dataclasses.replace(APP, redirect_uris=[OTHER_BACK], app_url=f"{BACK}?from=service")
    mock = Mock(documents=ReadOnce, tokens=MockOAuth(apps=[app]))
    own = OAuthApp(
        "app", app.client_secret, token_url="http://mock/oauth/token", hmac_recipe=HmacRecipe(),
        authorize_url="http://mock/oauth/authorize", redirect_uri=OTHER_BACK,
    )  # fmt: skip
    back = mock.oauth.approve(own.authorization_url(state="s"), "merchant-1")
    parameters = dict(parse_qsl(urlsplit(back).query))
    assert back.startswith(f"{OTHER_BACK}&code=")
    assert parameters["kind"] == "1"
    assert own.read_redirect(parameters, state="s") == parameters["code"]
    install = mock.oauth.install_url("app", "merchant-1")
    assert own.read_install(dict(parse_qsl(urlsplit(install).query))).is_checked


@pytest.mark.parametrize(("lifetime", "written"), [(60.0, "60,"), (0.5, "0.5,")])
def test_seconds_are_whole_if_they_can_be(lifetime: float, written: str) -> None:
    """As in a file of `--oauth`, whose numbers are floats. Many clients read whole ones only."""
    partner = Partner(lifetime=lifetime)
    response = partner.exchange(partner.approve()["code"])
    assert f'"expires_in":{written}'.encode() in response.body


def test_fewer_scopes_than_requested(partner: Partner) -> None:
    code = partner.approve(scopes=[READ])["code"]
    tokens = partner.exchange(code).json
    assert tokens["scope"] == READ
    body = {"tracking": {"tracking_number": "1234567890"}}
    response = partner.call(tokens["access_token"], "POST", json=body)
    assert response.status == 403
    assert response.headers["as-mock-hint"] == f"permission: the token lacks {WRITE}"
    assert response.headers["www-authenticate"] == f'Bearer error="insufficient_scope", scope="{WRITE}"'
    with pytest.raises(ControlError, match="was not requested"):
        partner.approve(scopes=[COURIERS])
    with pytest.raises(ControlError, match="allow at least one, or deny"):
        partner.approve(scopes=[])
    with pytest.raises(ControlError, match="there is no merchant 'carl'; there are anna, ben"):
        partner.approve("carl")


def test_a_code_is_good_once_and_a_second_use_ends_what_it_brought(partner: Partner) -> None:
    code = partner.approve()["code"]
    tokens = partner.exchange(code).json
    assert refusal(partner.exchange(code)) == (400, "invalid_grant", "oauth: the code was used already")
    assert partner.call(tokens["access_token"]).headers["as-mock-hint"] == (
        "token: it came of a code that was used twice"
    )
    assert refusal(partner.renew(tokens["refresh_token"]))[1] == "invalid_grant"
    assert partner.mock.oauth.connections == []


def test_a_code_expires_by_the_clock_of_the_mock() -> None:
    partner = Partner(code_lifetime=30)
    early, late = (partner.approve()["code"] for _ in range(2))
    partner.mock.advance(29)
    assert partner.exchange(early).status == 200
    partner.mock.advance(1)
    assert refusal(partner.exchange(late)) == (400, "invalid_grant", "oauth: the code has expired")


def test_a_stolen_code_is_useless_to_another_app(partner: Partner) -> None:
    code = partner.approve()["code"]
    assert refusal(partner.exchange(code, SECOND)) == (
        400, "invalid_grant", "oauth: the code was issued to another app",
    )  # fmt: skip
    assert partner.exchange(code).status == 200


def test_a_code_is_bound_to_its_redirect_uri(partner: Partner) -> None:
    code = partner.approve(client_id="second", redirect_uri=OTHER_BACK)["code"]
    assert refusal(partner.exchange(code, SECOND))[2] == "oauth: the code needs its redirect_uri"
    wrong = partner.exchange(code, SECOND, redirect_uri=BACK)
    assert refusal(wrong)[2] == "oauth: the code was issued for another redirect_uri"
    assert partner.exchange(code, SECOND, redirect_uri=OTHER_BACK).status == 200
    # A query that the address has already goes on.
    location = partner.mock.oauth.deny(partner.url(client_id="second", redirect_uri=OTHER_BACK))
    assert location == f"{OTHER_BACK}&error=access_denied&state=s%261"


@pytest.mark.parametrize("method", ["plain", "S256"])
def test_pkce(method: str) -> None:
    partner = Partner(needs_pkce=True)
    assert partner.approve()["error"] == "invalid_request"
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() if method == "S256" else VERIFIER
    code = partner.approve(code_challenge=challenge, code_challenge_method=method)["code"]
    assert "needs its code_verifier" in refusal(partner.exchange(code))[2]
    assert "another code_verifier" in refusal(partner.exchange(code, code_verifier=VERIFIER + "x"))[2]
    assert partner.exchange(code, code_verifier=VERIFIER).status == 200


def test_a_verifier_without_a_challenge_is_refused(partner: Partner) -> None:
    # Otherwise somebody could take the challenge out of the request of somebody else.
    response = partner.exchange(partner.approve()["code"], code_verifier=VERIFIER)
    assert refusal(response)[:2] == (400, "invalid_grant")
