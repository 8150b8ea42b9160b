"""The journal holds what no handler of the API sees too; and the HAR is what HTTP Archive 1.2 asks for."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import httpx
import jsonschema_rs
import pytest

from aftership_tracking.mock import Expectation, Mock, MockOAuth, MockRequest
from aftership_tracking.mock.pipeline.masking import mask_body
from aftership_tracking.testing.traffic import check_traffic
from contract_support.document.installed import ReadOnce

API = "/tracking/2026-07/couriers"
SECRETS = ("app-s3cret", "auth-c0de", "veri-fier")
FORM = (
    f"grant_type=authorization_code&code={SECRETS[1]}&client_id=app&client_secret={SECRETS[0]}"
    f"&code_verifier={SECRETS[2]}"
)
PREFLIGHT = {"origin": "http://shop.example", "access-control-request-method": "GET"}


def new_mock(**options: Any) -> Mock:
    oauth = MockOAuth(codes={SECRETS[1]: ["aftership:tracking:read"]})
    return Mock(documents=ReadOnce, tokens=oauth, hosts=["mock.example"], cors=True, **options)


async def send(mock: Mock, method: str, path: str, headers: dict[str, str], body: str = "") -> httpx.Response:
    """Send a request as it comes over a network."""
    transport = httpx.ASGITransport(app=mock)
    async with httpx.AsyncClient(transport=transport, base_url="http://mock.example") as client:
        return await client.request(method, path, headers=headers, content=body)


async def send_all(mock: Mock) -> list[int]:
    form = {"content-type": "application/x-www-form-urlencoded"}
    responses = [
        await send(mock, "POST", "/oauth/token", form, FORM),
        await send(mock, "OPTIONS", API, PREFLIGHT),
        await send(mock, "GET", API, {"host": "evil.example", "as-api-key": "k" * 20}),
        await send(mock, "GET", API, {"as-api-key": "k" * 20}),
    ]
    return [response.status_code for response in responses]


@pytest.mark.anyio
async def test_tokens_preflights_and_refused_hosts_are_in_the_journal() -> None:
    mock = new_mock()
    assert await send_all(mock) == [200, 204, 403, 200]
    seen = [(each.number, each.kind, each.status, each.method) for each in mock.journal]
    assert seen == [
        (1, "token", 200, "POST"),
        (2, "preflight", 204, "OPTIONS"),
        (3, "refused-host", 403, "GET"),
        (4, "api", 200, "GET"),
    ]
    assert "--allow-host" in (mock.journal[2].hint or "")
    shown = mock.handle(MockRequest.to("GET", "/_mock/requests")).json["requests"]
    assert [each["kind"] for each in shown] == [each.kind for each in mock.journal]
    assert shown[0]["body"] == (
        "grant_type=authorization_code&code=***&client_id=app&client_secret=***&code_verifier=***"
    )
    assert shown[0]["response_body"]["access_token"] == shown[0]["response_body"]["refresh_token"] == "***"
    everything = json.dumps([shown, mock.har()])
    assert [secret for secret in (*SECRETS, "k" * 20) if secret in everything] == []


@pytest.mark.anyio
async def test_a_complete_assertion_is_about_calls() -> None:
    """When a client renews its token, or a browser asks first, is not the business of a test."""
    mock = new_mock()
    await send_all(mock)
    result = mock.verify([Expectation(operation="couriers.list")], complete=True)
    assert [each.request for each in result.unexpected] == [3]
    # But they can be expected.
    assert mock.verify([Expectation(path="/oauth/token", status=200), Expectation(method="OPTIONS")])


def test_a_form_is_shown_without_its_secrets() -> None:
    kind = "application/x-www-form-urlencoded; charset=utf-8"
    assert mask_body(b"refresh%5Ftoken=t&scope=a", kind) == "refresh%5Ftoken=***&scope=a"
    assert mask_body(b"postal_code=1234&country_code=US", kind) == "postal_code=1234&country_code=US"
    assert mask_body(b"code=", kind) == "code="
    assert mask_body(b"code=\xff&grant_type=x", kind) == "code=***&grant_type=x"
    # What only claims to be a form.
    assert mask_body(b'{"client_secret": "a=b"}&s3cret', kind) == "***&***"


def test_a_token_that_is_requested_without_a_content_type() -> None:
    mock = new_mock()
    mock.handle(MockRequest.to("POST", "/oauth/token", body=FORM.encode()))
    assert "***" in mock.journal[-1].body
    assert [secret for secret in SECRETS if secret in json.dumps(mock.har())] == []


NAME_AND_VALUE = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["name", "value"],
        "properties": {"name": {"type": "string"}, "value": {"type": "string"}},
    },
}
MILLISECONDS = {"type": "number", "minimum": 0}
MAYBE = {"type": "number", "minimum": -1}
MESSAGE = ("httpVersion", "cookies", "headers", "headersSize", "bodySize")
PARTS = {
    "httpVersion": {"type": "string"},
    "cookies": NAME_AND_VALUE,
    "headers": NAME_AND_VALUE,
    "headersSize": {"type": "integer", "minimum": -1},
    "bodySize": {"type": "integer", "minimum": -1},
}
HAR = {
    "type": "object",
    "required": ["log"],
    "properties": {
        "log": {
            "type": "object",
            "required": ["version", "creator", "entries"],
            "properties": {
                "version": {"const": "1.2"},
                "creator": {"type": "object", "required": ["name", "version"]},
                "entries": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": [
                            *("startedDateTime", "time", "request", "response", "cache", "timings"),
                        ],
                        # Fields of a program's own begin with an underscore.
                        "propertyNames": {
                            "pattern": "^(_.*|startedDateTime|time|request|response|cache|timings|comment)$"
                        },
                        "properties": {
                            "startedDateTime": {"type": "string", "format": "date-time"},
                            "time": MILLISECONDS,
                            "cache": {"type": "object"},
                            "timings": {
                                "type": "object",
                                "required": ["send", "wait", "receive"],
                                "properties": {
                                    **dict.fromkeys(("send", "wait", "receive"), MILLISECONDS),
                                    **dict.fromkeys(("blocked", "dns", "connect", "ssl"), MAYBE),
                                },
                                "additionalProperties": False,
                            },
                            "request": {
                                "type": "object",
                                "required": ["method", "url", "queryString", *MESSAGE],
                                "properties": {
                                    **PARTS,
                                    "method": {"type": "string"},
                                    "url": {"type": "string", "format": "uri", "pattern": "^[^#]*$"},
                                    "queryString": NAME_AND_VALUE,
                                    "postData": {
                                        "type": "object",
                                        "required": ["mimeType", "text"],
                                        # These exclude each other.
                                        "not": {"required": ["params"]},
                                    },
                                },
                            },
                            "response": {
                                "type": "object",
                                "required": ["status", "statusText", "content", "redirectURL", *MESSAGE],
                                "properties": {
                                    **PARTS,
                                    "status": {"type": "integer"},
                                    "statusText": {"type": "string"},
                                    "redirectURL": {"type": "string"},
                                    "content": {
                                        "type": "object",
                                        "required": ["size", "mimeType"],
                                        "properties": {
                                            "size": {"type": "integer", "minimum": 0},
                                            "mimeType": {"type": "string"},
                                            "text": {"type": "string"},
                                        },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}


@pytest.mark.anyio
async def test_the_har_is_one_and_has_times(tmp_path: Any) -> None:
    mock = new_mock()
    began = datetime.now().astimezone()
    await send_all(mock)
    mock.faults.add(503, delay=0.05)
    mock.handle(MockRequest.to("GET", f"{API}?slug=dhl#part", key="k"))
    har = mock.har()
    jsonschema_rs.validator_for(HAR, validate_formats=True).validate(har)
    for entry in har["log"]["entries"]:
        timings = entry["timings"]
        assert entry["time"] > 0
        # As the specification counts: what is not known is left out, and TLS is a part of connecting.
        assert entry["time"] == sum(each for name, each in timings.items() if each != -1 and name != "ssl")
        started = datetime.fromisoformat(entry["startedDateTime"])
        assert began - timedelta(seconds=1) < started < datetime.now().astimezone()
    assert har["log"]["entries"][-1]["time"] >= 50
    path = tmp_path / "mock.har"
    path.write_text(json.dumps(har), "utf-8")
    report = check_traffic(path, "2026-07", base_urls=["http://mock.example", "http://mock.invalid"])
    assert (report.judged, report.unreadable) == (2, ())


BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
IMAGE = {"accept": "image/avif,image/webp,image/svg+xml,*/*;q=0.8"}


@pytest.mark.anyio
async def test_what_a_browser_requests_by_itself_is_not_in_the_journal() -> None:
    """People type the address of the mock; `verify` with `complete` counts no such request."""
    mock = new_mock()
    front = await send(mock, "GET", "/", BROWSER)
    assert (front.status_code, front.headers["location"]) == (303, "/_mock/")
    assert (await send(mock, "GET", "/favicon.ico", IMAGE)).status_code == 204
    assert list(mock.journal) == []
    # A program gets what the service would say, and a host of another name is refused before.
    assert (await send(mock, "GET", "/", {"accept": "*/*"})).status_code == 404
    assert (await send(mock, "POST", "/", BROWSER)).status_code == 404
    refused = await send(mock, "GET", "/", {**BROWSER, "host": "evil.example"})
    assert refused.status_code == 403
    assert len(mock.journal) == 3
