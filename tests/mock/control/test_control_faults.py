"""Faults: which requests fail, and how. In this process; `test_control_wire.py` has them on a port."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from aftership_tracking.mock import Expectation, Mock
from aftership_tracking.mock.fault_effect import BODY_KINDS, EXTRA_FIELD, UNKNOWN_MEMBER


def plan(sandbox: Any, **rule: Any) -> int:
    number: int = sandbox.post("faults", rule, 201)["id"]
    return number


def statuses(sandbox: Any, path: str = "/couriers", count: int = 4) -> list[int]:
    return [sandbox.call("GET", path).status_code for _ in range(count)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({}, [503, 200, 200, 200]),
        ({"times": 2}, [503, 503, 200, 200]),
        ({"nth": 2}, [200, 503, 200, 200]),
        ({"nth": 2, "times": 2}, [200, 503, 503, 200]),
        ({"times": None}, [503, 503, 503, 503]),
    ],
)
def test_nth_and_times(sandbox: Any, rule: dict[str, Any], expected: list[int]) -> None:
    plan(sandbox, status=503, **rule)
    assert statuses(sandbox) == expected


def test_the_name_of_an_operation_fits_every_version(sandbox: Any) -> None:
    plan(sandbox, operation="trackings.list", status=503, times=None)
    for version in sandbox.mock.versions:
        assert sandbox.call("GET", "/trackings", version).status_code == 503
        assert sandbox.call("GET", "/couriers", version).status_code == 200
    sandbox.client.delete("/_mock/faults")
    plan(sandbox, operation="get-trackings", status=503)
    assert sandbox.call("GET", "/trackings").status_code == 503


def test_a_name_covers_the_older_form_by_courier_and_number(sandbox: Any) -> None:
    sandbox.create("PARCEL01")
    plan(sandbox, operation="trackings.get", status=503)
    assert sandbox.call("GET", "/trackings/usps/PARCEL01", "2024-01").status_code == 503


def test_path_query_and_key_are_conditions(sandbox: Any) -> None:
    tracking = sandbox.create()
    plan(sandbox, path="/trackings", query={"cursor": "*"}, status=500)
    plan(sandbox, path="/trackings/*", status=501)
    plan(sandbox, path="/couriers", key="other-key", status=502)
    plan(sandbox, path="/couriers", query={"active": "true"}, status=503)
    # An empty cursor is that of the first page.
    assert [sandbox.call("GET", f"/trackings?cursor={cursor}").status_code for cursor in ("", "x")] == [
        200,
        500,
    ]
    assert sandbox.call("GET", f"/trackings/{tracking['id']}").status_code == 501
    assert sandbox.call("GET", "/couriers").status_code == 200
    assert sandbox.call("GET", "/couriers", headers={"as-api-key": "other-key"}).status_code == 502
    assert sandbox.call("GET", "/couriers?active=false").status_code == 200
    assert sandbox.call("GET", "/couriers?active=true").status_code == 503


def test_a_template_of_the_document_is_a_path(sandbox: Any) -> None:
    plan(sandbox, path="/trackings/{id}", status=503)
    assert sandbox.call("GET", "/trackings").status_code == 200
    assert sandbox.call("GET", "/trackings/x").status_code == 503


def test_a_chance_is_seeded_and_goes_on(new_sandbox: Any) -> None:
    def run(seed: int) -> list[int]:
        sandbox = new_sandbox(options={"seed": seed})
        plan(sandbox, status=503, chance=0.3)
        return statuses(sandbox, count=60)

    first = run(1)
    assert 5 < first.count(503) < 40
    assert run(1) == first
    assert run(2) != first


def test_the_first_rule_that_is_due_wins(sandbox: Any) -> None:
    first = plan(sandbox, status=500, nth=2)
    second = plan(sandbox, status=502, times=None)
    assert (first, second) == (1, 2)
    assert statuses(sandbox, count=3) == [502, 500, 502]
    (left,) = sandbox.get("faults")["faults"]
    assert (left["id"], left["matched"], left["fired"]) == (2, 2, 2)


def test_rules_are_listed_and_removed(sandbox: Any) -> None:
    plan(sandbox, operation="trackings.list", query={"cursor": "*"}, status=429, headers={"Retry-After": "2"})
    plan(sandbox, key="a-key-of-some-length", body={"kind": "null", "at": "data"}, delay="2s")
    shown = sandbox.get("faults")["faults"]
    assert shown[0] == {
        "id": 1,
        "operation": "trackings.list",
        "query": {"cursor": "*"},
        "status": 429,
        "headers": {"Retry-After": "2"},
        "nth": 1,
        "times": 1,
        "matched": 0,
        "fired": 0,
        "on": True,
    }
    assert (shown[1]["key"], shown[1]["body"], shown[1]["delay"]) == (
        "***ngth",
        {"kind": "null", "at": "data"},
        2.0,
    )
    assert sandbox.client.delete("/_mock/faults/1").json() == {"removed": 1}
    assert sandbox.client.delete("/_mock/faults/1").status_code == 404
    assert sandbox.client.delete("/_mock/faults").json() == {"removed": 1}


def test_a_rule_is_switched_off_and_goes_on_where_it_was(sandbox: Any) -> None:
    plan(sandbox, status=503, nth=2, times=2)
    assert statuses(sandbox, count=2) == [200, 503]
    assert sandbox.post("faults/1", {"on": False})["on"] is False
    assert statuses(sandbox, count=3) == [200, 200, 200]
    (left,) = sandbox.get("faults")["faults"]
    assert (left["on"], left["matched"], left["fired"]) == (False, 2, 1)
    assert sandbox.post("faults/1", {"on": True})["on"] is True
    assert statuses(sandbox, count=2) == [503, 200]
    assert sandbox.refused("faults/1", {"on": False}, 404)[0] == "unknown-fault"
    assert sandbox.refused("faults/1", {"off": True})[0] == "unknown-field"


def test_rules_of_a_profile_say_so(sandbox: Any) -> None:
    sandbox.post("faults", {"profile": "outage"}, 201)
    plan(sandbox, status=500)
    assert [rule.get("profile") for rule in sandbox.get("faults")["faults"]] == ["outage", None]


def test_a_status_has_its_code_and_headers(sandbox: Any) -> None:
    plan(sandbox, status=429, code=429, headers={"Retry-After": "7"})
    response = sandbox.call("GET", "/couriers")
    assert (response.status_code, response.json()["meta"]["code"]) == (429, 429)
    assert response.headers["retry-after"] == "7"
    # The headers of the limit agree with it.
    assert response.headers["x-ratelimit-remaining"] == "0"
    assert int(response.headers["x-ratelimit-reset"]) == int(sandbox.clock.now().timestamp()) + 7


def test_a_code_alone_has_the_status_of_the_documents(sandbox: Any) -> None:
    plan(sandbox, operation="trackings.create", code=4003)
    response = sandbox.call("POST", "/trackings", json={"tracking_number": "PARCEL01", "slug": "usps"})
    assert (response.status_code, response.json()["meta"]["code"]) == (400, 4003)
    assert sandbox.trackings() == []


def test_a_whole_body_of_ones_own(sandbox: Any) -> None:
    plan(sandbox, status=200, body="", headers={"content-type": "text/plain"})
    response = sandbox.call("GET", "/couriers")
    assert (response.status_code, response.content) == (200, b"")
    plan(sandbox, body='{"a": 1}')
    assert sandbox.call("GET", "/couriers").json() == {"a": 1}


@pytest.mark.parametrize("kind", BODY_KINDS)
def test_a_response_is_spoiled_after_the_request_was_done(sandbox: Any, kind: str) -> None:
    at = {"at": "data.tag"} if kind in ("unknown-enum", "wrong-type", "null") else {}
    plan(sandbox, operation="trackings.create", body={"kind": kind, **at})
    response = sandbox.call("POST", "/trackings", json={"tracking_number": "PARCEL01", "slug": "usps"})
    assert response.status_code == 201
    assert len(sandbox.trackings()) == 1
    assert "planned" in response.headers["as-mock-hint"]
    if kind == "html":
        assert response.text.startswith("<!DOCTYPE html>")
        assert response.headers["content-type"].startswith("text/html")
    elif kind in ("truncated", "garbage"):
        with pytest.raises(ValueError):
            json.loads(response.content)
    else:
        body = response.json()
        expected = {"unknown-enum": UNKNOWN_MEMBER, "wrong-type": 12345, "null": None}
        assert body["data"]["tag"] == expected.get(kind, "Pending")
        assert (EXTRA_FIELD[0] in body) == (kind == "extra")


def test_the_short_form_of_a_page_of_a_gateway(sandbox: Any) -> None:
    plan(sandbox, status=502, body="html")
    response = sandbox.call("GET", "/couriers")
    assert (response.status_code, response.text[:15]) == (502, "<!DOCTYPE html>")


def test_an_item_of_a_list_is_spoiled(sandbox: Any) -> None:
    sandbox.create("PARCEL01"), sandbox.create("PARCEL02")
    plan(sandbox, body={"kind": "unknown-enum", "at": "data.trackings.1.tag"})
    assert [each["tag"] for each in sandbox.trackings()] == ["Pending", UNKNOWN_MEMBER]


def test_a_path_that_the_response_lacks_is_hinted(sandbox: Any) -> None:
    plan(sandbox, body={"kind": "null", "at": "data.trackings.0.tag"})
    response = sandbox.call("GET", "/trackings")
    assert response.json()["data"]["trackings"] == []
    hint = "fault 1: the response has no data.trackings.0.tag, so nothing was changed"
    assert response.headers["as-mock-hint"] == hint == sandbox.mock.journal[-1].hint


@pytest.mark.parametrize(("drop", "stored"), [("before", 0), ("during", 1), ("after", 1)])
def test_a_lost_connection(sandbox: Any, drop: str, stored: int) -> None:
    plan(sandbox, operation="trackings.create", drop=drop)
    with pytest.raises(httpx.RemoteProtocolError):
        sandbox.call("POST", "/trackings", json={"tracking_number": "PARCEL01", "slug": "usps"})
    assert len(sandbox.trackings()) == stored
    record = sandbox.mock.journal[-2]
    assert (record.drop, record.rule) == (drop, 1)


def test_a_planned_response_can_be_cut(sandbox: Any) -> None:
    """Every field of a rule in one: half of the page of a gateway comes, late."""
    rule = {
        "operation": "get-trackings",
        "path": "/trackings",
        "query": {"cursor": "*"},
        "nth": 2,
        "times": 1,
        "chance": 1,
        "status": 429,
        "code": 429,
        "headers": {"Retry-After": "2"},
        "body": "html",
        "delay": "3s",
        "drop": "during",
    }
    plan(sandbox, **rule)
    for _ in range(2):
        sandbox.call("GET", "/trackings")
    sandbox.call("GET", "/trackings?cursor=x")
    with pytest.raises(httpx.RemoteProtocolError):
        sandbox.call("GET", "/trackings?cursor=x", timeout=10)
    record = sandbox.mock.journal[-1]
    assert (record.status, record.drop, record.rule) == (429, "during", 1)
    assert record.response_headers["retry-after"] == "2"
    assert sandbox.call("GET", "/trackings").status_code == 200


def test_an_extra_field_needs_an_object(sandbox: Any) -> None:
    sandbox.create()
    plan(sandbox, body={"kind": "extra", "at": "data.trackings.0.tag"})
    hint = sandbox.call("GET", "/trackings").headers["as-mock-hint"]
    assert hint == "fault 1: data.trackings.0.tag of the response is not an object, so nothing was changed"


def test_a_lost_response_after_a_create_is_4003_when_it_is_repeated(sandbox: Any) -> None:
    plan(sandbox, operation="trackings.create", drop="after")
    with pytest.raises(httpx.RemoteProtocolError):
        sandbox.call("POST", "/trackings", json={"tracking_number": "PARCEL01", "slug": "usps"})
    again = sandbox.call("POST", "/trackings", json={"tracking_number": "PARCEL01", "slug": "usps"})
    assert again.json()["meta"]["code"] == 4003


def test_a_delay_is_a_timeout_of_an_impatient_caller(sandbox: Any) -> None:
    plan(sandbox, operation="trackings.create", delay="1h")
    with pytest.raises(httpx.ReadTimeout):
        sandbox.call(
            "POST", "/trackings", json={"tracking_number": "PARCEL01", "slug": "usps"}, timeout=0.001
        )
    assert len(sandbox.trackings()) == 1


async def _call_async(mock: Mock) -> httpx.Response:
    async with httpx.AsyncClient(transport=mock.async_transport(), base_url="http://mock") as client:
        return await client.get("/tracking/2026-07/couriers", headers={"as-api-key": "k"}, timeout=0.001)


def test_async_clients_get_the_same(sandbox: Any) -> None:
    import asyncio

    for rule, error in (
        ({"delay": "1h"}, httpx.ReadTimeout),
        ({"drop": "after"}, httpx.RemoteProtocolError),
        ({"drop": "during"}, httpx.RemoteProtocolError),
    ):
        plan(sandbox, **rule)
        with pytest.raises(error):
            asyncio.run(_call_async(sandbox.mock))


async def _call_asgi(mock: Mock) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=mock)) as client:
        return await client.get("http://127.0.0.1/tracking/2026-07/couriers", headers={"as-api-key": "k"})


def test_a_server_without_a_way_to_close_a_connection_sees_the_application_fail(sandbox: Any) -> None:
    import asyncio

    plan(sandbox, drop="after")
    with pytest.raises(ConnectionAbortedError, match="planned fault"):
        asyncio.run(_call_asgi(sandbox.mock))
    assert asyncio.run(_call_asgi(sandbox.mock)).status_code == 200


def test_a_response_that_breaks_nothing_is_left_alone(sandbox: Any) -> None:
    before = sandbox.call("GET", "/couriers").content
    plan(sandbox, operation="trackings.list", status=500)
    assert sandbox.call("GET", "/couriers").content == before


@pytest.mark.parametrize(
    ("rule", "code", "words"),
    [
        ({}, "wrong-value", "a fault needs something to do"),
        ({"status": 200}, "wrong-value", "from 400 to 599"),
        ({"status": 600, "body": "x"}, "wrong-value", "at most 599"),
        ({"status": 500, "times": 0}, "wrong-value", "at least once"),
        ({"status": 500, "nth": 0}, "wrong-value", "counts from 1"),
        ({"status": 500, "chance": 2}, "wrong-value", "chance"),
        ({"status": 500, "drop": "after"}, "wrong-value", "neither status"),
        ({"drop": "sideways"}, "wrong-type", "drop"),
        ({"delay": "soon"}, "not-a-duration", "delay"),
        ({"delay": "2h"}, "wrong-value", "3600"),
        ({"body": {"kind": "unknown-enum"}}, "wrong-value", "needs `at`"),
        ({"body": {"kind": "html", "at": "data"}}, "wrong-value", "leave out `at`"),
        ({"body": {"kind": "nonsense"}}, "wrong-type", "body.kind"),
        ({"body": {"kind": "null", "att": "data"}}, "unknown-field", "did you mean at?"),
        ({"status": 500, "headers": {"a": "b\r\nc: d"}}, "wrong-value", "header"),
        ({"operation": "trackings.lits", "status": 500}, "unknown-operation", "trackings.list"),
        ({"sttus": 500}, "unknown-field", "did you mean status?"),
        ({"status": "500"}, "wrong-type", "status"),
    ],
)
def test_a_rule_that_cannot_work_is_refused(
    sandbox: Any, rule: dict[str, Any], code: str, words: str
) -> None:
    found, message = sandbox.refused("faults", rule)
    assert found == code
    assert words in message
    assert sandbox.get("faults") == {"faults": []}


def test_an_operation_that_does_not_exist_is_refused_in_python_too(sandbox: Any) -> None:
    """A rule for it would never fire, and an expectation of none would always hold."""
    for add in (
        lambda: sandbox.mock.faults.add(429, operation="tracking.create"),
        lambda: sandbox.mock.faults.add(429, operation_id="tracking.create"),
        lambda: sandbox.mock.verify([Expectation(operation="tracking.create", times=0)]),
    ):
        with pytest.raises(ValueError, match=r"no served version has 'tracking\.create'"):
            add()
    assert sandbox.mock.faults.rules == ()
