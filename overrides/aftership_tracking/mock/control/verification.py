"""Compares what was requested with what a test expects, and explains what came near."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.pipeline.journal import Journal, Record

MOST_NEAR_MISSES = 3
OPERATION = "operation:"
_ABSENT = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """Which requests a test expects. What is not given may be anything.

    Args:
        operation: an operationId, or a name such as `trackings.create`.
        method: of HTTP.
        path: as it was sent.
        version: of the API.
        key: an API key, or the name that the journal has for it.
        query: parameters with their values; others may be there.
        body: fields with their values, at any depth; others may be there. Lists are compared as a whole.
        status: of the response.
        rule: the number of the fault that fired.
        times: exactly so many requests; 0: none.
    """

    operation: str | None = None
    method: str | None = None
    path: str | None = None
    version: str | None = None
    key: str | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    status: int | None = None
    rule: int | None = None
    times: int = 1

    def __post_init__(self) -> None:
        if self.times < 0:
            raise ControlError("wrong-value", "times: 0 or more requests")

    @property
    def conditions(self) -> dict[str, Any]:
        """What was given, for the report; without the key."""
        names = ("operation", "method", "path", "version", "query", "body", "status", "rule")
        found = {name: getattr(self, name) for name in names}
        return {name: value for name, value in found.items() if value not in (None, {})}


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A request that nearly fits: its number in the journal, and where it differs."""

    request: int
    """Its number in the journal."""
    differences: tuple[str, ...]
    """One sentence for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmet:
    """An expectation that was not met."""

    expected: Mapping[str, Any]
    """What was expected, as it was given."""
    times: int
    """How often it was expected."""
    found: int
    """How often it came."""
    requests: tuple[int, ...]
    """The numbers of these requests in the journal."""
    near_misses: tuple[NearMiss, ...]
    """Requests that nearly fit, the nearest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unexpected:
    """A request that no expectation covers."""

    request: int
    """Its number in the journal."""
    method: str
    """The HTTP method."""
    path: str
    """The path as it was sent."""
    operation: str | None
    """Such as `trackings.list`; None if no operation has the path."""
    status: int
    """The HTTP status of the response."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What came of it. It is true when everything was as expected."""

    unmet: tuple[Unmet, ...]
    unexpected: tuple[Unexpected, ...]
    dropped: int
    """Requests that the journal dropped because there were too many: they could not be compared."""

    def __bool__(self) -> bool:
        return not (self.unmet or self.unexpected or self.dropped)

    def __str__(self) -> str:
        """What is wrong, one line each."""
        lines = []
        for unmet in self.unmet:
            lines.append(f"expected {unmet.times} times, found {unmet.found}: {dict(unmet.expected)}")
            lines += [
                f"  request {miss.request} differs: {'; '.join(miss.differences)}"
                for miss in unmet.near_misses
            ]
        lines += [
            f"not expected: request {each.request}, {each.method} {each.path}, {each.status}"
            for each in self.unexpected
        ]
        if self.dropped:
            lines.append(
                f"the journal dropped its oldest {self.dropped} requests: reset the mock before the test"
            )
        return "\n".join(lines) or "as expected"


def verify(journal: Journal, expected: Sequence[Expectation], *, complete: bool) -> Verification:
    """Compare the journal with expectations.

    Args:
        complete: complain about requests that no expectation covers. What clients and browsers send by
            themselves, for a token or a preflight, may be there.
    """
    records = tuple(journal)
    unmet = []
    covered: set[int] = set()
    for expectation in expected:
        differences = {record.number: tuple(differ(record, expectation, journal)) for record in records}
        fitting = [number for number, found in differences.items() if not found]
        covered.update(fitting)
        if len(fitting) != expectation.times:
            unmet.append(
                Unmet(
                    expected=expectation.conditions,
                    times=expectation.times,
                    found=len(fitting),
                    requests=tuple(fitting),
                    near_misses=_near_misses(differences) if len(fitting) < expectation.times else (),
                )
            )
    unexpected = tuple(
        Unexpected(
            request=record.number,
            method=record.method,
            path=record.path,
            operation=record.operation,
            status=record.status,
        )
        for record in records
        if complete and record.is_call and record.number not in covered
    )
    return Verification(unmet=tuple(unmet), unexpected=unexpected, dropped=journal.dropped)


def _near_misses(differences: Mapping[int, tuple[str, ...]]) -> tuple[NearMiss, ...]:
    # Another operation is further away than any other parameter or field.
    wrong = [
        (found[0].startswith(OPERATION), len(found), number, found)
        for number, found in differences.items()
        if found
    ]
    nearest = sorted(wrong, key=lambda entry: entry[:3])[:MOST_NEAR_MISSES]
    return tuple(NearMiss(request=number, differences=found) for _, _, number, found in nearest)


def differ(record: Record, expectation: Expectation, journal: Journal) -> Iterator[str]:
    """Yield where a request differs from an expectation, in words."""
    if expectation.operation not in (None, record.operation, record.operation_id):
        yield f"{OPERATION} expected {expectation.operation}, was {record.operation}"
    if expectation.key is not None:
        wanted = journal.name_of(expectation.key) or expectation.key
        if wanted != record.caller:
            yield f"key: another key, {record.caller}"
    for name in ("method", "path", "version", "status", "rule"):
        wanted, found = getattr(expectation, name), getattr(record, name)
        if wanted not in (None, found):
            yield f"{name}: expected {wanted!r}, was {found!r}"
    if expectation.query:
        sent = parse_qsl(record.query, keep_blank_values=True)
        for name, value in expectation.query.items():
            if (name, value) not in sent:
                present = [given for key, given in sent if key == name]
                yield f"query {name}: expected {value!r}, " + (
                    f"was {present[0]!r}" if present else "missing"
                )
    if expectation.body is not None:
        yield from _differ_in(record.body, expectation.body, "body")


def _differ_in(found: Any, wanted: Any, path: str) -> Iterator[str]:
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        for name, value in wanted.items():
            yield from _differ_in(found.get(name, _ABSENT), value, f"{path}.{name}")
    elif found is _ABSENT:
        yield f"{path}: expected {wanted!r}, missing"
    # 1 and true are equal in Python, and not in JSON.
    elif found != wanted or isinstance(found, bool) != isinstance(wanted, bool):
        yield f"{path}: expected {wanted!r}, was {found!r}"
