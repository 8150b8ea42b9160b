"""Code that reads values out of what a method returned, and out of the tracking of an event."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from generator.diff.comparing.operation_pairs import Direction
from generator.diff.comparing.properties.ways import Way

_TRACKING = "msg"
"""The property of the body of a webhook that is `tracking` of an event."""


def variable_name(model: str) -> str:
    """`checkpoint` for `Checkpoint`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", model).lower()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a model is read from: inside of which loops, under which name, and what must be there before."""

    loops: tuple[str, ...]
    name: str
    checks: tuple[str, ...]

    @classmethod
    def at(cls, way: Way | None, model: str, direction: Direction) -> Origin | None:
        """Where a model is read from; None for the body of a webhook, which is not a model for receivers."""
        if way is None:
            return cls((), variable_name(model), ())
        steps, name = way.steps, variable_name(way.root)
        if direction is Direction.WEBHOOK:
            if not steps or steps[0].name != _TRACKING:
                return None
            steps, name = steps[1:], "event.tracking"
        loops: list[str] = []
        checks: list[str] = []
        for step in steps:
            path = f"{name}.{step.name}"
            if step.items:
                name = variable_name(step.items)
                items = f"{path} or []" if step.doubtful else path
                if checks:
                    items = f"({path} if {' and '.join(checks)} else None) or []"
                loops.append(f"for {name} in {items}:")
                checks = []
            else:
                name = path
                checks += [path] if step.doubtful else []
        return cls(tuple(loops), name, tuple(checks))


@dataclass(slots=True)
class Reading:
    """Lines of code; what is read in a loop stands in it once, however many lines it has."""

    _blocks: dict[tuple[str, ...], dict[str, None]] = field(default_factory=dict)

    def add(self, line: str, loops: tuple[str, ...] = ()) -> None:
        """Add a line that is not there yet."""
        self._blocks.setdefault(loops, {})[line] = None

    def add_read(self, origin: Origin, path: str, checks: Sequence[str], form: str = "{}") -> None:
        """Add the reading of a path below an origin; `checks` are beginnings of it where nothing may be."""
        conditions = [*origin.checks, *(f"{origin.name}.{check}" for check in checks)]
        code = form.format(f"{origin.name}.{path}")
        self.add(f"{code} if {' and '.join(conditions)} else None" if conditions else code, origin.loops)

    @property
    def is_empty(self) -> bool:
        return not self._blocks

    def lines(self) -> Iterator[str]:
        """All lines; those outside of loops come first."""
        for loops, lines in sorted(self._blocks.items(), key=lambda block: len(block[0]) > 0):
            yield from (f"{'    ' * depth}{loop}" for depth, loop in enumerate(loops))
            yield from _indent(lines, len(loops))


def _indent(lines: Iterable[str], depth: int) -> Iterator[str]:
    for line in lines:
        yield from (f"{'    ' * depth}{one}" for one in line.splitlines())
