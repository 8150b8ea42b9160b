"""The URLs that get webhooks, what was sent to them, and each delivery whole."""

from __future__ import annotations

import hmac
from typing import Any

from aftership_tracking.mock.console.form_fields import (
    listed_accounts,
    read_key,
    read_needed,
    read_text,
    read_whole,
)
from aftership_tracking.mock.console.page import ACTION, Page, PageRequest, Redirect
from aftership_tracking.mock.control import actions
from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.control.sandbox import Sandbox
from aftership_tracking.mock.pipeline.masking import HIDDEN, mask_body
from aftership_tracking.mock.webhooks.deliveries import Attempt, Delivery
from aftership_tracking.webhooks.sending.sender import mask_url
from aftership_tracking.webhooks.signature import HEADER, sign

PART = 100
LEGACY = "legacy"
"""The version of a URL from before the versions."""
SHOWN_OF_A_SIGNATURE = 8
"""Enough to compare it with another, and too little to send it."""


def show(mock: Sandbox, request: PageRequest) -> Page:
    """Show URLs and the newest attempts."""
    mock.webhooks.observe()
    log = list(mock.webhooks.log)
    before = read_whole(request.query, "before")
    end = len(log) if before is None else min(before, len(log))
    begin = max(0, end - PART)
    accounts = {each.key: each for each in mock.parcels.accounts()}
    values = {
        "attempts": log[begin:end][::-1],
        "following": begin or None,
        "count": len(log),
        "waiting": mock.webhooks.waiting[:PART],
        "endpoints": [
            {
                "number": each.number,
                "url": mask_url(each.url),
                "version": each.version or LEGACY,
                "account": accounts.get(each.api_key or ""),
                "events": sorted(each.events),
                "has_own_headers": bool(each.headers),
                "has_oauth": each.oauth is not None,
            }
            for each in mock.webhooks.endpoints
        ],
        "versions": [*reversed(mock.versions), LEGACY],
        "accounts": listed_accounts(mock),
    }
    return Page(template="console/webhooks.html", values=values)


def act(mock: Sandbox, request: PageRequest) -> Redirect:
    """Add or remove a URL."""
    form = request.form
    if form.get(ACTION) == "remove":
        mock.webhooks.remove(actions.find_webhook(mock, read_needed(form, "number")))
        return Redirect(to=request.path, note="The URL gets nothing new. What has started goes on.")
    version = read_text(form, "version")
    body: dict[str, Any] = {
        "url": read_needed(form, "url"),
        "secret": read_needed(form, "secret"),
        "key": read_key(mock, form),
    }
    if version is not None:
        body["version"] = None if version == LEGACY else version
    actions.add_webhook(mock, body)
    return Redirect(to=request.path, note="The URL gets webhooks from now on.")


def show_delivery(mock: Sandbox, request: PageRequest) -> Page:
    """Show what was sent to a URL for one event, and each attempt."""
    event_id, number = _parts(request)
    attempts = [each for each in mock.webhooks.log.of(event_id) if each.endpoint == number]
    delivery = mock.webhooks.sent(event_id, number)
    waiting = [
        each for each in mock.webhooks.waiting if (each.event_id, each.endpoint.number) == (event_id, number)
    ]
    delivery = delivery or (waiting[0] if waiting else None)
    if not attempts and delivery is None:
        raise ControlError("unknown-event", f"event: nothing of {event_id} is stored for this URL", 404)
    values = {
        "attempts": attempts[::-1],
        "waiting": waiting,
        "about": _about(attempts, delivery),
        "payload": None if delivery is None else mask_body(delivery.request.body),
        "size": None if delivery is None else len(delivery.request.body),
        "headers": [] if delivery is None else _headers(delivery),
        "is_signed_right": None if delivery is None else _is_signed_right(delivery),
        "can_replay": mock.webhooks.sent(event_id, number) is not None,
    }
    return Page(template="console/delivery.html", values=values)


def replay(mock: Sandbox, request: PageRequest) -> Redirect:
    """Send it once more."""
    event_id, number = _parts(request)
    actions.replay(mock, {"event_id": event_id, "webhook": number})
    return Redirect(to=request.path, note="It is sent once more, with the same body and signature.")


def _parts(request: PageRequest) -> tuple[str, int]:
    number = read_whole(request.parts, "number")
    return request.parts["event"], -1 if number is None else number


def _about(attempts: list[Attempt], delivery: Delivery | None) -> dict[str, Any]:
    last: Any = attempts[-1] if attempts else delivery
    url = attempts[-1].url if attempts else mask_url(last.endpoint.url)
    return {
        "url": url,
        "event": last.event,
        "event_id": last.event_id,
        "tag": last.tag,
        "version": last.version or LEGACY,
        "kind": str(last.kind),
    }


def _headers(delivery: Delivery) -> list[tuple[str, str]]:
    """Those of the request, without what is secret: the signature is cut, and own headers may be keys."""
    own = {name.lower() for name, _ in delivery.endpoint.headers}
    return [
        (
            name,
            f"{value[:SHOWN_OF_A_SIGNATURE]}... ({len(value)} characters)"
            if name.lower() == HEADER
            else HIDDEN
            if name.lower() in own
            else value,
        )
        for name, value in delivery.request.headers
    ]


def _is_signed_right(delivery: Delivery) -> bool:
    sent = next((value for name, value in delivery.request.headers if name.lower() == HEADER), "")
    return hmac.compare_digest(sent.encode(), sign(delivery.request.body, delivery.endpoint.secret).encode())
