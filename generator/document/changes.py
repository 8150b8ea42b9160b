"""The changelog inside an overlay file: its lines, the actions that make each of them true, and their moves.

Every action belongs to a line: `x-change` names it, and the first action of the line says it in
`description` and tells in `x-move` where data went.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.document import pointer as pointers
from generator.document.document import Document
from generator.document.moves import Move, false_claims, read_moves, unexplained
from generator.document.source import Source
from generator.errors import SpecError

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the changelog."""

    id: str
    line: str
    first: int
    """The number of its first action, counted from 1."""
    moves: tuple[Move, ...]


def read_changes(source: Source) -> tuple[Change, ...]:
    """The changelog lines of an overlay whose shape was already checked. Raises `SpecError`."""
    changes: list[Change] = []
    for number, action in enumerate(source.value["actions"], start=1):
        name = action.get("x-change")
        if not isinstance(name, str) or not _ID.match(name):
            raise _error(source, number, "", "It belongs to no change.", "Give it an x-change in kebab-case.")
        if changes and changes[-1].id == name:
            for key in ("description", "x-move"):
                if key in action:
                    raise _error(
                        source,
                        number,
                        key,
                        f"{key} stands in the middle of a change.",
                        "Move it to the first action.",
                    )
            continue
        line = str(action.get("description", "")).strip()
        if not line:
            raise _error(
                source,
                number,
                "",
                f'The change "{name}" has no description.',
                "Say it in one or two sentences.",
            )
        changes.append(Change(name, line, number, _moves(source, number, action.get("x-move", []))))
    return tuple(changes)


def _moves(source: Source, number: int, stated: Any) -> tuple[Move, ...]:
    if not isinstance(stated, list):
        raise _error(source, number, "x-move", "x-move must be a list of moves.", "Put a dash before each.")
    moves: list[Move] = []
    for index, value in enumerate(stated):
        try:
            moves.extend(read_moves(value))
        except ValueError as error:
            raise _error(source, number, f"x-move/{index}", str(error), "") from None
    return tuple(moves)


def refuse_dangling(source: Source, removed: Mapping[tuple[str | int, ...], int], after: Document) -> None:
    """Refuse a removal of something that is still referred to. Raises `SpecError` that names the action."""
    removals = {pointers.child("", *parts): number for parts, number in removed.items()}
    for pointer, ref in _references(after.raw, ""):
        number = removals.get(ref.removeprefix("#"))
        if number is None:
            continue
        try:
            after.resolve(ref)
        except SpecError:
            message = f"It removes {ref}, which #{pointer} still refers to."
            raise _error(source, number, "target", message, "Remove or change that reference too.") from None


def _references(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        ref = value.get("$ref")
        if isinstance(ref, str):
            yield pointer, ref
        for key, child in value.items():
            yield from _references(child, pointers.child(pointer, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _references(child, f"{pointer}/{index}")


def verify(changes: tuple[Change, ...], source: Source, before: Document, after: Document) -> None:
    """Hold every move against the documents before and after the file was applied. Raises `SpecError`.

    What disappears without a move is a mistake too: nobody could tell whether its data went somewhere.
    """
    for change in changes:
        for move in change.moves:
            for claim in false_claims(move, before, after):
                raise _error(source, change.first, "x-move", claim, "")
    for missing in unexplained(tuple(move for change in changes for move in change.moves), before, after):
        place = source.place("/actions")
        raise SpecError(missing, file=place.file, line=place.line, column=place.column, pointer="/actions")


def _error(source: Source, number: int, below: str, message: str, cure: str) -> SpecError:
    pointer = f"/actions/{number - 1}" + (f"/{below}" if below else "")
    place = source.place(pointer)
    return SpecError(
        f"Action {number}: {message}",
        file=place.file, line=place.line, column=place.column, pointer=pointer, cure=cure,
    )  # fmt: skip
