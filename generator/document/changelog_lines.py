"""The changelog inside an overlay file: its lines, the actions that make each of them true, and their moves.

Every action belongs to one line of the changelog: `x-change` names the line. The first action of a line has
its text in `description`, and in `x-move` where data went.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.document import pointer as pointers
from generator.document.document import Document
from generator.document.move_verification import Unexplained, false_claims, path_of, unexplained_changes
from generator.document.moves import DeclaredMove, MoveError, read_moves
from generator.document.overlay_paths import ValuePath
from generator.document.source import Source
from generator.errors import SpecError

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")


@dataclass(frozen=True, slots=True)
class ChangelogLine:
    """One line of the changelog, as an overlay declares it."""

    id: str
    text: str
    first_action: int
    """The number of its first action, counted from 1."""
    moves: tuple[DeclaredMove, ...]
    entries: tuple[int, ...] = ()
    """For each move the entry of `x-move` that declares it, counted from 0; one entry can declare several."""


def changelog_lines(document: Document) -> tuple[ChangelogLine, ...]:
    """The changelog lines of the version of a document; the base has none."""
    return () if document.overlay is None else read_changelog_lines(document.overlay)


def read_changelog_lines(source: Source) -> tuple[ChangelogLine, ...]:
    """The changelog lines of an overlay whose shape was already checked. Raises `SpecError`."""
    lines: list[ChangelogLine] = []
    for number, action in enumerate(source.value["actions"], start=1):
        name = action.get("x-change")
        if not isinstance(name, str):
            raise _error(
                source, number, "", "The action belongs to no change.", "Give it an x-change in kebab-case."
            )
        if not _ID.match(name):
            message = f'The x-change "{name}" is not in kebab-case.'
            raise _error(source, number, "x-change", message, f"Write {_kebab_case(name)}.")
        if lines and lines[-1].id == name:
            _refuse_later_keys(source, number, action)
            continue
        text = str(action.get("description", "")).strip()
        if not text:
            raise _error(
                source,
                number,
                "",
                f'The change "{name}" has no description.',
                "Describe it in one or two sentences.",
            )
        moves = _read_moves(source, number, action.get("x-move", []))
        declared = tuple(move for of_entry in moves for move in of_entry)
        entries = tuple(index for index, of_entry in enumerate(moves) for _ in of_entry)
        lines.append(ChangelogLine(name, text, number, declared, entries))
    return tuple(lines)


def _kebab_case(name: str) -> str:
    """The name as it should be: `boxWeight`, `box_weight` and `Box weight` become `box-weight`."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", name)
    return re.sub(r"\A[^a-z]+", "", "-".join(words).lower()) or "lower-case words with hyphens"


def _refuse_later_keys(source: Source, number: int, action: Mapping[str, Any]) -> None:
    """Only the first action of a change may have its description and its moves."""
    for key in ("description", "x-move"):
        if key in action:
            raise _error(
                source, number, key, f"{key} is in the middle of a change.", "Move it to the first action."
            )


def _read_moves(source: Source, number: int, declared: Any) -> list[tuple[DeclaredMove, ...]]:
    """The moves of each entry."""
    if not isinstance(declared, list):
        raise _error(source, number, "x-move", "x-move must be a list of moves.", "Put a dash before each.")
    moves = []
    for index, value in enumerate(declared):
        try:
            moves.append(read_moves(value))
        except MoveError as error:
            below = f"x-move/{index}/{error.key}".rstrip("/")
            raise _error(source, number, below, str(error), "") from None
    return moves


def refuse_dangling_references(source: Source, removed: Mapping[ValuePath, int], after: Document) -> None:
    """Refuse the removal of something that is still referred to. Raises `SpecError` that names the action."""
    removals = {pointers.child("", *parts): number for parts, number in removed.items()}
    for pointer, ref in _references(after.raw, ""):
        number = removals.get(ref.removeprefix("#"))
        if number is None:
            continue
        try:
            after.resolve(ref)
        except SpecError:
            message = f"It removes {ref}, but #{pointer} still refers to it."
            raise _error(source, number, "target", message, "Remove or change that reference too.") from None


def _references(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """Every reference in a value: the pointer where it is, and the reference itself."""
    if isinstance(value, dict):
        ref = value.get("$ref")
        if isinstance(ref, str):
            yield pointer, ref
        for key, child in value.items():
            yield from _references(child, pointers.child(pointer, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _references(child, f"{pointer}/{index}")


def verify_moves(
    lines: tuple[ChangelogLine, ...],
    source: Source,
    before: Document,
    after: Document,
    removed: Mapping[ValuePath, int],
) -> None:
    """Compare every move with the documents before and after the overlay. Raises `SpecError`.

    Something that disappears without a move is a mistake too: nobody could know whether its data went
    somewhere. `removed` are the paths that the overlay removed, with the number of the action.
    """
    for line in lines:
        for move, entry in zip(line.moves, line.entries, strict=True):
            for claim in false_claims(move, before, after):
                raise _error(source, line.first_action, f"x-move/{entry}/{claim.at}", claim.sentence, "")
    moves = tuple(move for line in lines for move in line.moves)
    for missing in unexplained_changes(moves, before, after):
        number = _action_behind(missing, source, after, removed)
        if number is None:
            raise source.error("/actions", missing.sentence, missing.hint)
        raise _error(source, number, "", missing.sentence, missing.hint)


def _action_behind(
    missing: Unexplained, source: Source, after: Document, removed: Mapping[ValuePath, int]
) -> int | None:
    """The number of the action that took something away or gave it another kind, if that is known."""
    path = path_of(missing.on, after)
    taken = [parts for parts in removed if parts[: len(path)] == path]
    named = [parts for parts in taken or removed if parts[-1] == missing.key]
    if named or taken:
        return removed[(named or taken)[0]]
    lines = [mark.location.line for mark in source.marks.find(("actions",)).items]
    for below in (("type",), ()):
        written = after.marks.find((*path, "properties", missing.key, *below)).locations()
        found = [location.line for location in written if location.file == source.file]
        if found:
            return bisect_right(lines, min(found))
    return None


def _error(source: Source, number: int, below: str, message: str, hint: str) -> SpecError:
    """A mistake in the action with this number, at the key `below` if that is not empty."""
    pointer = f"/actions/{number - 1}" + (f"/{below}" if below else "")
    return source.error(pointer, f"Action {number}: {message}", hint)
