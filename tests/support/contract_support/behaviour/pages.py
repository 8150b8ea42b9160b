"""Pages of every list, by number or by cursor, as `x-pagination` says: all items come once, in one order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from aftership_tracking.mock import Mock
from contract_support.calls.api import Api
from contract_support.calls.asgi import Application
from contract_support.calls.seeding import seed_trackings
from contract_support.document.operations import Operation, member, operation_for, operations
from contract_support.document.valid_samples import sample_body

COURIERS = ("usps", "ups", "fedex", "dhl")


def _some_trackings(document: Mapping[str, Any], mock: Mock, application: Application) -> Api:
    return seed_trackings(document, mock, application)


def _some_connections(document: Mapping[str, Any], mock: Mock, application: Application) -> Api:
    api = Api(document, application)
    for number in range(7):
        given = {"courier_slug": COURIERS[number % 4], "credentials": {"account_number": f"A-{number}"}}
        api.result("post-courier-connections", fields=given)
    return api


Filling = Callable[[Mapping[str, Any], Mock, Application], Api]
# How to create items of a list, by its resource.
FILLINGS: Mapping[str, Filling] = {
    "trackings": _some_trackings,
    "courier_connections": _some_connections,
}


def paging(document: Mapping[str, Any], mock: Mock, application: Application) -> list[str]:
    """Check that pages of any size return every item once, in one order, and say whether more follow."""
    found = []
    for operation in operations(document):
        if operation.paging is None:
            continue
        fill = FILLINGS.get(operation.purpose[0], _some_objects(operation))
        if fill is None:
            # Nothing creates what it lists, so its pages are those of the document's example.
            continue
        mock.reset()
        found += _list_complaints(fill(document, mock, application), operation)
    return found


def _some_objects(operation: Operation) -> Filling | None:
    create = operation_for(operation.document, operation.purpose[0], "create")
    if create is None or "{" in create.path:
        return None

    def fill(document: Mapping[str, Any], mock: Mock, application: Application) -> Api:
        api = Api(document, application)
        for _ in range(7):
            api.result(create.identifier, fields=sample_body(document, create))
        return api

    return fill


def _list_complaints(api: Api, operation: Operation) -> list[str]:
    order = [item["id"] for item in api.result(operation.identifier)]
    label = operation.label
    found = [] if len(order) > 3 else [f"{label}: {len(order)} items prove nothing"]
    for limit in (1, 2, 3, len(order), len(order) + 1):
        collected: list[str] = []
        for number, envelope in enumerate(_pages(api, operation, limit, len(order)), 1):
            items = [item["id"] for item in operation.unwrap(envelope)]
            collected += items
            page = f"{label}, pages of {limit}: page {number}"
            if len(items) > limit:
                found.append(f"{page} holds {len(items)}")
            found += [f"{page} {wrong}" for wrong in _wrong_claims(operation, envelope, order, collected)]
        if collected != order:
            found.append(
                f"{label}, pages of {limit} return {len(collected)} of {len(order)}, or in another order"
            )
    if _is_by_cursor(operation):
        found += _cursor_complaints(api, operation)
    return found


def _pages(api: Api, operation: Operation, limit: int, most: int) -> Iterator[Any]:
    """Yield the pages as a caller reads them: by cursor to the end, by number one page beyond it."""
    rules = operation.paging
    assert rules is not None
    query = {rules["limit"]: str(limit)}
    for number in range(1, most + 2):
        if not _is_by_cursor(operation):
            query[rules["page"]] = str(number)
        envelope = api.envelope(operation.identifier, query=query)
        yield envelope
        if _is_by_cursor(operation):
            if not member(envelope, rules["has-next"]):
                return
            query[rules["cursor"]] = member(envelope, rules["next"])


def _wrong_claims(operation: Operation, envelope: Any, order: list[str], collected: list[str]) -> list[str]:
    """Return what a page says wrongly about the list."""
    rules = operation.paging
    assert rules is not None
    found = []
    if "total" in rules and (total := member(envelope, rules["total"])) != len(order):
        found.append(f"says that there are {total} instead of {len(order)}")
    if _is_by_cursor(operation):
        has_next = member(envelope, rules["has-next"])
        if has_next is not (len(collected) < len(order)):
            found.append(f"says {has_next} about a next page, after {len(collected)} of {len(order)}")
        if bool(member(envelope, rules["next"])) is not has_next:
            found.append("has a cursor and no next page, or the other way round")
    return found


def _cursor_complaints(api: Api, operation: Operation) -> list[str]:
    """Check that invented cursors are refused, and that a real one continues after its page."""
    rules = operation.paging
    assert rules is not None
    found = []
    for odd in ("x", "WzE3MDcyMTQ1MzAwMDAsIms5djMiXQ==", "%00", "0", "\u20ac"):
        status = api.call(operation.identifier, query={rules["cursor"]: odd}).status
        if status != 400:
            found.append(f"{operation.label}: the cursor {odd!r} responds {status}")
    order = [item["id"] for item in api.result(operation.identifier)]
    query = {rules["limit"]: "2"}
    cursor = member(api.envelope(operation.identifier, query=query), rules["next"])
    # An item of the first page is deleted; the next page must neither miss nor repeat anything.
    deleted = next((item for item in operations(api.document) if _deletes(item, operation)), None)
    if deleted is None:
        return found
    api.result(deleted.identifier, {"id": order[1]})
    after = api.result(operation.identifier, query={**query, rules["cursor"]: cursor})
    if [item["id"] for item in after] != order[2:4]:
        found.append(f"{operation.label}: a deletion shifted the page after a cursor")
    return found


def _deletes(candidate: Operation, listing: Operation) -> bool:
    return candidate.purpose == (listing.purpose[0], "delete")


def _is_by_cursor(operation: Operation) -> bool:
    return operation.paging is not None and operation.paging["kind"] == "cursor"
