"""Links and anchors lead somewhere, files hold what pages show, and every run writes the same bytes."""

from __future__ import annotations

import csv
import io
import json
import posixpath
import re
from pathlib import Path
from typing import Any

import pytest

from generator.site.rest import Sources, downloads, rest_pages
from rest_page_support.reading import Section, read_page

ROOT = Path(__file__).resolve().parents[3]
PYTHON_PAGE = re.compile(r"reference/python/\d{4}-\d{2}/\w+\.md")


@pytest.fixture(scope="module")
def sections(pages: dict[str, str]) -> dict[str, list[Section]]:
    return {path: read_page(page) for path, page in pages.items()}


def _exists(path: str, pages: dict[str, str], files: dict[str, bytes]) -> bool:
    return (
        path in pages
        or path in files
        or (ROOT / "docs" / path).is_file()
        or bool(PYTHON_PAGE.fullmatch(path))
    )


def test_every_link_leads_to_a_page_and_an_anchor(
    sections: dict[str, list[Section]], pages: dict[str, str], files: dict[str, bytes]
) -> None:
    anchors = {
        path: {one for section in found for one in section.anchors} for path, found in sections.items()
    }
    checked, broken = 0, []
    for path, found in sections.items():
        for target in {link for section in found for link in section.links}:
            page, _, anchor = target.partition("#")
            other = posixpath.normpath(posixpath.join(posixpath.dirname(path), page)) if page else path
            checked += 1
            if not _exists(other, pages, files) or (
                other in anchors and anchor and anchor not in anchors[other]
            ):
                broken.append(f"{path}: {target}")
    assert broken == []
    assert checked > 1000


def test_no_anchor_is_there_twice(sections: dict[str, list[Section]]) -> None:
    found = [one for each in sections.values() for section in each for one in section.anchors]
    assert len(found) == len(set(found))


def test_every_page_is_in_one_toctree(pages: dict[str, str]) -> None:
    listed = []
    for path, page in pages.items():
        for block in re.findall(r"```\{toctree\}\n(.*?)```", page, flags=re.DOTALL):
            lines = [line for line in block.splitlines() if line and not line.startswith(":")]
            names = [line.partition(" <")[2].removesuffix(">") or line for line in lines]
            listed += [
                posixpath.normpath(posixpath.join(posixpath.dirname(path), name)) + ".md" for name in names
            ]
    assert sorted(listed) == sorted(set(listed))
    # These three are listed by the page above them, which is not one of ours.
    assert pages.keys() - set(listed) == {
        "reference/rest/index.md",
        "reference/enums/index.md",
        "reference/errors.md",
    }


def test_only_the_newest_version_is_searched(sources: Sources, pages: dict[str, str]) -> None:
    hidden = {path for path, page in pages.items() if page.startswith("---\nnosearch: true\n---\n")}
    older = {f"reference/rest/{name}/" for name in sources.reference.names[:-1]}
    assert hidden == {path for path in pages if any(path.startswith(folder) for folder in older)}


def test_csv_and_json_say_the_same(files: dict[str, bytes]) -> None:
    names = sorted(name.removesuffix(".csv") for name in files if name.endswith(".csv"))
    assert len(names) == 7
    for name in names:
        content = files[f"{name}.csv"].decode()
        assert content.count("\r\n") == len(re.findall("\n", content)) or '"' in content
        rows = list(csv.DictReader(io.StringIO(content, newline=""), strict=True))
        values: list[dict[str, Any]] = json.loads(files[f"{name}.json"])
        assert [{key: _as_csv(one) for key, one in row.items()} for row in values] == rows, name


def _as_csv(value: Any) -> str:
    if isinstance(value, list):
        return ";".join(value)
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def test_the_columns_are_those_of_the_page(pages: dict[str, str], files: dict[str, bytes]) -> None:
    sections = read_page(pages["reference/rest/downloads.md"])
    described = [
        [row[0] for row in one.rows[1:]] for one in sections if one.rows and one.rows[0][0] == "Column"
    ]
    headed = [
        next(csv.reader(io.StringIO(content.decode(), newline="")))
        for name, content in files.items()
        if name.endswith(".csv")
    ]
    assert sorted(described) == sorted(headed)


def test_files_hold_what_pages_show(
    sources: Sources, sections: dict[str, list[Section]], files: dict[str, bytes]
) -> None:
    newest = sources.reference.newest.name
    fields = [one for one in json.loads(files["_downloads/fields.json"]) if one["version"] == newest]
    shown: dict[str, str] = {}
    for section in sections[f"reference/rest/{newest}/model-tracking.md"]:
        shown |= section.items
    for field in [one for one in fields if one["model"] == "Tracking"]:
        head, _, said = shown[field["field"]].partition("\n")
        assert head.startswith(f"{field['field']} {field['type']}")
        assert " ".join(field["description"].split()) in said
        assert field["since"] == sources.reference.names[0] or f"Since {field['since']}." in said
    values = [one for one in json.loads(files["_downloads/enum-values.json"]) if one["version"] == newest]
    for value in [one for one in values if one["enum"] == "DeliverySubStatus"]:
        section = next(
            one for one in sections["reference/enums/delivery-sub-status.md"] if value["value"] in one.items
        )
        assert section.title == value["status"]
        assert section.items[value["value"]].startswith(f"{value['value']} {value['meaning']}")
    for error in json.loads(files["_downloads/errors.json"]):
        if error["version"] == newest:
            text = next(
                one.text for one in sections["reference/errors.md"] if one.title == str(error["code"])
            )
            assert error["hint"] in text
            assert error["exception"] in text
            assert f"Known from: {error['confidence']}" in text


def test_every_run_writes_the_same_bytes(
    sources: Sources, pages: dict[str, str], files: dict[str, bytes]
) -> None:
    assert list(rest_pages(sources).items()) == list(pages.items())
    assert list(downloads(sources).items()) == list(files.items())
