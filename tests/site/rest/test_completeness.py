"""Everything of every version's document is on a page of that version."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from generator.site.rest import Sources
from rest_page_support import naive
from rest_page_support.reading import Section, read_page


def _first_cells(sections: list[Section]) -> set[str]:
    """What rows of tables and items of lists begin with."""
    return {name for section in sections for name in (*(row[0] for row in section.rows), *section.items)}


def _slug(name: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name)
    return words.lower()


def find_missing(pages: Mapping[str, str], document: Mapping[str, Any]) -> Iterator[str]:
    """What the document has, and its pages have not."""
    version = document["info"]["version"]
    folder = f"reference/rest/{version}"
    for address, operation, parameters in naive.operations(document):
        markdown = pages.get(f"{folder}/{operation['x-resource']}.md", "")
        found = _of_operation(read_page(markdown), address)
        if not found:
            yield f"{version}: {address}"
            continue
        names = _first_cells(found)
        wanted = [one["name"] for one in parameters] + naive.body_fields(document, operation)
        yield from (f"{version}: {address} {name}" for name in wanted if name not in names)
        text = "".join(section.text for section in found)
        codes = [str(one["code"]) for one in operation.get("x-error-codes", ())]
        yield from (
            f"{version}: {address} code {code}" for code in codes if not re.search(rf"\b{code}\b", text)
        )
        yield from (
            f"{version}: {address} response {status}"
            for status in operation["responses"]
            if status not in names
        )
    for name, fields in naive.models(document).items():
        own = pages.get(f"{folder}/model-{_slug(name)}.md")
        sections = read_page(own or pages.get(f"{folder}/models.md", ""))
        shown = sections if own else [one for one in sections if one.title == name]
        cells = _first_cells(shown)
        yield from (f"{version}: {name}.{field}" for field in fields if field not in cells)
    for name, values in naive.enums(document).items():
        cells = _first_cells(read_page(pages.get(f"reference/enums/{_slug(name)}.md", "")))
        text = pages.get(f"reference/enums/{_slug(name)}.md", "")
        # A value that was renamed stands under its new name, and its old one is said there.
        yield from (
            f"{version}: {name} {value}"
            for value in values
            if value not in cells and f"was `{value}`" not in text
        )
    codes = {section.title for section in read_page(pages.get("reference/errors.md", ""))}
    yield from (f"{version}: code {code}" for code in document["x-errors"] if code not in codes)
    webhooks = _first_cells(read_page(pages.get(f"{folder}/webhooks.md", "")))
    yield from (
        f"{version}: event {event}" for event in document.get("webhooks", ()) if event not in webhooks
    )
    headers = {name for item in document.get("webhooks", {}).values() for name in _headers(document, item)}
    yield from (f"{version}: header {header}" for header in headers if header not in webhooks)


def _headers(document: Mapping[str, Any], item: Mapping[str, Any]) -> list[str]:
    return [
        naive.resolve(document, one)["name"] for each in item.values() for one in each.get("parameters", ())
    ]


def _of_operation(sections: list[Section], address: str) -> list[Section]:
    """The section of an operation and those below it, up to the next operation."""
    starts = [index for index, one in enumerate(sections) if one.anchors]
    begin = next((index for index in starts if sections[index].title == address), None)
    if begin is None:
        return []
    end = next((index for index in starts if index > begin), len(sections))
    return sections[begin:end]


def test_everything_of_every_version_is_on_a_page(sources: Sources, pages: dict[str, str]) -> None:
    documents = [one.document.raw for one in sources.reference.versions]
    assert len(documents) >= 9
    assert [missing for document in documents for missing in find_missing(pages, document)] == []


@pytest.mark.parametrize(
    ("page", "pattern", "missing"),
    [
        ("reference/rest/{version}/trackings.md", r"^## `POST /trackings`$", "POST /trackings"),
        (
            "reference/rest/{version}/trackings.md",
            r"^- `return_to_sender` .*\n",
            "GET /trackings return_to_sender",
        ),
        (
            "reference/rest/{version}/trackings.md",
            r"^- `order_id_path` .*\n",
            "POST /trackings order_id_path",
        ),
        ("reference/rest/{version}/trackings.md", r"^- `5XX` .*\n", "GET /trackings response 5XX"),
        ("reference/rest/{version}/trackings.md", r"^\| \[`4011`\].*\n", "POST /trackings code 4011"),
        ("reference/rest/{version}/model-tracking.md", r"^- `signed_by` .*\n", "Tracking.signed_by"),
        (
            "reference/rest/{version}/models.md",
            r"^- `country_region_name` .*\n",
            "Checkpoint.country_region_name",
        ),
        ("reference/enums/delivery-status.md", r"^- `Exception` .*\n", "DeliveryStatus Exception"),
        ("reference/errors.md", r"^## `4013`$", "code 4013"),
        ("reference/rest/{version}/webhooks.md", r"^- `edd_revise` .*\n", "event edd_revise"),
    ],
)
def test_what_is_left_out_is_found(
    sources: Sources, pages: dict[str, str], page: str, pattern: str, missing: str
) -> None:
    newest = sources.reference.newest
    path = page.format(version=newest.name)
    planted = re.sub(pattern, "", pages[path], flags=re.MULTILINE)
    assert planted != pages[path]
    found = list(find_missing(pages | {path: planted}, newest.document.raw))
    assert f"{newest.name}: {missing}" in found
