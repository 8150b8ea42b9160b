"""The stores of the state of `changes`: whole or not at all, one reader at a time, and nothing private."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftership_tracking.errors import StorageError, UsageError
from aftership_tracking.recipes.atomic_file import AtomicFile
from aftership_tracking.recipes.changes.change_detection import StateUpdate
from aftership_tracking.recipes.changes.sqlite_store import SqliteStore
from aftership_tracking.recipes.changes.state import (
    ReadingState,
    SeenTracking,
    UnfinishedReading,
    dump_state,
    dump_state_and_seen,
    load_state,
    load_state_and_seen,
)
from reading_support.account import CURSORS, NUMBERED, Account, read_changes

TIMES = st.integers(0, 4_000_000_000).map(float)
UNFINISHED = st.builds(
    UnfinishedReading,
    version=st.just("2026-07"),
    since=st.none() | st.just("2024-02-06T10:15:30+00:00"),
    created_min=st.just("2024-02-06T10:15:30+00:00"),
    started=TIMES,
    newest=st.none() | TIMES,
    cursor=st.text(min_size=1),
)
STATES = st.builds(
    ReadingState,
    filters=st.just("f"),
    mark=st.none() | TIMES,
    completed=st.none() | TIMES,
    unfinished=st.none() | UNFINISHED,
)


@given(STATES, st.dictionaries(st.text(), st.builds(SeenTracking, updated=TIMES, digest=st.just("d"))))
def test_a_state_that_was_written_can_be_read(state, seen):
    assert load_state(dump_state(state), "x") == state
    assert load_state_and_seen(dump_state_and_seen(state, seen), "x") == (state, seen)


GOOD = json.loads(
    dump_state(ReadingState("f", 1.0, 2.0, UnfinishedReading("2026-07", None, "x", 3.0, None, "c")))
)


def test_a_state_of_an_earlier_release_can_be_read():
    text = (
        '{"completed":null,"filters":"f","format":1,"mark":null,"run":{"created_min":"2023-10-09T10:40:30+00:00",'
        '"cursor":"c","newest":"1970-01-01T00:00:05+00:00","since":null,"started":"1970-01-01T00:00:09+00:00",'
        '"version":"2026-07"},"seen":{"a":[5.0,"d"]}}'
    )
    unfinished = UnfinishedReading("2026-07", None, "2023-10-09T10:40:30+00:00", 9.0, 5.0, "c")
    state = ReadingState("f", unfinished=unfinished), {"a": SeenTracking(5.0, "d")}
    assert load_state_and_seen(text, "x") == state
    assert dump_state_and_seen(*state) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "5",
        "[" * 100_000,
        "{}",
        json.dumps({**GOOD, "format": 2}),
        json.dumps({**GOOD, "mark": "yesterday"}),
        json.dumps({**GOOD, "mark": "2024-02-06T10:15:30"}),
        json.dumps({**GOOD, "mark": 5}),
        json.dumps({**GOOD, "run": {}}),
        json.dumps({**GOOD, "run": {**GOOD["run"], "cursor": None}}),
        json.dumps({**GOOD, "run": {**GOOD["run"], "started": None}}),
        json.dumps({**GOOD, "seen": []}),
        json.dumps({**GOOD, "seen": {"a": 1}}),
        json.dumps({**GOOD, "seen": {"a": ["x", "y"]}}),
    ],
)
def test_a_damaged_state_never_counts_as_a_new_one(text, tmp_path):
    with pytest.raises(StorageError, match="the state here cannot be read"):
        load_state_and_seen(text, "here")
    path = tmp_path / "s.json"
    path.write_text(text)
    changes = Account().client.trackings.changes(state=path)
    with pytest.raises(StorageError, match=r"s\.json cannot be read.*Move it away"):
        list(changes)
    with pytest.raises(StorageError):
        changes.mark()
    assert path.read_text() == text


def test_bytes_that_are_not_utf_8_are_damage_too(tmp_path):
    path = tmp_path / "s.json"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(StorageError, match="cannot be read"):
        list(Account().client.trackings.changes(state=path))


@pytest.mark.parametrize("content", [b"", b"not a database, but long enough to be taken for one" * 20])
def test_a_file_of_another_kind_is_not_overwritten(content, tmp_path):
    path = tmp_path / "s.db"
    path.write_bytes(content)
    changes = Account(CURSORS, 2).client.trackings.changes(state=path)
    if not content:
        assert len(read_changes(changes)) == 2
        return
    with pytest.raises(StorageError, match="cannot be used"):
        list(changes)
    assert path.read_bytes() == content


def test_the_database_of_another_program_is_left_alone(tmp_path):
    path = tmp_path / "s.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE progress (x)")
    connection.commit()
    connection.close()
    with pytest.raises(UsageError, match="belongs to another program"):
        list(Account().client.trackings.changes(state=path))


def test_reading_the_mark_creates_no_file(tmp_path):
    for name in ("s.db", "s.json"):
        assert Account().client.trackings.changes(state=tmp_path / name).mark() is None
    assert list(tmp_path.iterdir()) == []


def test_two_readers_of_one_database_are_noticed(tmp_path):
    account = Account(CURSORS, 25)
    path = tmp_path / "s.db"
    trackings = account.client.trackings
    slow = trackings.changes(state=path, limit=10).batches()
    batch = next(slow)
    assert len(read_changes(trackings.changes(state=path, limit=10))) == 25
    with pytest.raises(UsageError, match="was changed by another reader"):
        batch.commit()
    slow.close()
    assert read_changes(trackings.changes(state=path)) == {}


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 1200])
def test_many_ids_are_looked_up(count, tmp_path):
    store = SqliteStore(tmp_path / "s.db")
    seen = {f"i{n}": SeenTracking(float(n), "d") for n in range(count)}
    store.save(StateUpdate(ReadingState("f"), seen, None))
    assert store.known([*seen, "other"]) == seen
    store.save(StateUpdate(ReadingState("f"), {}, 700.0))
    assert store.known(seen) == {name: one for name, one in seen.items() if one.updated >= 700}


@pytest.mark.parametrize("name", ["s.json", "s.db"])
@pytest.mark.parametrize("version", [NUMBERED, CURSORS])
def test_only_what_can_come_again_is_remembered(name, version, tmp_path):
    account = Account(version, 60)
    path = tmp_path / name
    changes = account.client.trackings.changes(state=path, limit=10, overlap=300)
    assert len(read_changes(changes)) == 60
    if name == "s.json":
        remembered = len(json.loads(path.read_text())["seen"])
    else:
        connection = sqlite3.connect(path)
        remembered = connection.execute("SELECT count(*) FROM seen").fetchone()[0]
        connection.close()
    # One tracking a minute, and five minutes of overlap.
    assert remembered == 6


@pytest.mark.parametrize("name", ["s.json", "s.db"])
def test_no_content_of_trackings_is_stored(name, tmp_path):
    account = Account(CURSORS, 3)
    account.client.trackings.create(tracking_number="SECRET00001", slug="usps", title="a private title")
    assert len(read_changes(account.client.trackings.changes(state=tmp_path / name, keyword="private"))) == 1
    content = (tmp_path / name).read_bytes()
    for private in (b"SECRET", b"private", b"title", b"usps"):
        assert private not in content


class FullDisk:
    """Makes one of the steps that replace a file fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
        def full(*arguments: Any, **named: Any) -> Any:
            raise OSError(errno.ENOSPC, "no space left")

        if step == "replace":
            monkeypatch.setattr(Path, "replace", full)
        elif step == "fsync":
            monkeypatch.setattr(os, "fsync", full)
        else:
            monkeypatch.setattr(Path, "open", full)


@pytest.mark.parametrize("step", ["open", "fsync", "replace"])
def test_a_full_disk_leaves_the_old_state(step, tmp_path):
    account = Account(CURSORS, 25)
    path = tmp_path / "s.json"
    changes = account.client.trackings.changes(state=path, limit=10)
    batches = changes.batches()
    next(batches).commit()
    before = path.read_text()
    second = next(batches)
    with pytest.MonkeyPatch.context() as broken:
        FullDisk(broken, step)
        with pytest.raises(StorageError, match="disk is full"):
            second.commit()
    assert path.read_text() == before
    assert [one.name for one in tmp_path.iterdir()] == ["s.json"]
    second.commit()
    assert len(read_changes(changes)) == 5


def test_replacing_a_file_preserves_its_mode_and_links_to_it(tmp_path):
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    file = AtomicFile(link)
    file.stream.write(b"new")
    assert target.read_text() == "old"
    file.commit()
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_discarded_file_leaves_nothing(tmp_path):
    file = AtomicFile(tmp_path / "x")
    file.stream.write(b"new")
    file.discard()
    file.discard()
    assert list(tmp_path.iterdir()) == []
