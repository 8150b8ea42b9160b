"""What a document says that no draft takes over: so that nothing of it is lost in silence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.document.schema_walk import as_list, as_mapping
from generator.propose.reading.both_documents import BothDocuments
from generator.propose.reading.conjunction import left_out

_READ = frozenset({"openapi", "info", "paths", "components", "webhooks", "tags", "externalDocs"})
_MOST = 3


def unread_parts(both: BothDocuments) -> Iterator[str]:
    """Sentences about parts of the other document. Each keyword is one, however often it is there."""
    raw = both.theirs.raw
    for key in sorted(raw.keys() - _READ):
        if not key.startswith("x-"):
            yield f"{key} of the document: {_reason(key)}"
    if as_mapping(as_mapping(raw.get("components")).get("securitySchemes")) or any(
        "security" in one.raw for one in both.operations[1].values()
    ):
        yield f"security of the document: {_reason('security')}"
    found: dict[str, set[str]] = {}
    for address, operation in both.operations[1].items():
        for what in _unread_responses(both, address):
            found.setdefault(what, set()).add(operation.request)
    for operations in (both.operations[1], both.webhooks[1]):
        for operation in operations.values():
            if "callbacks" in operation.raw:
                found.setdefault("callbacks", set()).add(operation.request)
            for schema in operation.schemas():
                for keyword in _keywords(both, schema, set()):
                    found.setdefault(keyword, set()).add(operation.request)
    for keyword, requests in sorted(found.items()):
        listed = sorted(requests)
        more = f" and {len(listed) - _MOST} more" if len(listed) > _MOST else ""
        yield f"{keyword} in {', '.join(listed[:_MOST])}{more}: the draft has no counterpart"


def _unread_responses(both: BothDocuments, address: tuple[str, str]) -> Iterator[str]:
    """Errors and headers of an operation that ours does not declare for it."""
    mine, theirs = (side.get(address) for side in both.operations)
    if theirs is None:
        return
    own = as_mapping(mine.raw.get("responses")) if mine is not None else {}
    for status, declared in as_mapping(theirs.raw.get("responses")).items():
        if str(status)[:1] in "13" or (
            str(status)[:1] == "4" and mine is not None and str(status) not in own
        ):
            yield f"the response {status}"
        response, _ = both.theirs.follow(declared)
        previous, _ = both.ours.follow(own.get(status, {}))
        known = {name.lower() for name in as_mapping(as_mapping(previous).get("headers"))}
        for name in as_mapping(as_mapping(response).get("headers")) if str(status) in own else ():
            if name.lower() not in known:
                yield f"the header {name}"


def _reason(key: str) -> str:
    return {
        "servers": "the composer sets the address of the service",
        "security": "ours says who may call what, with scopes; compare by hand",
    }.get(key, "the draft has no counterpart")


def _keywords(both: BothDocuments, schema: Any, seen: set[int]) -> Iterator[str]:
    if not isinstance(schema, dict) or id(schema) in seen:
        return
    seen.add(id(schema))
    yield from left_out(schema)
    if isinstance(schema.get("$ref"), str):
        yield from _keywords(both, both.theirs.resolve(schema["$ref"]), seen)
    for key in ("items", "additionalProperties"):
        yield from _keywords(both, schema.get(key), seen)
    for key in ("allOf", "anyOf", "oneOf"):
        for part in as_list(schema.get(key)):
            yield from _keywords(both, part, seen)
    for inner in as_mapping(schema.get("properties")).values():
        yield from _keywords(both, inner, seen)
