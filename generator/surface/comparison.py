"""What changed between two surfaces, and whether CHANGELOG.md names what breaks."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from generator.diff.report.printing import SIGN
from generator.surface.lines import name_of

_NAME = re.compile(r"`([\w.]+)(?:\([^`]*\))?`")


def list_differences(old: Collection[str], new: Collection[str]) -> list[str]:
    """Return the lines that are gone (`- `) and new (`+ `), the old and the new line of a name together."""
    changed = [("-", line) for line in {*old} - {*new}] + [("+", line) for line in {*new} - {*old}]
    return [
        f"{sign} {line}"
        for sign, line in sorted(changed, key=lambda one: (name_of(one[1]), one[0] == "+", one))
    ]


def find_unannounced(old: Collection[str], new: Collection[str], unreleased: str) -> list[str]:
    """Return the lines that are gone although no marked line of CHANGELOG.md names them.

    A marked line begins with the sign of what breaks. It announces the names that it writes as code, with
    everything inside of them: `Options` also announces `Options.timeout`, and `Trackings.list` announces it
    in every version package.
    """
    announced = list(_announced_names(unreleased))
    return sorted(
        line for line in {*old} - {*new} if not any(f".{name}." in f".{name_of(line)}." for name in announced)
    )


def _announced_names(unreleased: str) -> Iterable[str]:
    item = ""
    for line in [*unreleased.splitlines(), "- "]:
        # An item may go on in indented lines.
        if line.startswith("  ") and item:
            item += f" {line.strip()}"
            continue
        if item.startswith(f"- {SIGN}"):
            yield from (name.removeprefix("aftership_tracking.") for name in _NAME.findall(item))
        item = line
