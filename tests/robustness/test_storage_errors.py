"""A file or a server that cannot be used is trouble of the machine: a `StorageError`, no `UsageError`."""

from __future__ import annotations

import asyncio
import errno
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking import errors
from aftership_tracking.errors import AfterShipError, LimiterError, UsageError
from aftership_tracking.limits import SqliteLimiter
from aftership_tracking.recipes.bulk import Journal, read_counts
from aftership_tracking.recipes.changes import sqlite_store as changes_store
from aftership_tracking.webhooks.stores import RedisStore, SqliteStore, StoreError
from reading_support.account import Account

Use = Callable[[Path], object]


def open_journal(path: Path) -> None:
    with closing(Journal(path, "create_many", "https://x")) as journal:
        journal.begin(journal.digest("a"), 0)


def use_state(path: Path) -> None:
    list(Account().client.trackings.changes(state=path))


def use_events(path: Path) -> None:
    with closing(SqliteStore(path, timeout=0.05)) as store:
        store.complete(store.claim("key", lease=1.0))


def use_limiter(path: Path) -> None:
    with closing(SqliteLimiter(path, on_failure="raise")):
        pass


USES: dict[str, Use] = {
    "journal": open_journal,
    "counts of a journal": read_counts,
    "state": use_state,
    "events": use_events,
    "limiter": use_limiter,
}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes_store, "_LOCK_TIMEOUT", 0.0)
    monkeypatch.setattr("aftership_tracking.runtime.limits.sqlite_store._PATIENCE", 0.05)


@pytest.fixture(params=sorted(USES))
def use(request: pytest.FixtureRequest) -> Use:
    return USES[request.param]


@pytest.fixture
def path(tmp_path: Path, use: Use) -> Path:
    """A file that can be used: the next use finds it whole."""
    path = tmp_path / "file.db"
    if use is read_counts:
        open_journal(path)
    use(path)
    return path


@pytest.fixture
def locked(path: Path) -> Iterator[Path]:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        yield path


def raised_by(use: Callable[[], object]) -> AfterShipError:
    with pytest.raises(AfterShipError) as caught:
        use()
    error = caught.value
    assert isinstance(error, errors.StorageError)
    assert not isinstance(error, UsageError)
    assert error.hint
    assert str(error).count("\n") == 0
    return error


def test_a_locked_file(locked: Path, use: Use) -> None:
    error = raised_by(lambda: use(locked))
    assert str(locked) in error.message


def test_a_damaged_file(path: Path, use: Use) -> None:
    content = bytearray(path.read_bytes())
    # The header stays, so SQLite opens the file.
    content[100:] = b"\xff" * (len(content) - 100)
    path.write_bytes(content)
    for other in path.parent.glob("file.db-*"):
        other.unlink()
    error = raised_by(lambda: use(path))
    assert str(path) in error.message
    assert path.read_bytes()[:16] == b"SQLite format 3\0"


def test_a_folder_is_a_mistake_of_the_caller(tmp_path: Path, use: Use) -> None:
    with pytest.raises(UsageError, match=r"directory|no journal"):
        use(tmp_path)
    with pytest.raises(UsageError, match=r"no directory|no folder|no journal"):
        use(tmp_path / "nowhere" / "file.db")


def test_an_error_of_sqlite_in_the_middle_of_a_run_too(tmp_path: Path) -> None:
    with closing(Journal(tmp_path / "j", "create_many", "https://x")) as journal:
        journal._file.execute("DROP TABLE rows")
        raised_by(lambda: journal.begin(b"a", 0))
        raised_by(lambda: journal.finish(b"a", "created", None, None, lost=False))
        raised_by(journal.counts)


def test_a_state_in_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "s.json"

    def full(*_: object, **__: object) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "open", full)
    error = raised_by(lambda: use_state(path))
    assert isinstance(error.__cause__, OSError)
    assert "disk is full" in str(error)
    monkeypatch.setattr(Path, "read_text", full)
    raised_by(lambda: use_state(path))


def test_the_statements_of_a_handler_are_its_own(tmp_path: Path) -> None:
    """What the caller does wrong inside of `transaction` comes out unchanged."""
    with closing(SqliteStore(tmp_path / "e.db")) as store:
        claim = store.claim("key", lease=9.0)
        with pytest.raises(sqlite3.OperationalError), store.transaction("key") as connection:
            connection.execute("NO SUCH STATEMENT")
        with closing(sqlite3.connect(tmp_path / "e.db", isolation_level=None)) as other:
            store._timeout = 0.0
            store.close()
            other.execute("BEGIN IMMEDIATE")
            for use in (
                lambda: store.complete(claim),
                lambda: store.release(claim),
                lambda: store.transaction("key").__enter__(),
            ):
                assert isinstance(raised_by(use), StoreError)


def test_a_store_that_is_locked_for_an_event_loop(tmp_path: Path) -> None:
    """Tasks that wait together for one commit each get the error, at the time of one wait and not of many."""
    path = tmp_path / "e.db"
    with closing(SqliteStore(path, timeout=1.0)) as store:
        claim = store.claim("key", lease=9.0)

        async def use_all() -> list[object]:
            claims = (store.claim_async(str(number), lease=1.0) for number in range(20))
            return await asyncio.gather(store.complete_async(claim), *claims, return_exceptions=True)

        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            found = asyncio.run(use_all())
        for error in found:
            assert isinstance(error, StoreError)
            assert error.hint
            assert str(path) in error.message
        # What came while the first one waited was one group.
        assert len({id(error.__cause__) for error in found if isinstance(error, StoreError)}) < len(found)


def test_a_redis_that_is_down() -> None:
    pytest.importorskip("redis")
    with closing(RedisStore("redis://:secret@127.0.0.1:9/0", timeout=0.2)) as store:
        error = raised_by(lambda: store.claim("key", lease=1.0))
        assert isinstance(error, StoreError)
        assert "secret" not in str(error)


def test_one_class_for_all_trouble_of_the_machine() -> None:
    assert issubclass(LimiterError, errors.StorageError)
    assert issubclass(StoreError, errors.StorageError)


@pytest.mark.parametrize(
    ("name", "words", "hint"),
    [
        ("SQLITE_BUSY_SNAPSHOT", "in use by another process", "file of its own"),
        ("SQLITE_FULL", "the disk is full", "Make room"),
        ("SQLITE_READONLY_DIRECTORY", "cannot be opened or written", "permissions"),
        ("SQLITE_IOERR_WRITE", "the disk failed", "disk of this machine"),
        ("SQLITE_NOTADB", "damaged, or not a database", "Move it away"),
        ("SQLITE_ERROR", "no such table", "damaged"),
    ],
)
def test_each_trouble_has_its_sentence(name: str, words: str, hint: str) -> None:
    from aftership_tracking.runtime.storage.trouble import storage_error

    cause = sqlite3.OperationalError("no such table")
    cause.sqlite_errorname = name
    error = storage_error("the journal j", cause)
    assert error.message.startswith("the journal j cannot be used: ")
    assert words in error.message
    assert hint in str(error.hint)
