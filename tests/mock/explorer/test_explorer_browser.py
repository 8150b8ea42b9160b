"""Chromium tries an endpoint, on a desk and on a phone, also without script, and reaches nobody else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from playwright.sync_api import Browser, Page

from aftership_tracking.mock import Mock
from contract_support.document.installed import ReadOnce
from page_support.browser import watch
from page_support.served import ServedMock, serve_here
from patience import PATIENCE

WIDTHS = {"desk": 1280, "phone": 390}


@pytest.fixture
def served() -> Iterator[ServedMock]:
    with serve_here(Mock(documents=ReadOnce)) as found:
        yield found


def try_an_endpoint(page: Page) -> None:
    page.goto("/_mock/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Explorer").click()
    page.get_by_role("link", name="2026-07").click()
    page.get_by_label("Find an operation").fill("create tracking")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Create a tracking").click()
    page.get_by_text("more optional fields").click()
    page.get_by_label("title", exact=True).fill("Birthday <parcel>")
    page.get_by_role("button", name="Send to the mock").click()
    page.get_by_text("201 Created").wait_for()
    assert '"title": "Birthday <parcel>"' in page.get_by_label("The body of the response").inner_text()
    assert 'title="Birthday <parcel>"' in page.get_by_label("Python", exact=True).inner_text()


@pytest.mark.parametrize(("width", "script"), [("desk", True), ("phone", True), ("desk", False)])
def test_trying_an_endpoint(browser: Browser, served: ServedMock, width: str, script: bool) -> None:
    size = {"width": WIDTHS[width], "height": 800}
    with watch(browser, base_url=served.url, viewport=size, java_script_enabled=script) as watched:
        page = watched.page
        try_an_endpoint(page)
        record = served.mock.journal[-1]
        assert (record.operation, record.status) == ("trackings.create", 201)
        # The browser has gone to the response, so that a phone shows it at once.
        assert page.url.endswith("#result")
        if script:
            assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[width]
            top = page.get_by_role("heading", name="Response").bounding_box()
            assert top is not None
            assert 0 <= top["y"] < 800
        page.get_by_role("link", name="of the journal").click()
        page.get_by_text("Birthday <parcel>").first.wait_for()
        page.goto("/_mock/explorer/2024-01/get-tracking-by-id")
        page.get_by_role("button", name="Send to the mock").click()
        page.get_by_text("200 OK").wait_for()
        assert [each for each in watched.requested if not each.startswith(served.url)] == []


def test_fields_or_json(browser: Browser, served: ServedMock) -> None:
    with watch(browser, base_url=served.url) as watched:
        page = watched.page
        page.goto("/_mock/explorer/2026-07/create-tracking")
        whole = page.get_by_label("The whole body, as JSON")
        assert not whole.is_visible()
        page.get_by_label("JSON", exact=True).check()
        assert whole.is_visible()
        assert not page.get_by_label("tracking_number").is_visible()
        whole.fill('{"tracking_number": "ABCD1234", "slug": "usps", "title": ""}')
        page.get_by_role("button", name="Send to the mock").click()
        page.get_by_text("400 Bad Request").wait_for()
        assert served.mock.journal[-1].body["title"] == ""
        assert page.get_by_label("JSON", exact=True).is_checked()


def test_the_list_is_filtered_while_somebody_types(browser: Browser, served: ServedMock) -> None:
    with watch(browser, base_url=served.url) as watched:
        page = watched.page
        page.goto("/_mock/explorer/2026-07")
        page.get_by_label("Find an operation").fill("courier delete")
        assert page.locator("[data-text]:visible").count() == 1
        page.get_by_label("Find an operation").fill("nothing of this")
        assert page.get_by_text("No operation of 2026-07 has these words.").is_visible()


class Stranger(BaseHTTPRequestHandler):
    """Another host, which is to hear nothing."""

    heard: list[str]

    def do_GET(self) -> None:
        self._respond()

    def do_POST(self) -> None:
        self._respond()

    def log_message(self, *_: object) -> None:
        pass

    def _respond(self) -> None:
        type(self).heard.append(f"{self.command} {self.path}")
        self.send_response(200)
        self.send_header("access-control-allow-origin", "*")
        self.send_header("content-length", "0")
        self.end_headers()


def test_the_page_cannot_send_to_another_host(browser: Browser, served: ServedMock) -> None:
    """By the policy of the page, whatever would run in it."""
    heard: list[str] = []
    handler = type("Handler", (Stranger,), {"heard": heard})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    foreign = f"http://127.0.0.1:{server.server_port}"
    try:
        httpx.get(f"{foreign}/reachable", timeout=PATIENCE)
        with watch(browser, base_url=served.url, may_complain=True) as watched:
            page = watched.page
            page.goto("/_mock/explorer/2026-07/create-tracking")
            failed = page.evaluate(
                "address => fetch(address, {method: 'POST'}).then(() => 'sent', error => error.name)",
                f"{foreign}/f",
            )
            assert failed == "TypeError"
            page.evaluate(
                """address => {
                    const form = document.getElementById("call");
                    form.action = address;
                    form.submit();
                }""",
                f"{foreign}/s",
            )
            page.evaluate(
                """address => new Promise(done => {
                    const image = new Image();
                    image.onerror = done;
                    image.src = address;
                })""",
                f"{foreign}/i",
            )
            assert (
                page.evaluate("address => fetch(address).then(response => response.status)", "/_mock/health")
                == 200
            )
            refused = " ".join(watched.complaints)
            for rule in ("connect-src 'self'", "form-action 'self'", "img-src 'self'"):
                assert rule in refused
            assert page.url.startswith(served.url)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert heard == ["GET /reachable"]
