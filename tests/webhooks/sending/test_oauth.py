"""The access token of a delivery: how it is fetched, reused and renewed, and what a failure means."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import parse_qs

import pytest

from aftership_tracking.mock.webhooks import DeliveryResponse, OAuthSettings, Outgoing
from webhook_sender_support import SECRET, World, header, is_signed

TOKEN_URL = "http://receiver.test/token"
CLIENT_SECRET = "client:secret/ü"
UPDATES = {"events": ["tracking_update"]}


class Service:
    """A token service and a receiver in one. It issues token-1, token-2 and so on."""

    def __init__(self, **settings: Any) -> None:
        self.world = World()
        self.oauth = OAuthSettings(TOKEN_URL, "client", CLIENT_SECRET, **settings)
        self.world.add(**UPDATES, oauth=self.oauth)
        self.world.respond = self.respond
        self.fields: dict[str, Any] = {"expires_in": 3600}
        self.token_status = 200
        self.hook_status = 200
        self.fetched: list[Outgoing] = []
        self.delivered: list[Outgoing] = []

    def respond(self, request: Outgoing) -> int | DeliveryResponse:
        if request.url == TOKEN_URL:
            self.fetched.append(request)
            body = {"access_token": f"token-{len(self.fetched)}", "token_type": "bearer", **self.fields}
            return DeliveryResponse(self.token_status, json.dumps(body).encode())
        self.delivered.append(request)
        return self.hook_status

    @property
    def presented(self) -> list[str | None]:
        return [header(request, "authorization") for request in self.delivered]


def test_a_token_is_fetched_once_and_reused() -> None:
    service = Service()
    service.world.create()
    service.world.clock.advance(minutes=41)
    assert len(service.fetched) == 1
    assert service.presented == ["Bearer token-1"] * 2
    assert all(is_signed(request) for request in service.delivered)


def test_a_token_that_runs_out_is_renewed() -> None:
    service = Service()
    service.fields = {"expires_in": 1500}
    service.world.create()
    service.world.clock.advance(days=1)
    assert service.presented == ["Bearer token-1", "Bearer token-1", "Bearer token-2", "Bearer token-2"]


@pytest.mark.parametrize("expires_in", [None, "soon", True, -1])
def test_without_a_lifetime_the_setting_counts(expires_in: Any) -> None:
    service = Service(lifetime=1500)
    service.fields = {"expires_in": expires_in}
    service.world.create()
    service.world.clock.advance(days=1)
    assert len(service.fetched) == 2


def test_credentials_in_a_basic_header() -> None:
    service = Service()
    service.world.create()
    service.world.clock.advance(minutes=21)
    (request,) = service.fetched
    given = base64.b64decode((header(request, "authorization") or "").removeprefix("Basic ")).decode()
    assert given == "client:client%3Asecret%2F%C3%BC"
    assert parse_qs(request.body.decode()) == {"grant_type": ["client_credentials"]}
    assert header(request, "content-type") == "application/x-www-form-urlencoded"


def test_credentials_in_the_form_with_a_scope_and_another_prefix() -> None:
    service = Service(presentation="form", scope="a b", prefix="Token")
    service.world.create()
    service.world.clock.advance(minutes=21)
    (request,) = service.fetched
    assert header(request, "authorization") is None
    assert parse_qs(request.body.decode()) == {
        "grant_type": ["client_credentials"],
        "scope": ["a b"],
        "client_id": ["client"],
        "client_secret": [CLIENT_SECRET],
    }
    assert service.presented == ["Token token-1"]


def test_the_bare_token() -> None:
    service = Service(prefix="")
    service.world.create()
    service.world.clock.advance(minutes=21)
    assert service.presented == ["token-1"]


@pytest.mark.parametrize(
    ("status", "fields", "error"),
    [
        (500, {}, "the token service responded 500"),
        (302, {}, "the token service responded 302"),
        (200, {"access_token": None}, "the response of the token service holds no access_token"),
        (200, {"access_token": "a\r\nb"}, "the response of the token service holds no access_token"),
    ],
)
def test_without_a_token_the_attempt_has_failed_and_comes_again(
    status: int, fields: dict[str, Any], error: str
) -> None:
    service = Service()
    service.token_status, service.fields = status, fields
    service.world.create()
    service.world.clock.advance(minutes=20)
    assert service.delivered == []
    assert service.world.mock.webhooks.log[0].error == error
    service.token_status, service.fields = 200, {}
    service.world.clock.advance(30)
    assert service.presented == ["Bearer token-2"]


def test_or_it_is_delivered_without_one() -> None:
    service = Service(deliver_without=True)
    service.token_status = 500
    service.world.create()
    service.world.clock.advance(minutes=21)
    assert service.presented == [None]


@pytest.mark.parametrize(("renew", "fetched"), [(True, 2), (False, 1)])
def test_whether_a_401_renews_the_token_is_a_setting(renew: bool, fetched: int) -> None:
    service = Service(renew_on_401=renew)
    service.hook_status = 401
    service.world.create()
    service.world.clock.advance(minutes=20, seconds=31)
    assert len(service.delivered) == 2
    assert len(service.fetched) == fetched


def test_a_response_without_a_body_gives_no_token() -> None:
    service = Service()
    service.world.respond = lambda _: 200
    service.world.create()
    service.world.clock.advance(minutes=20)
    assert (
        service.world.mock.webhooks.log[0].error == "the response of the token service holds no access_token"
    )


def test_a_token_service_that_cannot_be_reached() -> None:
    service = Service()

    def fail(_: Outgoing) -> int:
        raise OSError(CLIENT_SECRET)

    service.world.respond = fail
    service.world.create()
    service.world.clock.advance(minutes=20)
    assert service.world.mock.webhooks.log[0].error == "no response from the token service: OSError"


@pytest.mark.parametrize(
    "wrong",
    [{"token_url": "token"}, {"client_id": ""}, {"client_secret": ""}, {"presentation": "query"}],
)
def test_settings_that_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        OAuthSettings(**{"token_url": TOKEN_URL, "client_id": "c", "client_secret": "s", **wrong})


def test_an_own_authorization_header_does_not_go_with_it() -> None:
    with pytest.raises(ValueError, match="either OAuth"):
        World().add(oauth=OAuthSettings(TOKEN_URL, "c", "s"), headers={"Authorization": "x"})


def test_nothing_that_is_shown_holds_a_secret() -> None:
    service = Service()
    service.world.create()
    service.world.clock.advance(minutes=21)
    shown = repr((service.oauth, service.world.mock.webhooks.endpoints, service.fetched, service.delivered))
    for secret in (CLIENT_SECRET, SECRET, "token-1"):
        assert secret not in shown
