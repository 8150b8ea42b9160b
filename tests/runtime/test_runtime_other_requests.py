"""`client.request`: what no method describes is signed, limited, repeated and refused like every call."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
import runtime_sample as sample

from aftership_tracking.errors import (
    DecodeError,
    NotFoundError,
    PermissionDeniedError,
    ServerError,
    TransportError,
    UsageError,
)
from aftership_tracking.explanation import explain
from aftership_tracking.runtime.call_result import CallResult
from aftership_tracking.runtime.options import Options

BASE = "https://api.aftership.com/tracking/2024-01"


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("trackings/p1/proof", "/trackings/p1/proof"),
        ("/trackings/p1/proof", "/trackings/p1/proof"),
        (("trackings", "a/b c%", "proof"), "/trackings/a%2Fb%20c%25/proof"),
        (["trackings", "ü"], "/trackings/%C3%BC"),
    ],
)
def test_a_path(service: Any, client: Any, path: Any, sent: str) -> None:
    service.reply({"meta": {"code": 200}, "data": {"new": 1}})
    result = client.request("get", path, query={"lang": "de", "fields": ["a", "b"], "none": None}, timeout=3)
    [request] = service.requests
    assert isinstance(result, CallResult)
    assert result.value == {"meta": {"code": 200}, "data": {"new": 1}}
    assert (result.status, result.trace_id) == (200, "0123456789abcdef0123456789abcdef")
    assert [attempt.status for attempt in result.attempts] == [200]
    assert (request.method, str(request.url)) == ("GET", f"{BASE}{sent}?fields=a%2Cb&lang=de")
    assert request.headers["as-api-key"].startswith("asat_")
    assert request.extensions["timeout"]["read"] == 3


@pytest.mark.parametrize(
    "path",
    [
        *("", "/", "a//b", "a/", "../x", "a/./b", "a?b=c", "a#b", "https://evil.example/a", "a/ /b"),
        *((), ("a", ""), ("a", 5), ("a", ".."), b"a", 5, None, {"a": 1}),
        *("tracking/2024-01/trackings", ("tracking", "2026-07", "x"), "a\ud83d"),
    ],
)
def test_a_path_that_is_refused(service: Any, client: Any, path: Any) -> None:
    with pytest.raises(UsageError):
        client.request("GET", path)
    assert service.requests == []


@pytest.mark.parametrize("method", ["TRACE", "", "GET ", 5, None, "GET\r\n"])
def test_a_method_that_is_refused(client: Any, method: Any) -> None:
    with pytest.raises(UsageError, match="method must be one of GET, HEAD, POST"):
        client.request(method, "trackings")


def test_a_body_is_sent_as_it_is(service: Any, client: Any) -> None:
    service.reply({"meta": {"code": 201}, "data": {}}, 201)
    client.request("POST", "things", body={"title": None, "labels": ("a", "b"), "unset": sample.UNSET})
    [request] = service.requests
    assert json.loads(request.content) == {"title": None, "labels": ["a", "b"]}
    assert request.headers["content-type"] == "application/json"
    for body in ("{}", b"{}", [1], 5):
        with pytest.raises(UsageError, match="body must be a mapping"):
            client.request("POST", "things", body=body)


def test_only_what_is_safe_is_repeated(service: Any, client: Any) -> None:
    for method, resend, sent in (
        ("GET", False, 3),
        ("POST", False, 1),
        ("DELETE", False, 1),
        ("POST", True, 3),
    ):
        service.requests.clear()
        service.responses.clear()
        for _ in range(3):
            service.reply({"meta": {"code": 503, "message": "no"}}, 503)
        with pytest.raises(ServerError) as caught:
            client.request(method, "things", options=Options(resend=resend))
        assert len(service.requests) == sent == len(caught.value.attempts)
        assert (caught.value.operation, caught.value.method) == ("request", method)


def test_errors_are_those_of_every_call(service: Any, client: Any) -> None:
    service.reply({"meta": {"code": 4004, "message": "gone"}, "data": {}}, 404)
    with pytest.raises(NotFoundError, match="gone"):
        client.request("GET", "trackings/x")
    service.reply({"meta": {"code": 403, "message": "hidden"}, "data": {}})
    with pytest.raises(PermissionDeniedError, match="hidden"):
        client.request("GET", "things")
    service.reply(b"<html>")
    with pytest.raises(DecodeError, match="not JSON"):
        client.request("GET", "things")
    service.reply(b"", 204)
    assert client.request("DELETE", "things/1").value is None
    service.fail(httpx.ReadError("cut"))
    with pytest.raises(TransportError):
        client.request("POST", "things")


def test_the_limit_is_that_of_the_route(make: Any, service: Any) -> None:
    class Limiter:
        def __init__(self) -> None:
            self.wanted: list[Any] = []

        def acquire(self, slot_request: Any) -> Any:
            from aftership_tracking.runtime.limits import Grant

            self.wanted.append(slot_request)
            return Grant(wait=0.0, reserved=True)

        def learn(self, *arguments: Any) -> None:
            pass

    from aftership_tracking import AfterShip

    limiter = Limiter()
    http = httpx.Client(transport=httpx.MockTransport(service))
    client = AfterShip("asat_key", http_client=http, limiter=limiter)
    calls = [("GET", "trackings/p1"), ("POST", "trackings"), ("GET", "new/p1"), ("GET", "new/p2")]
    for method, path in calls:
        service.reply({"meta": {"code": 200}, "data": {}})
        client.request(method, path)
    buckets = [wanted.bucket.rpartition("/")[2] for wanted in limiter.wanted]
    assert buckets == ["get-tracking-by-id", "create-tracking", "request", "request"]
    rates = [wanted.limit.requests / wanted.limit.seconds for wanted in limiter.wanted]
    assert rates[2] == min(rates)


def test_async(service: Any, make_async: Any) -> None:
    service.reply({"meta": {"code": 200}, "data": {"new": 1}})
    result = asyncio.run(make_async().request("GET", ("things", "1"), query={"a": 1}))
    assert result.value["data"] == {"new": 1}
    assert str(service.requests[0].url) == f"{BASE}/things/1?a=1"


def test_it_can_be_explained_and_recorded(service: Any, client: Any) -> None:
    assert explain(client.request, "GET", "things", query={"a": 1}).url == f"{BASE}/things?a=1"
    service.reply({"meta": {"code": 200}, "data": {}})
    result = client.with_response(client.request, "GET", "things")
    assert [exchange.operation for exchange in result.exchanges] == ["request"]
