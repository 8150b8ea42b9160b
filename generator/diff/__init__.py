"""What changed between two versions of the API, judged for those who call it.

Three things are kept apart: what differs (`values`, `facets`, `operations` and its neighbours), what that
means (`rules`), and how it is told (`printing`, `changelog`, `migration`). Everything but `command` is a
function of values; nothing here writes files.
"""

from __future__ import annotations

from generator.diff.change import Change, Direction, Level, Reach, Rule
from generator.diff.comparing.documents import diff
from generator.diff.moves import Move, chained, moves_of
from generator.diff.rules import RULES

__all__ = ["RULES", "Change", "Direction", "Level", "Move", "Reach", "Rule", "chained", "diff", "moves_of"]
