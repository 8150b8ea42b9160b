"""Time to turn a page of 200 trackings into models, and the memory they hold, against json.loads."""

from __future__ import annotations

import json

import msgspec

from aftership_tracking.runtime.models.codec import decode
from benchmarks import default_output, peers
from benchmarks.figure import Figure
from benchmarks.page import page
from benchmarks.report import budgets
from benchmarks.timing import mebibytes, seconds_by_turns

MODELS = "aftership_tracking.v2024_01.models"
ENVELOPE = "TrackingListResponse"
ROW = "decode a page of 200 x 10, against json.loads"
MEMORY = "memory of that page, MiB"


def figures() -> list[Figure]:
    body = page()
    if decode(body, MODELS, ENVELOPE, thorough=True).surprises:
        raise SystemExit(
            "the page of the benchmark does not fit the document: its figures would mean nothing"
        )

    def fast() -> object:
        return decode(body, MODELS, ENVELOPE)

    from_dict = default_output.decode()
    seconds = seconds_by_turns(
        {
            "json.loads": lambda: json.loads(body),
            "msgspec, no types": lambda: msgspec.json.decode(body),
            "client": fast,
            "client, looking for surprises": lambda: decode(body, MODELS, ENVELOPE, thorough=True),
            "default output": lambda: from_dict(json.loads(body)),
        },
        rounds=25,
    )
    base = seconds["json.loads"]
    sdk = peers.official_sdk()
    return [
        Figure(ROW, "client", seconds["client"] / base, budgets.PAGE),
        Figure(
            ROW,
            "client, looking for surprises",
            seconds["client, looking for surprises"] / base,
            budgets.PAGE_WITH_SURPRISES,
        ),
        Figure(ROW, "msgspec without types", seconds["msgspec, no types"] / base),
        Figure(ROW, default_output.WHO, seconds["default output"] / base),
        Figure(ROW, peers.OFFICIAL_SDK, sdk["ratio"]),
        Figure(MEMORY, "client", mebibytes(fast), budgets.PAGE_MEMORY),
        Figure(MEMORY, "json.loads", mebibytes(lambda: json.loads(body))),
        Figure(MEMORY, default_output.WHO, mebibytes(lambda: from_dict(json.loads(body)))),
        Figure(MEMORY, peers.OFFICIAL_SDK, sdk["mebibytes"]),
    ]
