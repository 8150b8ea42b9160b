"""`judge` finds what breaks a document, in requests and responses, and shows no values."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from aftership_tracking import documents, errors
from aftership_tracking.mock import Mock
from aftership_tracking.runtime import registry
from aftership_tracking.testing.traffic import Judgment, TrafficRequest, TrafficResponse, judge
from contract_support.client.calls import complete
from version_sample import sample

SECRET = "SEKRETvalue42"
NEWEST = documents.versions()[-1]
JSON = {"content-type": "application/json"}
OK = {"meta": {"code": 200}, "data": {}}


def request(method: str, target: str, body: Any = None, **headers: str) -> TrafficRequest:
    url = f"https://api.aftership.com/tracking/{target}"
    raw = b"" if body is None else json.dumps(body).encode()
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return TrafficRequest(method=method, url=url, headers={**JSON, "AS-API-KEY": SECRET, **named}, body=raw)


def response(status: int, body: Any) -> TrafficResponse:
    return TrafficResponse(status=status, headers=JSON, body=json.dumps(body).encode())


def said(judgment: Judgment) -> set[str]:
    return {str(found) for found in judgment.findings}


@pytest.mark.parametrize("version", sample(documents.versions()))
def test_the_client_and_the_mock_break_nothing(version: str) -> None:
    calls: list[tuple[httpx.Request, httpx.Response]] = []

    class Recorder(httpx.BaseTransport):
        def __init__(self) -> None:
            self.mock = Mock().transport()

        def handle_request(self, sent: httpx.Request) -> httpx.Response:
            received = self.mock.handle_request(sent)
            received.read()
            calls.append((sent, received))
            return received

    client = registry.package(version).AfterShip(
        api_key="any-key", http_client=httpx.Client(transport=Recorder()), max_retries=0
    )
    parcel = {"tracking_number": "ITOD-3-42", "slug": "testing-courier", "custom_fields": {"1": "x"}}
    made = client.trackings.create(**complete(version, "trackings", "create", **parcel))
    client.trackings.get(made.id)
    client.trackings.list(limit=5)
    client.couriers.list()
    with pytest.raises(errors.NotFoundError):
        client.trackings.get("a" * 32)
    judgments = [judge(sent, received, version) for sent, received in calls]
    assert len(judgments) == 5
    assert [each.breaks for each in judgments] == [()] * 5
    assert [each.not_judged for each in judgments] == [()] * 5
    created, got = judgments[0], judgments[1]
    fields = {name.removeprefix("tracking.") for name in created.request_fields}
    assert {"tracking_number", "slug", "custom_fields.*"} <= fields
    assert got.parameters >= {"path id"} or got.parameters >= {"path tracking_id"}
    assert any(name.endswith("checkpoints") for name in got.response_fields)
    assert judgments[-1].status == 404
    assert judgments[-1].code == 4004


def test_what_is_wrong_with_a_request_is_all_found() -> None:
    body = {"tracking_number": 5, "titel": "x", "custom_fields": {"1": 1}, SECRET: 1}
    found = judge(request("POST", f"{NEWEST}/trackings?limit=1", body))
    assert said(found) == {
        "request query limit: the operation does not know it",
        "request body tracking_number: must be of the type string",
        "request body custom_fields.*: must be of the type string",
        "request body titel: the document does not know it; did you mean title?",
        f"request body (a name of {len(SECRET)} characters): the document does not know it",
    }
    assert not found.ok


def test_what_is_wrong_with_a_query() -> None:
    found = judge(request("GET", f"{NEWEST}/trackings?page=2&limit=999&limt=3&cursor=a&cursor=b&keyword=%ff"))
    assert said(found) == {
        "request query page: the operation does not know it",
        "request query limt: the operation does not know it; did you mean limit?",
        "request query limit: must be at most 200",
        "request query cursor: is there more than once",
        "request query keyword: is not UTF-8",
    }


def test_what_is_wrong_with_a_response() -> None:
    sent = request("GET", f"{NEWEST}/trackings/abc")
    found = judge(sent, response(200, {"meta": {"code": 200}, "data": {"id": 5, "hue": 1}}))
    assert said(found) == {
        "response body data.id: must be of the type string",
        "response body data.hue: the document does not know it",
    }
    assert len(found.breaks) == 1
    assert said(judge(sent, response(218, OK))) == {"response status: the operation does not document 218"}
    html = TrafficResponse(status=200, headers={"content-type": "text/html"}, body=b"<p>")
    assert said(judge(sent, html)) == {"response header content-type: must be application/json"}
    deep = TrafficResponse(status=200, headers=JSON, body=b"[" * 5000 + b"]" * 5000)
    assert said(judge(sent, deep)) == {"response body: the body is nested too deeply"}
    some = TrafficResponse(
        status=200, headers={**JSON, "x-ratelimit-limit": "9"}, body=json.dumps(OK).encode()
    )
    assert "response header x-ratelimit-reset: is missing" in said(judge(sent, some))


def test_other_versions_and_unknown_paths() -> None:
    found = judge(request("GET", "2024-01/trackings/abc"), response(200, {}), NEWEST)
    assert said(found) == {f"request version: it was sent to version 2024-01, and {NEWEST} judges"}
    assert found.not_judged == ("the response is that of another version",)
    old = judge(request("GET", f"{NEWEST}/trackings/dhl/{SECRET}"))
    assert said(old) == {
        f"request path: {NEWEST} has no path like /trackings/*/*; versions with it: 2024-01, 2024-04, 2024-07"
    }
    wrong = judge(request("PATCH", f"{NEWEST}/trackings/{SECRET}"))
    assert said(wrong) == {"request method: /trackings/* knows DELETE, GET, PUT, not PATCH"}
    legacy = judge(TrafficRequest(method="GET", url=f"https://api.aftership.com/v4/trackings/{SECRET}"))
    assert f"request path: {NEWEST} has no path like /v4/trackings/*" in said(legacy)


def test_a_legacy_key_header_is_named() -> None:
    sent = TrafficRequest(
        method="GET", url=f"/tracking/{NEWEST}/couriers", headers={"aftership-api-key": SECRET}
    )
    assert said(judge(sent)) == {"request header aftership-api-key: this version takes the key as as-api-key"}


def test_what_is_deprecated_is_named_and_breaks_nothing() -> None:
    found = judge(request("GET", "2024-07/trackings/dhl/123"), None, "2024-07")
    words = "deprecated since 2024-07, to be removed in 2024-10, use get-tracking-by-id"
    assert said(found) == {f"request operation: {words}"}
    assert found.ok
    sent = request("GET", "2026-07/trackings/abc")
    found = judge(sent, response(200, {**OK, "data": {"unique_token": "x"}}), "2026-07")
    assert {each.location for each in found.findings if each.kind == "deprecated"} == {
        "body data.unique_token"
    }


def test_a_list_of_findings_has_an_end() -> None:
    names = ["".join("abcdefghij"[int(digit)] for digit in str(number)) for number in range(200, 900)]
    body = {"tracking_number": "1Z99", "custom_fields": dict.fromkeys(names, 1), **dict.fromkeys(names, 1)}
    query = "&".join(names)
    found = judge(request("POST", f"{NEWEST}/trackings?{query}", body))
    assert len(found.findings) < 200
    assert {
        "request body: has 650 more fields that are unknown",
        "request query: has 650 more names that are unknown",
    } <= said(found)


def test_unknown_bodies_are_not_judged() -> None:
    sent = TrafficRequest(method="POST", url=f"/tracking/{NEWEST}/trackings", body=None)
    found = judge(sent, TrafficResponse(status=201, headers=JSON, body=None))
    assert found.ok
    assert set(found.not_judged) == {
        "the body of the request was not recorded",
        "the body of the response was not recorded",
        "the response has none of the documented headers",
    }


@pytest.mark.parametrize(
    ("sent", "received", "version", "words"),
    [
        (object(), None, NEWEST, "is not a request"),
        (TrafficRequest(method="GET", url="/"), object(), NEWEST, "is not a response"),
        (TrafficRequest(method="GET", url="/"), None, "2031-01", "there is no document of version"),
        (httpx.Request("POST", "https://a/", content=iter([b"x"])), None, NEWEST, "call read"),
    ],
)
def test_what_cannot_be_judged_is_refused(sent: Any, received: Any, version: str, words: str) -> None:
    with pytest.raises(errors.UsageError, match=words):
        judge(sent, received, version)


@pytest.mark.parametrize(
    "url", ["", "http://[", "/tracking", "/tracking//", "//", "\x00", "/tracking/\udc80/x"]
)
def test_hostile_urls_are_judged(url: str) -> None:
    assert not judge(TrafficRequest(method="GET", url=url)).ok


def test_no_finding_holds_a_value() -> None:
    target = f"{NEWEST}/trackings/{SECRET}/{SECRET}?{SECRET}={SECRET}&limit={SECRET}&{SECRET}[]=1"
    sent = request("POST", target, {SECRET: SECRET}, authorization=f"Bearer {SECRET}")
    received = response(400, {"meta": {"code": 9, "type": SECRET}, "data": {SECRET: SECRET}, SECRET: 1})
    texts = [str(judge(sent, received))]
    texts.append(str(judge(request("GET", f"{NEWEST}/trackings?{SECRET}={SECRET}&limit={SECRET}"), received)))
    texts.append(
        str(judge(request("POST", f"{NEWEST}/trackings", {SECRET: SECRET, "tags": SECRET}), received))
    )
    assert all("found" in text for text in texts)
    assert all(SECRET not in text for text in texts)


def test_names_that_look_like_keys_or_numbers_are_not_shown() -> None:
    """A recorder may have removed the headers with the keys, so nothing says that a name is one."""
    sent = TrafficRequest(
        method="GET", url=f"/tracking/{NEWEST}/trackings?asat_a1b2c3d4e5=1&ZX900100200US=1&line_2=1"
    )
    assert said(judge(sent)) == {
        "request query (a name of 15 characters): the operation does not know it",
        "request query (a name of 13 characters): the operation does not know it",
        "request query line_2: the operation does not know it",
    }
    # A short name may be a part of a key by chance.
    assert "request query fo: the operation does not know it" in said(
        judge(request("GET", f"{NEWEST}/trackings?fo=1", authorization="Bearer xxfoxx"))
    )
