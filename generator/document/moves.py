"""The shape of `x-move`: where an overlay says that data went.

A move is metadata: the overlay applier never executes it. The migration of stored data, the projection of the
mock and the recognition of renames rely on it, so `generator.document.move_verification` compares it with the
documents. spec/README.md explains each conversion.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

_PATH = re.compile(r"\w[\w -]*(\[\])?(\.\w[\w -]*(\[\])?)*\Z")
_KEYS = frozenset({"on", "how", "from", "to", "up", "down", "lost-up", "lost-down"})

# How many paths `from` and `to` have: one, several (as many as the other side has, or any), or none.
CONVERSIONS: Mapping[str, tuple[str, str]] = {
    "rename": ("one", "one"),
    "merge": ("one", "one"),
    "unwrap": ("one", "one"),
    "first": ("one", "one"),
    "null-when-empty": ("one", "one"),
    "wrap": ("several", "as many"),
    "gather": ("several", "as many"),
    "by-position": ("one", "two or more"),
    "split-value": ("one", "two or more"),
    "join-values": ("two or more", "one"),
    "drop": ("several", "none"),
}
"""The conversions that a move can name. `tests/compose/test_move_kinds.py` finds who forgets one."""

CHOICES: Mapping[str, tuple[str, str]] = {"split-value": ("up", "to"), "join-values": ("down", "from")}
"""The conversions that must choose: the key that says the choice, and the key whose paths it is one of."""

_NEEDED = {
    "one": "one path",
    "several": "one path or more",
    "two or more": "two paths or more",
    "as many": "as many paths as from",
    "none": "nothing",
}
# On the way up these lose what they move.
_LOSING = frozenset({"drop", "merge"})


class MoveError(ValueError):
    """A move that cannot be meant, in a sentence for its author; `key` is the one to correct, if known."""

    def __init__(self, sentence: str, key: str = "") -> None:
        super().__init__(sentence)
        self.key = key


@dataclass(frozen=True, slots=True)
class DeclaredMove:
    """One conversion of data between two neighbouring versions. `up` is the way to the newer one."""

    on: str
    """A component schema, or the operationId of the operation whose query parameters are meant."""
    how: str
    sources: tuple[str, ...]
    """Paths in the older version; names of values where `on` is an enum."""
    targets: tuple[str, ...]
    """Paths in the newer version."""
    lost_up: tuple[str, ...]
    """Paths in the older version whose data can be lost on the way up."""
    lost_down: tuple[str, ...]
    """Paths in the newer version whose data can be lost on the way down."""
    choice: str = ""
    """The value that `split-value` writes on the way up, and `join-values` on the way down; else empty."""


def read_moves(value: Any) -> tuple[DeclaredMove, ...]:
    """The moves that one entry of `x-move` describes, one for each name in `on`.

    Raises `MoveError` with a sentence for the author of the entry.
    """
    if not isinstance(value, dict):
        raise MoveError("A move is an object with on, how, from and to.")
    unknown = sorted(value.keys() - _KEYS)
    if unknown:
        known = ", ".join(sorted(_KEYS))
        raise MoveError(f'The key "{unknown[0]}" is unknown in a move. Known are {known}.', unknown[0])
    if "how" not in value:
        raise MoveError(f"A move needs how. Known are {', '.join(sorted(CONVERSIONS))}.")
    how = str(value["how"])
    if how not in CONVERSIONS:
        known = ", ".join(sorted(CONVERSIONS))
        raise MoveError(f'The conversion "{how}" is unknown. Known are {known}.', "how")
    declared = value.get("on")
    names = [declared] if isinstance(declared, str) else declared
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise MoveError("A move needs on. Name there the schema or the operationId that it is about.", "on")
    sources, targets, lost_up, lost_down = (
        _paths(value, key) for key in ("from", "to", "lost-up", "lost-down")
    )
    move = DeclaredMove(names[0], how, sources, targets, lost_up, lost_down, _read_choice(value, how))
    _check_counts(move)
    if how in _LOSING and not move.lost_up:
        move = replace(move, lost_up=move.sources)
    return tuple(replace(move, on=name) for name in names)


def _check_counts(move: DeclaredMove) -> None:
    """Raise `MoveError` if the conversion needs another number of paths."""
    sources, targets = CONVERSIONS[move.how]
    too_few = len(move.sources) < (2 if sources == "two or more" else 1)
    if too_few or (sources == "one" and len(move.sources) > 1):
        raise MoveError(f"{move.how} needs {_NEEDED[sources]} in from.", "from")
    fits = {
        "one": len(move.targets) == 1,
        "two or more": len(move.targets) > 1,
        "as many": len(move.targets) == len(move.sources),
        "none": not move.targets,
    }
    if not fits[targets]:
        raise MoveError(f"{move.how} needs {_NEEDED[targets]} in to.", "to")


def _read_choice(value: Mapping[str, Any], how: str) -> str:
    """The value that a conversion chooses where several are possible. Raises `MoveError`."""
    key, among = CHOICES.get(how, ("", ""))
    for other in ({"up", "down"} - {key}) & value.keys():
        raise MoveError(f"{how} has no choice to make. Leave {other} out.", other)
    if not key:
        return ""
    possible = _paths(value, among)
    if key not in value:
        raise MoveError(f"{how} must say in {key} which value of {among} is meant on the way {key}.")
    if value[key] not in possible:
        raise MoveError(
            f"{how} says {key}: {value[key]}, which is not in {among}. Choose {' or '.join(possible)}.", key
        )
    return str(value[key])


def _paths(value: Mapping[str, Any], key: str) -> tuple[str, ...]:
    declared = value.get(key, [])
    paths = [declared] if isinstance(declared, str) else declared
    if not isinstance(paths, list) or not all(isinstance(path, str) and _PATH.match(path) for path in paths):
        raise MoveError(f"{key} must be a path such as customers[].name, or a list of paths.", key)
    return tuple(paths)
