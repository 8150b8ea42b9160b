"""Takes JSON data of one API version to another, in both directions, as the moves of the changelog say.

Nothing about a field stands here: the generator writes down what moves where, step by step, in `moves.json`.
This module imports nothing beyond the standard library and the list of documents, so the mock can use it
without the client.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from aftership_tracking.documents import data
from aftership_tracking.errors import UsageError
from aftership_tracking.migration.conversions import ABSENT, Move, Unfit, differences, is_blank

__all__ = ["Loss", "convert", "kinds", "telling", "versions"]

_SEGMENT = re.compile(r"\[\]|[^.\[\]]+")


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing that a step between two neighbouring versions could not carry over."""

    path: str
    """Where it stood before the step, such as `customers[1].name`; empty for the whole value."""
    from_version: str
    to_version: str
    what: Literal["value", "blank", "kept"]
    """`value`: something is gone. `blank`: only null, empty and absent are no longer told apart. `kept`:
    nothing is gone, but it could not be converted and stands there as it came.
    """
    reason: str

    @property
    def step(self) -> str:
        """The step, such as `2024-10 -> 2025-01`."""
        return f"{self.from_version} -> {self.to_version}"

    def __str__(self) -> str:
        return f"{self.step}: {self.path or 'the value'}: {self.reason}"


def versions() -> tuple[str, ...]:
    """Return the versions between which data can be converted, oldest first."""
    return tuple(_facts()["versions"])


def kinds() -> tuple[str, ...]:
    """Return the names of the models whose data can be converted."""
    return tuple(_facts()["kinds"])


def telling(version: str) -> Mapping[str, Sequence[str]]:
    """Return, for each kind, the fields that no other model of this version has."""
    fields: Mapping[str, Sequence[str]] = _facts()["telling"][_known(version)]
    return fields


def convert(value: Any, kind: str, from_version: str, to_version: str) -> tuple[Any, tuple[Loss, ...]]:
    """Return plain JSON data of `from_version` as `to_version` has it, and what got lost.

    `value` is never changed; the result may share parts with it. Whatever has not the documented shape stays
    as it came. Raises UsageError for a kind or version that is not known.
    """
    start, end = _index(from_version), _index(to_version)
    if kind not in kinds():
        raise UsageError(f"there is no kind {kind!r}; there are: {', '.join(kinds())}")
    steps = _facts()["steps"]
    losses: list[Loss] = []
    upwards = start <= end
    for index in range(start, end) if upwards else range(start - 1, end - 1, -1):
        if kind not in steps[index]["kinds"]:
            raise UsageError(f"{kind} is not in both {steps[index]['from']} and {steps[index]['to']}")
        value = _way(index, kind, upwards).follow(value, losses)
    return value, tuple(losses)


@cache
def _facts() -> dict[str, Any]:
    facts: dict[str, Any] = data("moves")
    return facts


def _known(version: str) -> str:
    if version not in _facts()["versions"]:
        raise UsageError(f"there is no API version {version!r}; there are: {', '.join(versions())}")
    return version


def _index(version: str) -> int:
    return versions().index(_known(version))


@cache
def _way(index: int, kind: str, upwards: bool) -> _Way:
    step = _facts()["steps"][index]
    ends = (step["from"], step["to"])
    start, end = ends if upwards else ends[::-1]
    stated = step["kinds"][kind]["up" if upwards else "down"]
    moves = step["moves"]
    return _Way(
        start,
        end,
        upwards,
        tuple(_segments(path) for path in stated["remove"]),
        tuple(
            (_segments(path), tuple(moves[number] for number in numbers)) for path, numbers in stated["at"]
        ),
    )


def _segments(path: str) -> tuple[str, ...]:
    return tuple(_SEGMENT.findall(path))


_Change = Callable[[Any, str], Any]
_What = Literal["value", "blank", "kept"]
_Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Way:
    """One step in one direction for one kind."""

    start: str
    end: str
    upwards: bool
    removed: tuple[tuple[str, ...], ...]
    """Fields that the other version does not have."""
    places: tuple[tuple[tuple[str, ...], tuple[dict[str, Any], ...]], ...]
    """Where which moves hold; what is inside of something comes before it."""

    def follow(self, value: Any, losses: list[Loss]) -> Any:
        found: dict[Loss, None] = {}  # the same oddity is met once for each thing that it hinders

        def report(path: str, what: _What, reason: str) -> None:
            found[Loss(path, self.start, self.end, what, reason)] = None

        run = _Run(self, report)
        for segments in self.removed:
            value = run.rewrite(value, segments[:-1], "", run.removing(segments[-1]))
        for segments, stated in self.places:
            change = run.renaming(stated) if stated[0]["how"] == "values" else run.moving(stated)
            value = run.rewrite(value, segments, "", change)
        losses.extend(found)
        return value


@dataclass(frozen=True, slots=True, eq=False)
class _Converted:
    """What one move makes of an object; not yet put there."""

    inputs: _Names
    outputs: _Names
    results: tuple[Any, ...]
    lost: tuple[tuple[str, _What, str], ...]


def _inputs(ready: Iterable[_Converted]) -> set[str]:
    return {key for one in ready for key in one.inputs}


@dataclass(frozen=True, slots=True)
class _Run:
    """A step on its way through one value."""

    way: _Way
    report: Callable[[str, _What, str], None]

    def rewrite(self, value: Any, segments: tuple[str, ...], where: str, change: _Change) -> Any:
        """The value with everything at the place changed; what is not on the way there is shared."""
        if not segments:
            return change(value, where)
        head, rest = segments[0], segments[1:]
        if value is None:
            return None
        if head == "[]":
            if not isinstance(value, list):
                self.report(where, "kept", "it is no list")
                return value
            items = [
                self.rewrite(item, rest, f"{where}[{index}]", change) for index, item in enumerate(value)
            ]
            same = all(item is before for item, before in zip(items, value, strict=True))
            return value if same else items
        if not isinstance(value, dict):
            self.report(where, "kept", "it is no object")
            return value
        if head not in value:
            return value
        inner = self.rewrite(value[head], rest, _below(where, head), change)
        return value if inner is value[head] else {**value, head: inner}

    def removing(self, key: str) -> _Change:
        def change(value: Any, where: str) -> Any:
            if value is None:
                return None
            if not isinstance(value, dict):
                self.report(where, "kept", "it is no object")
                return value
            if key not in value:
                return value
            what: _What = "blank" if is_blank(value[key]) else "value"
            self.report(_below(where, key), what, f"{self.way.end} has no such field")
            return {name: content for name, content in value.items() if name != key}

        return change

    def renaming(self, stated: Iterable[dict[str, Any]]) -> _Change:
        """Values of an enum that have another name."""
        upwards: dict[str, str] = {}
        downwards: dict[str, str] = {}
        for one in stated:
            pairs = dict(zip(one["from"], one["to"], strict=True))
            upwards |= pairs
            if one["back"]:
                downwards |= {new: old for old, new in pairs.items()}
        there, back = (upwards, downwards) if self.way.upwards else (downwards, upwards)

        def change(value: Any, where: str) -> Any:
            if not isinstance(value, str):
                if value is not None:
                    self.report(where, "kept", "it is no text")
                return value
            found = there.get(value, value)
            if back.get(found, found) != value:
                if value in there:
                    self.report(where, "value", f"{self.way.end} has no such value")
                else:
                    self.report(where, "kept", f"{self.way.start} has no such value, {self.way.end} has")
            return found

        return change

    def moving(self, stated: Iterable[dict[str, Any]]) -> _Change:
        """Fields of an object that go elsewhere. All are taken out before any is put in."""
        moves = tuple(Move.read(one) for one in stated)
        upwards = self.way.upwards
        ends = [(move, (move.sources, (move.target,))[:: 1 if upwards else -1]) for move in moves]
        known = {key for _, (inputs, _) in ends for key in inputs}

        def change(value: Any, where: str) -> Any:
            if not isinstance(value, dict):
                if value is not None:
                    self.report(where, "kept", "it is no object")
                return value
            ready: list[_Converted] = []
            for move, (inputs, outputs) in ends:
                present = [key for key in inputs if key in value]
                if present:
                    try:
                        ready.append(self._converted(move, inputs, outputs, value))
                    except Unfit as unfit:
                        for key in present:
                            self.report(_below(where, key), "kept", str(unfit))
                else:
                    self._foreign((key for key in outputs if key in value and key not in known), where)
            ready = self._unblocked(ready, value, where)
            put: dict[str, Any] = {}
            for one in ready:
                put.update(zip(one.outputs, one.results, strict=True))
                for path, what, reason in one.lost:
                    self.report(_below(where, path), what, reason)
            taken = _inputs(ready)
            stays = {key: put.get(key, old) for key, old in value.items() if key in put or key not in taken}
            return {key: new for key, new in (stays | put).items() if new is not ABSENT} if ready else value

        return change

    def _converted(self, move: Move, inputs: _Names, outputs: _Names, value: dict[str, Any]) -> _Converted:
        """What the fields become, and what the way back would not restore. Raises Unfit."""
        values = tuple(value.get(key, ABSENT) for key in inputs)
        back: tuple[Any, ...]
        if self.way.upwards:
            results = (move.up(values),)
            back = (ABSENT,) * len(values) if results[0] is ABSENT else move.down(results[0])
        else:
            results = move.down(values[0])
            back = (ABSENT if all(one is ABSENT for one in results) else move.up(results),)
        lost: tuple[tuple[str, _What, str], ...] = tuple(
            (path, what, self._reason(move, key, what))
            for key, before, restored in zip(inputs, values, back, strict=True)
            for path, what in differences(before, restored, key)
        )
        return _Converted(inputs, outputs, results, lost)

    def _unblocked(self, ready: list[_Converted], value: dict[str, Any], where: str) -> list[_Converted]:
        """Those whose new places are free. A value that the version does not know may stand there."""
        while True:
            taken = _inputs(ready)
            blocked = [one for one in ready if any(key in value and key not in taken for key in one.outputs)]
            if not blocked:
                return ready
            for one in blocked:
                for key in one.inputs:
                    if key in value:
                        self.report(_below(where, key), "kept", "its new place is taken")
                self._foreign((key for key in one.outputs if key in value and key not in taken), where)
            ready = [one for one in ready if one not in blocked]

    def _foreign(self, keys: Iterable[str], where: str) -> None:
        for key in keys:
            self.report(_below(where, key), "kept", f"{self.way.start} has no such field, {self.way.end} has")

    def _reason(self, move: Move, name: str, what: str) -> str:
        if what == "blank":
            return f"{self.way.end} does not tell null, empty and absent apart here"
        if move.how == "merge" and name != move.target:
            return f"{move.target} says something else"
        return f"{self.way.end} has no place for it"


def _below(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key
