"""Pages of other sites cannot send a form of the explorer, and the explorer reaches nobody but the mock."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from aftership_tracking.mock import MockResponse
from explorer_support.visitor import HOST, ROOT, Visitor

PAGE = f"{ROOT}/2026-07/create-tracking"


def post(visitor: Visitor, headers: dict[str, str]) -> MockResponse:
    form = {**visitor.open("2026-07/create-tracking").values, "do": "send"}
    return visitor.request("POST", PAGE, form, {"sec-fetch-site": "none", **headers})


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": f"http://{HOST}.evil.example"},
        {"origin": "http://127.0.0.1:3000", "sec-fetch-site": "same-site"},
    ],
)
def test_forms_of_other_sites_are_refused(visitor: Visitor, headers: dict[str, str]) -> None:
    assert post(visitor, headers).status == 403
    assert len(visitor.mock.journal) == 0


def test_the_form_of_the_page_itself_is_taken(visitor: Visitor) -> None:
    assert post(visitor, {"origin": f"http://{HOST}"}).status == 200
    assert visitor.mock.journal[-1].status == 201


def test_a_token_is_needed_where_the_mock_has_one(new_visitor: Any) -> None:
    visitor = new_visitor(control_token="of-the-test")
    assert visitor.request("GET", PAGE).status == 401
    assert visitor.request("POST", PAGE, {"do": "send"}).status == 401
    assert len(visitor.mock.journal) == 0


class Sources(HTMLParser):
    """Everything of a page that a browser loads, runs or sends to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("src", "href", "action", "formaction", "data"):
                self.found.append(str(value))
            if name.startswith("on") or name == "style":
                self.inline.append(f"{tag} {name}")
        if tag == "style" or (tag == "script" and not dict(attrs).get("src")):
            self.inline.append(tag)


def test_every_page_stays_on_the_mock(stocked: Visitor) -> None:
    form = {**stocked.open("2026-07/create-tracking").values, "do": "send"}
    for method, path, sent in (
        ("GET", ROOT, None),
        ("GET", f"{ROOT}/2024-01", None),
        ("GET", PAGE, None),
        ("POST", PAGE, form),
    ):
        response = stocked.request(method, path, sent)
        rules = dict(
            part.strip().partition(" ")[::2]
            for part in response.headers["content-security-policy"].split(";")
        )
        assert rules["default-src"] == "'none'"
        for name in ("connect-src", "form-action", "script-src", "style-src"):
            assert rules[name] == "'self'", name
        sources = Sources()
        sources.feed(response.body.decode())
        assert sources.inline == []
        assert len(sources.found) > 5
        assert [each for each in sources.found if not each.startswith(("/_mock/", "#"))] == []


HOSTILE = "\"><script>alert(1)</script>'{{ 7*7 }}</textarea></pre>&amp;"


def test_what_is_typed_or_stored_is_escaped(visitor: Visitor) -> None:
    page = visitor.try_out(
        "2026-07/create-tracking",
        body__title=HOSTILE,
        body__tracking_number=HOSTILE,
        body__custom_fields='{"<i>": "</pre>"}',
    )
    assert page.controls["body.title"].value == HOSTILE
    assert "<script>alert" not in page.html
    assert "<i>" not in page.html
    stored = visitor.try_out("2026-07/create-tracking", body__title=HOSTILE)
    assert visitor.mock.journal[-1].response_body["data"]["title"] == HOSTILE
    assert "<script>alert" not in stored.html
    assert "<script>alert" not in visitor.open("2026-07/create-tracking?example=<script>alert", 404).html
