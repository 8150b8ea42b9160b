"""Where data went: renames and moves, given to the comparison as values.

An overlay declares each move, because no comparison can know that one field took over from another. Only
`read_moves` knows the shape of `x-move` in the files. It reads an overlay that the composer has already
accepted, so it checks nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

# These do not rename anything: the data is gone, stays where it is, or loses an envelope (see x-unwrap).
SILENT = frozenset({"drop", "unwrap", "null-when-empty"})
_REVERSED = {"split-value": "join-values", "join-values": "split-value"}
_CHOICES = {"split-value": "up", "join-values": "down"}
REPORTED = frozenset(
    {"rename", "merge", "first", "wrap", "gather", "by-position", "split-value", "join-values"}
)


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that has another path in the newer version."""

    on: str
    """A model (`Tracking`), an enum for a value of it, or an operation id for a parameter."""
    source: str
    """Its path in the older version, from `on`: `emails`, `weight.unit`, `items[].code`."""
    target: str
    """Its path in the newer version."""
    how: str = "rename"
    """How the value is converted, in the word of the overlay; `rename` leaves it unchanged."""
    choice: str = ""
    """The value that `migrate()` writes where there are several: of a split upwards, of a join downwards."""


def read_moves(overlay: Mapping[str, Any]) -> tuple[Move, ...]:
    """The moves of one overlay. A conversion with several ends gives one move for each."""
    return tuple(
        move
        for action in overlay["actions"]
        for declared in action.get("x-move", ())
        if declared["how"] not in SILENT
        for move in _split(declared)
    )


def chain_moves(steps: Iterable[Iterable[Move]]) -> tuple[Move, ...]:
    """The moves of several versions, oldest first, as if they had happened in one version.

    What moved from a to b and later from b to c moved from a to c.
    """
    done: list[Move] = []
    for step in steps:
        later = list(step)
        followed: set[Move] = set()
        chained: list[Move] = []
        for move in done:
            following = [one for one in later if (one.on, one.source) == (move.on, move.target)]
            chained += [_chain(move, one) for one in following] or [move]
            followed.update(following)
        rest = (move for move in later if move not in followed)
        done = [_rename_choice(move, done, later) for move in (*chained, *rest)]
    return tuple(done)


def _chain(move: Move, following: Move) -> Move:
    """Two moves in a row as one."""
    if move.how == "rename":
        return replace(following, source=move.source)
    return replace(move, target=following.target)


def _rename_choice(move: Move, earlier: Iterable[Move], later: Iterable[Move]) -> Move:
    """The same move, its choice named as in the version that it is a value of: the last one, or the first."""
    names: dict[str, str] = {}
    if move.how == "split-value":
        names = {one.source: one.target for one in later if (one.on, one.how) == (move.on, "rename")}
    elif move.how == "join-values":
        names = {one.target: one.source for one in earlier if (one.on, one.how) == (move.on, "rename")}
    return replace(move, choice=names.get(move.choice, move.choice))


def reverse_moves(moves: Iterable[Move]) -> tuple[Move, ...]:
    """The moves from the newer version to the older one. What was split is joined, and vice versa."""
    return tuple(
        replace(move, source=move.target, target=move.source, how=_REVERSED.get(move.how, move.how))
        for move in moves
    )


def moves_over(steps: Mapping[str, Sequence[Move]], old: str, new: str) -> tuple[Move, ...]:
    """The moves between two versions; from a newer to an older one, reversed. `steps` has those of each
    version, by its name.
    """
    low, high = sorted((old, new))
    moves = chain_moves(steps[version] for version in sorted(steps) if low < version <= high)
    return moves if old <= new else reverse_moves(moves)


def _split(declared: Mapping[str, Any]) -> Iterator[Move]:
    how = declared["how"]
    if how not in REPORTED:
        raise ValueError(f"the comparison does not know the conversion {how}")
    sources, targets = _as_list(declared["from"]), _as_list(declared["to"])
    if len(targets) == 1:
        targets *= len(sources)
    for on in _as_list(declared["on"]):
        for source, target in zip_longest(sources, targets, fillvalue=sources[-1]):
            yield Move(on, source, target, how, str(declared.get(_CHOICES.get(how, ""), "")))


def _as_list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
