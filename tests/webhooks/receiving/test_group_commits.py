"""What several tasks write to the store in a file is committed together."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from aftership_tracking.webhooks.stores import ClaimState, SqliteStore
from aftership_tracking.webhooks.stores.sqlite_file import SqliteFile


def test_what_tasks_write_in_one_turn_is_one_transaction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[bool] = []
    open_transaction = SqliteFile.transaction

    def count(file: SqliteFile, is_durable: bool) -> object:
        opened.append(is_durable)
        return open_transaction(file, is_durable)

    store = SqliteStore(tmp_path / "events.db", synchronous="FULL")
    monkeypatch.setattr(SqliteFile, "transaction", count)

    async def deliver_many() -> None:
        claims = await asyncio.gather(*[store.claim_async(str(number), lease=60) for number in range(50)])
        assert {claim.state for claim in claims} == {ClaimState.NEW}
        assert all(await asyncio.gather(*[store.complete_async(claim) for claim in claims]))

    asyncio.run(deliver_many())
    store.close()
    assert opened[:2] == [False, True]
    # `close` may add an empty one.
    assert len(opened) <= 3


def test_what_a_loop_left_behind_is_written_when_the_store_is_closed(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "events.db")
    claim = store.claim("a", lease=60)
    loop = asyncio.new_event_loop()
    task = loop.create_task(store.complete_async(claim))
    # That it never ends is meant, and asyncio need not say so.
    loop.set_exception_handler(lambda *_: None)
    # The task begins, and the loop ends in the same turn.
    loop.call_soon(loop.stop)
    loop.run_forever()
    loop.close()
    store.close()
    assert store.claim("a", lease=60).state is ClaimState.DONE
    store.close()
    assert not task.done()
