"""Hints that depend on the operation, on its argument, and on who signed the request."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import Any

import httpx
import pytest

from aftership_tracking.errors import (
    AuthenticationError,
    NotFoundError,
    PermissionDeniedError,
    UsageError,
    ValidationError,
)
from aftership_tracking.mock import Mock, MockKey, MockOAuth
from aftership_tracking.runtime.auth.oauth import OAuthApp, OAuthToken, Tokens
from aftership_tracking.runtime.wire.request import Request
from aftership_tracking.v2026_07 import AfterShip, AsyncAfterShip

READ, WRITE = "aftership:tracking:read", "aftership:tracking:write"
NUMBER = "1Z999AA10123456784"
APP = OAuthApp("app", "client-secret", token_url="https://accounts.example/token")


def new_mock() -> Mock:
    return Mock(
        keys={"asat_plain": MockKey(permissions=[READ]), "asat_all": MockKey()},
        tokens=MockOAuth({"access-1": [READ]}),
    )


def refuse(status: int, message: str = "no", **headers: str) -> httpx.MockTransport:
    content = {"meta": {"code": status, "type": "x", "message": message}, "data": {}}
    return httpx.MockTransport(lambda _: httpx.Response(status, json=content, headers=headers))


def client(transport: httpx.BaseTransport, auth: Any, key: str | None = None) -> AfterShip:
    return AfterShip(key, auth=auth, http_client=transport, limiter=None, max_retries=0)


def test_scope_of_the_document_is_named() -> None:
    token = OAuthToken(Tokens(access_token="access-1", scopes=(READ,)), check_scopes=False)
    with pytest.raises(PermissionDeniedError) as caught:
        client(new_mock().transport(), token).trackings.delete("k3v9q2m7x1c8b4n6t5r0w2yz")
    assert f"the scope {WRITE}, and has {READ}" in str(caught.value)
    assert "API key" not in str(caught.value)


def test_scope_of_the_document_is_named_async() -> None:
    async def run() -> None:
        transport = new_mock().async_transport()
        given: dict[str, Any] = {"auth": OAuthToken("access-1"), "http_client": transport, "limiter": None}
        await AsyncAfterShip(**given).trackings.delete("k3v9q2m7x1c8b4n6t5r0w2yz")

    with pytest.raises(PermissionDeniedError, match=WRITE):
        asyncio.run(run())


@pytest.mark.parametrize(
    "transport",
    [
        refuse(403, **{"www-authenticate": 'Bearer error="insufficient_scope", scope="a:b c:d"'}),
        refuse(403, message="needs a:b c:d, which is not a scope of AfterShip"),
        refuse(403, message=f"{WRITE} is missing, {WRITE}"),
    ],
)
def test_scope_of_the_response_is_named(transport: httpx.MockTransport) -> None:
    with pytest.raises(PermissionDeniedError) as caught:
        client(transport, OAuthToken("access-1")).trackings.get("k3v9q2m7x1c8b4n6t5r0w2yz")
    hint = str(caught.value.hint)
    if "insufficient" in str(caught.value.headers):
        assert "scopes a:b, c:d" in hint
    else:
        assert hint.count("aftership:tracking:") == 1
        assert (WRITE in hint) == (WRITE in caught.value.message)


def test_scope_that_the_token_has_is_not_called_missing() -> None:
    token = OAuthToken(Tokens(access_token="access-1", scopes=(READ, WRITE)))
    with pytest.raises(PermissionDeniedError, match="plan of the merchant"):
        client(refuse(403), token).trackings.get("k3v9q2m7x1c8b4n6t5r0w2yz")


def test_operation_without_a_documented_scope() -> None:
    V2024 = import_module("aftership_tracking.v2024_01").AfterShip  # noqa: N806 - it is a class
    old = V2024(auth=OAuthToken("access-1"), http_client=refuse(403), limiter=None)
    with pytest.raises(PermissionDeniedError, match="check the scopes of the app"):
        old.notifications.get("k3v9q2m7x1c8b4n6t5r0w2yz")


def test_permission_of_a_key_is_still_called_one() -> None:
    with pytest.raises(PermissionDeniedError, match="API key"):
        client(new_mock().transport(), "api_key", "asat_plain").trackings.delete("k3v9q2m7x1c8b4n6t5r0w2yz")


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        (OAuthToken("access-1"), "cannot be renewed"),
        (OAuthToken(Tokens(access_token="access-1", refresh_token="refresh-1")), "its app"),
    ],
)
def test_refused_token_is_not_called_a_key(token: OAuthToken, expected: str) -> None:
    with pytest.raises(AuthenticationError) as caught:
        client(refuse(401), token).trackings.get("k3v9q2m7x1c8b4n6t5r0w2yz")
    assert expected in str(caught.value.hint)
    assert "API key" not in str(caught.value)


def test_token_that_was_renewed_in_vain() -> None:
    token = OAuthToken(Tokens(access_token="access-1", refresh_token="refresh-1"), app=APP)
    assert "connect the app again" in token.advise(401, ())


class Custom:
    def sign(self, request: Request) -> Request:
        return request


@pytest.mark.parametrize("status", [401, 403])
def test_credentials_of_the_callers_own(status: int) -> None:
    with pytest.raises((AuthenticationError, PermissionDeniedError)) as caught:
        client(refuse(status), Custom()).trackings.get("k3v9q2m7x1c8b4n6t5r0w2yz")
    assert "`auth`" in str(caught.value.hint)
    assert "API key" not in str(caught.value)


@pytest.mark.parametrize("call", ["get", "delete", "retrack"])
def test_number_for_an_id_points_to_the_list(call: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        getattr(client(new_mock().transport(), "api_key", "asat_all").trackings, call)(NUMBER)
    assert f"client.trackings.list(tracking_numbers=['{NUMBER}'])" in str(caught.value.hint)


def test_number_for_an_id_that_the_service_calls_invalid() -> None:
    content = {"meta": {"code": 4015, "type": "BadRequest", "message": "The value of id is invalid."}}
    transport = httpx.MockTransport(lambda _: httpx.Response(400, json=content))
    for base_url in ("https://api.aftership.com", "https://proxy.example/prefix/more"):
        given = AfterShip("asat_plain", http_client=transport, limiter=None, base_url=base_url)
        with pytest.raises(ValidationError, match="tracking_numbers"):
            given.trackings.get("A/B-1")
        with pytest.raises(ValidationError) as caught:
            given.trackings.update("A/B-1", title="x")
        assert "list(tracking_numbers=['A/B-1'])" in str(caught.value.hint)


@pytest.mark.parametrize("found", ["k3v9q2m7x1c8b4n6t5r0w2yz", "5b7658cec7c33c0e007de3c5", "0" * 32])
def test_missing_id_does_not_point_to_the_list(found: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        client(refuse(404), "api_key", "asat_plain").trackings.get(found)
    assert "tracking_numbers" not in str(caught.value)


def test_missing_connection_does_not_point_to_the_trackings() -> None:
    with pytest.raises(NotFoundError) as caught:
        client(refuse(404), "api_key", "asat_plain").courier_connections.get("conn")
    assert "tracking_numbers" not in str(caught.value)


def test_hmac_is_the_other_name_of_aes() -> None:
    seen: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"meta": {"code": 200}, "data": {"id": "p1"}})

    for name in ("aes", "hmac"):
        given = AfterShip(
            "asat_plain", api_secret="asek_secret", auth=name, http_client=httpx.MockTransport(respond)
        )
        given.trackings.get("p1")
        given.with_options(api_key="asat_other", api_secret="other", auth=name).trackings.get("p1")
    assert all("as-signature-hmac-sha256" in request.headers for request in seen)
    with pytest.raises(UsageError, match="hmac"):
        AfterShip("asat_plain", auth="hmacs")  # type: ignore[arg-type]
