"""All pages of the REST reference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from generator.site.markdown import page
from generator.site.rest.addresses import REST, version_page
from generator.site.rest.downloads import downloads_page
from generator.site.rest.enum_pages import enum_pages
from generator.site.rest.error_page import error_page
from generator.site.rest.history_pages import history_pages
from generator.site.rest.model_pages import model_pages
from generator.site.rest.operation_pages import operation_pages
from generator.site.rest.reading.records import Version
from generator.site.rest.reading.reference import Reference
from generator.site.rest.reading.sources import Sources
from generator.site.rest.version_index import rest_index, version_index
from generator.site.rest.webhook_page import webhook_pages

_OLDER = {"nosearch": "true"}
# Nine columns need the room of the list of headings.
_WIDE = {"html_theme.sidebar_secondary.remove": "true"}


def rest_pages(sources: Sources) -> dict[str, str]:
    """Every page by its path below the source of the site; the same text each time.

    Raises `ValueError` for two pages that would have the same path.
    """
    found: dict[str, str] = {}
    reference = sources.reference
    _add(found, [(f"{REST}/index.md", "REST API", rest_index(reference))])
    for version in reversed(reference.versions):
        front_matter = None if version is reference.newest else _OLDER
        _add(found, _version_pages(reference, version), front_matter=front_matter)
    _add(found, history_pages(reference), front_matter=_WIDE)
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
    titles = {path: title.removesuffix(f", {version.name}") for path, title, _ in pages}
    index = version_index(reference, version, titles)
    yield version_page(version.name), f"REST API, {version.name}", index
    yield from pages


def _add(
    found: dict[str, str],
    pages: Iterable[tuple[str, str, str]],
    *,
    front_matter: Mapping[str, str] | None = None,
) -> None:
    for path, title, body in pages:
        if path in found:
            raise ValueError(f"Two pages would be {path}. Rename the model, enum or resource of one of them.")
        found[path] = page(title, body, front_matter=front_matter)
