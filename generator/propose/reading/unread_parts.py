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
