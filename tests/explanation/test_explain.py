"""`explain` describes a call without sending it."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Iterator

import pytest

from aftership_tracking import AfterShip, AsyncAfterShip, explain, v2024_01, v2024_07, v2024_10
from aftership_tracking.errors import UsageError
from aftership_tracking.explanation import Check, Explanation, RetryPlan
from aftership_tracking.runtime.clocks import Clocks, use_clocks
from aftership_tracking.runtime.wire.request import Request, Response

KEY = "asat_0123456789abcdef0123456789abcdef"
SECRET = "asek_0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def in_2026() -> Iterator[None]:
    with use_clocks(Clocks(clock=lambda: 1_795_000_000.0)):  # 18 November 2026
        yield


class Nothing:
    """A transport that must not be used."""

    def exchange(self, request: Request) -> Response:
        raise AssertionError("it was sent")


class AsyncNothing:
    async def exchange(self, request: Request) -> Response:
        raise AssertionError("it was sent")


def make_client(**settings) -> AfterShip:
    return AfterShip(KEY, **{"http_client": Nothing(), **settings})


def check(explanation: Explanation, name: str) -> Check:
    return next(one for one in explanation.checks if one.name == name)


def test_it_shows_what_would_be_sent():
    explanation = explain(make_client().trackings.create, tracking_number="1Z999AA10123456784", slug="ups")
    assert explanation.operation == "create-tracking"
    assert explanation.method == "POST"
    assert explanation.url == "https://api.aftership.com/tracking/2026-07/trackings"
    assert json.loads(explanation.body) == {"tracking_number": "1Z999AA10123456784", "slug": "ups"}
    assert explanation.headers["content-type"] == "application/json"
    assert explanation.limit is not None
    assert (explanation.limit.requests, explanation.limit.shared) == (20, False)
    assert explanation.ok


@pytest.mark.parametrize("auth", ["api_key", "aes"])
def test_no_secret_is_shown(auth):
    secret = {"api_secret": SECRET} if auth == "aes" else {}
    explanation = explain(make_client(auth=auth, **secret).trackings.get, "p1")
    shown = f"{explanation!r} {explanation}"
    assert KEY not in shown
    assert SECRET not in shown
    assert explanation.headers["as-api-key"] == "***"


def test_the_signed_string_is_shown_with_the_key_masked():
    explanation = explain(make_client(auth="aes", api_secret=SECRET).trackings.get, "a/b", fields=["tag"])
    assert explanation.sign_string is not None
    assert explanation.sign_string.splitlines()[0] == "GET"
    assert "as-api-key:***" in explanation.sign_string
    assert explanation.sign_string.endswith("/tracking/2026-07/trackings/a%2Fb?fields=tag")


def test_retries_of_what_is_safe_and_of_what_is_not():
    client = make_client(max_retries=3, deadline=20.0)
    safe, unsafe = explain(client.trackings.get, "p1").retry, explain(client.trackings.retrack, "p1").retry
    assert safe == RetryPlan(
        max_retries=3,
        waits=(0.5, 1.0, 2.0),
        repeated_after="no connection, a 429, no response, a 5xx",
        deadline=20.0,
    )
    assert "5xx" not in unsafe.repeated_after


def test_a_request_of_the_wrong_shape_is_found_by_the_document():
    found = check(explain(make_client().trackings.create, tracking_number="1"), "document")
    assert found.passed is False
    assert "tracking_number" in found.text
    # The mock has no such tracking, which does not make the request wrong.
    assert check(explain(make_client().trackings.get, "p1"), "document").passed


def test_each_version_is_checked_against_its_own_document():
    """Fields of the wrong type were silently ignored up to 2024-07, and are refused since 2024-10."""
    body = {"tracking_number": "1Z999AA10123456784", "title": 5}
    passed = {
        version.API_VERSION: check(
            explain(version.AfterShip(KEY, http_client=Nothing()).trackings.create, **body),
            "document",
        ).passed
        for version in (v2024_07, v2024_10)
    }
    assert passed == {"2024-07": True, "2024-10": False}


def test_the_path_of_the_base_url_is_not_checked_against_the_document():
    explanation = explain(make_client(base_url="https://gateway.example/aftership").trackings.get, "p1")
    assert explanation.url == "https://gateway.example/aftership/tracking/2026-07/trackings/p1"
    assert check(explanation, "document").passed


@pytest.mark.parametrize(
    ("url", "passed"),
    [("https://x.example", True), ("http://127.0.0.1:4010", True), ("http://[::1]:4010", True),
     ("http://localhost:4010", True), ("http://x.example", False)],
)  # fmt: skip
def test_a_key_without_encryption_is_reported(url, passed):
    assert check(explain(make_client(base_url=url).couriers.list), "address").passed is passed


def test_a_version_without_support_is_reported():
    client = v2024_01.AfterShip(KEY, http_client=Nothing())
    found = check(explain(client.couriers.list), "version")
    assert found.passed is False
    assert "2025-07-09" in found.text


def test_the_async_client_is_explained_without_an_event_loop():
    client = AsyncAfterShip(KEY, http_client=AsyncNothing())
    assert explain(client.trackings.get, "p1").url.endswith("/trackings/p1")
    assert explain(client.trackings.list, limit=5).url.endswith("/trackings?limit=5")


def test_inside_a_running_event_loop_too():
    async def run() -> Explanation:
        client = AsyncAfterShip(KEY, http_client=AsyncNothing())
        return explain(client.trackings.delete, "p1")

    assert asyncio.run(run()).method == "DELETE"


def test_what_cannot_be_sent_is_refused_as_usual():
    with pytest.raises(UsageError, match="empty"):
        explain(make_client().trackings.get, "")
    with pytest.raises(UsageError, match="nothing"):
        explain(make_client().close)


def test_the_client_sends_again_afterwards():
    sent = []

    class Counting:
        def exchange(self, request: Request) -> Response:
            sent.append(request.method)
            raise AssertionError

    client = make_client(http_client=Counting())
    explain(client.trackings.get, "p1")
    with pytest.raises(AssertionError):
        client.trackings.get("p1")
    assert sent == ["GET"]


def test_the_records_are_frozen_and_named():
    explanation = explain(make_client().trackings.get, "p1")
    for record in (explanation, explanation.retry, *explanation.checks):
        assert not isinstance(record, tuple)
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(record, dataclasses.fields(record)[0].name, "x")
        with pytest.raises(TypeError):
            type(record)("positional")
