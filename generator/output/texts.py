"""The texts that follow from the documents: the migration guides, and the generated part of CHANGELOG.md.

What they say comes from `generator.diff`; here it is put together for a whole line of versions. Values in,
values out: `generator.regenerate` reads and writes the files.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from generator.diff import Change, diff, read_moves
from generator.diff.report.changelog import changelog
from generator.diff.report.migration_guide import migration
from generator.document import pointer as pointers
from generator.document.changes import Change as ChangelogLine
from generator.document.changes import read_changes
from generator.document.document import Document
from generator.document.overlay import Target, apply
from generator.document.source import Source
from generator.document.yaml_reader import read
from generator.errors import SpecError

BEGIN = "<!-- From here to the end mark, python -m generator regenerate writes. -->"
END = "<!-- End of what python -m generator regenerate writes. -->"
INDEX = "README.md"

_BY_HAND = "<!-- Written by python -m generator regenerate. Do not edit. -->"
# True of every version, and no news to anybody.
_SILENT = frozenset({"version-name"})


@dataclass(frozen=True, slots=True)
class Step:
    """The way from one version to the next one."""

    old: str
    new: str
    changes: tuple[Change, ...]
    lines: tuple[str, ...]
    """Those of the changelog in the overlay, without what goes without saying."""
    reasons: Mapping[str, str]
    """The lines that removed something, by the pointer of what they removed."""
    released: str
    supported_until: str

    @property
    def breaking(self) -> int:
        """How many changes break code; what the client hides is not counted."""
        return sum(change.breaks for change in self.changes)


def steps(spec_dir: Path, documents: Sequence[Document]) -> tuple[Step, ...]:
    """Every step between neighbours among all versions, oldest first. Raises `SpecError`."""
    found = []
    for before, after in pairwise(documents):
        overlay = read(spec_dir / "changes" / f"{after.version}.yaml")
        stated = read_changes(overlay)
        lines = tuple(change.line for change in stated if change.id not in _SILENT)
        dates = [str(after.raw["info"].get(key, "")) for key in ("x-released", "x-supported-until")]
        changes = diff(before, after, read_moves(overlay.value))
        reasons = _reasons(before, overlay, stated)
        found.append(Step(before.version, after.version, changes, lines, reasons, *dates))
    return tuple(found)


def _reasons(before: Document, overlay: Source, stated: Sequence[ChangelogLine]) -> dict[str, str]:
    target = Target(copy.deepcopy(before.raw), before.marks.copy())
    lines = {change.id: change.line for change in stated}
    actions = overlay.value["actions"]
    return {
        pointers.child("", *parts): lines[actions[number - 1]["x-change"]]
        for parts, number in apply(target, overlay).items()
    }


def guides(line: Sequence[Step]) -> dict[str, str]:
    """The pages of docs/migration/ by file name: one for each step, and an index."""
    if not line:
        return {}
    pages = {f"{step.new}.md": f"{_BY_HAND}\n{_guide(step)}" for step in line}
    return pages | {INDEX: _index(line)}


def _guide(step: Step) -> str:
    return migration(step.old, step.new, step.changes, lines=step.lines, reasons=step.reasons)


def _index(line: Sequence[Step]) -> str:
    rows = [
        f"| [{step.old} to {step.new}]({step.new}.md) | {step.released} | {step.supported_until} "
        f"| {step.breaking or 'nothing'} |"
        for step in reversed(line)
    ]
    return "\n".join(
        [
            _BY_HAND,
            "# Moving to a newer API version",
            "",
            "Each guide is one step. Over several versions, follow them from the oldest to the newest,",
            "or see all at once with `python -m generator diff OLD NEW --format markdown`.",
            "",
            "| guide | released | supported until | breaks |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )


def with_entries(text: str, line: Sequence[Step]) -> str:
    """CHANGELOG.md with the entries of the API versions between its marks, newest first.

    Raises `SpecError` when the marks are not there, each once and in order.
    """
    before, begin, rest = text.partition(f"{BEGIN}\n")
    _, end, after = rest.partition(END)
    if not begin or not end or BEGIN in rest or END in after:
        raise SpecError(
            "The marks around the entries of the API versions are missing or doubled.",
            file="CHANGELOG.md",
            cure=f"Have the line {BEGIN} once, and after it the line {END}.",
        )
    entries = [
        _lowered(changelog(step.old, step.new, step.changes, released=step.released, lines=step.lines))
        for step in reversed(line)
    ]
    return "\n".join([f"{before}{BEGIN}", "", *entries, f"{END}{after}"])


def _lowered(entry: str) -> str:
    """The headings of an entry, one level down: it stands below a heading of its own."""
    return re.sub(r"^(?=#+ )", "#", entry, flags=re.MULTILINE)
