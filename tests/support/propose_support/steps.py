"""Each real step between two versions, proposed from the newer document, and how it did."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from generator.document.compose import compose
from generator.document.document import Document
from generator.document.yaml_reader import parse, read
from generator.propose import Draft, Policy, draft_overlay
from generator.propose.reading.document_file import parse_document
from propose_support.foreign import foreign
from propose_support.structure import differences, structure
from spec_support import LATER, SPEC, before, document

Move = tuple[str, str, tuple[str, ...], tuple[str, ...]]
"""`on`, how, from, to."""
NEUTRAL = "drop"
"""What a draft says of everything that goes away without a better guess. It claims nothing."""
RENAMES = 16
FOUND_AT_LEAST = 12


@dataclass(frozen=True)
class Step:
    """One step: what is not as in the real version, and the moves of both."""

    version: str
    differences: tuple[str, ...]
    real: tuple[dict[str, Any], ...]
    """The entries of `x-move` in `spec/changes`."""
    proposed: tuple[dict[str, Any], ...]

    def found(self, how: Iterable[str]) -> list[dict[str, Any]]:
        """The real entries of these conversions whose every subject was found."""
        known = {move for entry in self.proposed for move in moves(entry)}
        return [one for one in self.real if one["how"] in how and set(moves(one)) <= known]

    def missed(self, how: Iterable[str]) -> list[dict[str, Any]]:
        """The others."""
        found = self.found(how)
        return [one for one in self.real if one["how"] in how and one not in found]

    def false(self, how: Iterable[str]) -> list[Move]:
        """What the draft claims and the real version does not. A drop claims nothing."""
        known = {move for entry in self.real for move in moves(entry)}
        claimed = [move for entry in self.proposed for move in moves(entry)]
        return [one for one in claimed if one not in known and one[1] in how and one[1] != NEUTRAL]


HOW = frozenset(
    {
        *("rename", "merge", "wrap", "by-position", "first", "gather", "unwrap", "null-when-empty"),
        *("split-value", "join-values", "drop"),
    }
)


def moves(entry: dict[str, Any]) -> Iterator[Move]:
    """One move for each subject of an entry, and of a drop one for each path."""
    sources, targets = (_listed(entry.get(key, [])) for key in ("from", "to"))
    pairs = sorted(zip(sources, targets, strict=True)) if len(sources) == len(targets) else []
    if pairs:
        sources, targets = [one for one, _ in pairs], [other for _, other in pairs]
    for on in _listed(entry["on"]):
        if entry["how"] == NEUTRAL:
            yield from ((on, NEUTRAL, (source,), ()) for source in sources)
        else:
            yield on, entry["how"], tuple(sources), tuple(targets)


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def entries(overlay: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """The entries of `x-move` of an overlay."""
    return tuple(entry for action in overlay["actions"] for entry in action.get("x-move", ()))


def as_document(raw: dict[str, Any]) -> Document:
    """A document as if it had been read from a file."""
    return parse_document(json.dumps(raw).encode(), "foreign.json")


@cache
def draft(version: str) -> Draft:
    """The draft of a real version, made of its own document for other tools."""
    return propose_from(foreign(document(version).raw), version)


def propose_from(raw: dict[str, Any], version: str, *, complete: bool = True) -> Draft:
    """The draft of a real version, made of any document."""
    return draft_overlay(document(before(version)), as_document(raw), version, Policy(complete=complete))


def apply_draft(folder: Path, text: str, version: str, spec: Path = SPEC) -> Document:
    """The document that a draft makes of all older versions, composed by our strict applier."""
    copy = folder / "spec"
    shutil.copytree(spec, copy, dirs_exist_ok=True)
    for path in (copy / "changes").glob("*.yaml"):
        if path.stem >= version:
            path.unlink()
    (copy / "changes" / f"{version}.yaml").write_text(text, "utf-8")
    return compose(copy, version)


def judge(version: str, folder: Path, *, text: str = "") -> Step:
    """Compare a draft with the real version; by default the draft that is made of its document."""
    text = text or draft(version).text
    applied = apply_draft(folder, text, version)
    found = differences(structure(document(version).raw), structure(applied.raw))
    return Step(
        version,
        tuple(found),
        entries(read(SPEC / "changes" / f"{version}.yaml").value),
        entries(parse(text.encode(), f"{version}.yaml").value),
    )


def table(steps: Iterable[Step]) -> list[str]:
    """The table: for each step whether its shapes are right, and which moves were found, missed and false."""
    rows = [("version", "shapes", "renames found", "missed", "false", "moves found", "missed", "false")]
    sums = [0] * 6
    steps = list(steps)
    for step in steps:
        numbers = [
            len(part)
            for how in ({"rename"}, HOW)
            for part in (step.found(how), step.missed(how), step.false(how))
        ]
        sums = [one + other for one, other in zip(sums, numbers, strict=True)]
        shapes = "equal" if not step.differences else f"{len(step.differences)} differ"
        rows.append((step.version, shapes, *map(str, numbers)))
    rows.append(("all", "", *map(str, sums)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    lines.append("")
    for step in steps:
        lines += [f"{step.version} missed: {_short(one)}" for one in step.missed(HOW)]
        lines += [f"{step.version} FALSE: {one}" for one in step.false(HOW)]
        lines += [f"{step.version} DIFFERS: {one}" for one in step.differences]
    lines.append("A move is an entry of x-move, found if all its subjects are. Moves include renames.")
    lines.append("What goes away without a better guess is dropped, which claims nothing: never false.")
    return lines


def problems(steps: Iterable[Step]) -> list[str]:
    """What is not as it was promised."""
    steps = list(steps)
    found = sum(len(step.found({"rename"})) for step in steps)
    said = [f"{step.version}: {one}" for step in steps for one in step.differences]
    said += [f"{step.version}: false: {one}" for step in steps for one in step.false(HOW)]
    if {step.version for step in steps} == set(LATER) and found < FOUND_AT_LEAST:
        said.append(f"only {found} of {RENAMES} renames were found")
    return said


def _short(entry: dict[str, Any]) -> str:
    on, sources, targets = (", ".join(_listed(entry.get(key, []))) for key in ("on", "from", "to"))
    return f"{entry['how']} {sources} -> {targets or 'nothing'} ({on})"
