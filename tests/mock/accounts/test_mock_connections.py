"""What lasts after a consent: refresh tokens, revocation, snapshots; and settings that are refused."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from aftership_tracking.mock import (
    ControlError,
    Mock,
    MockApp,
    MockMerchant,
    MockOAuth,
    MockRequest,
    MockResponse,
)
from aftership_tracking.runtime.auth.hmac_recipe import HmacRecipe
from contract_support.document.installed import ReadOnce
from oauth_support.partner import APP, BACK, COURIERS, READ, SECOND, WRITE, Partner, refusal


def test_refresh_tokens_rotate_and_belong_to_their_app(partner: Partner) -> None:
    tokens = partner.connect()
    assert refusal(partner.renew(tokens["refresh_token"], SECOND))[2] == (
        "oauth: the refresh token was issued to another app"
    )
    again = partner.renew(tokens["refresh_token"]).json
    assert again["refresh_token"] != tokens["refresh_token"]
    assert refusal(partner.renew(tokens["refresh_token"]))[2] == "oauth: the refresh token was used already"
    # By default nothing more happens.
    assert partner.renew(again["refresh_token"]).status == 200


def test_reuse_of_a_refresh_token_ends_the_connection_if_it_is_so_set() -> None:
    partner = Partner(revoke_on_reuse=True)
    anna, ben = partner.connect("anna"), partner.connect("ben")
    again = partner.renew(anna["refresh_token"]).json
    assert partner.renew(anna["refresh_token"]).status == 400
    response = partner.call(again["access_token"])
    assert response.headers["as-mock-hint"] == "token: it belongs to a refresh token that was used twice"
    assert refusal(partner.renew(again["refresh_token"]))[:2] == (400, "invalid_grant")
    assert partner.call(ben["access_token"]).status == 200


def test_a_renewal_may_take_fewer_scopes_and_never_more(partner: Partner) -> None:
    tokens = partner.connect()
    assert refusal(partner.renew(tokens["refresh_token"], scope=f"{READ} {COURIERS}"))[1] == "invalid_scope"
    fewer = partner.renew(tokens["refresh_token"], scope=READ).json
    assert fewer["scope"] == READ
    # The refresh token stands for what the merchant allowed.
    assert partner.renew(fewer["refresh_token"]).json["scope"] == f"{READ} {WRITE}"


def test_tokens_expire_by_the_clock_of_the_mock() -> None:
    partner = Partner(lifetime=60, refresh_lifetime=120)
    tokens = partner.connect()
    partner.mock.advance(60)
    assert partner.call(tokens["access_token"]).headers["as-mock-hint"] == "token: it has expired"
    partner.mock.advance(60)
    assert refusal(partner.renew(tokens["refresh_token"]))[2] == "oauth: the refresh token has expired"


def test_revocation(partner: Partner) -> None:
    tokens, other = partner.connect(), partner.connect()
    revoke = "/oauth/revoke"
    stolen = partner.send(revoke, SECOND, token=tokens["refresh_token"])
    assert refusal(stolen)[:2] == (400, "invalid_grant")
    assert partner.call(tokens["access_token"]).status == 200
    # An access token alone: the connection lives on.
    assert partner.send(revoke, token=other["access_token"], token_type_hint="refresh_token").status == 200
    assert partner.call(other["access_token"]).headers["as-mock-hint"] == "token: it was revoked"
    assert partner.renew(other["refresh_token"]).status == 200
    # A refresh token takes all of its connection along, and no other.
    assert partner.send(revoke, token=tokens["refresh_token"]).status == 200
    assert partner.call(tokens["access_token"]).status == 401
    assert refusal(partner.renew(tokens["refresh_token"]))[2] == "oauth: the refresh token was revoked"
    assert len(partner.mock.oauth.connections) == 1
    # RFC 7009, 2.2: an unknown token is as good as revoked.
    for token in ("nothing", tokens["refresh_token"]):
        assert partner.send(revoke, token=token).status == 200
    assert refusal(partner.send(revoke))[:2] == (400, "invalid_request")


def test_uninstall_ends_what_a_merchant_allowed(partner: Partner) -> None:
    anna, ben = partner.connect("anna"), partner.connect("ben")
    code = partner.approve("anna")["code"]
    assert partner.mock.oauth.uninstall("anna", "second") == 0
    assert partner.mock.oauth.uninstall("anna") == 3
    response = partner.call(anna["access_token"])
    assert response.headers["as-mock-hint"] == "token: it belongs to an app that the merchant uninstalled"
    assert refusal(partner.renew(anna["refresh_token"]))[1] == "invalid_grant"
    assert refusal(partner.exchange(code))[1] == "invalid_grant"
    assert partner.call(ben["access_token"]).status == 200
    with pytest.raises(ControlError, match="there is no app 'third'; there are app, second"):
        partner.mock.oauth.uninstall("anna", "third")


def test_the_app_proves_itself_in_one_way(partner: Partner) -> None:
    def send(headers: dict[str, str] | None = None, **form: str) -> MockResponse:
        body = urlencode({"grant_type": "refresh_token", "refresh_token": "x", **form}).encode()
        return partner.mock.handle(MockRequest.to("POST", "/oauth/token", headers=headers, body=body))

    wrong = send({"authorization": "Basic " + base64.b64encode(b"app:no").decode()})
    assert refusal(wrong)[:2] == (401, "invalid_client")
    assert wrong.headers["www-authenticate"].startswith("Basic ")
    assert "www-authenticate" not in send(client_id="app", client_secret="no").headers
    assert refusal(send(client_id="nobody", client_secret="no"))[2] == "oauth: 'nobody' is not an app"
    right = {"authorization": "Basic " + base64.b64encode(b"app:s3cret+of+the+app").decode()}
    assert refusal(send(right))[:2] == (400, "invalid_grant")
    assert refusal(send(right, client_secret="s"))[2].endswith("in two ways: by header and by form")
    assert refusal(send(right, client_id="second"))[2].endswith("is not that of the header")
    assert refusal(send(client_id="app", client_secret="s3cret of the app"))[1] == "invalid_grant"
    twice = MockRequest.to("POST", "/oauth/token", headers=right, body=b"code=1&code=2")
    assert refusal(partner.mock.handle(twice))[2] == "oauth: a field came more than once"
    for path in ("/oauth/token", "/oauth/revoke", "/oauth/authorize"):
        method = "PUT" if path.endswith("authorize") else "GET"
        assert partner.mock.handle(MockRequest.to(method, path)).status == 405


def test_an_install_request_is_signed_and_suggests_its_merchant(partner: Partner) -> None:
    location = partner.mock.oauth.install_url("app", "ben")
    address, _, query = location.partition("?")
    sent = dict(parse_qsl(query))
    assert address == APP.app_url
    assert sent["product"] == "tracking"
    assert sent["timestamp"] == str(int(partner.clock.now().timestamp()))
    assert HmacRecipe().check(sent, APP.client_secret)
    assert partner.mock.oauth.suggested("app").name == "ben"
    partner.approve("ben")
    assert partner.mock.oauth.suggested("app").name == "anna"
    with pytest.raises(ControlError, match="the app second has no app_url"):
        partner.mock.oauth.install_url("second", "ben")


def test_snapshots_hold_consents_and_reset_forgets_them(partner: Partner) -> None:
    tokens, code = partner.connect(), partner.approve("ben")["code"]
    partner.mock.oauth.install_url("app", "ben")
    before = partner.mock.snapshot()
    connections = partner.mock.oauth.connections
    assert partner.renew(tokens["refresh_token"]).status == 200
    partner.mock.oauth.uninstall("ben")
    partner.mock.restore(before)
    assert partner.mock.oauth.connections == connections
    assert partner.renew(tokens["refresh_token"]).status == 200
    assert partner.exchange(code).status == 200
    assert partner.mock.oauth.suggested("app").name == "ben"
    partner.mock.reset()
    assert partner.mock.oauth.connections == []
    assert partner.call(tokens["access_token"]).status == 401


def test_the_journal_shows_no_code_token_or_secret(partner: Partner) -> None:
    tokens = partner.connect()
    partner.send("/oauth/revoke", token=tokens["refresh_token"])
    partner.mock.handle(MockRequest.to("GET", "/oauth/authorize?client_id=app"))
    records = list(partner.mock.journal)
    assert [(each.kind, each.path) for each in records] == [
        ("token", "/oauth/token"), ("token", "/oauth/revoke"), ("token", "/oauth/authorize"),
    ]  # fmt: skip
    shown = "".join(f"{each.headers}{each.body}{each.response_body}" for each in records)
    assert "mock-" not in shown
    assert "s3cret" not in shown


def test_a_mock_without_apps_says_so() -> None:
    for mock in (Mock(documents=ReadOnce), Mock(documents=ReadOnce, tokens={"t": [READ]})):
        for act in (lambda m: m.oauth.connections, lambda m: m.oauth.uninstall("anna")):
            with pytest.raises(ControlError, match="this mock has no apps"):
                act(mock)
        assert mock.handle(MockRequest.to("GET", "/oauth/authorize")).status == 404


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"client_id": ""}, "client_id must be a string"),
        ({"client_secret": "a\nb"}, "client_secret must be a string"),
        ({"redirect_uris": []}, "redirect_uris must be a list"),
        ({"redirect_uris": BACK}, "redirect_uris must be a list"),
        ({"redirect_uris": ["/back"]}, "redirect_uris: '/back' is not the address of a page"),
        ({"redirect_uris": [f"{BACK}#top"]}, "is not the address of a page"),
        ({"redirect_uris": ["http://a.example;x/"]}, "is not the address of a page"),
        ({"redirect_uris": ["javascript:alert(1)//"]}, "is not the address of a page"),
        ({"app_url": "http://u:p@127.0.0.1/"}, "app_url: 'http://u:p@127.0.0.1/' is not"),
        ({"scopes": ["a b"]}, "scopes: 'a b' is not a scope"),
        ({"name": "x" * 201}, "name must be a string of at most 200"),
        ({"redirect_uris": ["http://a.example/?code=1"]}, "must not contain code, or it comes twice"),
        ({"app_url": "http://a.example/?a=1&a=2"}, "must not contain a, or it comes twice"),
        ({"hmac": HmacRecipe(parameter="state")}, "hmac: its parameter must not be state"),
        ({"hmac": HmacRecipe(key="hex")}, "the secret is blank or not hex"),
    ],
)
def test_apps_that_are_refused(change: dict[str, Any], sentence: str) -> None:
    given = {"client_id": "a", "client_secret": "s", "redirect_uris": [BACK], "scopes": [READ], **change}
    with pytest.raises(ValueError) as caught:
        MockApp(**given)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"apps": [APP, APP]}, "there are two apps named 'app'"),
        ({"merchants": ["a", "a"]}, "there are two merchants named 'a'"),
        ({"merchants": [" "]}, "the name of a merchant must have 1 to 200 characters"),
        ({"path": "token"}, "path must be a path such as /oauth/token, not 'token'"),
        ({"revoke_path": "/_mock/revoke"}, "revoke_path must not be below /_mock"),
        ({"authorize_path": "/oauth/token"}, "must differ"),
        ({"lifetime": -1}, "lifetime must be from 0"),
        ({"refresh_lifetime": 1e12}, "refresh_lifetime must be from 0"),
        ({"rotate": False, "revoke_on_reuse": True}, "revoke_on_reuse needs rotate"),
        ({"header": ""}, "header must be the name of a header"),
        ({"prefix": "a\nb"}, "prefix must be plain ASCII"),
        ({"scope_separator": "a"}, "scope_separator must be a space or a comma"),
        ({"scope_separator": ""}, "scope_separator must be a space or a comma"),
    ],
)
def test_settings_that_are_refused(settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError) as caught:
        MockOAuth(**settings)
    assert sentence in str(caught.value)


def test_the_secret_is_not_shown() -> None:
    assert APP.client_secret not in repr(APP)
    assert "k-b" not in repr(MockMerchant(name="ben", key="k-b"))


def test_tokens_of_a_snapshot_from_before_there_were_apps() -> None:
    old = {"scopes": [READ], "expires_at": None, "account": "a"}
    oauth = MockOAuth(revoke_on_reuse=True)
    oauth.load({"access": {}, "refresh": {"r-1": old, "r-2": old}, "codes": {}, "issued": 0})
    mock = Mock(documents=ReadOnce, tokens=oauth)

    def renew(token: str) -> int:
        body = urlencode({"grant_type": "refresh_token", "refresh_token": token}).encode()
        return mock.handle(MockRequest.to("POST", "/oauth/token", body=body)).status

    # They have nothing in common that the second use of one could end.
    assert [renew("r-1"), renew("r-1"), renew("r-2")] == [200, 400, 200]
