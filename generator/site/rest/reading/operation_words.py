"""What the document says of an operation as a whole, in words: who may call it, how often, and whether again.

The words are plain, with names between backticks, so they go into pages and into downloads alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generator.client.template_records import RateLimit
from generator.document.document import Document
from generator.document.schema_walk import as_list, as_mapping

_RETRIES = {
    "safe": "May be repeated.",
    "upsert": "May be repeated only as create-or-get: what exists already is read.",
    "never": "Is not repeated after it was sent: it may have been carried out.",
}


def rate_limit_words(limit: RateLimit) -> str:
    """`20 requests in 1 second, for this operation`."""
    seconds = f"{limit.seconds:g} second{'' if limit.seconds == 1 else 's'}"
    requests = f"{limit.requests} request{'' if limit.requests == 1 else 's'}"
    shared = "all operations of the organization together" if limit.shared else "this operation"
    return f"{requests} in {seconds}, for {shared}"


def retry_words(operation: Mapping[str, Any]) -> str:
    """Whether a call may be repeated, in one or two sentences."""
    said = _RETRIES.get(str(operation.get("x-retry")), "")
    reason = str(operation.get("x-retry-reason", ""))
    return f"{said} {reason}".strip()


def pagination_words(operation: Mapping[str, Any]) -> str:
    """How a list goes on; empty for what is not a list of pages."""
    pages = as_mapping(operation.get("x-pagination"))
    if not pages:
        return ""
    return " ".join(_pagination_sentences(pages))


def _pagination_sentences(pages: Mapping[str, Any]) -> Iterator[str]:
    limit = f"`{pages.get('limit', 'limit')}`"
    if pages.get("kind") == "cursor":
        cursor = pages.get("cursor")
        yield f"By cursor: send `{pages.get('next')}` of a response as `{cursor}` of the next request."
        if pages.get("has-next"):
            yield f"`{pages['has-next']}` says whether there is more."
    else:
        yield f"By number: `{pages.get('page')}` counts from 1."
    if "default-limit" in pages or "max-limit" in pages:
        default, most = pages.get("default-limit", "unknown"), pages.get("max-limit", "unknown")
        yield f"{limit} is {default} by default, {most} at most."
    if "reachable" in pages:
        yield f"The first {pages['reachable']} can be reached."


def authentication_words(document: Document, operation: Mapping[str, Any]) -> str:
    """The ways to prove who calls: `a`, optionally with `b` or `c`, or `d`."""
    schemes = as_mapping(as_mapping(document.raw.get("components")).get("securitySchemes"))
    declared = operation.get("security", document.raw.get("security"))
    ways = [
        tuple(_scheme(as_mapping(schemes.get(name)), name, as_list(scopes)) for name, scopes in one.items())
        for one in as_list(declared)
    ]
    return "; or ".join(_alternatives(ways))


def _alternatives(ways: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Each way; one that is another with more is said there."""
    for way in ways:
        if any(_extends(way, other) for other in ways):
            continue
        more = [
            " and ".join(one for one in other if one not in way) for other in ways if _extends(other, way)
        ]
        optional = f", optionally with {' or '.join(more)}" if more and way else ""
        yield f"{' and '.join(way) or 'nothing'}{optional}"


def _extends(way: Sequence[str], other: Sequence[str]) -> bool:
    return bool(other) and set(other) < set(way)


def _scheme(scheme: Mapping[str, Any], name: str, scopes: list[Any]) -> str:
    if scheme.get("type") == "apiKey":
        return f"`{scheme.get('name')}`"
    if scheme.get("type") == "oauth2":
        named = ", ".join(f"`{scope}`" for scope in scopes)
        return f"OAuth with the scope {named}" if named else "OAuth (no scope is known)"
    return f"`{name}`"
