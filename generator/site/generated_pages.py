"""The pages that nobody writes: references, made from the documents and from the package."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from generator.site.python_api.pages import python_pages
from generator.site.rest import downloads, read_sources, rest_pages
from generator.site.rest.addresses import operation_anchor, version_page
from generator.site.rest.reading.reference import Reference
from generator.surface.wheel import load_checkout


@dataclass(frozen=True, kw_only=True, slots=True)
class GeneratedPages:
    pages: Mapping[str, str]
    """Markdown by path: `reference/errors.md`."""
    downloads: Mapping[str, bytes]
    """Tables as CSV and JSON by path: `_downloads/errors.csv`."""


def generate_pages(root: Path, echo: Callable[[str], None]) -> GeneratedPages:
    """Make all references of a project."""
    echo("Reading the documents and the package, for the references ...")
    sources = read_sources(root / "spec")
    find = _operation_finder(sources.reference)
    pages = rest_pages(sources) | python_pages(root, load_checkout(root), find_operation=find)
    return GeneratedPages(pages=pages, downloads=downloads(sources))


def _operation_finder(reference: Reference) -> Callable[[str, str, str], str | None]:
    """Give the address of an operation in the REST reference, by version, resource and operationId."""
    addresses = {
        (version.name, operation.raw.id): (
            f"{version_page(version.name, operation.resource)}#{operation_anchor(version.name, operation)}"
        )
        for version in reference.versions
        for operation in version.operations
    }
    return lambda version, _resource, operation: addresses.get((version, operation))
