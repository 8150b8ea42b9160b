"""Events of a made-up version reach the kit for tests, also without an example in the document."""

from __future__ import annotations

import copy
from typing import Any

import jsonschema_rs
import pytest

from aftership_tracking import documents
from aftership_tracking.testing import events, webhook_event

NEWEST = documents.versions()[-1]
PARCEL = {
    "type": "object",
    "required": ["event", "event_id", "msg", "ts", "weight"],
    "properties": {
        "event": {"$ref": "#/components/schemas/WebhookEventCode"},
        "event_id": {"type": "string"},
        "msg": {"$ref": "#/components/schemas/Tracking"},
        "ts": {"type": "integer"},
        "weight": {"type": "integer", "minimum": 3},
    },
}


@pytest.fixture
def document(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The newest document with two events that have no example: one is like the others, one is not."""
    made_up = copy.deepcopy(dict(documents.document(NEWEST)))
    for code, schema in (("like_others", "WebhookEvent"), ("own_schema", "WeighedEvent")):
        hook = copy.deepcopy(made_up["webhooks"]["tracking_update"])
        media = hook["post"]["requestBody"]["content"]["application/json"]
        del media["examples"]
        media["schema"] = {"$ref": f"#/components/schemas/{schema}"}
        made_up["webhooks"][code] = hook
    made_up["components"]["schemas"]["WeighedEvent"] = PARCEL
    monkeypatch.setattr(events, "_document", lambda version: made_up)
    return made_up


@pytest.mark.parametrize(
    ("code", "schema", "tag"),
    [
        ("like_others", "WebhookEvent", None),
        ("like_others", "WebhookEvent", "Delivered"),
        ("own_schema", "WeighedEvent", None),
        ("own_schema", "WeighedEvent", "Delivered"),
    ],
)
def test_an_event_without_an_example_has_a_body_that_fits(
    document: dict[str, Any], code: str, schema: str, tag: str | None
) -> None:
    body = webhook_event(event=code, tag=tag)
    assert body["event"] == code
    assert "is_tracking_first_tag" not in body
    validator = jsonschema_rs.validator_for({**document, "$ref": f"#/components/schemas/{schema}"})
    assert [str(error) for error in validator.iter_errors(body)] == []


def test_an_event_that_is_like_others_has_their_parcel(document: dict[str, Any]) -> None:
    assert webhook_event(event="like_others")["msg"] == webhook_event(event="tracking_update")["msg"]
