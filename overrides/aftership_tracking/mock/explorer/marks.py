"""Since when an operation exists, what a version changed of it, and until when it exists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aftership_tracking.mock.documents.api import Api
from aftership_tracking.mock.documents.deprecation import OPERATION
from aftership_tracking.mock.documents.operation import ApiOperation
from aftership_tracking.mock.documents.served_versions import ServedVersions


@dataclass(frozen=True, kw_only=True, slots=True)
class Marks:
    """What is known of an operation from the documents of all served versions.

    Attributes:
        since: the first served version that has it; None if that is the oldest one, which says nothing.
        last: the last served version that has it; None if the newest one has it.
        added: the parameters and fields that came with this version, such as `query order_id`.
        removed: those that went with it.
        deprecated: since when, and what to use instead; empty if it is not deprecated.
        counterparts: its id in each served version that has it, the oldest first.
    """

    since: str | None
    last: str | None
    added: tuple[str, ...]
    removed: tuple[str, ...]
    deprecated: str
    counterparts: Mapping[str, str]

    @property
    def is_changed(self) -> bool:
        return bool(self.added or self.removed)


def read_marks(served: ServedVersions, api: Api, operation: ApiOperation) -> Marks:
    """Compare an operation with its counterparts in all served versions."""
    counterparts = {
        version: found
        for version in served.versions
        if (found := served.load(version)[0].operation(operation.resource, operation.action)) is not None
    }
    having = tuple(counterparts)
    index = served.versions.index(api.version)
    before = counterparts.get(served.versions[index - 1]) if index else None
    return Marks(
        since=None if having[0] == served.versions[0] else having[0],
        last=None if having[-1] == served.versions[-1] else having[-1],
        added=() if before is None else _only_in(operation, before),
        removed=() if before is None else _only_in(before, operation),
        deprecated=operation.deprecated.get(OPERATION, ""),
        counterparts={version: found.id for version, found in counterparts.items()},
    )


def _only_in(one: ApiOperation, other: ApiOperation) -> tuple[str, ...]:
    there = set(_parts(other))
    return tuple(part for part in _parts(one) if part not in there)


def _parts(operation: ApiOperation) -> Iterable[str]:
    yield from (f"{each.location} {each.name}" for each in operation.parameters)
    yield from (f"body {name}" for name in sorted(operation.body_fields or ()))
