"""The changelog inside an overlay file: its lines, the actions that make each of them true, and their moves.

Every action belongs to one line of the changelog: `x-change` names the line. The first action of a line has
its text in `description`, and in `x-move` where data went.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.document import pointer as pointers
from generator.document.document import Document
from generator.document.move_verification import false_claims, unexplained_changes
from generator.document.moves import DeclaredMove, read_moves
from generator.document.overlay import ValuePath
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


def read_changelog_lines(source: Source) -> tuple[ChangelogLine, ...]:
    """The changelog lines of an overlay whose shape was already checked. Raises `SpecError`."""
    lines: list[ChangelogLine] = []
    for number, action in enumerate(source.value["actions"], start=1):
        name = action.get("x-change")
        if not isinstance(name, str) or not _ID.match(name):
            raise _error(
                source, number, "", "The action belongs to no change.", "Give it an x-change in kebab-case."
            )
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
        lines.append(ChangelogLine(name, text, number, _read_moves(source, number, action.get("x-move", []))))
    return tuple(lines)


def _refuse_later_keys(source: Source, number: int, action: Mapping[str, Any]) -> None:
    """Only the first action of a change may have its description and its moves."""
    for key in ("description", "x-move"):
        if key in action:
            raise _error(
                source, number, key, f"{key} is in the middle of a change.", "Move it to the first action."
            )


def _read_moves(source: Source, number: int, declared: Any) -> tuple[DeclaredMove, ...]:
    if not isinstance(declared, list):
        raise _error(source, number, "x-move", "x-move must be a list of moves.", "Put a dash before each.")
    moves: list[DeclaredMove] = []
    for index, value in enumerate(declared):
        try:
            moves.extend(read_moves(value))
        except ValueError as error:
            raise _error(source, number, f"x-move/{index}", str(error), "") from None
    return tuple(moves)


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


def verify_moves(lines: tuple[ChangelogLine, ...], source: Source, before: Document, after: Document) -> None:
    """Compare every move with the documents before and after the overlay. Raises `SpecError`.

    Something that disappears without a move is a mistake too: nobody could know whether its data went
    somewhere.
    """
    for line in lines:
        for move in line.moves:
            for claim in false_claims(move, before, after):
                raise _error(source, line.first_action, "x-move", claim, "")
    moves = tuple(move for line in lines for move in line.moves)
    for missing in unexplained_changes(moves, before, after):
        raise source.error("/actions", missing)


def _error(source: Source, number: int, below: str, message: str, hint: str) -> SpecError:
    """A mistake in the action with this number, at the key `below` if that is not empty."""
    pointer = f"/actions/{number - 1}" + (f"/{below}" if below else "")
    return source.error(pointer, f"Action {number}: {message}", hint)
