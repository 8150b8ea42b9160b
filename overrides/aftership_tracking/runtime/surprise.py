"""What differs between an answer and the document: where and of what kind, never the value that was found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import attrs

__all__ = ["Place", "Report", "Surprise", "describe"]


@attrs.frozen
class Surprise:
    """One difference. The same difference in many items of a list is one surprise with a count."""

    path: str
    """Where it was first seen, such as `$.data.trackings[17].tag`."""
    expected: str
    """What the document says."""
    got: str
    """What came: the kind of value, or the unknown value of an enum."""
    count: int = 1
    """How often, over all items of the lists on the way."""
    operation: str = ""
    """Id of the operation whose answer it was."""

    def __str__(self) -> str:
        times = f" ({self.count} times)" if self.count > 1 else ""
        return f"{self.path}: expected {self.expected}, got {self.got}{times}"


class AnyKey:
    """Stands for a key of a map in a path: such keys are chosen by users, so they are not reported."""


ANY_KEY = AnyKey()

Place: TypeAlias = "tuple[Place, str | int | AnyKey] | None"
"""A path as a chain of (parent, step). It costs one tuple a step and becomes text only for a surprise."""


class Report:
    """Collects the surprises of one answer and merges equal ones."""

    __slots__ = ("_found", "_operation")

    def __init__(self, operation: str = "") -> None:
        self._operation = operation
        self._found: dict[tuple[str, str, str], list[str | int]] = {}

    def add(self, place: Place, expected: str, got: str) -> None:
        """Note a difference."""
        known = self._found.setdefault((_text(place, general=True), expected, got), ["", 0])
        if known[1] == 0:
            known[0] = _text(place, general=False)
        known[1] = int(known[1]) + 1

    def surprises(self) -> tuple[Surprise, ...]:
        """Return what was found, in the order of first sight."""
        return tuple(
            Surprise(str(path), expected, got, int(count), self._operation)
            for (_, expected, got), (path, count) in self._found.items()
        )


def describe(surprises: Iterable[Surprise], *, at_most: int = 20) -> str:
    """Return the surprises as one line."""
    listed = list(surprises)
    more = f"; and {len(listed) - at_most} more" if len(listed) > at_most else ""
    return "; ".join(str(surprise) for surprise in listed[:at_most]) + more


def _text(place: Place, *, general: bool) -> str:
    steps: list[str] = []
    while place is not None:
        place, step = place
        steps.append(_step(step, general=general))
    return "$" + "".join(reversed(steps))


def _step(step: str | int | AnyKey, *, general: bool) -> str:
    if isinstance(step, AnyKey):
        return ".*"
    if isinstance(step, int):
        return "[]" if general else f"[{step}]"
    if step.isidentifier():
        return f".{step}"
    shown = step if len(step) <= 60 else f"{step[:60]}..."
    return f"[{shown!a}]"
