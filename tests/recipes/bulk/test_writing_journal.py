"""The journal of a bulk run: what it records, what it refuses, and what it does not contain."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking.errors import AuthenticationError, StorageError, UsageError
from aftership_tracking.recipes.bulk import Journal, read_counts
from writing_support.callers import Caller, open_caller
from writing_support.wire import FAILED, LOST, Wire


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.journal"


def rows(count: int) -> list[dict[str, Any]]:
    return [{"tracking_number": f"PARCEL{index:04}", "slug": "usps"} for index in range(count)]


def test_a_second_run_sends_nothing_and_reports_the_same(caller: Caller, wire: Wire, path: Path) -> None:
    first = {each.key: each for each in caller.create_many(rows(5), journal=path)}
    assert len(wire.sent) == 5
    again = caller.create_many(rows(5), journal=str(path))
    assert len(wire.sent) == 5
    for outcome in again:
        before = first[outcome.key]
        assert (outcome.outcome, outcome.tracking_id) == (before.outcome, before.tracking_id)
        assert (outcome.recorded, outcome.tracking, outcome.attempt_count) == (True, None, 0)


def test_rows_that_failed_are_tried_again(caller: Caller, wire: Wire, path: Path) -> None:
    wire.judge = lambda _request, body: FAILED if body["tracking_number"] == "PARCEL0001" else None
    caller.create_many(rows(3), journal=path)
    assert read_counts(path) == {"created": 2, "failed": 1}
    wire.judge = lambda _request, _body: None
    outcomes = {each.index: each for each in caller.create_many(rows(3), journal=path)}
    assert [outcomes[index].recorded for index in range(3)] == [True, False, True]
    assert outcomes[1].outcome == "created"
    assert read_counts(path) == {"created": 3}


def test_rows_that_were_corrected_are_tried_again(caller: Caller, path: Path) -> None:
    caller.create_many([{**rows(1)[0], "nonsense": 1}], journal=path)
    assert read_counts(path) == {"failed": 1}
    (outcome,) = caller.create_many(rows(1), journal=path)
    assert outcome.outcome == "created"


def test_an_existing_tracking_after_a_failure_with_lost_responses_is_not_called_created(
    variant: str, wire: Wire, path: Path
) -> None:
    with open_caller(variant, wire, max_retries=0) as caller:
        wire.creates = [LOST]
        (first,) = caller.create_many(rows(1), journal=path)
        assert not first.ok
        (second,) = caller.create_many(rows(1), journal=path)
        assert (second.outcome, second.after_lost_response, second.recorded) == ("existing", True, False)
        (third,) = caller.create_many(rows(1), journal=path)
        assert (third.outcome, third.after_lost_response, third.recorded) == ("existing", True, True)


def test_a_key_that_comes_twice_is_sent_once(caller: Caller, wire: Wire, path: Path) -> None:
    twice = [*rows(3), rows(1)[0]]
    for _ in range(2):
        outcomes = {each.index: each for each in caller.create_many(twice, journal=path)}
        assert [outcomes[index].outcome for index in range(4)] == ["created"] * 3 + ["duplicate"]
        assert outcomes[3].ok
    assert len(wire.sent) == 3


def test_a_key_whose_first_row_failed_gets_its_second_try(caller: Caller, path: Path) -> None:
    outcomes = caller.create_many([{**rows(1)[0], "nonsense": 1}, *rows(1)], journal=path)
    assert [each.outcome for each in outcomes] == ["failed", "created"]


def test_more_rows_later(caller: Caller, wire: Wire, path: Path) -> None:
    caller.create_many(rows(3), journal=path)
    outcomes = caller.create_many(reversed(rows(5)), journal=path)
    assert sum(each.recorded for each in outcomes) == 3
    assert len(wire.sent) == 5


def test_a_run_that_a_bad_key_ended_continues_with_a_good_one(variant: str, wire: Wire, path: Path) -> None:
    with open_caller(variant, wire) as caller:
        caller.create_many(rows(2), journal=path)
        wire.mock.faults.add(401, times=1)
        with pytest.raises(AuthenticationError):
            caller.create_many(rows(10), journal=path, workers=1)
    assert read_counts(path) == {"created": 2, "failed": 1}
    with open_caller(variant, wire, api_key="new-key") as caller:
        outcomes = caller.create_many(rows(10), journal=path)
    assert {each.outcome for each in outcomes} == {"created"}


def test_neither_secrets_nor_people_are_in_the_file(variant: str, wire: Wire, path: Path) -> None:
    row = {
        "tracking_number": "PARCEL7777",
        "slug": "usps",
        "note": "beware of dog",
        "customers": [{"name": "Ada Example", "email": "ada@example.com"}],
    }
    with open_caller(variant, wire, api_key="asat_very_secret") as caller:
        caller.create_many([row], journal=path)
        caller.create_many(
            [{"tracking_number": "PARCEL8888", "slug": "usps", "zzz": "Ada"}],
            journal=path,
            key=lambda row: "ada@example.com",
        )
        (done,) = caller.create_many([row], journal=path)
    content = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert done.tracking_id.encode() in content
    for text in (b"PARCEL", b"dog", b"Ada", b"ada@", b"asat_very_secret", b"test-key"):
        assert text not in content


def test_two_files_cannot_be_compared(tmp_path: Path) -> None:
    digests = set()
    for name in ("a", "b"):
        with closing(Journal(tmp_path / name, "create_many", "https://x")) as journal:
            digests.add(journal.digest(("PARCEL0001", "usps")))
            assert journal.digest(("PARCEL0001", "usps")) == journal.digest(["PARCEL0001", "usps"])
    assert len(digests) == 2


@pytest.mark.parametrize("key", [object(), float("nan"), b"x", {1, 2}])
def test_keys_that_cannot_be_recorded(caller: Caller, path: Path, key: object) -> None:
    (outcome,) = caller.create_many(rows(1), journal=path, key=lambda _row: key)
    assert "key of a row must be" in str(outcome.error)


@pytest.mark.parametrize("empty", [None, ""])
def test_rows_without_a_key_do_not_count_as_one_row(caller: Caller, path: Path, empty: object) -> None:
    outcomes = caller.create_many(rows(3), journal=path, key=lambda _row: empty)
    assert [outcome.outcome for outcome in outcomes] == ["failed"] * 3
    assert {str(outcome.error) for outcome in outcomes} == {"the key of a row is empty"}


@pytest.mark.parametrize("call", ["begin", "finish"])
def test_a_disk_that_is_full_ends_the_run_and_loses_nothing(
    caller: Caller, path: Path, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = sqlite3.connect, 0

    class Full:
        """A connection whose disk is full after some rows."""

        def __init__(self, connection: sqlite3.Connection) -> None:
            self._connection = connection

        def execute(self, statement: str, *values: Any) -> Any:
            nonlocal calls
            if statement.startswith("INSERT INTO rows" if call == "begin" else "UPDATE rows SET state"):
                calls += 1
                if calls > 3:
                    raise sqlite3.OperationalError("database or disk is full")
            return self._connection.execute(statement, *values)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._connection, name)

    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", lambda *given, **named: Full(real(*given, **named)))
        with pytest.raises(StorageError, match="cannot be used: database or disk is full"):
            caller.create_many(rows(10), journal=path)
    again = caller.create_many(rows(10), journal=path)
    assert len(again) == 10
    assert all(outcome.ok for outcome in again)


def test_another_kind_of_run_cannot_continue_it(caller: Caller, path: Path, wire: Wire) -> None:
    caller.create_many(rows(1), journal=path)
    with pytest.raises(UsageError, match="purpose is 'create_many', not 'upsert_many'"):
        caller.upsert_many(rows(1), journal=path)
    with (
        open_caller(caller.variant, wire, base_url="https://other.example") as other,
        pytest.raises(UsageError, match="base_url"),
    ):
        other.create_many(rows(1), journal=path)


def test_one_run_at_a_time(caller: Caller, path: Path) -> None:
    with (
        closing(Journal(path, "create_many", "https://api.aftership.com")),
        pytest.raises(StorageError, match="in use"),
    ):
        caller.create_many(rows(1), journal=path)
    assert len(caller.create_many(rows(1), journal=path)) == 1


def test_a_journal_whose_start_is_interrupted_closes_its_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: int) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("os.urandom", interrupt)
        with pytest.raises(KeyboardInterrupt) as interrupted:
            Journal(path, "create_many", "https://x")
    # The traceback still refers to the connection, so only closing it can have released its lock.
    assert interrupted.traceback
    with closing(Journal(path, "create_many", "https://x")) as journal:
        assert journal.run == 1


def test_files_that_are_not_journals(caller: Caller, tmp_path: Path, wire: Wire) -> None:
    text = tmp_path / "text"
    text.write_bytes(b"important text, longer than the header of a database " * 20)
    before = text.read_bytes()
    other = tmp_path / "other"
    with closing(sqlite3.connect(other)) as file:
        file.execute("CREATE TABLE rows (key)")
        file.commit()
    for path in (other, tmp_path, tmp_path / "no" / "folder"):
        with pytest.raises(UsageError):
            caller.create_many(rows(1), journal=path)
    # It may be a damaged journal.
    with pytest.raises(StorageError, match="damaged, or not a database"):
        caller.create_many(rows(1), journal=text)
    assert text.read_bytes() == before
    with closing(sqlite3.connect(other)) as file:
        assert [name for (name,) in file.execute("SELECT name FROM sqlite_master")] == ["rows"]
    assert wire.sent == []


def test_counting_a_journal(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no journal"):
        read_counts(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "text").write_text("text" * 500)
    with pytest.raises(StorageError, match="damaged, or not a database"):
        read_counts(tmp_path / "text")
    with closing(Journal(tmp_path / "good", "create_many", "https://x")) as journal:
        journal.begin(journal.digest("a"), 0)
        assert journal.counts() == {"sent": 1}
        journal.close()
    assert read_counts(tmp_path / "good") == {"sent": 1}


@pytest.mark.parametrize("damage", ["DELETE FROM about WHERE name = 'runs'", "UPDATE about SET value = 'x'"])
def test_a_journal_without_its_number_of_runs_is_refused(caller: Caller, path: Path, damage: str) -> None:
    caller.create_many(rows(1), journal=path)
    with closing(sqlite3.connect(path)) as file:
        file.execute(f"{damage} {'AND' if 'WHERE' in damage else 'WHERE'} name IN ('runs', 'salt')")
        file.commit()
    with pytest.raises(StorageError, match=r"is damaged: .* Move it away"):
        caller.create_many(rows(1), journal=path)


def test_a_journal_with_a_state_of_its_own_is_refused(caller: Caller, path: Path) -> None:
    caller.create_many(rows(1), journal=path)
    with closing(sqlite3.connect(path)) as file:
        file.execute("UPDATE rows SET state = 'nonsense'")
        file.commit()
    with pytest.raises(StorageError, match="is damaged"):
        caller.create_many(rows(1), journal=path)
