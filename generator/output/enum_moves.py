"""What a move says about the values of an enum: the name of each in the newer and in the older version."""

from __future__ import annotations

from generator.document.moves import DeclaredMove

VALUE_CONVERSIONS = frozenset({"rename", "merge", "split-value", "join-values", "drop"})
"""The conversions of the values of an enum."""


def value_names(move: DeclaredMove) -> dict[str, dict[str, str]]:
    """The name that each value of an enum gets on the way up, and on the way down."""
    source, target = move.sources[0], move.targets[0]
    if move.how == "split-value":
        return {"up": {source: move.choice}, "down": dict.fromkeys(move.targets, source)}
    if move.how == "join-values":
        return {"up": dict.fromkeys(move.sources, target), "down": {target: move.choice}}
    # Where a value became one that was there before, a downgrade cannot know which of them it was.
    return {"up": {source: target}, "down": {target: source} if move.how == "rename" else {}}
