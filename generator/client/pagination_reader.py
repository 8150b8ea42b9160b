"""Reads `x-pagination`: how a list continues from one page to the next."""

from __future__ import annotations

from typing import Any

from generator.client.openapi_library import UntrustedString
from generator.client.quoting import untrusted
from generator.client.template_records import Cursor, PageNumber, Pagination
from generator.document import document as documents
from generator.document.document import Document


def read_pagination(document: Document, operation: documents.Operation) -> Pagination | None:
    """The record of `x-pagination`; None if the operation has none. Raises `SpecError`."""
    declared: Any = operation.raw.get("x-pagination")
    if declared is None:
        return None
    kind = declared.get("kind")
    try:
        if kind == "page":
            return PageNumber(
                items=_segments(declared["items"]),
                page=untrusted(declared["page"]),
                limit=untrusted(declared["limit"]),
                default_limit=int(declared["default-limit"]),
                max_limit=int(declared["max-limit"]),
                # 0: the document does not say.
                reachable=int(declared.get("reachable", 0)),
            )
        if kind == "cursor":
            return Cursor(
                items=_segments(declared["items"]),
                cursor=untrusted(declared["cursor"]),
                next=_segments(declared["next"]),
                # Without it, only the cursor says whether there is more.
                has_next=_segments(declared["has-next"]) if "has-next" in declared else (),
                limit=untrusted(declared["limit"]),
                default_limit=int(declared["default-limit"]),
                max_limit=int(declared["max-limit"]),
            )
    except KeyError as missing:
        raise document.error(
            f"{operation.pointer}/x-pagination",
            f'Pagination of kind "{kind}" has no "{missing.args[0]}".',
            "Add it.",
        ) from None
    raise document.error(
        f"{operation.pointer}/x-pagination",
        f'Pagination of kind "{kind}" is not known.',
        'Use "page" or "cursor".',
    )


def _segments(path: str) -> tuple[UntrustedString, ...]:
    return tuple(untrusted(segment) for segment in path.split("."))
