"""What changed between any two versions: `data/version-changes.json` and `data/version-pages.json`.

The package cannot compare documents, so all pairs are compared here, in both directions. What several pairs
share is written once, and they refer to it by number: one far pair alone is more than 270 kB as
`python -m generator diff` prints it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations
from typing import Any

from generator.client.render import PACKAGE
from generator.diff import RULES, Change, Level, diff, moves_over
from generator.diff.report.migration_guide import migration
from generator.diff.report.printing import MARKS, SIGN, as_dict, by_resource, heading, seen_in, summary
from generator.diff.report.wording import support_of
from generator.document.document import Document
from generator.output.guides import VersionStep, render_entry

CHANGES, PAGES = f"{PACKAGE}/data/version-changes.json", f"{PACKAGE}/data/version-pages.json"

# The rule has them, or a table of its own. Files and lines are those of `spec/`, which is not shipped.
_NOT_STORED = ("level", "reason", "absorbed", "reaches", "place")
_MIGRATE = "`migrate()` of `aftership_tracking`"

Pairs = Mapping[tuple[str, str], Sequence[Change]]


def render_version_data(documents: Sequence[Document], steps: Sequence[VersionStep]) -> dict[str, str]:
    """Both files. `documents`: all versions, oldest first; `steps`: those between them."""
    pairs = _compare_all(documents, steps)
    return {
        CHANGES: _write(_changes(documents, steps, pairs)),
        PAGES: _write(_pages(documents, steps, pairs)),
    }


def _compare_all(documents: Sequence[Document], steps: Sequence[VersionStep]) -> Pairs:
    known: dict[tuple[str, str], Sequence[Change]] = {(step.old, step.new): step.changes for step in steps}
    moves = {step.new: step.moves for step in steps}
    for old, new in permutations(documents, 2):
        pair = (old.version, new.version)
        if pair not in known:
            known[pair] = diff(old, new, moves_over(moves, *pair))
    return dict(sorted(known.items()))


def _changes(documents: Sequence[Document], steps: Sequence[VersionStep], pairs: Pairs) -> dict[str, Any]:
    reaches, seen, changes = _Table(), _Table(), _Table()
    compared: dict[str, dict[str, dict[str, Any]]] = {}
    every = [change for found in pairs.values() for change in found]
    for (old, new), found in pairs.items():
        numbers = []
        for change in found:
            value = as_dict(change)
            side = [reaches.number(reach) for reach in value["reaches"]]
            row = {name: inner for name, inner in value.items() if name not in _NOT_STORED}
            row |= {"pointer": change.pointer, "seen": seen.number({"in": side, "text": seen_in(change)})}
            numbers.append(changes.number(row))
        compared.setdefault(old, {})[new] = {"summary": summary(found), "changes": numbers}
    used = {change.rule.id for change in every}
    return {
        "levels": {level.value: MARKS[level] for level in Level},
        "sign": SIGN,
        "resources": {resource: heading(resource) for resource, _ in by_resource(every)},
        "rules": {
            name: {"level": rule.level.value, "reason": rule.reason, "absorbed": rule.absorbed}
            for name, rule in sorted(RULES.items())
            if name in used
        },
        "versions": [
            {
                "version": step.new,
                "previous": step.old,
                "released": step.released,
                "breaking": step.breaking,
                "lines": list(step.lines),
            }
            for step in steps
        ],
        "supported-until": support_of(documents),
        "reaches": reaches.rows,
        "seen": seen.rows,
        "changes": changes.rows,
        "pairs": compared,
    }


def _pages(documents: Sequence[Document], steps: Sequence[VersionStep], pairs: Pairs) -> dict[str, Any]:
    """The guides from older to newer versions, and the entries of the changelog, as numbers of lines."""
    lines = _Table()
    guides: dict[str, dict[str, list[int]]] = {}
    for (old, new), changes in pairs.items():
        between = [step for step in steps if old < step.new <= new]
        if not between:
            continue
        page = migration(
            old,
            new,
            changes,
            # Over several steps, a line may tell of what went again, so it names its step.
            lines=(
                between[0].lines
                if len(between) == 1
                else [f"{step.new}: {line}" for step in between for line in step.lines]
            ),
            reasons={pointer: text for step in between for pointer, text in step.reasons.items()},
            support=support_of(one for one in documents if one.version in (old, new)),
            migrate=_MIGRATE,
        )
        guides.setdefault(old, {})[new] = [lines.number(line) for line in page.splitlines()]
    entries = {step.new: [lines.number(line) for line in render_entry(step).splitlines()] for step in steps}
    return {"lines": lines.rows, "guides": guides, "changelog": entries}


class _Table:
    """Values that are written once each, and found by their number."""

    def __init__(self) -> None:
        self.rows: list[Any] = []
        self._numbers: dict[str, int] = {}

    def number(self, value: Any) -> int:
        key = _dump(value)
        if key not in self._numbers:
            self._numbers[key] = len(self.rows)
            self.rows.append(value)
        return self._numbers[key]


def _write(content: Mapping[str, Any]) -> str:
    """Compact JSON, a line for each row: what changed in it can be read in a review."""
    return "{\n" + ",\n".join(f"{_dump(name)}: {_rows(value)}" for name, value in content.items()) + "\n}\n"


def _rows(value: Any) -> str:
    if isinstance(value, list):
        return _block("[", map(_dump, value), "]")
    if isinstance(value, dict):
        return _block("{", (f"{_dump(name)}: {_dump(inner)}" for name, inner in value.items()), "}")
    return _dump(value)


def _block(begin: str, rows: Iterable[str], end: str) -> str:
    listed = list(rows)
    return f"{begin}\n" + ",\n".join(listed) + f"\n{end}" if listed else f"{begin}{end}"


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
