"""Every document for other tools, made once for a process."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from generator.document.compose import compose_each, versions
from generator.document.document import Document
from generator.export.documents import Target, export

ROOT = Path(__file__).resolve().parents[3]
SPEC = ROOT / "spec"
VERSIONS = versions(SPEC)
OLDEST, NEWEST = VERSIONS[0], VERSIONS[-1]


@cache
def documents() -> dict[str, Document]:
    """The composed documents, by version."""
    return dict(zip(VERSIONS, compose_each(SPEC, VERSIONS), strict=True))


@cache
def text(version: str, target: Target) -> str:
    """What is exported."""
    return export(documents()[version], target)


def exported(version: str, target: Target) -> Any:
    """What is exported, as a value of its own."""
    return json.loads(text(version, target))
