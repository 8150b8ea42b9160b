"""The thin shell around the diff: reads the files, prints the list, chooses the exit code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum, StrEnum
from pathlib import Path

from generator.diff.comparing.moves import Move, moves_over, read_moves
from generator.diff.report import printing
from generator.diff.report.wording import support_of
from generator.diff.rules.change import Change, Level
from generator.diff.rules.judge import diff
from generator.document.compose import compose, versions
from generator.document.yaml_reader import read


class Format(StrEnum):
    """How changes are printed."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


class Exit(IntEnum):
    """What `python -m generator diff` says with its exit code.

    1 and 2 are verdicts here, so mistakes have the codes that sysexits.h gives them.
    """

    NOTHING = 0
    COMPATIBLE = 1
    BREAKING = 2
    MISUSED = 64
    FAULTY = 65


CODES = (
    "Exit codes: 0 nothing changed, 1 nothing that breaks, 2 something breaks, "
    "64 the command was called wrongly, 65 a document has faults."
)

_PRINTERS = {
    Format.TEXT: printing.as_text,
    Format.MARKDOWN: printing.as_markdown,
    Format.JSON: printing.as_json,
}


def compare_versions(spec_dir: Path, old: str, new: str) -> tuple[tuple[Change, ...], dict[str, str]]:
    """What changed between two versions of the documents in `spec_dir`, and until when each is supported, as
    far as it is known. Raises `SpecError`.
    """
    before, after = compose(spec_dir, old), compose(spec_dir, new)
    return diff(before, after, moves_between(spec_dir, old, new)), support_of((before, after))


def moves_between(spec_dir: Path, old: str, new: str) -> tuple[Move, ...]:
    """The moves of all overlays between two versions; from a newer to an older one, reversed."""
    low, high = sorted((old, new))
    between = [version for version in versions(spec_dir) if low < version <= high]
    steps = {version: read_moves(read(spec_dir / "changes" / f"{version}.yaml").value) for version in between}
    return moves_over(steps, old, new)


def format_changes(
    old: str, new: str, changes: Sequence[Change], form: Format, *, support: Mapping[str, str]
) -> str:
    """The list in one of its forms, ending with a line break; `support` is that of `support_of`."""
    return _PRINTERS[form](old, new, changes, support)


def verdict(changes: Sequence[Change]) -> Exit:
    """0 nothing, 1 nothing that breaks, 2 something that does."""
    if not changes:
        return Exit.NOTHING
    breaks = any(change.level is Level.BREAKING for change in changes)
    return Exit.BREAKING if breaks else Exit.COMPATIBLE
