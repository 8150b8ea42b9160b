"""The journal: what was requested, with the hints in words."""

from __future__ import annotations

from page_support.console import Console

PAGE = "console/requests"


def test_requests_appear_the_newest_first(console: Console) -> None:
    assert "Nothing was requested yet." in console.see(PAGE).text
    console.call("GET", "/trackings?page=2")
    console.call("GET", "/couriers", key="another-key-with-length")
    text = console.see(PAGE).text
    assert text.index("GET /tracking/2026-07/couriers") < text.index("GET /tracking/2026-07/trackings?page=2")
    assert "query page: 2026-07 does not know it and ignores it" in text
    assert "trackings.list" in text
    assert "key-2" in text


def test_the_fault_that_fired_is_named(console: Console) -> None:
    console.mock.faults.add(429, operation="trackings.list")
    console.mock.faults.add(operation="trackings.list", drop="after")
    console.call("GET", "/trackings")
    console.call("GET", "/trackings")
    text = console.see(PAGE).text
    assert "fault 1 a planned 429" in text
    assert "connection lost" in text
    assert "fault 1 fired" in console.see(f"{PAGE}/1").text
    assert "connection lost: after" in console.see(f"{PAGE}/2").text


def test_one_request_is_shown_whole_and_masked(console: Console) -> None:
    console.call(
        "POST",
        "/courier-connections",
        json={"courier_slug": "fedex", "credentials": {"user_id": "credential-1"}},
        headers={"x-trace": "trace-7"},
    )
    seen = console.see(f"{PAGE}/1")
    assert "POST /tracking/2026-07/courier-connections" in seen.root.all("h1")[0].whole_text
    assert "trace-7" in seen.text
    assert '"courier_slug": "fedex"' in seen.text
    assert "***4711" in seen.text
    assert console.key not in seen.response.text
    assert "credential-1" not in seen.response.text
    console.call("GET", "/trackings/1234567890")
    seen = console.see(f"{PAGE}/2")
    assert "What to do: Create it first" in seen.text
    assert "concluded from what is documented" in seen.text


def test_requests_are_filtered(console: Console) -> None:
    console.call("GET", "/trackings")
    console.call("GET", "/couriers", key="another-key-with-length")
    console.call("GET", "/trackings/nothing")
    for query, links in (
        ("operation=trackings.list", ["1"]),
        ("key=key-2", ["2"]),
        ("status=404", ["3"]),
        ("operation=&key=&status=", ["3", "2", "1"]),
        ("status=500", []),
    ):
        seen = console.see(f"{PAGE}?{query}")
        rows = [each.attributes["data-row"] for each in seen.root.all("tr") if "data-row" in each.attributes]
        assert rows == links, query
    assert "no served version has 'nope'" in console.see(f"{PAGE}?operation=nope", 400).alert()
    refused = console.see(f"{PAGE}?status=<x>&operation=trackings.list", 400)
    assert "status: a whole number is needed" in refused.alert()
    assert (refused.value("status"), refused.value("operation")) == ("<x>", "trackings.list")


def test_a_long_journal_comes_in_parts(console: Console) -> None:
    for _ in range(103):
        console.call("GET", "/couriers?slug=usps")
    seen = console.see(PAGE)
    (older,) = [each for each in seen.root.all("a") if each.whole_text == "Older"]
    seen = console.see(older.attributes["href"].removeprefix("/_mock/"))
    rows = [each.attributes["data-row"] for each in seen.root.all("tr") if "data-row" in each.attributes]
    assert rows == ["3", "2", "1"]


def test_a_request_that_is_gone_is_one_sentence(console: Console) -> None:
    assert "does not have request 7" in console.see(f"{PAGE}/7", 404).alert()
    assert console.see(f"{PAGE}/x", 400)


def test_bodies_that_are_not_json_are_shown(console: Console) -> None:
    console.call("POST", "/trackings", body=b"\xff<b>not json", headers={"content-type": "application/json"})
    assert "<b>not json" in console.see(f"{PAGE}/1").text


def test_the_archive_is_that_of_the_control_api(console: Console) -> None:
    console.call("GET", "/trackings")
    response = console.client.get("/_mock/console/requests.har")
    assert response.json() == console.client.get("/_mock/requests.har").json()
