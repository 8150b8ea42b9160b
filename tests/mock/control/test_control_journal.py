"""The journal over HTTP: what it shows and hides, filters, assertions with near misses, HAR."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from aftership_tracking.mock import ManualClock, Mock
from aftership_tracking.mock.pipeline.journal import CAPACITY, Journal, Record
from aftership_tracking.mock.wire.message import MockRequest, MockResponse
from contract_support.document.installed import ReadOnce

SECRETS = ("SECRET-KEY-123456", "sig-0001", "p4ssw0rd", "tok-en-1", "cook-ie")


def requests(sandbox: Any, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sandbox.get(f"requests?{query}")["requests"]
    return found


def test_a_record_has_request_and_response(sandbox: Any) -> None:
    sandbox.create("PARCEL0001", title="T")
    (record,) = requests(sandbox)
    assert {
        name: record[name] for name in ("number", "key", "operation", "operation_id", "method", "status")
    } == {
        "number": 1,
        "key": "key-1",
        "operation": "trackings.create",
        "operation_id": "create-tracking",
        "method": "POST",
        "status": 201,
    }
    assert record["body"] == {"tracking_number": "PARCEL0001", "slug": "usps", "title": "T"}
    assert record["response_body"]["data"]["title"] == "T"
    assert record["response_headers"]["as-trace-id"] == record["trace_id"]
    assert record["version"] == "2026-07"
    assert record["at"] == sandbox.clock.now().isoformat()


def test_secrets_are_masked_everywhere(sandbox: Any) -> None:
    headers = {
        "as-api-key": SECRETS[0],
        "as-signature-hmac-sha256": SECRETS[1],
        "authorization": f"Bearer {SECRETS[3]}",
        "cookie": SECRETS[4],
    }
    body = {"courier_slug": "usps", "credentials": {"password": SECRETS[2]}}
    sandbox.client.post("/tracking/2026-07/courier-connections", headers=headers, json=body)
    sandbox.client.get(
        f"/tracking/2026-07/couriers?api_key={SECRETS[0]}&access%5Ftoken={SECRETS[3]}", headers=headers
    )
    broken = f'{{"credentials": {{"password": "{SECRETS[2]}'
    sandbox.client.post("/tracking/2026-07/courier-connections", headers=headers, content=broken)
    sandbox.post("faults", {"key": SECRETS[0], "status": 500}, 201)
    sandbox.post(
        "webhooks",
        {
            "url": f"http://127.0.0.1/{'x'}?token={SECRETS[3]}",
            "secret": SECRETS[1],
            "headers": {"x-pass": SECRETS[2]},
            "key": SECRETS[0],
        },
        201,
    )
    seen = {
        path: sandbox.client.get(f"/_mock/{path}").text
        for path in ("requests", "requests.har", "faults", "webhooks")
    }
    assert len(json.loads(seen["requests"])["requests"]) == 3
    assert [(path, secret) for path, text in seen.items() for secret in SECRETS if secret in text] == []
    assert "***" in seen["requests"]
    failed = sandbox.post(
        "verify", {"expect": [{"operation": "couriers.list", "key": SECRETS[0], "times": 7}]}, 409
    )
    assert SECRETS[0] not in json.dumps(failed)
    assert SECRETS[0] not in repr(list(sandbox.mock.journal))


@pytest.mark.parametrize(
    "name",
    [
        *("apikey", "x-apikey", "api_key", "x-forwarded-authorization", "x-credentials", "x-passwd"),
        *("cookie2", "x-session-cookie", "aftership-hmac-sha256", "x-client-secret"),
    ],
)
def test_headers_that_sound_like_a_secret_are_masked(sandbox: Any, name: str) -> None:
    sandbox.call("GET", "/couriers", headers={name: SECRETS[0]})
    assert SECRETS[0] not in sandbox.client.get("/_mock/requests").text


def test_secrets_in_the_address_of_the_page_before_are_masked(sandbox: Any) -> None:
    sandbox.call("GET", "/couriers", headers={"referer": f"http://shop.test/x?token={SECRETS[0]}&page=2"})
    (record,) = requests(sandbox)
    assert record["headers"]["referer"] == "http://shop.test/x?token=***&page=2"


def test_each_key_has_a_name(sandbox: Any) -> None:
    for key in ("short", "other", "short"):
        sandbox.call("GET", "/couriers", headers={"as-api-key": key})
    assert [record["key"] for record in requests(sandbox)] == ["key-1", "key-2", "key-1"]
    assert [record["masked_key"] for record in requests(sandbox)] == ["***"] * 3
    assert [record["number"] for record in requests(sandbox, "key=other")] == [2]
    assert [record["number"] for record in requests(sandbox, "key=key-1")] == [1, 3]


def test_filters(sandbox: Any) -> None:
    sandbox.call("GET", "/couriers")
    sandbox.post("clock", {"advance": "1h"})
    sandbox.call("GET", "/trackings/unknown")
    sandbox.call("GET", "/trackings")

    def numbers(query: str) -> list[int]:
        return [record["number"] for record in requests(sandbox, query)]

    assert numbers("operation=trackings.list") == numbers("operation=get-trackings") == [3]
    assert numbers("status=404") == [2]
    assert numbers("since=1") == numbers("since=2024-02-06T11:00:00Z") == [2, 3]
    assert numbers("since=1&status=200") == [3]
    # As a form or a script sends it that leaves fields empty.
    assert numbers("operation=&key=&status=&since=") == [1, 2, 3]
    for query, code in (
        ("opperation=x", "unknown-parameter"),
        ("operation=x", "unknown-operation"),
        ("status=x", "wrong-value"),
        ("since=x", "not-a-time"),
        ("status=1&status=2", "contradiction"),
    ):
        response = sandbox.client.get(f"/_mock/requests?{query}")
        assert (response.status_code, response.json()["error"]["code"]) == (400, code)


def test_a_rule_that_fired_is_in_the_record(sandbox: Any) -> None:
    sandbox.post("faults", {"status": 503}, 201)
    sandbox.call("GET", "/couriers")
    (record,) = requests(sandbox)
    assert (record["rule"], record["status"], record["hint"]) == (1, 503, "fault 1: a planned 503")
    sandbox.post("verify", {"expect": [{"rule": 1}]})


def test_expectations_that_are_met(sandbox: Any) -> None:
    sandbox.create("PARCEL0001", custom_fields={"a": "1", "b": "2"})
    sandbox.call("GET", "/trackings?limit=5&tag=Pending")
    body = {
        "expect": [
            {"operation": "trackings.create", "body": {"custom_fields": {"b": "2"}}, "status": 201},
            {"operation": "get-trackings", "query": {"limit": "5"}, "key": "test-key", "method": "GET"},
            {"operation": "trackings.delete", "times": 0},
        ],
        "complete": True,
    }
    result = sandbox.post("verify", body)
    assert (result["verified"], result["message"]) == (True, "as expected")


def test_near_misses_are_explained(sandbox: Any) -> None:
    sandbox.call("GET", "/couriers")
    sandbox.create("PARCEL0001", title="Old", custom_fields={"a": "1"})
    wanted = {
        "operation": "trackings.create",
        "body": {"title": "New", "custom_fields": {"a": "1", "b": "2"}},
        "query": {"x": "1"},
    }
    result = sandbox.post("verify", {"expect": [wanted], "complete": True}, 409)
    (unmet,) = result["unmet"]
    assert (unmet["times"], unmet["found"], unmet["expected"]) == (1, 0, wanted)
    assert unmet["near_misses"][0] == {
        "request": 2,
        "differences": [
            "query x: expected '1', missing",
            "body.title: expected 'New', was 'Old'",
            "body.custom_fields.b: expected '2', missing",
        ],
    }
    assert [each["request"] for each in result["unexpected"]] == [1, 2]
    assert "request 2 differs: query x" in result["message"]


def test_too_many_are_not_expected_either(sandbox: Any) -> None:
    for _ in range(3):
        sandbox.call("GET", "/couriers")
    result = sandbox.post("verify", {"expect": [{"operation": "couriers.list", "times": 2}]}, 409)
    assert (result["unmet"][0]["found"], result["unmet"][0]["requests"]) == (3, [1, 2, 3])
    assert result["unmet"][0]["near_misses"] == []


def test_true_is_not_1(sandbox: Any) -> None:
    sandbox.call("POST", "/trackings", json={"tracking_number": "PARCEL01", "custom_fields": True})
    for value, status in ((1, 409), (True, 200)):
        sandbox.post("verify", {"expect": [{"body": {"custom_fields": value}}]}, status)


def test_what_was_dropped_proves_nothing(sandbox: Any) -> None:
    """An assertion about requests that the journal no longer holds must not pass."""
    for _ in range(CAPACITY + 2):
        sandbox.mock.journal.add(sandbox_record())
    assert sandbox.get("requests")["dropped"] == 2
    result = sandbox.post("verify", {"expect": [{"operation": "trackings.delete", "times": 0}]}, 409)
    assert (result["dropped"], result["unmet"]) == (2, [])
    assert "reset" in result["message"]


def sandbox_record(body: bytes = b"") -> Record:
    from datetime import UTC, datetime

    return Record(
        at=datetime.now(UTC),
        method="GET",
        path="/",
        version="2026-07",
        operation_id=None,
        api_key=None,
        status=200,
        code=200,
        hint=None,
        trace_id="t",
        _request=MockRequest("GET", b"/", body=body),
        _response=MockResponse(200, {}, b""),
    )


def test_long_bodies_do_not_fill_the_memory() -> None:
    journal = Journal(most_bytes=1000)
    for _ in range(50):
        journal.add(sandbox_record(b"x" * 300))
    assert (len(journal), journal.dropped) == (3, 47)
    journal.add(sandbox_record(b"x" * 5000))
    assert (len(journal), journal[-1].number) == (1, 51)


def test_a_record_says_what_was_and_not_what_is_when_somebody_looks() -> None:
    """It is written when it is looked at first, from what was known when the response was sent."""
    clock = ManualClock()
    mock = Mock(clock=clock, documents=ReadOnce)
    begun = clock.now()
    for key in ("first-key", "second-key"):
        mock.handle(MockRequest.to("GET", "/tracking/2026-07/trackings?unknown_one=1", key=key))
        clock.advance(days=1)
    records = list(mock.journal)
    assert [(each.number, each.caller, each.at) for each in records] == [
        (1, "key-1", begun),
        (2, "key-2", begun + timedelta(days=1)),
    ]
    assert all("unknown_one" in (each.hint or "") for each in records)
    assert [each is again for each, again in zip(records, mock.journal, strict=True)] == [True, True]
    # Whoever walks through them sees those of the begin, whatever comes meanwhile.
    walked = iter(mock.journal)
    mock.reset()
    assert [each.number for each in walked] == [1, 2]


@pytest.mark.parametrize("body", [{}, {"expect": []}, {"expect": [], "complete": False}])
def test_nothing_to_verify_is_refused(sandbox: Any, body: dict[str, Any]) -> None:
    assert sandbox.refused("verify", body)[0] == "nothing-to-do"


@pytest.mark.parametrize(
    ("expectation", "code"),
    [
        ({"operatoin": "x"}, "unknown-field"),
        ({"operation": "trackings.crate"}, "unknown-operation"),
        ({"times": -1}, "wrong-value"),
        ({"times": "1"}, "wrong-type"),
    ],
)
def test_an_expectation_that_could_never_fit_is_refused(
    sandbox: Any, expectation: dict[str, Any], code: str
) -> None:
    found, message = sandbox.refused("verify", {"expect": [expectation]})
    assert found == code
    assert "did you mean operation?" in message or code != "unknown-field"


def test_har(sandbox: Any) -> None:
    harfile = pytest.importorskip("harfile")
    sandbox.create("PARCEL0001")
    sandbox.call("GET", "/trackings?tag=Pending")
    sandbox.post("faults", {"drop": "after"}, 201)
    with pytest.raises(Exception, match="disconnected"):
        sandbox.call("GET", "/couriers")
    har = sandbox.get("requests.har")
    assert har == sandbox.mock.har()
    first, second, lost = har["log"]["entries"]
    assert har["log"]["version"] == "1.2"
    assert json.loads(first["request"]["postData"]["text"])["tracking_number"] == "PARCEL0001"
    assert second["request"]["url"] == "http://mock/tracking/2026-07/trackings?tag=Pending"
    assert second["request"]["queryString"] == [{"name": "tag", "value": "Pending"}]
    assert json.loads(second["response"]["content"]["text"])["meta"]["code"] == 200
    assert lost["response"]["status"] == 0
    # A library of others takes the parts as they are named here.
    names = set(harfile.Request.__dataclass_fields__)
    assert set(first["request"]) <= {*names, "postData"}


def test_methods_do_the_same(sandbox: Any) -> None:
    from aftership_tracking.mock import Expectation

    sandbox.call("GET", "/couriers")
    assert sandbox.mock.verify([Expectation(operation="couriers.list")], complete=True)
    result = sandbox.mock.verify([Expectation(operation="couriers.list", times=2)])
    assert not result
    assert str(result).startswith("expected 2 times, found 1")
