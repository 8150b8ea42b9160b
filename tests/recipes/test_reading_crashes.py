"""A reader that is killed at any line of its code loses nothing, and repeats no more than the current page.

The long form is `python tests/deep/kill_readers.py`.
"""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest

from reading_support.account import VERSIONS, Account
from reading_support.killing import kill_readers

LIMIT = 4


@pytest.mark.parametrize(("version", "state"), [*zip(VERSIONS, ("state.json", "state.db"), strict=True)])
def test_a_killed_reader_loses_nothing_and_doubles_no_more_than_a_page(version, state, tmp_path):
    report = kill_readers(version, state, rounds=4, seed=len(version + state), folder=tmp_path)
    assert report.killed >= 2
    assert report.lost == set()
    assert report.doubled <= report.allowed


@pytest.mark.parametrize("variant", ["sync", "async"])
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("state", ["state.json", "state.db"])
def test_a_reader_that_dies_after_any_tracking_of_a_page_loses_nothing(version, state, variant, tmp_path):
    account = Account(version, 10)
    everything = list(account.everything())
    path, taken, found_at = tmp_path / state, [], []

    def take(one: Any) -> None:
        """Whoever is killed now leaves the state as it is on disk."""
        taken.append(one.id)
        copy = tmp_path / f"{len(taken)}-{state}"
        if path.exists():
            shutil.copy(path, copy)
        found_at.append(copy)

    if variant == "sync":
        for one in account.client.trackings.changes(state=path, limit=LIMIT):
            take(one)
    else:

        async def read() -> None:
            async with account.new_async_client() as client:
                async for one in client.trackings.changes(state=path, limit=LIMIT):
                    take(one)

        asyncio.run(read())
    assert taken == everything
    for count, copy in enumerate(found_at, start=1):
        again = _read_all(account, variant, copy)
        assert set(taken[:count]) | set(again) == set(everything), f"lost after {count}"
        assert len(set(taken[:count]) & set(again)) <= LIMIT, f"doubled after {count}"


def _read_all(account: Account, variant: str, path: Path) -> list[str]:
    if variant == "sync":
        return [one.id for one in account.new_client().trackings.changes(state=path, limit=LIMIT)]

    async def read() -> list[str]:
        async with account.new_async_client() as client:
            return [one.id async for one in client.trackings.changes(state=path, limit=LIMIT)]

    return asyncio.run(read())
