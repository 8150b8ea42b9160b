"""Time to turn a page of 200 trackings into models, and the memory they hold, against json.loads."""

from __future__ import annotations

import json

import msgspec

from aftership_tracking.runtime.models.codec import decode
from benchmarks import default_output, peers
from benchmarks.figure import Figure
from benchmarks.page import page
from benchmarks.timing import mebibytes, seconds_by_turns

MODELS = "aftership_tracking.v2024_01.models"
ENVELOPE = "TrackingListResponse"


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
    row = "decode a page of 200 x 10, against json.loads"
    memory = "memory of that page, MiB"
    return [
        Figure(row, "client", seconds["client"] / base, "at most 0.7, aim 0.6"),
        Figure(
            row,
            "client, looking for surprises",
            seconds["client, looking for surprises"] / base,
            "at most 0.85, aim 0.75",
        ),
        Figure(row, "msgspec without types", seconds["msgspec, no types"] / base),
        Figure(row, default_output.WHO, seconds["default output"] / base),
        Figure(row, "official SDK 10.0.1", sdk["ratio"]),
        Figure(memory, "client", mebibytes(fast), "at most 4"),
        Figure(memory, "json.loads", mebibytes(lambda: json.loads(body))),
        Figure(memory, default_output.WHO, mebibytes(lambda: from_dict(json.loads(body)))),
        Figure(memory, "official SDK 10.0.1", sdk["mebibytes"]),
    ]
