"""The transactions of the store in a file: an effect and the memory of it happen both, or neither."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from aftership_tracking.errors import UsageError
from aftership_tracking.webhooks.stores import KEEP, AlreadyHandledError, ClaimState, SqliteStore
from receiver_support.stores import Clock, state


def effects(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return [key for (key,) in connection.execute("SELECT key FROM effects ORDER BY rowid")]
    finally:
        connection.close()


@pytest.fixture
def application(tmp_path: Path) -> Path:
    path = tmp_path / "application.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE effects (key TEXT)")
    connection.commit()
    connection.close()
    return path


def test_an_effect_and_its_memory_are_one_transaction(application: Path) -> None:
    store = SqliteStore(application)
    claim = store.claim("a", lease=60)
    with store.transaction("a") as connection:
        connection.row_factory = sqlite3.Row
        connection.execute("INSERT INTO effects VALUES ('a')")
    # The process could end here, and nothing would be repeated.
    assert state(store, "a") is ClaimState.DONE
    assert store.complete(claim, keep=KEEP)
    with pytest.raises(AlreadyHandledError), store.transaction("a"):
        pytest.fail("handled twice")
    assert effects(application) == ["a"]
    store.close()


def test_a_handler_that_fails_leaves_neither_effect_nor_memory(application: Path) -> None:
    store = SqliteStore(application)
    claim = store.claim("a", lease=60)

    def fail() -> None:
        with store.transaction("a") as connection:
            connection.execute("INSERT INTO effects VALUES ('a')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert state(store, "a") is ClaimState.BUSY
    assert store.release(claim)
    assert effects(application) == []
    store.close()


def test_of_two_claims_that_overlap_one_has_its_effect(application: Path) -> None:
    clock = Clock()
    store = SqliteStore(application, clock=clock)
    late = store.claim("a", lease=60)
    clock.advance(61)
    assert store.claim("a", lease=60).state is ClaimState.NEW
    with store.transaction("a") as connection:
        connection.execute("INSERT INTO effects VALUES ('a')")
    with pytest.raises(AlreadyHandledError), store.transaction("a"):
        pytest.fail("handled twice")
    assert not store.complete(late, keep=KEEP)
    assert effects(application) == ["a"]
    store.close()


def test_a_transaction_needs_the_key_of_the_claim(application: Path) -> None:
    store = SqliteStore(application)
    store.claim("shop:a", lease=60)
    with pytest.raises(UsageError, match="endpoint"), store.transaction("a"):
        pytest.fail("nobody claimed this key")
    with pytest.raises(UsageError, match="inside"), store.transaction("shop:a") as connection:
        connection.execute("COMMIT")
    assert state(store, "shop:a") is ClaimState.BUSY
    store.close()


def test_a_cursor_with_more_rows_keeps_no_lock(application: Path) -> None:
    """The traceback of a handler that fails refers to its cursors, while the receiver releases the claim."""
    store = SqliteStore(application, timeout=0)
    claim = store.claim("a", lease=60)
    cursors: list[sqlite3.Cursor] = []

    def handle() -> None:
        with store.transaction("a") as connection:
            connection.execute("INSERT INTO effects VALUES ('a'), ('b')")
            cursors.append(connection.execute("SELECT key FROM effects"))
            next(cursors[0])
            raise LookupError

    with pytest.raises(LookupError):
        handle()
    assert store.release(claim)
    assert effects(application) == []
    store.close()


def test_a_cursor_with_more_rows_does_not_show_others_the_past(application: Path) -> None:
    store = SqliteStore(application, timeout=0)
    store.claim("a", lease=60)
    with store.transaction("a") as connection:
        connection.execute("INSERT INTO effects VALUES ('a'), ('b')")
        cursor = connection.execute("SELECT key FROM effects")
        next(cursor)
    other = SqliteStore(application)
    assert other.complete(other.claim("b", lease=60), keep=KEEP)
    assert state(store, "b") is ClaimState.DONE
    assert store.claim("c", lease=60).state is ClaimState.NEW
    for one in (store, other):
        one.close()


def test_settings_that_a_handler_changes_are_its_own(application: Path) -> None:
    store = SqliteStore(application)
    store.claim("a", lease=60)
    with store.transaction("a") as connection:
        connection.text_factory = bytes
    claim = store.claim("b", lease=60)
    with store.transaction("b"):
        pass
    assert store.complete(claim, keep=KEEP)
    store.close()
