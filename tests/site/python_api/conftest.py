"""The package and its pages, read once."""

from __future__ import annotations

from pathlib import Path

import griffe
import pytest

from generator.site.python_api.pages import python_pages
from generator.site.python_api.public_api import PublicApi, read_public_api
from generator.surface.wheel import load_checkout

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def package() -> griffe.Module:
    return load_checkout(ROOT)


@pytest.fixture(scope="session")
def api(package: griffe.Module) -> PublicApi:
    return read_public_api(package)


def find_operation(version: str, resource: str, operation: str) -> str | None:
    """As the REST reference has it, but for one operation that it does not describe."""
    if operation == "delete-tracking-by-id":
        return None
    return f"reference/rest/{version}/{resource}.md#rest-{version}-{operation}"


@pytest.fixture(scope="session")
def pages(package: griffe.Module) -> dict[str, str]:
    return python_pages(ROOT, package, find_operation=find_operation)
