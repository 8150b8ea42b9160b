"""The life of a named thing over all versions: since when it is there, what it was called, what changed.

Names are followed through renames. What is compared are facts, words by name; nothing here knows what they
are about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Facts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class State:
    """What it is in one version."""

    name: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class FactChange:
    """A fact that differs from the version before."""

    version: str
    fact: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Life:
    """One thing. In `states`, versions without it are left out."""

    versions: tuple[str, ...]
    """All versions of the API, oldest first."""
    states: Mapping[str, State]
    came_from: Mapping[str, tuple[str, ...]]
    """By version: the paths that its data had in the version before, where it was not a rename."""
    went_to: Mapping[str, tuple[str, ...]]
    """By version: the paths that its data has from then on, where it was not a rename."""
    moved_inside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By version: where in itself its value is from then on."""

    @property
    def name(self) -> str:
        """What it is called in the newest version that has it."""
        return self.states[max(self.states)].name

    @property
    def is_current(self) -> bool:
        """Whether the newest version has it."""
        return self.versions[-1] in self.states

    def since(self, version: str) -> str:
        """The version since which it is there without a gap, up to a version that has it."""
        first = version
        for earlier in reversed(self.versions[: self.versions.index(version)]):
            if earlier not in self.states:
                break
            first = earlier
        return first

    def gone_in(self, version: str) -> str:
        """The first version after this one that does not have it; empty if there is none."""
        later = self.versions[self.versions.index(version) :]
        return next((one for one in later if one not in self.states), "")

    def before(self, version: str) -> State | None:
        """What it was in the version before."""
        index = self.versions.index(version)
        return self.states.get(self.versions[index - 1]) if index else None

    def old_name(self, version: str) -> str:
        """What it was called in the version before, if that is another name; else empty."""
        old, new = self.before(version), self.states.get(version)
        return old.name if old and new and old.name != new.name else ""

    def changes(self, version: str) -> tuple[FactChange, ...]:
        """The facts that differ from the version before. An empty one is not known."""
        old, new = self.before(version), self.states.get(version)
        if old is None or new is None:
            return ()
        return tuple(
            FactChange(version, fact, old.facts.get(fact, ""), value)
            for fact, value in new.facts.items()
            if old.facts.get(fact, "") != value
        )

    @property
    def spans(self) -> tuple[tuple[str, str], ...]:
        """The first and last version of each stretch in which it is there."""
        found: list[tuple[str, str]] = []
        for version in self.versions:
            if version in self.states:
                continues = bool(found) and self.before(version) is not None
                found[-1:] = [(found[-1][0], version)] if continues else [*found[-1:], (version, version)]
        return tuple(found)


@dataclass(frozen=True, kw_only=True, slots=True)
class Moves:
    """What the overlay of one version says about the names of one thing's parts."""

    renames: Mapping[str, str] = field(default_factory=dict)
    """Old name to new name."""
    others: Sequence[tuple[str, str]] = ()
    """Path in the older version, path in the newer one."""


@dataclass(slots=True)
class _Growing:
    states: dict[str, State] = field(default_factory=dict)
    came_from: dict[str, tuple[str, ...]] = field(default_factory=dict)
    went_to: dict[str, tuple[str, ...]] = field(default_factory=dict)
    moved_inside: dict[str, tuple[str, ...]] = field(default_factory=dict)


def follow_lives(
    versions: Sequence[str], named: Mapping[str, Mapping[str, Facts]], moves: Mapping[str, Moves]
) -> tuple[Life, ...]:
    """The lives of things that have names in each version.

    `named`: by version, the facts of each thing; `moves`: by version, what moved from the version before.
    A name that comes again after a gap goes on. What the newest version has comes first, in its order, then
    what went, the last that went first.
    """
    alive: dict[str, _Growing] = {}
    gone: dict[str, _Growing] = {}
    every: list[_Growing] = []
    for version in versions:
        here, moved = named.get(version, {}), moves.get(version, Moves())
        following: dict[str, _Growing] = {}
        for name, life in alive.items():
            target = moved.renames.get(name, name)
            if target in here and target not in following:
                following[target] = life
            else:
                gone[name] = life
        for name, facts in here.items():
            if name not in following:
                if name in gone:
                    following[name] = gone.pop(name)
                else:
                    following[name] = _Growing()
                    every.append(following[name])
            following[name].states[version] = State(name, facts)
        _note_moves(version, moved, alive, following)
        alive = following
    lives = [
        Life(
            versions=tuple(versions),
            states=one.states,
            came_from=one.came_from,
            went_to=one.went_to,
            moved_inside=one.moved_inside,
        )
        for one in every
    ]
    return tuple(_in_order(lives, named.get(versions[-1], {}) if versions else {}))


def _note_moves(
    version: str, moved: Moves, before: Mapping[str, _Growing], after: Mapping[str, _Growing]
) -> None:
    for source, target in moved.others:
        old, new = before.get(_first(source)), after.get(_first(target))
        if old is not None and old is new and target.startswith(f"{source}."):
            old.moved_inside[version] = _with(old.moved_inside.get(version, ()), target)
        if old is not None and old is not new:
            old.went_to[version] = _with(old.went_to.get(version, ()), target)
        if new is not None and old is not new:
            new.came_from[version] = _with(new.came_from.get(version, ()), source)


def _first(path: str) -> str:
    return path.partition(".")[0].removesuffix("[]")


def _with(paths: tuple[str, ...], path: str) -> tuple[str, ...]:
    return paths if path in paths else (*paths, path)


def _in_order(lives: Iterable[Life], newest: Mapping[str, Facts]) -> list[Life]:
    order = list(newest)
    # Stable, so that things that went together stay in the order in which they came.
    removed = sorted(
        (one for one in lives if not one.is_current), key=lambda one: max(one.states), reverse=True
    )
    return [
        *sorted((one for one in lives if one.is_current), key=lambda one: order.index(one.name)),
        *removed,
    ]
