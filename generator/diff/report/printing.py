"""A list of changes as text for a terminal, as Markdown, and as JSON. Judges nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import Any

from generator.diff.comparing.operation_pairs import Direction
from generator.diff.report.wording import support_sentence
from generator.diff.rules.change import Change, Level

MARKS = {Level.BREAKING: "x", Level.WARNING: "!", Level.COMPATIBLE: "+", Level.INFO: "."}
SIGN = "⚠️"
"""Where code breaks."""
COUNTED = (
    "Fields, arguments and values count one by one, also in a list; what the client hides does not count."
)
"""What the numbers of changelog and guide are."""

_LEVELS = {
    Level.BREAKING: ("breaking", "breaking"),
    Level.WARNING: ("warning", "warnings"),
    Level.COMPATIBLE: ("compatible", "compatible"),
    Level.INFO: ("in descriptions only", "in descriptions only"),
}


def summary(changes: Sequence[Change]) -> str:
    """`3 breaking, 1 warning, 4 compatible`, or `no changes`."""
    counted = [(level, sum(change.level is level for change in changes)) for level in Level]
    words = [f"{count} {_LEVELS[level][count != 1]}" for level, count in counted if count]
    return ", ".join(words) or "no changes"


def by_resource(changes: Sequence[Change]) -> Iterator[tuple[str, list[Change]]]:
    """The changes of each resource: trackings first, the others by name, what belongs to none last."""
    ordered = sorted(changes, key=lambda change: (_rank(change.resource), change.resource, change.level.rank))
    for resource, group in groupby(ordered, key=lambda change: change.resource):
        yield resource, list(group)


def heading(resource: str) -> str:
    """`Courier connections` for `courier_connections`."""
    return resource.replace("_", " ").capitalize()


def as_text(
    old: str, new: str, changes: Sequence[Change], support: Mapping[str, str] = MappingProxyType({})
) -> str:
    """For a terminal: by resource, each with its mark, rule, location, and the operations it reaches.

    `support` is that of `wording.support_of`, here and in the other forms.
    """
    lines = [f"{old} -> {new}: {summary(changes)}", *filter(None, [support_sentence(support)])]
    for resource, group in by_resource(changes):
        lines += ["", resource]
        for change in group:
            lines.append(f"  {MARKS[change.level]} {change.text}")
            lines.append(f"      {change.level} {change.rule.id} at {change.location}")
            if change.reaches:
                lines.append(f"      seen in {seen_in(change)}")
    return "\n".join(lines) + "\n"


def as_markdown(
    old: str, new: str, changes: Sequence[Change], support: Mapping[str, str] = MappingProxyType({})
) -> str:
    """For a page: one list for each resource, a sign where code breaks."""
    opening = f"{summary(changes).capitalize()}. {support_sentence(support)}".rstrip()
    lines = [f"# From {old} to {new}", "", opening]
    for resource, group in by_resource(changes):
        lines += ["", f"## {heading(resource)}", ""]
        lines += [f"- {_sign(change)}{change.text}" for change in group]
    return "\n".join(lines) + "\n"


def as_json(
    old: str, new: str, changes: Sequence[Change], support: Mapping[str, str] = MappingProxyType({})
) -> str:
    """For machines. Fields are only ever added."""
    counts = {level.value: sum(change.level is level for change in changes) for level in Level}
    value = {
        "old": old,
        "new": new,
        "supported-until": dict(support),
        "counts": counts,
        "changes": [as_dict(change) for change in changes],
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def as_dict(change: Change) -> dict[str, Any]:
    """One change for machines."""
    return {
        "fingerprint": change.fingerprint,
        "rule": change.rule.id,
        "level": change.level.value,
        "resource": change.resource,
        "subject": change.subject,
        "old": change.old,
        "new": change.new,
        "moved": change.moved,
        "text": change.text,
        "reason": change.rule.reason,
        "absorbed": change.rule.absorbed,
        "arguments-of": list(change.arguments),
        "reaches": [
            {
                "operation": reach.operation,
                "direction": reach.direction.value,
                "method": reach.method,
                "request": reach.request,
            }
            for reach in change.reaches
        ],
        "place": {"file": change.location.file, "line": change.location.line, "pointer": change.pointer},
    }


def seen_in(change: Change) -> str:
    """The methods that it reaches, by direction."""
    parts = []
    for direction in Direction:
        methods = dict.fromkeys(reach.method for reach in change.reaches if reach.direction is direction)
        if methods:
            parts.append(f"{direction}: {', '.join(methods)}")
    return "; ".join(parts)


def _sign(change: Change) -> str:
    return f"{SIGN} " if change.level is Level.BREAKING else ""


def _rank(resource: str) -> int:
    return {"trackings": 0, "webhooks": 2, "general": 3}.get(resource, 1)
