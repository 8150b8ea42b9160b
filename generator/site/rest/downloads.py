"""The tables of the reference as CSV and JSON, the documents as OpenAPI, and the page that lists them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

from generator.export.openapi import openapi
from generator.site.markdown import code, prose, table
from generator.site.rest.addresses import DOWNLOADS, DOWNLOADS_PAGE, Page
from generator.site.rest.data_tables import Cell, Table, data_tables
from generator.site.rest.reading.reference import Reference
from generator.site.rest.reading.sources import Sources

_LIST_SIGN = ";"


def downloads(sources: Sources) -> dict[str, bytes]:
    """Every file by its path below the source of the site; the same bytes each time.

    Raises `SpecError` for a document that cannot be exported.
    """
    found = {}
    for one in data_tables(sources):
        if one.rows:
            found[f"{DOWNLOADS}/{one.name}.csv"] = _csv(one)
            found[f"{DOWNLOADS}/{one.name}.json"] = _json(one)
    for version in sources.reference.versions:
        found[openapi_path(version.name)] = openapi(version.document).encode()
    return found


def openapi_path(version: str) -> str:
    """The file of a version as OpenAPI."""
    return f"{DOWNLOADS}/openapi/{version}.openapi.json"


def downloads_page(sources: Sources) -> tuple[str, str, str]:
    """Path, title and Markdown of the page that lists the files and says what is in them."""
    return DOWNLOADS_PAGE, "Downloads", "\n".join(_parts(sources, Page(DOWNLOADS_PAGE)))


def _parts(sources: Sources, page: Page) -> Iterator[str]:
    reference: Reference = sources.reference
    tables = [one for one in data_tables(sources) if one.rows]
    yield (
        "The tables of this reference as data. Where a table has a column `version`, a row is about that "
        "version. New versions add rows, and leave the columns as they are.\n"
    )
    yield (
        "CSV is UTF-8 as in RFC 4180, with names in the first row and semicolons between entries of a list. "
        "JSON is a list of objects with the same names; lists are lists, numbers are numbers, and what is "
        "empty in CSV is an empty string or list.\n"
    )
    yield table(
        ["Table", "Rows", "Files"],
        (
            [
                one.title,
                str(len(one.rows)),
                ", ".join(
                    f"[{one.name}.{form}]({page.to(f'{DOWNLOADS}/{one.name}.{form}')})"
                    for form in ("csv", "json")
                ),
            ]
            for one in tables
        ),
    )
    yield "## OpenAPI\n"
    yield (
        "The documents as OpenAPI 3.1 for other tools: without our own keys, with open enums that generators "
        f"understand. More: [other tools]({page.to('other-tools.md')}).\n"
    )
    yield (
        "\n".join(
            f"- [{one.name}.openapi.json]({page.to(openapi_path(one.name))})"
            for one in reversed(reference.versions)
        )
        + "\n"
    )
    for one in tables:
        yield f"## {one.title}\n"
        yield table(["Column", "Holds"], ([code(name), prose(said)] for name, said in one.columns.items()))


def _csv(one: Table) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(one.columns)
    writer.writerows([_csv_cell(cell) for cell in row.values()] for row in one.rows)
    return text.getvalue().encode()


def _csv_cell(cell: Cell) -> str:
    if isinstance(cell, list):
        return _LIST_SIGN.join(cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return f"{cell:g}" if isinstance(cell, float) else str(cell)


def _json(one: Table) -> bytes:
    rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in one.rows)
    return f"[\n{rows}\n]\n".encode()
