"""CPU of a delivery: verify it and read it as a typed event, against a handler written by hand.

That handler compares the HMAC in constant time and reads untyped JSON. The last figures say how long a start
takes that only verifies.
"""

from __future__ import annotations

import base64
import hmac
import json
import statistics
import sys
from pathlib import Path

import msgspec

from aftership_tracking.webhooks import HEADER, VERSION_HEADER, Verifier, sign
from benchmarks.figure import Figure
from benchmarks.page import newest_shape, tracking
from benchmarks.report import budgets
from benchmarks.starting import cpu_seconds
from benchmarks.timing import seconds_by_turns

SECRET = "a webhook secret"
VERSION = "2026-07"
DELIVERIES = 200
STARTS = 15
START = "from aftership_tracking.webhooks import Verifier; Verifier('s')"
VERIFY = (
    "from aftership_tracking.webhooks import HEADER, Verifier, sign; "
    "Verifier('s').verify(b'{}', {HEADER: sign(b'{}', 's')})"
)


def delivery() -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """A body of ten checkpoints and its headers, as an ASGI server hands them over."""
    event = {
        "event": "tracking_update",
        "event_id": "0f8a3c52-9d61-4e7b-8a24-5c1b7e90d3f6",
        "is_tracking_first_tag": True,
        "msg": documented_fields(newest_shape(tracking(1))),
        "ts": 1707292801,
    }
    body = json.dumps(event, separators=(",", ":")).encode()
    headers = {
        "host": "shop.example",
        "user-agent": "AfterShipTrackingWebhook/4.0.0 (https://www.aftership.com)",
        "content-length": str(len(body)),
        "accept": "application/json",
        "accept-encoding": "gzip",
        "content-type": "application/json",
        HEADER: sign(body, SECRET),
        VERSION_HEADER: VERSION,
    }
    return body, [(name.encode(), value.encode()) for name, value in headers.items()]


def documented_fields(shape: dict[str, object]) -> dict[str, object]:
    """Return the fields that the version of the benchmark has."""
    gone = ("last_mile_tracking_supported", "tracking_origin_country", "tracking_destination_country")
    return {
        name: value
        for name, value in shape.items()
        if name not in (*gone, "tracking_postal_code", "tracking_state")
    }


def figures() -> list[Figure]:
    body, headers = delivery()
    verifier = Verifier(SECRET)
    if Verifier(SECRET, strict=True).parse(body, headers).model_version != VERSION:
        raise SystemExit("the delivery of the benchmark is not read as its version")
    key, signature = SECRET.encode(), dict(headers)[HEADER.encode()]

    def by_hand() -> None:
        for _ in range(DELIVERIES):
            digest = hmac.new(key, body, "sha256").digest()
            if not hmac.compare_digest(base64.b64encode(digest), signature):
                raise SystemExit("the signature of the benchmark is wrong")
            msgspec.json.decode(body)

    def parse() -> None:
        for _ in range(DELIVERIES):
            verifier.parse(body, headers)

    def verify() -> None:
        for _ in range(DELIVERIES):
            verifier.verify(body, headers)

    seconds = seconds_by_turns({"by hand": by_hand, "parse": parse, "verify": verify}, rounds=25)
    row = "verify and read a webhook of 9 kB, against HMAC and untyped msgspec"
    return [
        Figure(row, "client, typed event", seconds["parse"] / seconds["by hand"], budgets.WEBHOOK),
        Figure(row, "client, verify only", seconds["verify"] / seconds["by hand"]),
        *starts(),
    ]


def starts() -> list[Figure]:
    python = Path(sys.executable)
    candidates = {"bare": "", "httpx": "import httpx", "start": START, "verify": VERIFY}
    taken: dict[str, list[float]] = {name: [] for name in candidates}
    for turn in range(STARTS + 1):
        for name, code in candidates.items():
            elapsed = cpu_seconds(python, code)
            if turn:
                taken[name].append(elapsed)
    seconds = {name: statistics.median(values) for name, values in taken.items()}
    httpx = seconds["httpx"] - seconds["bare"]
    row = "import and build a webhook verifier, against import httpx"
    return [
        Figure(row, "client", (seconds["start"] - seconds["bare"]) / httpx, budgets.WEBHOOK_START),
        Figure(row, "client, up to the first check", (seconds["verify"] - seconds["bare"]) / httpx),
    ]
