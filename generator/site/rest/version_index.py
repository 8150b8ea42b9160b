"""The first page of a version, and the first page of the whole reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator.site.markdown import link, paragraph, prose, table, toctree
from generator.site.rest.addresses import (
    DOWNLOADS,
    DOWNLOADS_PAGE,
    ENUMS,
    ERRORS,
    HISTORY,
    REST,
    Page,
    version_page,
)
from generator.site.rest.field_lists import FieldLists
from generator.site.rest.operation_pages import operation_list, resource_title
from generator.site.rest.reading.records import Version
from generator.site.rest.reading.reference import Reference


def version_index(reference: Reference, version: Version, pages: Mapping[str, str]) -> str:
    """The first page of a version; `pages`: the titles of its other pages by path, in their order."""
    page = Page(version_page(version.name))
    return "\n".join(_parts(reference, version, page, pages))


def _parts(reference: Reference, version: Version, page: Page, pages: Mapping[str, str]) -> Iterator[str]:
    info = version.document.raw.get("info", {})
    newest = reference.newest.name
    facts = [
        ("Released", str(info.get("x-released", "unknown"))),
        ("Supported until", str(info.get("x-supported-until", "unknown"))),
        ("Base URL", ", ".join(f"`{one.get('url', '')}`" for one in version.document.raw.get("servers", ()))),
    ]
    if version.name != newest:
        yield f"This is an older version. The newest one is [{newest}]({page.to(version_page(newest))}).\n"
    yield "\n".join(f"- **{name}:** {prose(said)}" for name, said in facts)
    download = page.to(f"{DOWNLOADS}/openapi/{version.name}.openapi.json")
    yield f"- **As OpenAPI:** [{version.name}.openapi.json]({download})\n"
    yield "## Operations\n"
    for resource in version.resources:
        operations = [one for one in version.operations if one.resource == resource]
        yield f"### {link(resource_title(resource), page.to(version_page(version.name, resource)))}\n"
        yield operation_list(page, version, operations)
    step = reference.steps.get(version.name)
    if step is not None:
        yield f"## New since {step.old}\n"
        yield "\n".join(f"- {paragraph(line)}" for line in step.lines) + "\n"
        guide = page.to(f"migration/{version.name}.md")
        yield f"All changes, and what to do in code: [from {step.old} to {step.new}]({guide}).\n"
    if version.headers:
        yield "## Headers of every response\n"
        yield FieldLists(reference, version, page).headers(version.headers)
    yield toctree(page.entries(pages), hidden=True)


def rest_index(reference: Reference) -> str:
    """The first page of the reference."""
    page = Page(f"{REST}/index.md")
    rows = []
    for version in reversed(reference.versions):
        info = version.document.raw.get("info", {})
        rows.append(
            [
                link(version.name, page.to(version_page(version.name))),
                prose(str(info.get("x-released", "unknown"))),
                prose(str(info.get("x-supported-until", "unknown"))),
                str(len(version.operations)),
            ]
        )
    entries = {version_page(version.name): version.name for version in reversed(reference.versions)}
    entries |= {f"{HISTORY}/index.md": "Side by side", DOWNLOADS_PAGE: "Downloads"}
    return "\n".join(
        [
            "Every operation and field of the API, made from the documents that the client is generated "
            "from. The descriptions are ours; marks say what is documented and what is assumed.\n",
            table(["Version", "Released", "Supported until", "Operations"], rows),
            f"- [All versions side by side]({page.to(f'{HISTORY}/index.md')}): how each field changed",
            f"- [Enums]({page.to(f'{ENUMS}/index.md')}): every known value and its meaning",
            f"- [Error codes]({page.to(ERRORS)}): what each means, and what to do",
            f"- [Downloads]({page.to(DOWNLOADS_PAGE)}): all of it as CSV, JSON and OpenAPI\n",
            toctree(page.entries(entries), hidden=True),
        ]
    )
