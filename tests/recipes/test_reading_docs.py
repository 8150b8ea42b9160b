"""Every sample of docs/reading.md runs as it is printed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from reading_support.account import Account
from reading_support.server import serve_mock

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reading.md"
SAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def test_there_are_samples():
    assert len(SAMPLES) >= 10


@pytest.mark.parametrize("number", range(len(SAMPLES)))
def test_a_sample_runs(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    account = Account(count=3)
    # The samples use the clock of this machine.
    account.clock.advance(days=(_today() - account.clock.now()).days)
    account.add(3)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AFTERSHIP_API_KEY", "k")
    with serve_mock(account.mock, lambda: None) as url:
        monkeypatch.setenv("AFTERSHIP_BASE_URL", url)
        exec(compile(SAMPLES[number], f"sample {number}", "exec", dont_inherit=True), {"__name__": "sample"})
    left = {path.name.rpartition(".")[2] for path in tmp_path.iterdir()}
    assert left <= {"sqlite", "gz", "ndjson", "parquet"}
    assert capsys.readouterr().out or left


def _today() -> Any:
    import datetime as dt

    return dt.datetime.now(dt.UTC)
