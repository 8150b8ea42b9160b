"""How `x-pagination` becomes a record, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from generator.client.content_reader import read_pagination
from generator.client.openapi_library import plain_string as plain
from generator.client.template_records import Cursor, PageNumber
from generator.errors import SpecError
from generator_support.documents import as_document, operation, small

NUMBERS = {
    "kind": "page",
    "items": "data.things",
    "page": "page",
    "limit": "limit",
    "default-limit": 2,
    "max-limit": 9,
}
CURSORS = {
    "kind": "cursor",
    "items": "data.things",
    "cursor": "after",
    "next": "data.paging.next",
    "has-next": "data.paging.more",
    "total": "data.paging.total",
    "limit": "limit",
    "default-limit": 2,
    "max-limit": 9,
}


def read(declared: dict[str, Any] | None) -> Any:
    content = small()
    content["paths"]["/things"]["get"] = operation(**({"x-pagination": declared} if declared else {}))
    document = as_document(content)
    return read_pagination(document, next(document.operations()))


def test_an_operation_without_it_has_no_pages() -> None:
    assert read(None) is None


def test_by_number() -> None:
    found = read(NUMBERS)

    assert isinstance(found, PageNumber)
    assert ([plain(step) for step in found.items], plain(found.page)) == (
        ["data", "things"],
        "page",
    )
    assert (plain(found.limit), found.default_limit, found.max_limit) == ("limit", 2, 9)


def test_by_cursor() -> None:
    found = read(CURSORS)

    assert isinstance(found, Cursor)
    assert ([plain(step) for step in found.items], plain(found.cursor)) == (
        ["data", "things"],
        "after",
    )
    assert [plain(step) for step in found.next] == ["data", "paging", "next"]
    assert [plain(step) for step in found.has_next] == ["data", "paging", "more"]
    assert (plain(found.limit), found.default_limit, found.max_limit) == ("limit", 2, 9)


def test_a_cursor_may_stand_alone() -> None:
    assert read({key: value for key, value in CURSORS.items() if key != "has-next"}).has_next == ()


@pytest.mark.parametrize(
    ("declared", "says"),
    [
        ({**NUMBERS, "kind": "offset"}, 'kind "offset" is not known'),
        ({"items": "data.things"}, 'kind "None" is not known'),
        ({key: value for key, value in NUMBERS.items() if key != "page"}, 'kind "page" has no "page"'),
        ({key: value for key, value in CURSORS.items() if key != "next"}, 'kind "cursor" has no "next"'),
    ],
)
def test_incomplete_paging_is_refused(declared: dict[str, Any], says: str) -> None:
    with pytest.raises(SpecError, match=says) as caught:
        read(declared)
    assert caught.value.pointer == "/paths/~1things/get/x-pagination"
