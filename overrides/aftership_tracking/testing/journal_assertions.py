"""Assertions about what a mock was requested, with messages that say what came near.

    requests = JournalAssertions(mock)
    requests.assert_sent("trackings.create", body={"order_id": "A-17"})
    requests.assert_nothing_else()

It needs the extra `mock`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aftership_tracking.mock.control.verification import Expectation, differ

if TYPE_CHECKING:
    from aftership_tracking.mock import Mock, Record, Unmet

__all__ = ["JournalAssertions"]

_MOST_SHOWN = 20


class JournalAssertions:
    """What a test expects of the requests that a mock received. `Mock.verify` compares."""

    def __init__(self, mock: Mock) -> None:
        self.mock = mock
        self._expected: list[Expectation] = []

    def assert_sent(
        self,
        operation: str | None = None,
        *,
        times: int = 1,
        method: str | None = None,
        path: str | None = None,
        version: str | None = None,
        key: str | None = None,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        status: int | None = None,
    ) -> tuple[Record, ...]:
        """Assert that such requests came, exactly so many, and return their records, the oldest first.

        What is not given may be anything; `query` and `body` may hold more.

        Args:
            operation: an operationId, or a name such as `trackings.create`.
            times: 0 asserts that none came.
            method, path, version, key: as they were sent.
            query: parameters with their values.
            body: fields with their values, at any depth; lists are compared as a whole.
            status: of the response.

        Raises:
            AssertionError: others came. The message says what differs.
            ControlError: no version has such an operation, or `times` is below 0.
        """
        __tracebackhide__ = True  # pytest shows the line of the test
        expectation = Expectation(
            operation=operation,
            method=method,
            path=path,
            version=version,
            key=key,
            query=dict(query or {}),
            body=body,
            status=status,
            times=times,
        )
        found = self.mock.verify([expectation])
        for unmet in found.unmet:
            raise AssertionError("\n".join([*_describe(unmet, self.mock), *_journal(self.mock)]))
        self._expected.append(expectation)
        if found.dropped:
            raise AssertionError(str(found))
        journal = self.mock.journal
        return tuple(record for record in journal if not any(differ(record, expectation, journal)))

    def assert_not_sent(self, operation: str, **parts: Any) -> None:
        """Assert that no such request came; `operation` and `parts` as for `assert_sent`, without `times`."""
        __tracebackhide__ = True
        self.assert_sent(operation, times=0, **parts)

    def assert_nothing_else(self) -> None:
        """Assert that every request is one of those that `assert_sent` was called for.

        Raises:
            AssertionError: there are others, which the message lists.
        """
        __tracebackhide__ = True
        found = self.mock.verify(self._expected, complete=True)
        if found.unexpected:
            lines = [
                f"  request {each.request}: {each.method} {each.path}, {each.status}"
                for each in found.unexpected
            ]
            raise AssertionError("\n".join(["requests that no `assert_sent` was called for:", *lines]))
        if not found:
            raise AssertionError(str(found))


def _describe(unmet: Unmet, mock: Mock) -> list[str]:
    wanted = dict(unmet.expected)
    name = wanted.pop("operation", "a request")
    lines = [f"{name}: expected {_times(unmet.times)}, found {unmet.found}"]
    lines += [f"  with {part}: {value!r}" for part, value in wanted.items()]
    records = {record.number: record for record in mock.journal}
    for miss in unmet.near_misses:
        record = records.get(miss.request)
        what = "" if record is None else f", {record.method} {record.path}, {record.status}"
        lines.append(f"nearest: request {miss.request}{what}")
        lines += [f"  {difference}" for difference in miss.differences]
        if record is not None and record.hint:
            lines.append(f"  the mock says: {record.hint}")
    if unmet.found > unmet.times:
        lines.append(f"these fit: requests {', '.join(map(str, unmet.requests))}")
    return lines


def _journal(mock: Mock) -> list[str]:
    records = list(mock.journal)
    if not records:
        return [
            "The mock received no request. A client in this process needs "
            "`http_client=httpx.Client(transport=mock.transport())`, and any other program needs the mock on "
            "a port: the fixture `aftership_mock_url`."
        ]
    lines = [
        f"  {record.number}: {record.method} {record.path}, {record.status}"
        for record in records[-_MOST_SHOWN:]
    ]
    return [f"the last {len(lines)} of {len(records)} requests:", *lines]


def _times(count: int) -> str:
    return "none" if count == 0 else f"{count} request{'s' * (count > 1)}"
