"""What people read about new versions: the migration guides, and the generated part of CHANGELOG.md.

The content comes from `generator.diff`; this module puts it together for all versions in a row. It takes and
returns values: `generator.regenerate` reads and writes the files.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from generator.diff import Change, Move, diff, read_moves
from generator.diff.report.changelog import changelog
from generator.diff.report.migration_guide import migration
from generator.diff.report.wording import support_of
from generator.document import pointer as pointers
from generator.document.changelog_lines import ChangelogLine, changelog_lines
from generator.document.document import Document
from generator.document.overlay import Target, apply
from generator.output.marked_text import Marks, replace_between

BEGIN = "<!-- From here to the end mark, python -m generator regenerate writes. -->"
END = "<!-- End of what python -m generator regenerate writes. -->"
INDEX = "README.md"

_HOW_TO_MOVE = """\
## How to move

1. Change the import to the new version, and run mypy or pyright: they find names, arguments and
   types that are gone.
2. Search for what they cannot see, and read the guide for it: values in strings
   (`fields=["tracking_state"]`), keys of stored dicts (`row["customer_name"]`), what a call does
   now (`couriers.list()` since 2025-04), and lists that an [update
   replaces](../writing.md#changing-one-of-several-customers).
3. Run both versions against one mock ([start it](../samples.md)). It has all
   versions, so what the old client wrote, the new one reads:

```python
from PACKAGE import v2024_10, v2026_07

old, new = v2024_10.AfterShip(), v2026_07.AfterShip()
written = old.trackings.create(
    tracking_number="9400111899223197428492", slug="usps", customer_name="Ada", emails=["ada@example.com"]
)
read = new.trackings.get(written.id)

assert [customer.email for customer in read.customers if customer.email] == written.emails
```

4. Run your tests against the mock, and look for `as-mock-hint` on its terminal: what it took
   although nothing comes of it, and what only another version knows.
5. Convert what you stored with [`migrate`](../migrate-data.md), and set webhooks to the new
   version.
6. With recorded traffic: [`aftership
   check-traffic`](../testing.md#does-recorded-traffic-fit-the-document) says what of it does not
   fit the new version.
"""

BY_HAND = "<!-- Written by python -m generator regenerate. Do not edit. -->"
# True of every version, so readers learn nothing from it.
_SILENT = frozenset({"version-name"})


@dataclass(frozen=True, slots=True)
class VersionStep:
    """The step from one version to the next one."""

    old: str
    new: str
    changes: tuple[Change, ...]
    lines: tuple[str, ...]
    """The texts of the changelog lines in the overlay, without those that are true of every version."""
    reasons: Mapping[str, str]
    """The texts of the lines that removed something, by the pointer of what they removed."""
    released: str
    support: Mapping[str, str]
    """Until when the two versions are supported, as far as it is known."""
    moves: tuple[Move, ...]
    """The moves that the overlay of the newer version declares."""

    @property
    def breaking(self) -> int:
        """How many changes break code, without the changes that the client hides."""
        return sum(change.breaks for change in self.changes)


def version_steps(documents: Sequence[Document]) -> tuple[VersionStep, ...]:
    """The steps between neighbours among all versions, oldest first. Raises `SpecError`."""
    found = []
    for before, after in pairwise(documents):
        declared = changelog_lines(after)
        lines = tuple(line.text for line in declared if line.id not in _SILENT)
        released = str(after.raw["info"].get("x-released", ""))
        moves = read_moves(after.overlay.value) if after.overlay else ()
        changes = diff(before, after, moves)
        reasons = _removal_reasons(before, after, declared)
        support = support_of((before, after))
        found.append(
            VersionStep(before.version, after.version, changes, lines, reasons, released, support, moves)
        )
    return tuple(found)


def _removal_reasons(before: Document, after: Document, declared: Sequence[ChangelogLine]) -> dict[str, str]:
    """By the pointer of everything that the later overlay removes: the text of the line that removes it."""
    if after.overlay is None:
        return {}
    target = Target(copy.deepcopy(before.raw), before.marks.copy())
    texts = {line.id: line.text for line in declared}
    actions = after.overlay.value["actions"]
    return {
        pointers.child("", *parts): texts[actions[number - 1]["x-change"]]
        for parts, number in apply(target, after.overlay).items()
    }


def render_guides(steps: Sequence[VersionStep]) -> dict[str, str]:
    """The pages of docs/migration/ by file name: one for each step, and an index."""
    if not steps:
        return {}
    pages = {f"{step.new}.md": f"{BY_HAND}\n{_guide(step)}" for step in steps}
    return pages | {INDEX: _index(steps)}


def _guide(step: VersionStep) -> str:
    return migration(
        step.old, step.new, step.changes, lines=step.lines, reasons=step.reasons, support=step.support
    )


def _index(steps: Sequence[VersionStep]) -> str:
    rows = [
        f"| [{step.old} to {step.new}]({step.new}.md) | {step.released} | {step.support.get(step.new, '')} "
        f"| {step.breaking or 'nothing'} |"
        for step in reversed(steps)
    ]
    return "\n".join(
        [
            BY_HAND,
            "# Moving to a newer API version",
            "",
            "Each guide is one step. Over several versions, `aftership guide OLD NEW` prints one page,",
            "without what came and went in between; `aftership diff OLD NEW` lists every change.",
            "",
            "| guide | released | supported until | breaks |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
            *_HOW_TO_MOVE.replace("PACKAGE", "aftership_tracking").splitlines(),
            "",
        ]
    )


def insert_changelog_entries(text: str, steps: Sequence[VersionStep]) -> str:
    """CHANGELOG.md with the entries of the API versions between its marks, newest first.

    Raises `SpecError` unless each of the two marks is there once, in the right order.
    """
    marks = Marks(BEGIN, END, "CHANGELOG.md", "the entries of the API versions")
    return replace_between(text, marks, (lower_headings(render_entry(step)) for step in reversed(steps)))


def render_entry(step: VersionStep) -> str:
    """What changelogs say about the newer version of a step."""
    return changelog(
        step.old,
        step.new,
        step.changes,
        released=step.released,
        lines=step.lines,
        support=step.support,
    )


def lower_headings(entry: str) -> str:
    """The headings of an entry, one level down: the entry is below a heading of its own."""
    return re.sub(r"^(?=#+ )", "#", entry, flags=re.MULTILINE)
