"""A mock whose pages are read and whose forms are sent without a browser."""

from __future__ import annotations

import pytest

from page_support.console import Console


@pytest.fixture
def console() -> Console:
    return Console()


@pytest.fixture(scope="module")
def filled() -> Console:
    """A mock with something on each page; its tests only read."""
    found = Console()
    found.fill()
    return found
