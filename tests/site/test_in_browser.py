"""The whole site in a real browser: search, light and dark, desktop and phone. `make site-check` runs it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from page_support.browser import running_browser, watch

pytestmark = pytest.mark.site

PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1280, "height": 900}
PAGES = (
    "index.html",
    "start/merchant-backend.html",
    "guides/index.html",
    "errors.html",
    "mock-fidelity.html",
    "architecture.html",
    "guarantees.html",
    "migration/2025-01.html",
    "examples/warehouse_sync.html",
    "reference/rest/2026-07/trackings.html",
    "reference/rest/history/tracking.html",
    "reference/python/2026-07/trackings.html",
    "reference/enums/index.html",
)
# What ends right of the window, and is in no box of the article that scrolls and is inside of the window. The
# width of the document does not say so: the theme lets the whole article scroll instead of it.
BEYOND_THE_WINDOW = """() => {
  const inBox = (one) => {
    for (let up = one.parentElement; up.tagName !== "ARTICLE"; up = up.parentElement)
      if (["auto", "scroll"].includes(getComputedStyle(up).overflowX))
        return up.getBoundingClientRect().right <= innerWidth + 1;
    return false;
  };
  return [...document.querySelectorAll("article *")]
    .filter((one) => {
      const box = one.getBoundingClientRect();
      return box.width > 1 && box.height > 1 && box.right > innerWidth + 1 && !inBox(one);
    })
    .map((one) => one.outerHTML.slice(0, 120));
}"""
BACKGROUND = "getComputedStyle(document.body).backgroundColor"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        """Print nothing."""


@pytest.fixture(scope="module")
def address(built: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(built))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as started:
        yield started


def existing(built: Path) -> list[str]:
    """The pages of `PAGES` that there are."""
    found = [page for page in PAGES if (built / page).exists()]
    assert len(found) >= 9
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_no_page_is_wider_than_the_window(
    browser: Browser, address: str, built: Path, viewport: dict[str, int], scheme: Any
) -> None:
    """Nor does it complain, or load anything from elsewhere: `watch` says so."""
    with watch(browser, viewport=viewport, color_scheme=scheme) as watched:
        page = watched.page
        for name in existing(built):
            page.goto(f"{address}/{name}")
            assert page.evaluate(BEYOND_THE_WINDOW) == [], name
            assert page.locator("html").get_attribute("data-theme") == scheme
        # It can fail.
        page.evaluate("document.querySelector('article').innerHTML += '<div style=\"width: 3000px\">x</div>'")
        assert len(page.evaluate(BEYOND_THE_WINDOW)) == 1


def test_wide_tables_and_long_lines_scroll_in_their_own_box(browser: Browser, address: str) -> None:
    scrolls = "boxes => boxes.filter(box => box.scrollWidth > box.clientWidth + 1).length"
    with watch(browser, viewport=PHONE) as watched:
        watched.page.goto(f"{address}/guarantees.html")
        assert watched.page.locator(".pst-scrollable-table-container").evaluate_all(scrolls) > 0
        watched.page.goto(f"{address}/errors.html")
        assert watched.page.locator("div.highlight pre").evaluate_all(scrolls) > 0
        watched.page.goto(f"{address}/architecture.html")
        assert watched.page.locator(".diagram").evaluate_all(scrolls) == 1


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("rate limit", ["Rate limits"]),
        ("RateLimitError", ["Errors", "Errors and warnings", "Errors and warnings > RateLimitError"]),
    ],
)
def test_the_search_finds_the_right_page_first(
    browser: Browser, address: str, words: str, expected: list[str]
) -> None:
    with watch(browser, viewport=WIDE) as watched:
        page = watched.page
        page.goto(f"{address}/index.html")
        page.get_by_role("button", name="Search").first.click()
        field = page.locator("#pst-search-dialog input")
        field.fill(words)
        field.press("Enter")
        page.get_by_text("Search finished").wait_for()
        first = page.locator("#search-results li a").first
        assert first.inner_text() in expected
        first.click()
        page.locator("article h1").wait_for()


def test_light_and_dark_by_the_system_or_by_hand(browser: Browser, address: str) -> None:
    with watch(browser, viewport=WIDE, color_scheme="dark") as watched:
        page = watched.page
        page.goto(f"{address}/errors.html")
        dark = page.evaluate(BACKGROUND)
        page.locator(".theme-switch-button").first.click()
        page.locator(".theme-change-button[data-mode=light]").first.click()
        page.wait_for_function(f"{BACKGROUND} !== {dark!r}")
        page.goto(f"{address}/limits.html")
        assert page.locator("html").get_attribute("data-theme") == "light"


def test_the_menu_of_a_phone(browser: Browser, address: str) -> None:
    with watch(browser, viewport=PHONE) as watched:
        page = watched.page
        page.goto(f"{address}/errors.html")
        link = page.locator("#pst-primary-sidebar-modal").get_by_role("link", name="Rate limits")
        assert not link.is_visible()
        page.locator("button.primary-toggle").click()
        link.click()
        page.get_by_role("heading", name="Rate limits", level=1).wait_for()


def test_code_is_copied_without_prompts(browser: Browser, address: str) -> None:
    with watch(browser, viewport=WIDE, permissions=["clipboard-read", "clipboard-write"]) as watched:
        page = watched.page
        page.goto(f"{address}/start/merchant-backend.html")
        block = page.locator("div.highlight").first
        block.hover()
        block.get_by_role("button").click()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.splitlines()[0] == "pip install 'aftership-tracking-client[cli,mock]'"
