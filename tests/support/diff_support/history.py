"""Every version of the real document and what its overlay moves, read once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from generator.diff import Change, diff, read_moves
from generator.document.compose import compose_each, versions
from generator.document.document import Document
from generator.document.yaml_reader import read

SPEC = Path(__file__).resolve().parents[3] / "spec"
VERSIONS = versions(SPEC)
"""Oldest first."""


@cache
def documents() -> Mapping[str, Document]:
    """All versions by name."""
    return {document.version: document for document in compose_each(SPEC, VERSIONS)}


@cache
def changes(version: str) -> tuple[Change, ...]:
    """What the diff lists between a version and the one before it."""
    before = VERSIONS[VERSIONS.index(version) - 1]
    moves = read_moves(read(SPEC / "changes" / f"{version}.yaml").value)
    return diff(documents()[before], documents()[version], moves)
