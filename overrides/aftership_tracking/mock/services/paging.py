"""Pages of a list. A cursor names the last item of a page, so items that come or go shift no page."""

from __future__ import annotations

import base64
import binascii
import zlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from aftership_tracking.mock.error_codes import INVALID_REQUEST, VALUE_INVALID
from aftership_tracking.mock.refusal import Refusal

# So many items can be reached through numbered pages.
REACHABLE = 160_000
_CODES = (VALUE_INVALID, INVALID_REQUEST)


class Numbered(Protocol):
    """An item with its number in the order of creation."""

    @property
    def serial(self) -> int:
        """Grows from one item to the next."""
        ...


Item = TypeVar("Item", bound=Numbered)


class Page(NamedTuple, Generic[Item]):
    """One page. `number` is None where pages have no numbers."""

    items: Sequence[Item]
    total: int
    limit: int
    number: int | None
    next_cursor: str

    @property
    def pagination(self) -> dict[str, Any]:
        return {
            "total": self.total,
            "next_cursor": self.next_cursor,
            "has_next_page": bool(self.next_cursor),
        }


def page_of(found: Sequence[Item], query: Mapping[str, Any], rules: Mapping[str, Any]) -> Page[Item]:
    """Return the page that a query requests, by the rules of the operation. `found` is in falling order.

    Raises:
        Refusal: the page is out of reach, or the cursor is not from this mock.
    """
    # What a page below one, or without any item, brings is not documented everywhere.
    limit = max(1, query.get(rules["limit"], rules["default-limit"]))
    if rules["kind"] == "cursor":
        start = _start(found, query.get(rules["cursor"]), rules["cursor"])
        items = found[start : start + limit]
        more = start + limit < len(found)
        return Page(items, len(found), limit, None, cursor_after(items[-1]) if more else "")
    number = query.get(rules["page"], 1)
    if number * limit > REACHABLE:
        raise Refusal(_CODES, f"query {rules['page']}: page times limit is above {REACHABLE}", rules["page"])
    items = found[(number - 1) * limit : number * limit] if number > 0 else ()
    return Page(items, len(found), limit, number, "")


def cursor_after(item: Numbered) -> str:
    """Return the cursor that continues after an item."""
    content = item.serial.to_bytes(8, "big")
    return base64.urlsafe_b64encode(content + zlib.crc32(content).to_bytes(4, "big")).decode("ascii")


def _start(found: Sequence[Numbered], cursor: str | None, name: str) -> int:
    # What an empty cursor means is not documented. The last page has one, and clients send it back.
    if not cursor:
        return 0
    serial = _serial(cursor)
    if serial is None:
        raise Refusal(_CODES, f"query {name}: not a next_cursor of this mock", name)
    return bisect_right(found, -serial, key=lambda item: -item.serial)


def _serial(cursor: str) -> int | None:
    try:
        content = base64.b64decode(cursor, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    serial, check = content[:8], content[8:]
    if len(content) != 12 or zlib.crc32(serial).to_bytes(4, "big") != check:
        return None
    return int.from_bytes(serial, "big")
