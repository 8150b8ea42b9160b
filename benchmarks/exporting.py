"""Time to turn a page of 200 trackings into Arrow, against pyarrow.Table.from_pylist of the same data."""

from __future__ import annotations

import json

import pyarrow

from aftership_tracking.export import to_arrow
from aftership_tracking.runtime.models.codec import decode
from aftership_tracking.v2024_01 import Tracking
from benchmarks.decoding import ENVELOPE, MODELS
from benchmarks.figure import Figure
from benchmarks.page import page
from benchmarks.timing import seconds_by_turns


def figures() -> list[Figure]:
    body = page()
    trackings = decode(body, MODELS, ENVELOPE).value.data.trackings
    plain = json.loads(body)["data"]["trackings"]
    lines = sum(len(tracking.checkpoints) for tracking in trackings)
    if to_arrow(trackings, Tracking, rows="checkpoints").read_all().num_rows != lines:
        raise SystemExit("rows are missing: the figures would mean nothing")
    peer, models, checkpoints = "pyarrow, from JSON", "to_arrow", "to_arrow, 2,000 checkpoints"
    from_models = "pyarrow, from the models as dicts"
    seconds = seconds_by_turns(
        {
            peer: lambda: pyarrow.Table.from_pylist(plain),
            models: lambda: to_arrow(trackings, Tracking).read_all(),
            from_models: lambda: pyarrow.Table.from_pylist([one.to_dict() for one in trackings]),
            checkpoints: lambda: to_arrow(trackings, Tracking, rows="checkpoints").read_all(),
        },
        rounds=25,
    )
    ratio = "a page of 200 x 10 as Arrow, against pyarrow.Table.from_pylist of its JSON"
    rate = "the same, thousands of trackings a second: more is better"
    return [
        *(Figure(ratio, who, seconds[who] / seconds[peer]) for who in (models, from_models, checkpoints)),
        *(Figure(rate, who, len(trackings) / seconds[who] / 1000) for who in (models, from_models, peer)),
    ]
