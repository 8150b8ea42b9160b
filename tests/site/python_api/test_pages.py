"""The pages as a whole: links, what a search sees, and what the versions say."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

import pytest

from generator.site.python_api.public_api import PublicApi
from generator.site.python_api.since import History, read_history

ROOT = Path(__file__).resolve().parents[3]
DOCS = {path.name for path in (ROOT / "docs").glob("*.md")}


def find_broken_links(pages: dict[str, str]) -> list[str]:
    anchors = {path: set(re.findall(r"^\(([\w.-]+)\)=$", text, re.MULTILINE)) for path, text in pages.items()}
    broken = []
    for path, text in pages.items():
        outside_of_code = re.sub(r"^(`{3,}).*?^\1$", "", text, flags=re.DOTALL | re.MULTILINE)
        outside_of_code = re.sub(r"(?<!\[)(`+)(?!`).+?(?<!`)\1(?!`)", "", outside_of_code)
        for target in re.findall(r"\]\(([^()\s]+)\)", outside_of_code):
            page, _, anchor = target.partition("#")
            found = posixpath.normpath(posixpath.join(posixpath.dirname(path), page)) if page else path
            if found.startswith("reference/rest/") or (found in DOCS and not anchor):
                continue
            if found not in pages or (anchor and anchor not in anchors[found]):
                broken.append(f"{path}: {target}")
    return broken


def test_every_link_leads_to_a_page_and_an_anchor(pages: dict[str, str]) -> None:
    assert sum(text.count("](") for text in pages.values()) > 4000
    assert find_broken_links(pages) == []
    errors = "reference/python/errors.md"
    cut = {**pages, errors: pages[errors].replace("(python-errors-usageerror)=\n", "")}
    assert len(find_broken_links(cut)) > 10


def test_every_page_is_in_one_list_of_pages(pages: dict[str, str]) -> None:
    listed = [
        posixpath.normpath(posixpath.join(posixpath.dirname(path), name)) + ".md"
        for path, text in pages.items()
        for tree in re.findall(r"```\{toctree\}\n(.*?)```", text, re.DOTALL)
        for line in tree.splitlines()
        if line and not line.startswith(":")
        for name in [line.partition("<")[2].rstrip(">") or line]
    ]
    assert sorted(listed) == sorted(pages.keys() - {"reference/python/index.md", "reference/cli/index.md"})


def test_an_anchor_is_used_once(pages: dict[str, str]) -> None:
    anchors = [
        name for text in pages.values() for name in re.findall(r"^\(([\w.-]+)\)=$", text, re.MULTILINE)
    ]
    assert len(anchors) == len(set(anchors))


def test_a_search_finds_only_the_newest_version(pages: dict[str, str], api: PublicApi) -> None:
    hidden = {path for path, text in pages.items() if text.startswith("---\nnosearch: true\n---\n")}
    assert hidden == {
        path
        for path in pages
        for version in api.versions
        if version != api.newest and path.startswith(f"reference/python/{version}/")
    }


def test_a_method_links_to_its_operation_if_that_is_described(pages: dict[str, str]) -> None:
    page = pages["reference/python/2026-07/trackings.md"]
    assert "(python-2026-07-trackings-list)=\n## trackings.list\n" in page
    assert "[`get-trackings`](../../rest/2026-07/trackings.md#rest-2026-07-get-trackings)" in page
    assert "Operation of the API: `delete-tracking-by-id`" in page


def test_a_method_says_its_errors_with_codes_and_links(pages: dict[str, str]) -> None:
    page = pages["reference/python/2026-07/trackings.md"]
    assert "[`AlreadyExistsError`](../errors.md#python-errors-alreadyexistserror) (4003)" in page


def test_since_and_gone() -> None:
    history = History(
        {
            "2024-01": frozenset({("Box", "old"), ("Box", "back")}),
            "2024-04": frozenset({("Box", "old"), ("Box", "new")}),
            "2024-07": frozenset({("Box", "new"), ("Box", "back")}),
        }
    )
    assert history.describe("2024-01", "Box", "old") == "gone in 2024-07"
    assert history.describe("2024-04", "Box", "old") == "gone in 2024-07"
    assert history.describe("2024-07", "Box", "new") == "since 2024-04"
    assert history.describe("2024-07", "Box", "back") == "since 2024-07"


def test_since_is_read_from_the_versions(api: PublicApi) -> None:
    history = read_history(api.versions)
    assert history.describe("2026-07", "Tracking", "tracking_number") == ""
    assert history.describe("2024-01", "notifications", "get").startswith("gone in ")


@pytest.mark.parametrize("version", ["2024-01", "2026-07"])
def test_the_index_of_a_version_says_how_to_import_it(version: str, pages: dict[str, str]) -> None:
    page = pages[f"reference/python/{version}/index.md"]
    assert f"from aftership_tracking.v{version.replace('-', '_')} import AfterShip, AsyncAfterShip" in page
    assert ("from aftership_tracking import AfterShip" in page) is (version == "2026-07")


def test_a_copy_of_a_client_describes_its_arguments_as_the_constructor(pages: dict[str, str]) -> None:
    page = pages["reference/python/client.md"]
    constructor, copy = page.split("(python-bases-syncclient-with-options)=")
    words = "How often a failed attempt is repeated, 2 by default."
    assert words in constructor
    assert words in copy.partition("\n(python-")[0]


def test_what_methods_give_has_no_constructor(pages: dict[str, str]) -> None:
    assert "Page(" not in pages["reference/python/pages.md"].partition("## AsyncPages")[0]
    assert "Options(" in pages["reference/python/options.md"]


@pytest.mark.parametrize(
    ("page", "guides"),
    [
        (
            "changes",
            "[Reading trackings](../../reading.md), [Data out: files, frames, databases](../../data-out.md)",
        ),
        ("pages", "[Reading trackings](../../reading.md)"),
        ("retries", "[Errors](../../errors.md)"),
    ],
)
def test_a_page_leads_to_the_guide_that_explains_it(pages: dict[str, str], page: str, guides: str) -> None:
    assert f"Explained with examples: {guides}." in pages[f"reference/python/{page}.md"]


def test_a_time_says_its_form(pages: dict[str, str]) -> None:
    form = "local time of the origin. Form: a time as `2024-02-06 14:30:00`."
    for page in ("estimated_delivery_dates", "models"):
        [line, *_] = re.findall(
            r"^- \*\*`pickup_time`\*\*.*(?:\n  .*)*", pages[f"reference/python/2026-07/{page}.md"], re.M
        )
        assert form in line
