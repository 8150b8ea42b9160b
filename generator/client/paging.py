"""Reads how a list goes on from one page to the next."""

from __future__ import annotations

from typing import Any

from generator.client.quoting import Text, text
from generator.client.records import Cursor, PageNumber, Pagination
from generator.document import document as documents
from generator.document.document import Document


def read_pagination(document: Document, operation: documents.Operation) -> Pagination | None:
    """The record of `x-pagination`; None if the operation has none. Raises `SpecError`."""
    stated: Any = operation.raw.get("x-pagination")
    if stated is None:
        return None
    kind = stated.get("kind")
    try:
        if kind == "page":
            return PageNumber(
                items=_steps(stated["items"]),
                page=text(stated["page"]),
                limit=text(stated["limit"]),
                default_limit=int(stated["default-limit"]),
                max_limit=int(stated["max-limit"]),
                # 0: nothing is said about it.
                reachable=int(stated.get("reachable", 0)),
            )
        if kind == "cursor":
            return Cursor(
                items=_steps(stated["items"]),
                cursor=text(stated["cursor"]),
                next=_steps(stated["next"]),
                # Without it, the cursor alone says whether there is more.
                has_next=_steps(stated["has-next"]) if "has-next" in stated else (),
                limit=text(stated["limit"]),
                default_limit=int(stated["default-limit"]),
                max_limit=int(stated["max-limit"]),
            )
    except KeyError as missing:
        raise document.error(
            f"{operation.pointer}/x-pagination",
            f'Paging of kind "{kind}" has no "{missing.args[0]}".',
            "Add it.",
        ) from None
    raise document.error(
        f"{operation.pointer}/x-pagination",
        f'Paging of kind "{kind}" is not known.',
        'Use "page" or "cursor".',
    )


def _steps(path: str) -> tuple[Text, ...]:
    return tuple(text(step) for step in path.split("."))
