"""What changed between two versions of the API, judged for those who call it.

Three rooms: `comparing` finds what differs, `rules` say what that means, `report` prints it. Every module
but `command` holds functions of values; nothing here writes files.
"""

from __future__ import annotations

from generator.diff.change import Change, Direction, Level, Reach, Rule
from generator.diff.comparing.documents import diff
from generator.diff.moves import Move, chain_moves, read_moves
from generator.diff.rules import RULES

__all__ = [
    "RULES",
    "Change",
    "Direction",
    "Level",
    "Move",
    "Reach",
    "Rule",
    "chain_moves",
    "diff",
    "read_moves",
]
