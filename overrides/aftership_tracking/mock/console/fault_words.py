"""Faults in words: which requests a rule hits, how often, and what happens to them."""

from __future__ import annotations

from aftership_tracking.mock.console.formats import as_duration
from aftership_tracking.mock.fault_effect import FaultBody
from aftership_tracking.mock.pipeline.faults import FaultRule

_BODIES = {
    "html": "the body is the page of a gateway",
    "truncated": "the body is cut in the middle",
    "garbage": "the body is bytes that are not text",
    "null": "{at} is null",
    "extra": "{at} has a field that no document knows",
    "unknown-enum": "{at} is a value that no document knows",
    "wrong-type": "{at} has the wrong type",
}
_DROPS = {
    "before": "the connection is lost, and nothing was done",
    "during": "the connection is lost in the middle of the response",
    "after": "it is done, and the connection is lost before the response",
}


def which(rule: FaultRule) -> str:
    """Which requests: `trackings.list, cursor=*`."""
    parts = [
        rule.operation or "",
        rule.path or "",
        *(f"{name}={value}" for name, value in rule.query.items()),
    ]
    return ", ".join(part for part in parts if part) or "every request"


def how_often(rule: FaultRule) -> str:
    """How often: `twice, from the 3rd on`."""
    times = {None: "always", 1: "once", 2: "twice"}.get(rule.times, f"{rule.times} times")
    chance = "" if rule.chance is None else f", with a chance of {rule.chance:.0%}"
    return times + ("" if rule.nth == 1 else f", from match {rule.nth} on") + chance


def what(rule: FaultRule) -> str:
    """What happens: `429 with Retry-After: 1, after 3s`."""
    parts = []
    if rule.status is not None or rule.code is not None:
        status = f"status {rule.status}" if rule.status is not None else ""
        code = f"code {rule.code}" if rule.code not in (None, rule.status) else ""
        parts.append(" ".join(part for part in (status, code) if part))
    parts += [f"{name}: {value}" for name, value in rule.headers.items()]
    if isinstance(rule.body, FaultBody):
        usual = "the body" if rule.body.kind == "null" else "the response"
        parts.append(_BODIES[rule.body.kind].format(at=rule.body.at or usual))
    elif rule.body is not None:
        parts.append(f"the body is {rule.body[:60]!r}{'...' if len(rule.body) > 60 else ''}")
    if rule.drop is not None:
        parts.append(_DROPS[rule.drop])
    if rule.delay:
        parts.append(f"{as_duration(rule.delay)} late")
    return ", ".join(parts)
