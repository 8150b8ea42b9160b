"""Eight processes share one key: they use at least 95 % of what is allowed, and no response after the first
second is 429.

The service is the mock, with the limits of the document. Requests are counted by the windows that the mock
announces, so the result does not depend on the speed of this machine; see `docs/limits.md`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fleet_support import Usage, measure, served_mock
from limit_support import running_redis

# Seconds. If a busy machine stalls a process for longer than this, a run proves nothing about the limiter,
# because requests that got their slots arrive in another window. Then the fleet runs again, for some minutes.
STALL = 0.2
TRIES = 20


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with served_mock() as address:
        yield address


def meets_promise(usages: list[Usage]) -> bool:
    """Whether the fleet used its rate and was not refused."""
    assert [usage.allowed for usage in usages] == [20, 5]
    return all(usage.refused == 0 and usage.used >= 0.95 for usage in usages)


def check(url: str, limiter: str) -> None:
    for _ in range(TRIES):
        usages = measure(url, limiter)
        if meets_promise(usages):
            return
        assert usages[0].stall > STALL, usages
    pytest.skip(f"nothing was proved: the machine stalled a process in each of {TRIES} runs, {usages}")


def test_fleet_on_an_sqlite_file(url, tmp_path):
    check(url, str(tmp_path / "limits.db"))


def test_fleet_on_a_redis(url):
    with running_redis() as redis:
        check(url, redis)
