"""Eight processes share one key: they use at least 95 % of what is allowed, and no answer after the first
second is 429.

The service is the mock, with the limits of the document. What is measured is counted by the windows that the
mock announces, so it does not depend on how fast this machine is; see `docs/limits.md`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fleet_support import Usage, measure, served_mock
from limit_support import running_redis

# A machine that holds up a process for longer than this, while it does other things, shows nothing about a
# limiter: requests that it gave their places arrive in another window. Then the fleet runs again.
STALL = 0.2
TRIES = 3


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with served_mock() as address:
        yield address


def kept(usages: list[Usage]) -> bool:
    """Whether the promise was kept."""
    assert [usage.allowed for usage in usages] == [20, 5]
    return all(usage.refused == 0 and usage.used >= 0.95 for usage in usages)


def check(url: str, limiter: str) -> None:
    for _ in range(TRIES):
        usages = measure(url, limiter)
        if kept(usages):
            return
        assert usages[0].stall > STALL, usages
    pytest.fail(f"the machine was too busy {TRIES} times: {usages}")


def test_fleet_on_an_sqlite_file(url, tmp_path):
    check(url, str(tmp_path / "limits.db"))


def test_fleet_on_a_redis(url):
    with running_redis() as redis:
        check(url, redis)
