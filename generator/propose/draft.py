"""From two documents to the draft of an overlay, and a report of what it could not take over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.document.document import Document
from generator.document.yaml_reader import parse
from generator.errors import SpecError
from generator.propose.guessing.moves import ProposedMove, propose_moves
from generator.propose.guessing.renames import Guess, guess_renames
from generator.propose.merging.document_merger import MergedDocument, merge_documents
from generator.propose.merging.examples import convert_examples
from generator.propose.merging.leftovers import remove_leftovers
from generator.propose.merging.sent_marks import mend_sent_marks
from generator.propose.policy import Policy
from generator.propose.reading.both_documents import BothDocuments
from generator.propose.reading.unread_parts import unread_parts
from generator.propose.writing.grouping import Families, group_changes
from generator.propose.writing.overlay_draft import DraftedLine, draft_lines, overlay_text
from generator.propose.writing.tree_changes import TreeChange, tree_changes
from generator.scaffold import overlay_head

_ROUNDS = 4
"""A rename shows what is below it, where there may be more renames."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A drafted overlay."""

    version: str
    text: str
    """The content of `spec/changes/VERSION.yaml`."""
    lines: tuple[DraftedLine, ...]
    moves: tuple[ProposedMove, ...]
    guesses: tuple[Guess, ...]
    missing: tuple[str, ...]
    """What the document does not describe. Without `Policy.complete` it stays."""
    not_carried: tuple[str, ...]
    """What the document has, and the draft does not."""
    applied: Mapping[str, Any] = field(repr=False)
    """Our document with the draft, before the composer adds what is common."""

    def as_dict(self) -> dict[str, Any]:
        """The report for programs."""
        return {
            "version": self.version,
            "lines": [
                {"change": line.name, "actions": len(line.actions), "remarks": list(line.remarks)}
                for line in self.lines
            ],
            "moves": [
                {**move.as_dict([move.on]), **({"reason": move.reason} if move.reason else {})}
                for move in self.moves
            ],
            "guesses": [
                {"on": one.on, "from": one.before, "to": one.after, "sure": one.sure, "reason": one.reason}
                for one in self.guesses
            ],
            "missing": list(self.missing),
            "notCarried": list(self.not_carried),
        }


def draft_overlay(ours: Document, theirs: Document, version: str, policy: Policy) -> Draft:
    """Draft the overlay of `version`, from our newest document to another one of the new version.

    Raises `SpecError` for a reference of the other document that leads nowhere, and for one that is not about
    this API.
    """
    try:
        return _draft(BothDocuments.read(ours, theirs), version, policy)
    except RecursionError:
        raise SpecError(
            "The schemas contain each other without end, or too deeply.",
            file=theirs.marks.location.file,
            hint="Give each list and each object inside of itself a property between.",
        ) from None


def _draft(both: BothDocuments, version: str, policy: Policy) -> Draft:
    ours, theirs = both.ours, both.theirs
    if not set(both.operations[0]) & set(both.operations[1]):
        raise SpecError(
            "The document describes no operation that ours has.",
            file=theirs.marks.location.file,
            hint="Give a document of the AfterShip Tracking API, whose paths begin after the version.",
        )
    merged, guesses = _merge(both, policy)
    renames = _sure(guesses)
    convert_examples(ours, merged.raw, renames)
    remove_leftovers(ours.raw, merged.raw)
    mend_sent_marks(Document(version, merged.raw, ours.marks))
    moved = merged.paired.moved
    base = _with_moved_paths(ours.raw, moved)
    changes = list(tree_changes(base, merged.raw))
    after = Document(version, merged.raw, ours.marks, {}, ours.earlier)
    moves = propose_moves(merged.contexts, guesses, merged.lost_envelopes, both.reader, ours, after)
    families = Families(moves)
    changes += [TreeChange(path=("paths",), update={}, subject=("paths", one)) for _, one in moved]
    lines = draft_lines(group_changes(changes, ours.raw, families), moved, moves, guesses, families)
    text = overlay_text(overlay_head(version, ours), lines)
    _check(text, version, lines)
    return Draft(
        version=version,
        text=text,
        lines=lines,
        moves=moves,
        guesses=guesses,
        missing=tuple(sorted(set(merged.missing))),
        not_carried=tuple(sorted({*merged.not_carried, *unread_parts(both)})),
        applied=merged.raw,
    )


def _merge(both: BothDocuments, policy: Policy) -> tuple[MergedDocument, tuple[Guess, ...]]:
    """Merge, guess what was renamed, and merge again with that, until no more is found."""
    guesses: tuple[Guess, ...] = ()
    merged = merge_documents(both, policy, {})
    for _ in range(_ROUNDS):
        found = guess_renames(merged.contexts, both.reader)
        if _sure(found) == _sure(guesses):
            return merged, found
        guesses = found
        merged = merge_documents(both, policy, _sure(guesses))
    return merged, guesses


def _sure(guesses: tuple[Guess, ...]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for guess in guesses:
        if guess.sure:
            found.setdefault(guess.on, {})[guess.before] = guess.after
    return found


def _with_moved_paths(raw: Mapping[str, Any], moved: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    names = dict(moved)
    return {**raw, "paths": {names.get(path, path): item for path, item in raw["paths"].items()}}


def _check(text: str, version: str, lines: tuple[DraftedLine, ...]) -> None:
    """The text must say what was meant: a fault here is one of this module."""
    actions = parse(text.encode(), f"{version}.yaml").value["actions"]
    meant = [dict(action) for line in lines for action in line.actions]
    if actions[len(actions) - len(meant) :] != meant:
        raise ValueError("the draft reads otherwise than it was written")
