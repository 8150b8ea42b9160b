"""What changed between two versions of the API, judged for those who call it.

Three rooms: `comparing` finds what differs and judges nothing, `rules` judge what was found, `report` prints
the judged changes. Each imports only those before it. Every module but `command` holds functions of values;
nothing here writes files.
"""

from __future__ import annotations

from generator.diff.comparing.moves import Move, chain_moves, moves_over, read_moves
from generator.diff.comparing.operation_pairs import Direction, Reach
from generator.diff.rules.change import Change, Level, Rule
from generator.diff.rules.judge import RULES, diff

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
    "moves_over",
    "read_moves",
]
