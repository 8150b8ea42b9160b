"""Which documented code a broken request gets, and that the response says which rule it broke."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aftership_tracking import documents

CREATE = ("POST", "/trackings")
DEEP = b'{"tracking":' + b"[" * 200 + b"]" * 200 + b"}"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b'{"tracking": {}} x',
        b'{"tracking": {"tracking_number": NaN}}',
        b'{"tracking": Infinity}',
        b'{"tracking": ' + b"9" * 5000 + b"}",
        b'{"tracking": 1e999}',
        b'{"tracking": "\xff"}',
        b'{"tracking": "\\ud800"}',
        b"\xff\xfe{\x00}\x00",
        b"[" * 100_000,
        DEEP,
        b"'single'",
    ],
)
@pytest.mark.parametrize(
    ("method", "path"), [CREATE, ("PUT", "/trackings/x"), ("POST", "/estimated-delivery-date/predict-batch")]
)
def test_unreadable_bodies(world: Any, method: str, path: str, body: bytes) -> None:
    assert world.code(method, path, body=body) == 4001


@pytest.mark.parametrize(
    "body", [b"null", b"5", b'"text"', b"[]", b"{}", b'{"tracking": null}', b'{"tracking": []}']
)
def test_missing_wrapper(world: Any, body: bytes) -> None:
    assert world.code(*CREATE, body=body) == 4006
    assert world.code("POST", "/couriers/detect", body=body) == 4006


@pytest.mark.parametrize("body", [{}, {"notification": 5}, {"tracking": {}}])
@pytest.mark.parametrize("verb", ["add", "remove"])
def test_missing_notification(world: Any, body: Any, verb: str) -> None:
    assert world.code("POST", f"/notifications/x/{verb}", json=body) == 4014


def test_of_a_repeated_name_the_last_counts(world: Any) -> None:
    body = b'{"tracking": {"tracking_number": "PARCEL01", "slug": "ups", "slug": "usps"}}'
    assert world.data(*CREATE, body=body)["tracking"]["slug"] == "usps"


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/trackings/", 4015),
        ("GET", "/trackings/%ff", 4015),
        ("GET", "/trackings//PARCEL01", 4004),
        ("GET", "/trackings/usps/", 4004),
        ("GET", "/trackings/usps/%ff", 4005),
        ("GET", "/last_checkpoint/", 4015),
        ("GET", "/trackings/x?fields=a&fields=b", 400),
        ("GET", "/trackings/%00", 4004),
        ("GET", "/trackings/usps/%F0%9F%9A%9A", 4004),
        ("GET", "/trackings/" + "a" * 60_000, 4004),
    ],
)
def test_paths(world: Any, method: str, path: str, code: int) -> None:
    assert world.code(method, path) == code


def test_who_you_are_comes_before_what_you_send(new_world: Any) -> None:
    world = new_world(options={"keys": ["right-key"]}, key="right-key")
    for key in (None, "", "wrong-key"):
        for operation in documents.document("2024-01")["paths"]:
            path = operation.replace("{", "").replace("}", "")
            methods = documents.document("2024-01")["paths"][operation]
            for method in ("get", "post", "put", "delete"):
                if method in methods:
                    response = world.call(method.upper(), path, key=key, body=b"{")
                    assert (response.status, response.json["meta"]["type"]) == (401, "Unauthorized")
    assert world.list_trackings() == []


def test_error_bodies_come_from_the_document(world: Any) -> None:
    known = documents.document("2024-01")["x-errors"]
    for code, entry in known.items():
        world.mock.faults.add(entry["status"], code=int(code))
        response = world.call("GET", "/couriers")
        assert response.status == entry["status"]
        meta = {"code": int(code), "type": entry["type"], "message": entry["message"]}
        assert response.json == {"meta": meta, "data": {}}


@pytest.mark.parametrize("method", ["PATCH", "HEAD", "OPTIONS", "TRACE"])
def test_unknown_method_has_an_envelope_and_all_headers(world: Any, method: str) -> None:
    response = world.call(method, "/trackings")
    assert (response.status, response.headers["allow"]) == (405, "GET, POST")
    assert response.json["meta"]["code"] == 405
    for name in ("as-api-version", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"):
        assert response.headers[name]


def test_unknown_path_has_an_envelope_and_all_headers(world: Any) -> None:
    response = world.call("GET", "/nothing/here")
    assert (response.status, response.json["meta"]["code"], response.json["meta"]["type"]) == (
        404,
        404,
        "NotFound",
    )
    assert response.headers["as-api-version"] == "2024-01"


def test_hints_are_words_and_hold_no_values(world: Any) -> None:
    secret = "Ada-Lovelace"
    requests: list[tuple[str, str, Any]] = [
        ("POST", "/trackings", {"tracking": {"tracking_number": secret}}),
        ("POST", "/trackings", {"tracking": {"tracking_number": "PARCEL01", "order_date": secret}}),
        ("POST", "/trackings", {"tracking": {"tracking_number": "PARCEL01", "slug": secret}}),
        ("POST", "/trackings/x/mark-as-completed", {"reason": secret}),
        ("POST", "/trackings", {"tracking": {"tracking_number": "PARCEL01", "emails": [secret] * 4}}),
        ("GET", f"/trackings?page={secret}", None),
        ("GET", f"/trackings?tracking_numbers={','.join([secret] * 51)}", None),
    ]
    for method, path, body in requests:
        response = world.call(method, path, **({} if body is None else {"json": body}))
        assert response.status == 400
        hint = response.headers["as-mock-hint"]
        assert secret not in hint
        assert "#/" not in hint
        assert world.mock.journal[-1].hint == hint


@pytest.mark.parametrize("size", [10_000, 1_000_000])
def test_long_values_come_back_whole(world: Any, size: int) -> None:
    title = "t\u00fc" * (size // 2)
    tracking = world.create(title=title[: size // 2])
    assert world.get(tracking["id"])["title"] == title[: size // 2]


def test_a_body_beyond_a_mebibyte_is_refused(world: Any) -> None:
    body = {"tracking": {"tracking_number": "PARCEL01", "slug": "usps", "title": "t" * (1024 * 1024)}}
    assert world.code("POST", "/trackings", json=body) == 400
    assert "1048576" in world.mock.journal[-1].hint


def test_odd_text_comes_back_as_it_was(world: Any) -> None:
    text = "zero \0, right-to-left \u202e, combining e\u0301, \U0001f69a, 'quotes\" \\ / \x7f"
    assert world.create(title=text, custom_fields={text: text})["custom_fields"] == {text: text}
    assert world.list_trackings()[0]["title"] == text


def test_big_integers_come_back(world: Any) -> None:
    address = {"country": "USA", "state": "OR"}
    item = {
        "slug": "usps",
        "origin_address": address,
        "destination_address": address,
        "pickup_time": "2024-02-06 14:30:00",
        "package_count": 10**30,
    }
    body = {"estimated_delivery_dates": [item]}
    response = world.call("POST", "/estimated-delivery-date/predict-batch", body=json.dumps(body).encode())
    assert str(10**30).encode() in response.body
