"""Who may use `/_mock/`: no page of another site, no other Host, nobody without the token, only JSON."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from aftership_tracking.mock import Mock
from contract_support.document.installed import ReadOnce

CONTROL = "http://127.0.0.1/_mock"
API = "http://127.0.0.1/tracking/2026-07/couriers"


def send(
    mock: Mock, method: str, url: str, headers: dict[str, str] | None = None, **parts: Any
) -> httpx.Response:
    """Send a request as over a network: through ASGI."""

    async def run() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=mock)) as client:
            return await client.request(method, url, headers={"as-api-key": "k", **(headers or {})}, **parts)

    return asyncio.run(run())


@pytest.fixture(scope="module")
def mock() -> Mock:
    return Mock(documents=ReadOnce, hosts=["mock.test"])


def code(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost:4010", "app.localhost", "[::1]:80", "10.1.2.3:1", "MOCK.test"]
)
def test_names_of_this_mock_are_good(mock: Mock, host: str) -> None:
    assert send(mock, "GET", f"{CONTROL}/clock", {"host": host}).status_code == 200
    assert send(mock, "GET", API, {"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "", "[::1", "mock.test.evil"]
)
def test_another_host_is_refused(mock: Mock, host: str) -> None:
    """A page whose own name points to this machine would send it."""
    assert code(send(mock, "GET", f"{CONTROL}/clock", {"host": host})) == (403, "host-not-allowed")
    refused = send(mock, "GET", API, {"host": host})
    assert (refused.status_code, refused.json()["meta"]["code"]) == (403, 403)
    assert "--allow-host" in refused.headers["as-mock-hint"]


def test_without_names_the_control_api_is_still_checked() -> None:
    mock = Mock(documents=ReadOnce)
    assert code(send(mock, "GET", f"{CONTROL}/clock", {"host": "evil.example"})) == (403, "host-not-allowed")
    assert send(mock, "GET", API, {"host": "testserver"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:3000"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_pages_of_other_sites_are_refused(mock: Mock, headers: dict[str, str], method: str) -> None:
    path = "clock" if method == "GET" else "reset"
    assert code(send(mock, method, f"{CONTROL}/{path}", headers)) == (403, "foreign-origin")


def test_its_own_pages_are_good(mock: Mock) -> None:
    headers = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}
    assert send(mock, "POST", f"{CONTROL}/reset", headers, json={}).status_code == 200


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_writes_that_are_not_json_are_refused(mock: Mock, kind: str) -> None:
    headers = {"content-type": kind} if kind else {}
    response = send(mock, "POST", f"{CONTROL}/reset", headers, content=b"{}")
    assert code(response) == (415, "not-json")
    assert "application/json" in response.json()["error"]["message"]


@pytest.mark.parametrize("body", [b"{", b"[]", b"1", b'"reset"', b"\xff", b"{}{}"])
def test_a_body_has_to_be_an_object(mock: Mock, body: bytes) -> None:
    response = send(mock, "POST", f"{CONTROL}/reset", {"content-type": "application/json"}, content=body)
    assert code(response)[0] == 400


def test_a_write_without_a_body_is_an_empty_object(mock: Mock) -> None:
    assert send(mock, "POST", f"{CONTROL}/reset").json() == {"reset": True}


def test_the_token_is_needed_for_all_but_health() -> None:
    mock = Mock(documents=ReadOnce, control_token="the-token")
    for headers in ({}, {"as-mock-token": "the-toke"}, {"authorization": "Bearer wrong"}):
        response = send(mock, "GET", f"{CONTROL}/clock", headers)
        assert code(response) == (401, "token-needed")
        assert response.headers["www-authenticate"] == "Bearer"
        assert "the-token" not in response.text
    for headers in ({"as-mock-token": "the-token"}, {"authorization": "bearer the-token"}):
        assert send(mock, "GET", f"{CONTROL}/clock", headers).status_code == 200
    assert send(mock, "GET", f"{CONTROL}/health").json()["status"] == "ok"
    assert send(mock, "GET", API).status_code == 200


@pytest.mark.parametrize("token", ["", " ", "from-a-file\n", " x", "t\u00f6ken", "a\tb"])
def test_a_token_that_no_caller_could_send_is_refused(token: str) -> None:
    """A header holds visible ASCII, and loses spaces at its ends."""
    with pytest.raises(ValueError, match="control_token"):
        Mock(control_token=token)


def test_cors_is_for_the_api_and_never_for_the_control_api() -> None:
    mock = Mock(documents=ReadOnce, cors=True)
    page = {"origin": "http://app.example"}
    wish = {**page, "access-control-request-method": "POST", "access-control-request-headers": "as-api-key"}
    allowed = send(mock, "OPTIONS", API, wish)
    assert allowed.status_code == 204
    assert allowed.headers["access-control-allow-origin"] == "*"
    assert allowed.headers["access-control-allow-headers"] == "as-api-key"
    response = send(mock, "GET", API, page)
    assert response.headers["access-control-allow-origin"] == "*"
    assert "as-trace-id" in response.headers["access-control-expose-headers"]
    for method, headers in (("OPTIONS", wish), ("GET", page)):
        refused = send(mock, method, f"{CONTROL}/clock", headers)
        assert refused.status_code == 403
        assert not any(name.startswith("access-control") for name in refused.headers)


def test_without_the_option_no_page_may_read_the_api(mock: Mock) -> None:
    response = send(mock, "GET", API, {"origin": "http://app.example"})
    assert "access-control-allow-origin" not in response.headers


def test_a_mock_under_a_prefix_is_controlled_below_it() -> None:
    """Another application has mounted it: its paths begin after the prefix."""
    mock = Mock(documents=ReadOnce)
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def keep(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/sandbox/_mock/health",
        "root_path": "/sandbox",
        "headers": [(b"host", b"127.0.0.1")],
    }
    asyncio.run(mock(scope, receive, keep))
    assert sent[0]["status"] == 200


def test_snapshots_may_be_longer_than_bodies_of_the_api(mock: Mock) -> None:
    body = b'{"key": "k"' + b" " * (2 * 1024 * 1024) + b"}"
    headers = {"content-type": "application/json"}
    assert send(mock, "POST", f"{CONTROL}/reset", headers, content=body).status_code == 200
