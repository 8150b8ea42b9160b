"""A shell completes ids from the journals of bulk runs, and numbers from an inbox."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from aftership_tracking import AfterShip
from aftership_tracking.mock import Mock
from aftership_tracking.webhooks.inbox import SqliteInbox
from tests.cli.conftest import Run


def propose(run: Run, monkeypatch: pytest.MonkeyPatch, line: str) -> list[str]:
    monkeypatch.setenv("_AFTERSHIP_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(line.split(" ")) - 1))
    result = run()
    assert result.stderr == ""
    return result.stdout.split()


def write_journal(path: Path, count: int) -> list[str]:
    transport = Mock(seed=1).transport()
    with AfterShip("key", http_client=httpx.Client(transport=transport), limiter=None) as client:
        rows = [{"tracking_number": f"JOURNAL-{number}", "slug": "ups"} for number in range(count)]
        found = [result.tracking_id for result in client.trackings.create_many(rows, journal=path)]
    assert all(found)
    return sorted(str(each) for each in found)


def test_ids_of_a_journal(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    ids = write_journal(tmp_path / "rows.csv.journal", 4)
    (tmp_path / "other.journal").write_text("not a journal")
    assert propose(run, monkeypatch, "aftership trackings get ") == ids
    assert propose(run, monkeypatch, f"aftership trackings delete {ids[1][:6]}") == [ids[1]]
    line = "aftership notifications --api-version 2024-01 get "
    assert propose(run, monkeypatch, line) == ids
    # The id of something else.
    assert propose(run, monkeypatch, "aftership connections get ") == []
    named = tmp_path / "elsewhere"
    named.mkdir()
    others = write_journal(named / "x", 1)
    monkeypatch.setenv("AFTERSHIP_JOURNAL", str(named / "x"))
    assert propose(run, monkeypatch, "aftership trackings update ") == others
    for broken in ("missing", "other.journal"):
        monkeypatch.setenv("AFTERSHIP_JOURNAL", str(tmp_path / broken))
        assert propose(run, monkeypatch, "aftership trackings get ") == []
    # A shell that completes makes no file.
    assert not (tmp_path / "missing").exists()


def test_numbers_of_an_inbox(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "inbox.db"
    inbox = SqliteInbox(file)
    for _ in range(12):
        inbox.put(b"{}", [])
    inbox.close()
    show = f"aftership webhook inbox show --file {file} "
    assert propose(run, monkeypatch, show) == [str(number) for number in range(1, 13)]
    assert propose(run, monkeypatch, f"{show}1") == ["1", "10", "11", "12"]
    assert propose(run, monkeypatch, f"aftership webhook inbox retry --file {file} 1 2") == ["2"]
    assert propose(run, monkeypatch, "aftership webhook inbox show ") == []
    assert propose(run, monkeypatch, f"aftership webhook inbox show --file {tmp_path / 'none'} ") == []
    assert not (tmp_path / "none").exists()
