"""All pages of the REST reference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generator.site.markdown import page
from generator.site.rest.addresses import REST, version_page
from generator.site.rest.downloads import downloads_page
from generator.site.rest.enum_pages import enum_pages
from generator.site.rest.error_page import error_page
from generator.site.rest.history_pages import history_pages
from generator.site.rest.model_pages import model_pages
from generator.site.rest.operation_pages import operation_pages
from generator.site.rest.records import Version
from generator.site.rest.reference import Reference
from generator.site.rest.sources import Sources
from generator.site.rest.version_index import rest_index, version_index
from generator.site.rest.webhook_page import webhook_pages

_OLDER = {"nosearch": "true"}


def rest_pages(sources: Sources) -> dict[str, str]:
    """Every page by its path below the source of the site; the same text each time.

    Raises `ValueError` for two pages that would have the same path.
    """
    found: dict[str, str] = {}
    reference = sources.reference
    _add(found, [(f"{REST}/index.md", "REST reference", rest_index(reference))])
    for version in reversed(reference.versions):
        is_older = version is not reference.newest
        _add(found, _version_pages(reference, version), is_older=is_older)
    _add(found, history_pages(reference))
    _add(found, enum_pages(reference, sources.groups))
    _add(found, error_page(reference))
    _add(found, [downloads_page(sources)])
    return found


def _version_pages(reference: Reference, version: Version) -> Iterator[tuple[str, str, str]]:
    pages = [
        *operation_pages(reference, version),
        *webhook_pages(reference, version),
        *model_pages(reference, version),
    ]
    index = version_index(reference, version, [path for path, _, _ in pages])
    yield version_page(version.name), f"REST reference, {version.name}", index
    yield from pages


def _add(found: dict[str, str], pages: Iterable[tuple[str, str, str]], *, is_older: bool = False) -> None:
    for path, title, body in pages:
        if path in found:
            raise ValueError(f"Two pages would be {path}. Rename the model, enum or resource of one of them.")
        found[path] = page(title, body, front_matter=_OLDER if is_older else None)
