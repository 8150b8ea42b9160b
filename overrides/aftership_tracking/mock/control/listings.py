"""What the control API shows of rules, records, webhooks and deliveries. No secret is in it."""

from __future__ import annotations

from typing import Any

from aftership_tracking.mock.fault_effect import FaultBody
from aftership_tracking.mock.parcels.journey import JourneyStage
from aftership_tracking.mock.parcels.substatus import message_of
from aftership_tracking.mock.pipeline.faults import FaultState
from aftership_tracking.mock.pipeline.journal import Record
from aftership_tracking.mock.pipeline.masking import HIDDEN, mask_key
from aftership_tracking.mock.webhooks.deliveries import Attempt
from aftership_tracking.mock.webhooks.endpoint import Endpoint
from aftership_tracking.webhooks.sending.sender import mask_url


def show_fault(state: FaultState) -> dict[str, Any]:
    """A rule in the shape of the body that made it, with its number and how often it fired."""
    rule = state.rule
    body: Any = rule.body
    if isinstance(body, FaultBody):
        body = body.as_mapping()
    conditions = {
        "operation": rule.operation,
        "path": rule.path,
        "query": dict(rule.query) or None,
        "key": mask_key(rule.key),
        "chance": rule.chance,
        "status": rule.status,
        "code": rule.code,
        "headers": dict(rule.headers) or None,
        "body": body,
        "delay": rule.delay or None,
        "drop": rule.drop,
        "profile": rule.profile,
    }
    return {
        "id": rule.id,
        **{name: value for name, value in conditions.items() if value is not None},
        "nth": rule.nth,
        "times": rule.times,
        "matched": state.matched,
        "fired": state.fired,
        "on": state.is_on,
    }


def show_stage(stage: JourneyStage) -> dict[str, Any]:
    """An event that is planned for a parcel."""
    event = stage.event
    if event.subtag is not None:
        message = event.message or message_of(event.subtag)
    elif event.fields:
        message = f"New: {', '.join(sorted(event.fields))}"
    else:
        message = f"A new estimate: {stage.expected:%Y-%m-%d}" if stage.expected else "Nothing new"
    return {"at": stage.at, "subtag": event.subtag, "message": message}


def show_record(record: Record) -> dict[str, Any]:
    return {
        "number": record.number,
        "at": record.at.isoformat(),
        "real_at": None if record.real_at is None else record.real_at.isoformat(),
        "kind": record.kind,
        "seconds": round(record.seconds, 6),
        "key": record.caller,
        "masked_key": record.api_key,
        "version": record.version,
        "operation": record.operation,
        "operation_id": record.operation_id,
        "method": record.method,
        "path": record.path,
        "query": record.query,
        "headers": record.headers,
        "body": record.body,
        "status": record.status,
        "code": record.code,
        "response_headers": record.response_headers,
        "response_body": record.response_body,
        "hint": record.hint,
        "rule": record.rule,
        "drop": record.drop,
        "trace_id": record.trace_id,
    }


def show_webhook(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "id": endpoint.number,
        "url": mask_url(endpoint.url),
        "secret": HIDDEN,
        "version": endpoint.version,
        "events": sorted(endpoint.events),
        "tags": sorted(endpoint.tags),
        "headers": {name: HIDDEN for name, _ in endpoint.headers},
        "oauth": endpoint.oauth is not None,
        "pending_after": endpoint.pending_after.total_seconds(),
        "edits": endpoint.edits,
        "key": mask_key(endpoint.api_key),
    }


def show_attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "webhook": attempt.endpoint,
        "url": attempt.url,
        "event_id": attempt.event_id,
        "event": attempt.event,
        "tag": attempt.tag,
        "version": attempt.version,
        "kind": str(attempt.kind),
        "attempt": attempt.attempt,
        "due": attempt.due.isoformat(),
        "sent": attempt.sent.isoformat(),
        "status": attempt.status,
        "error": attempt.error,
        "outcome": str(attempt.outcome),
    }
