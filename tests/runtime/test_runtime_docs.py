"""Every sample of docs/calls.md runs as it is printed, as a program of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from reading_support.account import Account
from reading_support.server import serve_mock

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "calls.md").read_text("utf-8")
SAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_there_are_samples() -> None:
    assert len(SAMPLES) >= 5


@pytest.mark.parametrize("number", range(len(SAMPLES)))
def test_a_sample_runs(number: int, tmp_path: Path) -> None:
    account = Account(count=3)
    program = tmp_path / "sample.py"
    program.write_text(SAMPLES[number], "utf-8")
    with serve_mock(account.mock, lambda: None) as url:
        environment = {**os.environ, "AFTERSHIP_API_KEY": "k", "AFTERSHIP_BASE_URL": url}
        done = subprocess.run(
            [sys.executable, str(program)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_the_table_names_every_keyword() -> None:
    from aftership_tracking import CallOptions

    rows = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    assert [name for name in rows if name in CallOptions.__annotations__] == [*CallOptions.__annotations__]
