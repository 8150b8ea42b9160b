"""The sources, pages and downloads of the real documents, read once for all tests here."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.site.rest import Sources, downloads, read_sources, rest_pages

SPEC = Path(__file__).resolve().parents[3] / "spec"


@pytest.fixture(scope="session")
def sources() -> Sources:
    return read_sources(SPEC)


@pytest.fixture(scope="session")
def pages(sources: Sources) -> dict[str, str]:
    return rest_pages(sources)


@pytest.fixture(scope="session")
def files(sources: Sources) -> dict[str, bytes]:
    return downloads(sources)
