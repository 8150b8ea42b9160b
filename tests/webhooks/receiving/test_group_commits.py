"""What several tasks write to the store in a file is committed together."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from aftership_tracking.webhooks.stores import ClaimState, SqliteStore
from aftership_tracking.webhooks.stores.sqlite_file import SqliteFile
from patience import PATIENCE, wait_until


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


def test_without_a_thread_the_loop_writes_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system may give no more threads for a while, and at the end of a program there is none."""

    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    async def run() -> None:
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", refuse)
            tasks = [store.claim_async(key, lease=60) for key in "abb"]
            claims = await asyncio.wait_for(asyncio.gather(*tasks), PATIENCE)
        assert [claim.state for claim in claims] == [ClaimState.NEW, ClaimState.NEW, ClaimState.BUSY]
        assert await asyncio.wait_for(store.complete_async(claims[0]), PATIENCE)

    with closing(SqliteStore(tmp_path / "events.db", synchronous="FULL")) as store:
        asyncio.run(run())
        assert store.claim("a", lease=60).state is ClaimState.DONE


def test_a_cancelled_claim_is_undone_if_its_loop_never_runs_again(tmp_path: Path) -> None:
    path = tmp_path / "events.db"
    loop = asyncio.new_event_loop()

    async def cancel(task: asyncio.Task[object]) -> None:
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait([task])

    with closing(SqliteStore(path, timeout=PATIENCE)) as store:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            loop.run_until_complete(cancel(loop.create_task(store.claim_async("a", lease=60))))
        # The thread writes it now, and the loop, which is not closed yet, does not learn of it.
        wait_until(lambda: store._file.writer()._in_thread == 0, "all is written")
        loop.close()
        wait_until(lambda: store.claim("a", lease=60).state is ClaimState.NEW, "the claim is undone")
