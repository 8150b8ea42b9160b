"""The list of event codes and statuses follows the documents: who adds a webhook edits nothing else."""

from __future__ import annotations

from typing import Any

from generator.output.webhook_codes import render_webhook_codes
from generator_support.documents import as_document, ref


def lists(*versions: tuple[str, Any]) -> dict[str, Any]:
    """The lists of the module, for documents by version."""
    documents = [as_document({"info": {"version": version}, **raw}) for version, raw in versions]
    (source,) = render_webhook_codes(documents).values()
    found: dict[str, Any] = {}
    exec(source, found)
    return {name: found[name] for name in ("EVENTS", "TAGS")}


def webhooks(*codes: str, known: tuple[str, ...] = (), tags: tuple[str, ...] = ()) -> dict[str, Any]:
    event = {"type": "object", "properties": {"event": ref("Code"), "msg": ref("Parcel")}}
    schemas = {
        "Event": event,
        "Code": {"type": "string", "x-open-enum": dict.fromkeys(known, "")},
        "Parcel": {"type": "object", "properties": {"tag": {"anyOf": [ref("Tag"), {"type": "null"}]}}},
        "Tag": {"type": "string", "enum": list(tags)},
    }
    body = {"content": {"application/json": {"schema": ref("Event")}}}
    return {
        "webhooks": {code: {"post": {"requestBody": body}} for code in codes},
        "components": {"schemas": schemas},
    }


def test_each_version_adds_its_codes_in_the_order_of_their_coming() -> None:
    older = webhooks("moved", known=("moved",), tags=("Gone", "Here"))
    newer = webhooks("moved", 'odd "one"', known=("moved", "only_known"), tags=("Here", "It's held"))
    assert lists(("2031-05", older), ("2031-08", newer)) == {
        "EVENTS": ("moved", 'odd "one"', "only_known"),
        "TAGS": ("Gone", "Here", "It's held"),
    }


def test_documents_without_webhooks_have_no_codes() -> None:
    assert lists(("2031-05", {}), ("2031-08", {"webhooks": {}})) == {"EVENTS": (), "TAGS": ()}
    empty = {"webhooks": {"bare": {"post": {}}}}
    assert lists(("2031-05", empty)) == {"EVENTS": ("bare",), "TAGS": ()}
