"""`aftership webhook inbox`."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from aftership_tracking.cli.application import application
from aftership_tracking.webhooks.inbox import RedisInbox, SqliteInbox
from receiver_support.events import event_body, event_id, signed_headers
from receiver_support.redis_server import running_redis


def run(*arguments: object) -> Result:
    return CliRunner().invoke(application, ["webhook", "inbox", *map(str, arguments)])


def fill(inbox: Any) -> None:
    """Put three events in, the first of which is dead."""
    for number in (1, 2, 3):
        body = event_body(number)
        inbox.put(body, tuple(signed_headers(body).items()))
    (entry,) = inbox.take(most=1, lease=60)
    inbox.bury(entry, error="ValueError: planned \x1b[31m")
    inbox.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "inbox.db"
    fill(SqliteInbox(path))
    return path


def test_list(file: Path) -> None:
    lines = [json.loads(line) for line in run("list", "--file", file, "--json").stdout.splitlines()]
    assert [line["state"] for line in lines] == ["dead", "waiting", "waiting"]
    assert [line["event_id"] for line in lines] == [event_id(1), event_id(2), event_id(3)]
    text = run("list", "--file", file, "--state", "dead").stdout
    assert "1  dead  " in text
    # What a sender or an error wrote does nothing to the terminal.
    assert "\x1b" not in text
    assert len(text.splitlines()) == 1


def test_show(file: Path) -> None:
    shown = json.loads(run("show", 2, "--file", file, "--json").stdout)
    assert shown["body"] == event_body(2).decode()
    assert ["as-webhook-version", "2026-07"] in shown["headers"]
    text = run("show", 2, "--file", file).stdout
    assert "as-webhook-version: 2026-07" in text
    assert event_body(2).decode() in text
    missing = run("show", 9, "--file", file)
    assert (missing.exit_code, "no entry 9" in missing.stderr) == (1, True)


def test_retry(file: Path) -> None:
    result = run("retry", "--all", "--file", file)
    assert (result.exit_code, result.stdout) == (0, "1 due now\n")
    assert run("list", "--file", file, "--state", "dead").stdout == ""
    missing = run("retry", 2, 9, "--file", file)
    assert (missing.exit_code, missing.stdout) == (1, "1 due now\n")


def test_purge(file: Path) -> None:
    assert run("purge", "--older-than", "1d", "--file", file).stdout == "0 removed\n"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE aftership_inbox SET received = received - 90000")
    assert run("purge", "--older-than", "1d", "--file", file).stdout == "1 removed\n"
    assert run("purge", "--older-than", "25h", "--waiting-too", "--file", file).stdout == "2 removed\n"


def test_redis(tmp_path: Path) -> None:
    with running_redis(tmp_path) as url:
        fill(RedisInbox(url))
        assert len(run("list", "--redis", url).stdout.splitlines()) == 3
        assert run("retry", 1, "--redis", url).exit_code == 0
        assert run("list", "--redis", url, "--prefix", "other").stdout == ""
    gone = run("list", "--redis", url)
    assert (gone.exit_code, "Redis" in gone.stderr) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        (["list"], 2, "--file and --redis"),
        (["list", "--file", "a", "--redis", "b"], 2, "--file and --redis"),
        (["list", "--file", "no-such.db"], 1, "no file"),
        (["list", "--redis", "no-url"], 2, "redis://"),
        (["list", "--state", "new", "--file", "a"], 2, "waiting or dead"),
        (["retry", "--file", "a"], 2, "--all"),
        (["retry", "1", "--all", "--file", "a"], 2, "--all"),
        (["purge", "--file", "a"], 2, "--older-than"),
        (["purge", "--file", "a", "--older-than", "1w"], 2, "30d"),
    ],
)
def test_what_cannot_work_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, why: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert (result.exit_code, why in result.stderr) == (code, True), result.stderr
    # Nothing was made by looking.
    assert list(tmp_path.iterdir()) == []
