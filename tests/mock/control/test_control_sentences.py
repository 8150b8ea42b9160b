"""Refusals of the control API name the location, and what was probably meant, in the words of JSON."""

from __future__ import annotations

from typing import Any

import pytest

SEED = {"count": 1, "key": "test-key"}


def refused(sandbox: Any, path: str, body: dict[str, Any], status: int = 400) -> str:
    message: str = sandbox.post(path, body, status)["error"]["message"]
    return message


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("faults", {"headers": {"X-A": "1", "Retry-After": 2}}, "headers.Retry-After: expected a string"),
        ("faults", {"headers": {"Retry-After": None}}, "headers.Retry-After: expected a string, got null"),
        ("faults", {"query": {"page": 2}}, "query.page: expected a string, got a whole number"),
        ("verify", {"expect": [{}, {"query": {"tag": True}}]}, "expect[1].query.tag: expected a string"),
        ("verify", {"expect": {}}, "expect: expected a list, got an object"),
        ("verify", {"expect": [{"times": "2"}]}, "expect[0].times: expected a whole number, got a string"),
        ("seed", {**SEED, "template": {"slug": "upss"}}, "'upss'; did you mean 'ups'? one of your own comes"),
        ("seed", {**SEED, "template": {"slug": "~~~~"}}, "'~~~~'; one of your own comes with couriers"),
        ("trackings/none", {}, "give a tag, a subtag, a journey, or advance with a duration"),
    ],
)
def test_the_location_and_the_types_of_json(
    sandbox: Any, path: str, body: dict[str, Any], message: str
) -> None:
    said = refused(sandbox, path, body)
    assert message in said
    assert "`" not in said


def test_a_number_as_an_id_gets_the_id(sandbox: Any) -> None:
    parcel = sandbox.create("PARCEL0001")
    said = refused(sandbox, "trackings/PARCEL0001", {"tag": "Delivered"}, 404)
    assert said == f"id: 'PARCEL0001' is a tracking number; the id of its tracking is {parcel['id']}"
    # Of that account alone.
    body = {"tag": "Delivered", "key": "another"}
    assert parcel["id"] not in refused(sandbox, "trackings/PARCEL0001", body, 404)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("tag=delivered", "tag: 'delivered' is not a status; there are Pending, InfoReceived"),
        ("event=update", "event: there are tracking_update, edd_revise"),
    ],
)
def test_a_filter_that_can_match_nothing_is_refused(sandbox: Any, query: str, message: str) -> None:
    response = sandbox.client.get(f"/_mock/webhooks/deliveries?{query}")
    assert response.status_code == 400
    assert message in response.json()["error"]["message"]
