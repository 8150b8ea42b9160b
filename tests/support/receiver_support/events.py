"""Small genuine events, signed as AfterShip signs them."""

from __future__ import annotations

import json
from typing import Any

from aftership_tracking.webhooks import HEADER, VERSION_HEADER, Event, Verifier, sign
from aftership_tracking.webhooks.incoming.delivery import Delivery

SECRET = "the secret of the tests"
VERIFIER = Verifier(SECRET)


def event_body(number: int = 1, *, event: str = "tracking_update", **changes: Any) -> bytes:
    """The body of an event with this number in its id. `tag` goes into the tracking."""
    tag = changes.pop("tag", "InTransit")
    envelope = {
        "event": event,
        "event_id": event_id(number),
        "is_tracking_first_tag": True,
        "msg": {
            "id": f"t{number:031}",
            "tracking_number": f"ZX{number}",
            "tag": tag,
            "updated_at": "2026-07-10T09:00:00+00:00",
        },
        "ts": 1_783_670_400 + number,
        **changes,
    }
    return json.dumps({name: value for name, value in envelope.items() if value is not None}).encode()


def event_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def signed_headers(body: bytes, secret: str = SECRET, **more: str) -> dict[str, str]:
    """The documented headers. `content_type=...` sets content-type; an empty value leaves the header out."""
    headers = {
        "content-type": "application/json",
        HEADER: sign(body, secret),
        VERSION_HEADER: "2026-07",
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    return {name: value for name, value in headers.items() if value}


def delivery(body: bytes | None = None, **more: Any) -> Delivery:
    """A genuine delivery by default; `method`, `peer` and `headers` change it."""
    raw = event_body() if body is None else body
    given = more.pop("headers", None)
    headers = signed_headers(raw) if given is None else given
    return Delivery(
        method=more.pop("method", "POST"),
        path="/hook",
        headers=headers,
        body=raw,
        peer=more.pop("peer", "127.0.0.1"),
    )


def parsed(number: int = 1, **changes: Any) -> Event:
    return VERIFIER.parse_trusted(event_body(number, **changes), {VERSION_HEADER: "2026-07"})
