"""Short ways to the composed documents, for the tests of the versions."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from generator.document.compose import compose, versions
from generator.document.document import Document

SPEC = Path(__file__).resolve().parents[3] / "spec"
VERSIONS = versions(SPEC)
LATER = VERSIONS[1:]


@cache
def document(version: str) -> Document:
    return compose(SPEC, version)


def before(version: str) -> str:
    return VERSIONS[VERSIONS.index(version) - 1]


def schemas(version: str) -> dict[str, Any]:
    found: dict[str, Any] = document(version).raw["components"]["schemas"]
    return found


def operations(version: str) -> dict[str, dict[str, Any]]:
    return {
        f"{one.raw['x-resource']}.{one.raw['x-method']}": dict(one.raw)
        for one in document(version).operations()
    }


def since(first: str) -> tuple[str, ...]:
    return VERSIONS[VERSIONS.index(first) :]


def until(last: str) -> tuple[str, ...]:
    return VERSIONS[: VERSIONS.index(last) + 1]
