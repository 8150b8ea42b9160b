"""Webhooks: URLs, deliveries with payload and signature, and once more."""

from __future__ import annotations

import json

import pytest

from aftership_tracking.mock.webhooks.chaos import Chaos
from page_support.console import SECRET, Console

PAGE = "console/webhooks"


def add(console: Console, **changes: str) -> None:
    console.act(PAGE, do="add", url="http://127.0.0.1:1/hook", secret=SECRET, version="2026-07", **changes)


def deliver(console: Console) -> str:
    """The path of the page of a delivery."""
    identifier = console.create()
    console.act(console.parcel(identifier), do="put", status="Delivered")
    link = next(
        each.attributes["href"]
        for each in console.see(PAGE).root.all("a")
        if each.whole_text == "tracking_update"
    )
    return link.removeprefix("/_mock/")


def test_a_delivery_is_shown_with_payload_and_signature(console: Console) -> None:
    add(console)
    path = deliver(console)
    text = console.see(path).text
    (request,) = console.received
    signature = dict(request.headers)["aftership-hmac-sha256"]
    assert json.loads(request.body)["event"] == "tracking_update"
    assert '"tracking_number": "PARCEL0001"' in text
    assert f"{signature[:8]}... (44 characters)" in text
    assert "right for the secret of this URL" in text
    assert "taken: nothing follows" in text
    seen = console.act(path)
    assert "It is sent once more" in seen.text
    assert console.received == [request, request]


def test_a_failed_attempt_is_repeated_and_says_why(console: Console) -> None:
    def fail(_: object) -> int:
        raise ConnectionError("nobody listens")

    add(console)
    console.mock.webhooks.transport = fail
    path = deliver(console)
    text = console.see(path).text
    assert "no response" in text
    assert "will be repeated" in text
    assert "waiting" in text
    assert "attempt 2, due" in console.see(PAGE).text


def test_a_wrong_signature_is_said(console: Console) -> None:
    console.mock.webhooks.chaos = Chaos(wrong_signatures=1.0)
    add(console)
    console.act(console.parcel(console.create()), do="put", status="Delivered")
    paths = {
        each.attributes["href"].removeprefix("/_mock/")
        for each in console.see(PAGE).root.all("a")
        if "/webhooks/" in each.attributes["href"]
    }
    assert paths
    assert any("forged" in console.see(path).text for path in paths)


def test_urls_are_added_for_one_account_and_removed(console: Console) -> None:
    console.create()
    add(console, account=console.account)
    assert console.mock.webhooks.endpoints[0].api_key == console.key
    seen = console.see(PAGE)
    assert "URL 1: 2026-07, Account 1 ***4711" in seen.text
    console.act(PAGE, do="remove", number="1")
    assert console.mock.webhooks.endpoints == ()
    assert "there is no webhook 1" in console.refused(PAGE, 404, do="remove", number="1").alert()


def test_a_url_from_before_the_versions(console: Console) -> None:
    console.act(PAGE, do="add", url="http://127.0.0.1:1/", secret="s", version="legacy")
    assert console.mock.webhooks.endpoints[0].version is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"url": "ftp://x"}, "url must be an http or https URL"),
        ({"url": ""}, "url: is needed"),
        ({"secret": " "}, "secret: is needed"),
        ({"version": "soon"}, "version is written YYYY-MM"),
    ],
)
def test_a_bad_url_is_said_and_stays_typed(console: Console, changes: dict[str, str], sentence: str) -> None:
    form = {"url": "http://127.0.0.1:1/<hook>", "secret": "s3cret", "version": "2026-01", **changes}
    seen = console.refused(PAGE, do="add", **form)
    assert sentence in seen.alert()
    assert (seen.value("url"), seen.value("secret")) == (form["url"], form["secret"])


def test_a_delivery_that_is_not_stored_is_one_sentence(console: Console) -> None:
    assert "nothing of x is stored" in console.see(f"{PAGE}/x/1", 404).alert()
    assert console.send(f"{PAGE}/x/1").status_code == 404
