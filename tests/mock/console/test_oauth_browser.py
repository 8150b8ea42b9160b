"""The pages of partner apps in a real browser: they fit, need no script, and may lead to the app."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from aftership_tracking.mock import Mock, MockApp, MockOAuth
from page_support.browser import watch
from page_support.served import serve_here

LONG = "Averylongwordwithoutanyspace" * 6
SIZES = {"wide": (1280, 900), "phone": (390, 844), "small": (320, 568)}
BACK = f"http://127.0.0.1:1/{LONG}"
APP = MockApp(
    client_id=LONG,
    client_secret="s",
    name=LONG,
    redirect_uris=[BACK],
    scopes=["aftership:carrier_connection:read", "aftership:tracking:write"],
    app_url=f"http://127.0.0.1:1/{LONG}/install",
)
CONSENT = f"oauth/authorize?{urlencode({'response_type': 'code', 'client_id': LONG, 'state': 's'})}"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits(browser: Any, size: str, scheme: str) -> None:
    width, height = SIZES[size]
    mock = Mock(tokens=MockOAuth(apps=[APP], merchants=[LONG, "ben"]))
    with serve_here(mock) as served:
        mock.oauth.approve(f"{served.url}/{CONSENT}", LONG)
        options = {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
        with watch(browser, may_complain=True, **options) as watched:
            page = watched.page
            for path in (CONSENT, CONSENT.replace(LONG, f"{LONG}x", 1), "_mock/console/oauth"):
                page.goto(f"{served.url}/{path}")
                assert page.evaluate("document.documentElement.scrollWidth") <= width, path
                links = page.get_by_role("navigation", name="Main").get_by_role("link")
                boxes = [link.bounding_box() for link in links.all()]
                assert len(boxes) == 7
                assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes), path


def test_consent_works_without_script_and_by_keyboard(browser: Any) -> None:
    mock = Mock(tokens=MockOAuth(apps=[APP], merchants=["anna", "ben"]))
    with serve_here(mock) as served, watch(browser, may_complain=True, java_script_enabled=False) as watched:
        page = watched.page
        page.goto(f"{served.url}/{CONSENT}")
        page.get_by_label("anna").focus()
        page.keyboard.press("ArrowDown")
        page.get_by_label("Read courier connections").focus()
        page.keyboard.press("Space")
        # Nobody listens there: that the browser left is enough.
        with page.expect_request(lambda request: request.url.startswith(f"{BACK}?code=")):
            page.get_by_role("button", name="Approve").press("Enter")
    [found] = mock.oauth.connections
    assert (found.merchant, found.scopes) == ("ben", ("aftership:tracking:write",))
