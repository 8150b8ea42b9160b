"""Consent to a partner app: who may request it, what is sent where, and what becomes of codes and tokens."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from aftership_tracking.mock import (
    ControlError,
    ManualClock,
    Mock,
    MockApp,
    MockMerchant,
    MockOAuth,
    MockRequest,
    MockResponse,
)
from aftership_tracking.oauth import OAuthApp
from aftership_tracking.runtime.auth.hmac_recipe import HmacRecipe
from contract_support.document.installed import ReadOnce

READ, WRITE, COURIERS = "aftership:tracking:read", "aftership:tracking:write", "aftership:courier:read"
BACK, OTHER_BACK = "http://127.0.0.1:8000/back", "http://127.0.0.1:8000/other?kind=1"
APP = MockApp(
    client_id="app",
    client_secret="s3cret of the app",
    redirect_uris=[BACK],
    scopes=[READ, WRITE],
    app_url="http://127.0.0.1:8000/install",
    hmac=HmacRecipe(),
)
SECOND = MockApp(client_id="second", client_secret="other", redirect_uris=[BACK, OTHER_BACK], scopes=[READ])
VERIFIER = "v" * 64


class Partner:
    """A mock with two apps and two merchants, and a browser without a window."""

    def __init__(self, **options: Any) -> None:
        self.clock = ManualClock()
        oauth = MockOAuth(
            apps=[APP, SECOND], merchants=["anna", MockMerchant(name="ben", key="k-b")], **options
        )
        self.mock = Mock(clock=self.clock, documents=ReadOnce, tokens=oauth)

    def url(self, **query: str | None) -> str:
        wanted = {"response_type": "code", "client_id": "app", "state": "s&1", **query}
        sent = {name: value for name, value in wanted.items() if value is not None}
        return f"http://mock/oauth/authorize?{urlencode(sent)}"

    def approve(self, merchant: str = "anna", scopes: Any = None, **query: str | None) -> dict[str, str]:
        """What the app receives."""
        location = self.mock.oauth.approve(self.url(**query), merchant, scopes)
        return dict(parse_qsl(urlsplit(location).query, keep_blank_values=True))

    def send(self, path: str = "/oauth/token", app: MockApp = APP, **form: str) -> MockResponse:
        basic = base64.b64encode(f"{app.client_id}:{app.client_secret.replace(' ', '+')}".encode()).decode()
        headers = {"authorization": f"Basic {basic}"}
        return self.mock.handle(MockRequest.to("POST", path, headers=headers, body=urlencode(form).encode()))

    def exchange(self, code: str, app: MockApp = APP, **form: str) -> MockResponse:
        return self.send(app=app, grant_type="authorization_code", code=code, **form)

    def renew(self, token: str, app: MockApp = APP, **form: str) -> MockResponse:
        return self.send(app=app, grant_type="refresh_token", refresh_token=token, **form)

    def connect(self, merchant: str = "anna", **query: str | None) -> dict[str, Any]:
        response = self.exchange(self.approve(merchant, **query)["code"])
        assert response.status == 200, response
        found: dict[str, Any] = response.json
        return found

    def call(self, token: str, method: str = "GET", **parts: Any) -> MockResponse:
        headers = {"authorization": f"Bearer {token}"}
        return self.mock.handle(
            MockRequest.to(method, "/tracking/2024-01/trackings", headers=headers, **parts)
        )


@pytest.fixture
def partner() -> Partner:
    return Partner()


def refusal(response: MockResponse) -> tuple[int, str, str]:
    """Status, code and hint; the body holds the code only."""
    assert set(response.json) == {"error"}
    return response.status, response.json["error"], response.headers["as-mock-hint"]


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
