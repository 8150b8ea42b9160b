"""Everything of docs/surface.txt and generated/surface/ is described once in the reference."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import griffe
import pytest

from generator.errors import RefusedError
from generator.site.python_api import public_api
from generator.site.python_api.members import OPERATIONS
from generator.site.python_api.page_plan import PAGES, PART_OF
from generator.site.python_api.public_api import PublicApi, version_anchor
from generator.surface.lines import name_of
from generator.surface.version_packages import read_versions

ROOT = Path(__file__).resolve().parents[3]
PACKAGE_LINES = (ROOT / "docs" / "surface.txt").read_text("utf-8").splitlines()
VERSIONS = read_versions(
    {path.name: path.read_text("utf-8") for path in sorted((ROOT / "generated" / "surface").glob("*.txt"))}
)
# How a class says that it has these.
WORDS = {**OPERATIONS, **dict.fromkeys(["__le__", "__gt__", "__ge__"], OPERATIONS["__lt__"])}
WORDS |= {"__exit__": OPERATIONS["__enter__"], "__aexit__": OPERATIONS["__aenter__"]}


def read_sections(pages: Mapping[str, str]) -> dict[str, list[str]]:
    """Every anchor, and what stands below it up to the next heading that is not deeper."""
    found: dict[str, list[str]] = {}
    for text in pages.values():
        starts = list(re.finditer(r"^\(([\w.-]+)\)=\n(?:\([\w.-]+\)=\n)*(#+ |\n)", text, re.MULTILINE))
        for position, start in enumerate(starts):
            depth = len(start[2].strip())
            later = (one.start() for one in starts[position + 1 :] if len(one[2].strip()) <= depth)
            found.setdefault(start[1], []).append(text[start.end() : next(later, len(text))])
        for several in re.finditer(r"^(?:\([\w.-]+\)=\n){2,}", text, re.MULTILINE):
            for name in re.findall(r"\(([\w.-]+)\)=", several[0])[1:]:
                found.setdefault(name, []).append(text[several.end() :])
    return found


def is_described(member: str, anchor: str, section: str, sections: Mapping[str, list[str]]) -> bool:
    if member == "__init__":
        # Records and errors show their fields, other classes how they are made.
        return True
    spoken = f"{anchor}-{member.strip('_').replace('_', '-')}"
    if spoken in sections or re.search(rf"^- \*\*`{member}(?:\(\))?`\*\*", section, re.MULTILINE):
        return True
    if "The async counterpart of" in section and re.search(rf"^(?:await )?{member}\(", section, re.MULTILINE):
        return True
    return member in WORDS and WORDS[member] in section


def find_missing(lines: Iterable[str], api: PublicApi, pages: Mapping[str, str]) -> list[str]:
    sections = read_sections(pages)
    anchors = {name: one.anchor for one in api.things for name in one.names}
    missing = []
    for line in lines:
        name = name_of(line)
        owner = next((one for one in (name, name.rpartition(".")[0]) if one in {*anchors, *PART_OF}), None)
        if owner is None:
            missing.append(line)
            continue
        member = name.removeprefix(owner).removeprefix(".")
        anchor = anchors[PART_OF.get(owner, owner)]
        found = sections.get(anchor, [])
        if len(found) != 1 or (member and not is_described(member, anchor, found[0], sections)):
            missing.append(line)
    return missing


def find_missing_of_version(package: str, lines: Iterable[str], pages: Mapping[str, str]) -> list[str]:
    version = package.removeprefix("v").replace("_", "-")
    sections = read_sections({path: text for path, text in pages.items() if f"/{version}/" in path})
    missing = []
    for line in lines:
        parts = name_of(line).split(".")
        if parts[0] == "resources":
            # The async class has the same methods, and the page says so.
            anchor = version_anchor(version, parts[1])
            described = len(parts) < 4 or f"{anchor}-{parts[3]}" in sections
        elif parts[0] in ("AfterShip", "AsyncAfterShip"):
            anchor = version_anchor(version, parts[0])
            text = "".join(sections.get(anchor, []))
            described = len(parts) < 2 or parts[1] == "API_VERSION" or f"({parts[1]}.md)" in text
        else:
            kinds = ("inputs",) if parts[0] == "inputs" else ("models", "enums")
            names = parts[1:] if parts[0] == "inputs" else parts
            anchor = next(
                (one for kind in kinds if (one := version_anchor(version, kind, names[0])) in sections), ""
            )
            described = len(names) < 2 or is_described(
                names[1], anchor, sections.get(anchor, [""])[0], sections
            )
        if len(sections.get(anchor, [])) != 1 or not described:
            missing.append(line)
    return missing


def test_every_line_of_the_surface_is_on_one_page(api: PublicApi, pages: dict[str, str]) -> None:
    assert len(PACKAGE_LINES) > 1500
    assert find_missing(PACKAGE_LINES, api, pages) == []


@pytest.mark.parametrize("name", VERSIONS)
def test_every_line_of_a_version_is_on_one_page(name: str, pages: dict[str, str]) -> None:
    assert len(VERSIONS[name]) > 300
    assert find_missing_of_version(name, VERSIONS[name], pages) == []


@pytest.mark.parametrize(
    ("path", "gone", "line"),
    [
        ("errors", "(python-errors-apierror)=\n", "ApiError: class(CallError)"),
        ("errors", "- **`retry_after`**", "ApiError.retry_after"),
        ("pages", "(python-page-next-page)=\n", "Page.next_page() -> Page[T] | None"),
        ("options", "- **`read`**", "Timeout.read: float | None = 10.0"),
    ],
)
def test_what_is_left_out_is_found(
    api: PublicApi, pages: dict[str, str], path: str, gone: str, line: str
) -> None:
    page = f"reference/python/{path}.md"
    assert line in PACKAGE_LINES
    assert gone in pages[page]
    missing = find_missing(PACKAGE_LINES, api, {**pages, page: pages[page].replace(gone, "")})
    assert line in missing
    owner = name_of(line).partition(".")[0]
    assert {name_of(one).removeprefix("errors.").partition(".")[0] for one in missing} == {owner}


def test_a_field_or_a_method_of_a_version_that_is_left_out_is_found(pages: dict[str, str]) -> None:
    for name, gone, line in (
        ("models", "- **`tracking_number`**", "Tracking.tracking_number: str = sent()"),
        ("trackings", "(python-2026-07-trackings-retrack)=\n", "resources.trackings.Trackings.retrack"),
    ):
        page = f"reference/python/2026-07/{name}.md"
        assert gone in pages[page]
        cut = {**pages, page: pages[page].replace(gone, "")}
        missing = find_missing_of_version("v2026_07", VERSIONS["v2026_07"], cut)
        assert [one for one in missing if one.startswith(line)]


def test_what_is_on_two_pages_is_found(api: PublicApi, pages: dict[str, str]) -> None:
    twice = {**pages, "reference/python/copy.md": "(python-times-date)=\n## Date\n"}
    assert "Date: class(Time)" in find_missing(PACKAGE_LINES, api, twice)


def test_something_public_without_a_page_is_refused(
    package: griffe.Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_api, "PAGES", [plan for plan in PAGES if plan.name != "contacts"])
    with pytest.raises(RefusedError, match=r"contacts\.\w+ is public and on no page of the reference"):
        public_api.read_public_api(package)
