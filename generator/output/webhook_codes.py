"""webhook_codes.py of the package: the event codes and statuses that the documents name.

Whoever receives webhooks needs them and no model, so they are a module of their own, which costs nothing to
import.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.client.quoting import literal
from generator.client.render import PACKAGE
from generator.document.document import Document
from generator.document.schema_walk import SchemaWalk

_JSON = "application/json"
_EVENT = ("event",)
_TAG = ("msg", "tag")


def render_webhook_codes(documents: Sequence[Document]) -> dict[str, str]:
    """The module. `documents`: all versions, oldest first. A code that one of them names is known."""
    events = dict.fromkeys(code for document in documents for code in _event_codes(document))
    tags = dict.fromkeys(tag for document in documents for tag in _known_values(document, _TAG))
    return {
        f"{PACKAGE}/webhook_codes.py": (
            '"""The codes of webhook events, and the statuses of trackings, that the documents name."""\n\n'
            "from __future__ import annotations\n\n"
            f"{_tuple('EVENTS', events)}{_tuple('TAGS', tags)}"
        )
    }


def _tuple(name: str, values: dict[str, None]) -> str:
    if not values:
        return f"{name}: tuple[str, ...] = ()\n"
    lines = "".join(f"    {literal(value)},\n" for value in values)
    return f"{name}: tuple[str, ...] = (\n{lines})\n"


def _event_codes(document: Document) -> Iterator[str]:
    """Those of the webhooks, and those that only the enum in their bodies knows."""
    yield from document.raw.get("webhooks", {})
    yield from _known_values(document, _EVENT)


def _known_values(document: Document, path: Sequence[str]) -> Iterator[str]:
    """The values of the enum at a path in the bodies of webhooks."""
    walk = SchemaWalk(document)
    for item in document.raw.get("webhooks", {}).values():
        body = document.follow(item.get("post", {}).get("requestBody", {}))[0]
        schema = walk.resolve(body.get("content", {}).get(_JSON, {}).get("schema", {})).schema
        for name in path:
            declared = walk.properties(schema).get(name)
            schema = {} if declared is None else walk.resolve(declared.schema).schema
        yield from map(str, schema.get("x-open-enum", schema.get("enum", ())))
