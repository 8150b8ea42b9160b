"""Finding a version and an operation."""

from __future__ import annotations

from typing import Any

from explorer_support.visitor import Visitor
from page_support.pages import find_active, find_faults, read_page


def test_all_versions_are_listed_the_newest_first(reader: Visitor) -> None:
    assert reader.request("GET", "/_mock/explorer/").status == 200
    links = [link for link in reader.open().links if link.startswith("/_mock/explorer/2")]
    assert links == [f"/_mock/explorer/{version}" for version in reversed(reader.mock.versions)]


def test_a_version_lists_its_operations(reader: Visitor) -> None:
    page = reader.open("2024-01")
    for operation in reader.mock._served.load("2024-01")[0].operations:
        assert f"/_mock/explorer/2024-01/{operation.id}" in page.links


def test_everybody_can_use_the_lists(reader: Visitor) -> None:
    for path in ("", *reader.mock.versions):
        root = read_page(reader.open(path).html)
        assert [*find_faults(root), *find_active(root)] == []


def test_a_search_works_without_script(reader: Visitor) -> None:
    found = [link for link in reader.open("2026-07?q=Courier+DELETE").links if "2026-07/" in link]
    assert found == ["/_mock/explorer/2026-07/delete-courier-connections-by-id"]
    nothing = reader.open("2026-07?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "No operation of 2026-07 has these words." in nothing.text
    assert "<script>alert" not in nothing.html


def test_what_does_not_exist_is_said(reader: Visitor) -> None:
    assert "there are 2024-01," in reader.open("2020-01", 404).text
    page = reader.open("2026-07/get-tracking-by-slug-tracking-number", 404)
    assert "2024-01, 2024-04, 2024-07 have it" in page.text
    assert "no operation of this name" in reader.open("2026-07/nothing", 404).text


def test_only_served_versions_are_shown(new_visitor: Any) -> None:
    visitor = new_visitor(versions=["2024-01", "2026-07"])
    page = visitor.open()
    assert "/_mock/explorer/2025-01" not in page.links
    assert "there are 2024-01, 2026-07" in visitor.open("2025-01", 404).text
    # Compared with the served version before it.
    assert "changed in 2026-07" in visitor.open("2026-07/create-tracking").text
