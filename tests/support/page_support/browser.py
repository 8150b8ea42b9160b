"""Debian's Chromium, driven by Playwright. It loads pages of this machine only."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from patience import PATIENCE

NAMES = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Start a browser. Skip the test if none is installed; in CI that is a failure."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("chromium is not installed")
        pytest.skip("chromium is not installed")
    # Its own sandbox does not work for root, as which CI runs.
    options = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=[*options, "--disable-dev-shm-usage"], timeout=PATIENCE * 1000
        )
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Watched:
    """A page of a browser, and what it complained about: refused scripts and styles, errors of the script."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    requested: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE * 1000)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requested.append(request.url))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)


@contextmanager
def watch(browser: Browser, *, may_complain: bool = False, **options: Any) -> Iterator[Watched]:
    """A page without cookies, which must load nothing from elsewhere and complain about nothing."""
    context = browser.new_context(**options)
    watched = Watched(context.new_page())
    try:
        yield watched
        if not may_complain:
            assert watched.complaints == []
            assert {url.split("/")[2].split(":")[0] for url in watched.requested} == {"127.0.0.1"}
    finally:
        context.close()
