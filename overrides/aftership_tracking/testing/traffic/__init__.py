"""Judges calls, and recorded traffic, by the document of a version. It needs the extra `mock`.

    from aftership_tracking.testing.traffic import check_traffic, judge

    assert judge(request, response, "2026-07").ok
    assert check_traffic("calls.har", "2026-07").ok

`check_traffic` reads a file of calls, `judge` a single call.
"""

from __future__ import annotations

from aftership_tracking.testing.traffic.judge_call import judge
from aftership_tracking.testing.traffic.printing import FORMATS, as_json, as_junit, as_text
from aftership_tracking.testing.traffic.records import (
    Finding,
    Judgment,
    Kind,
    Side,
    TrafficRequest,
    TrafficResponse,
)
from aftership_tracking.testing.traffic.report import (
    CountedFinding,
    OperationUse,
    TrafficReport,
    check_traffic,
)

__all__ = [
    "FORMATS",
    "CountedFinding",
    "Finding",
    "Judgment",
    "Kind",
    "OperationUse",
    "Side",
    "TrafficReport",
    "TrafficRequest",
    "TrafficResponse",
    "as_json",
    "as_junit",
    "as_text",
    "check_traffic",
    "judge",
]
