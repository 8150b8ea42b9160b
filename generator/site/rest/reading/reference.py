"""Everything that the REST reference is made from: all versions, and the lives of what is in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from generator.diff import Move
from generator.document.document import Document
from generator.output.guides import VersionStep
from generator.site.rest.reading.lives import Facts, Life, Moves, follow_lives
from generator.site.rest.reading.records import Operation, Version
from generator.site.rest.reading.version_reader import read_version


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """Lives are by the name of what holds them, in the order of the newest version, then what went."""

    versions: tuple[Version, ...]
    """Oldest first."""
    steps: Mapping[str, VersionStep]
    """By the newer version."""
    fields: Mapping[str, tuple[Life, ...]]
    """By model."""
    values: Mapping[str, tuple[Life, ...]]
    """By enum."""
    parameters: Mapping[str, tuple[Life, ...]]
    """By address of the operation. A name of a life is `query limit`: the location, and the name."""
    operations: tuple[Life, ...]
    """Names are addresses: `POST /trackings`."""
    models: tuple[Life, ...]
    enums: tuple[Life, ...]
    errors: tuple[Life, ...]
    events: tuple[Life, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The versions of the API, oldest first."""
        return tuple(one.name for one in self.versions)

    @property
    def newest(self) -> Version:
        return self.versions[-1]

    def version(self, name: str) -> Version:
        """The records of a version."""
        return next(one for one in self.versions if one.name == name)


def read_reference(documents: Sequence[Document], steps: Iterable[VersionStep]) -> Reference:
    """Read all versions. `documents`: oldest first; `steps`: those between them.

    Raises `SpecError`, or an `ExceptionGroup` of it, for a document that cannot become code.
    """
    return _ReferenceReader([read_version(one) for one in documents], {one.new: one for one in steps}).read()


class _ReferenceReader:
    def __init__(self, versions: Sequence[Version], steps: Mapping[str, VersionStep]) -> None:
        self._versions = versions
        self._names = [one.name for one in versions]
        self._steps = steps

    def read(self) -> Reference:
        return Reference(
            versions=tuple(self._versions),
            steps=self._steps,
            fields={
                name: self._lives(partial(_fields, model=name), name)
                for name in self._every(lambda one: one.models)
            },
            values={
                name: self._lives(partial(_values, enum=name), name)
                for name in self._every(lambda one: one.enums)
            },
            parameters={
                address: self._lives(
                    partial(_parameters, address=address),
                    *self._ids(address),
                    prefix="query ",
                )
                for address in self._every(_operations)
            },
            operations=self._lives(lambda one: {name: each.facts for name, each in _operations(one).items()}),
            models=self._lives(lambda one: {name: {} for name in one.models}),
            enums=self._lives(
                lambda one: {name: {"closed": str(each.is_closed)} for name, each in one.enums.items()}
            ),
            errors=self._lives(lambda one: {str(code): each.facts for code, each in one.errors.items()}),
            events=self._lives(lambda one: {name: each.facts for name, each in one.events.items()}),
        )

    def _every(self, names: Callable[[Version], Iterable[str]]) -> list[str]:
        """The names of any version, those of the newest first."""
        return list(dict.fromkeys(name for one in reversed(self._versions) for name in names(one)))

    def _ids(self, address: str) -> set[str]:
        return {each.raw.id for one in self._versions for each in one.operations if each.address == address}

    def _lives(
        self, named: Callable[[Version], Mapping[str, Facts]], *on: str, prefix: str = ""
    ) -> tuple[Life, ...]:
        """The lives of the parts of what moves call by one of the names `on`."""
        moves = {
            version: _moves([move for move in step.moves if move.on in on], prefix)
            for version, step in self._steps.items()
        }
        return follow_lives(self._names, {one.name: named(one) for one in self._versions}, moves)


def _moves(moves: Sequence[Move], prefix: str) -> Moves:
    renames = {
        prefix + move.source: prefix + move.target
        for move in moves
        if move.how == "rename" and not _is_inside(move.source) and not _is_inside(move.target)
    }
    others = [
        (prefix + move.source, prefix + move.target) for move in moves if prefix + move.source not in renames
    ]
    return Moves(renames=renames, others=others)


def _is_inside(path: str) -> bool:
    return "." in path or "[]" in path


def _fields(version: Version, model: str) -> dict[str, Facts]:
    found = version.models.get(model)
    return {one.name: one.facts for one in found.fields} if found else {}


def _values(version: Version, enum: str) -> dict[str, Facts]:
    found = version.enums.get(enum)
    return {one.value: one.facts for one in found.values} if found else {}


def _operations(version: Version) -> dict[str, Operation]:
    return {one.address: one for one in version.operations}


def _parameters(version: Version, address: str) -> dict[str, Facts]:
    found: Any = _operations(version).get(address)
    return {f"{one.location} {one.name}": one.facts for one in found.parameters} if found else {}
