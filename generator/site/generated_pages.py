"""The pages that nobody writes: references, made from the documents and from the package."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class GeneratedPages:
    pages: Mapping[str, str]
    """Markdown by path: `reference/errors.md`."""
    downloads: Mapping[str, bytes]
    """Tables as CSV and JSON by path: `_downloads/errors.csv`."""


def generate_pages(_root: Path, _echo: Callable[[str], None]) -> GeneratedPages:
    """Make all references of a project."""
    return GeneratedPages(pages={}, downloads={})
