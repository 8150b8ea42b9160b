"""Where data went: renames and moves, told to the comparison as values.

A move is written down in an overlay, because no comparison can know that one field took over from another.
The shape of `x-move` in the files is known here alone, to `moves_of`. It reads an overlay that the composer
has already accepted, so it checks nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

# These say nothing about names: data that is gone, or that stays where it is, or an envelope (see x-unwrap).
_SILENT = frozenset({"drop", "unwrap", "null-when-empty"})


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that stands elsewhere in the newer version."""

    on: str
    """A model (`Tracking`), an enum for a value of it, or an operation id for a parameter."""
    source: str
    """The way to it in the older version, from `on`: `emails`, `weight.unit`, `items[].code`."""
    target: str
    """The way to it in the newer version."""
    how: str = "rename"
    """How the value is converted, in the word of the overlay; `rename` leaves it as it is."""


def moves_of(overlay: Mapping[str, Any]) -> tuple[Move, ...]:
    """The moves of one overlay. A conversion with several ends gives one move for each."""
    return tuple(
        move
        for action in overlay["actions"]
        for stated in action.get("x-move", ())
        if stated["how"] not in _SILENT
        for move in _split(stated)
    )


def chained(steps: Iterable[Iterable[Move]]) -> tuple[Move, ...]:
    """The moves of several versions, oldest first, as if they had happened at once.

    What moved from a to b and later from b to c moved from a to c.
    """
    done: list[Move] = []
    for step in steps:
        later = list(step)
        followed: set[Move] = set()
        for index, move in enumerate(done):
            for following in later:
                if following.on == move.on and following.source == move.target:
                    how = following.how if move.how == "rename" else move.how
                    done[index] = replace(move, target=following.target, how=how)
                    followed.add(following)
                    break
        done.extend(move for move in later if move not in followed)
    return tuple(done)


def _split(stated: Mapping[str, Any]) -> Iterator[Move]:
    sources, targets = _listed(stated["from"]), _listed(stated["to"])
    for on in _listed(stated["on"]):
        for source, target in zip_longest(sources, targets, fillvalue=sources[-1]):
            yield Move(on, source, target, stated["how"])


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
