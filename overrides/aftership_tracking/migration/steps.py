"""The steps between neighbouring API versions: which fields and enum values each of them moves.

The generator writes them to `moves.json` from the changelog, so no field of the API is named here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, TypeAlias

from aftership_tracking.documents import data
from aftership_tracking.errors import UsageError
from aftership_tracking.migration.conversions import Move

__all__ = [
    "Direction",
    "EnumRenames",
    "FieldMoves",
    "FieldRemoval",
    "MigrationStep",
    "check_version",
    "distinguishing_fields",
    "kinds",
    "parameter_name",
    "steps_between",
    "versions",
]

Direction: TypeAlias = Literal["upgrade", "downgrade"]
Path: TypeAlias = tuple[str, ...]
"""Names of fields, and `[]` for the items of a list."""

_SEGMENT = re.compile(r"\[\]|[^.\[\]]+")


@dataclass(frozen=True, slots=True)
class FieldRemoval:
    """A field that the version after the step does not have."""

    parent: Path
    name: str


@dataclass(frozen=True, slots=True)
class EnumRenames:
    """Values of an enum that have another name in the version after the step."""

    path: Path
    names_after: Mapping[str, str]
    """By the name before the step."""
    names_before: Mapping[str, str]
    """By the name after the step: the names that the opposite step gives."""


@dataclass(frozen=True, slots=True)
class FieldMoves:
    """Fields that move within the objects at a path. All of them move at once."""

    path: Path
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class MigrationStep:
    """One step between two neighbouring versions, in one direction, for one kind of data."""

    from_version: str
    to_version: str
    direction: Direction
    removals: tuple[FieldRemoval, ...]
    changes: tuple[EnumRenames | FieldMoves, ...]
    """What changes at each path, innermost paths first."""


def versions() -> tuple[str, ...]:
    """Return the versions between which data can be converted, oldest first."""
    return tuple(_facts()["versions"])


def kinds() -> tuple[str, ...]:
    """Return the names of the models whose data can be converted."""
    return tuple(_facts()["kinds"])


def distinguishing_fields(version: str) -> Mapping[str, Sequence[str]]:
    """Return for each kind the fields that no other model of this version has."""
    check_version(version)
    fields: Mapping[str, Sequence[str]] = _facts()["telling"][version]
    return fields


def check_version(version: str) -> None:
    """Raise UsageError for a version that is not known."""
    if version not in versions():
        raise UsageError(f"there is no API version {version!r}; there are: {', '.join(versions())}")


def steps_between(kind: str, from_version: str, to_version: str) -> tuple[MigrationStep, ...]:
    """Return the steps that lead from one version to another, in the order in which they apply.

    Raises UsageError for a version or kind that is not known, and for a kind that a version on the way lacks.
    """
    check_version(from_version)
    check_version(to_version)
    if kind not in kinds():
        raise UsageError(f"there is no kind {kind!r}; there are: {', '.join(kinds())}")
    start, end = versions().index(from_version), versions().index(to_version)
    if start <= end:
        return tuple(_read_step(index, kind, "upgrade") for index in range(start, end))
    return tuple(_read_step(index, kind, "downgrade") for index in range(start - 1, end - 1, -1))


def parameter_name(operation: str, name: str, from_version: str, to_version: str) -> str:
    """Return the name that a query parameter of an operation (its operationId) has in another version.

    A parameter that never had another name keeps its own, also if the other version does not have it. Raises
    UsageError for a version that is not known.
    """
    check_version(from_version)
    check_version(to_version)
    start, end = versions().index(from_version), versions().index(to_version)
    for step in _facts()["steps"][start:end]:
        name = step.get("parameters", {}).get(operation, {}).get(name, name)
    for step in reversed(_facts()["steps"][end:start]):
        renames = step.get("parameters", {}).get(operation, {})
        name = next((older for older, newer in renames.items() if newer == name), name)
    return name


@cache
def _facts() -> dict[str, Any]:
    facts: dict[str, Any] = data("moves")
    return facts


@cache
def _read_step(index: int, kind: str, direction: Direction) -> MigrationStep:
    facts = _facts()["steps"][index]
    older, newer = facts["from"], facts["to"]
    if kind not in facts["kinds"]:
        raise UsageError(f"{kind} is not in both {older} and {newer}")
    is_upgrade = direction == "upgrade"
    of_kind = facts["kinds"][kind]["up" if is_upgrade else "down"]
    changes: list[EnumRenames | FieldMoves] = []
    for path, numbers in of_kind["at"]:
        moves = [facts["moves"][number] for number in numbers]
        if moves[0]["how"] == "values":
            changes.append(_read_enum_renames(_split(path), moves, direction))
        else:
            changes.append(FieldMoves(_split(path), tuple(Move.from_json(move) for move in moves)))
    return MigrationStep(
        older if is_upgrade else newer,
        newer if is_upgrade else older,
        direction,
        tuple(FieldRemoval(_split(path)[:-1], _split(path)[-1]) for path in of_kind["remove"]),
        tuple(changes),
    )


def _read_enum_renames(path: Path, moves: Iterable[Mapping[str, Any]], direction: Direction) -> EnumRenames:
    upgraded: dict[str, str] = {}
    downgraded: dict[str, str] = {}
    for move in moves:
        upgraded |= move["up"]
        downgraded |= move["down"]
    if direction == "upgrade":
        return EnumRenames(path, upgraded, downgraded)
    return EnumRenames(path, downgraded, upgraded)


def _split(path: str) -> Path:
    return tuple(_SEGMENT.findall(path))
