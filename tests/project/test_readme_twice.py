"""The quick start of README.md gives the same result each time, whatever an earlier run has left."""

from __future__ import annotations

import pytest

import aftership_tracking.mock
from aftership_tracking.mock import Mock
from docs_support.pages import ROOT, read_programs


@pytest.mark.parametrize("one_account", [False, True], ids=["as it is", "with the account of the first run"])
def test_readme_runs_again_and_again(
    one_account: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mock = Mock()
    if one_account:
        # As against a server, where the first run left its tracking.
        monkeypatch.setattr(aftership_tracking.mock, "Mock", lambda: mock)
    (program,) = read_programs(ROOT / "README.md")
    for outcome in ("created Pending", "existing Delivered" if one_account else "created Pending"):
        exec(compile(program.text, "README.md", "exec"), {"__name__": "sample"})
        first, *checkpoints, error = capsys.readouterr().out.splitlines()
        assert first == outcome
        assert [line.split(maxsplit=2)[2] for line in checkpoints] == [
            "Info Received",
            "In Transit",
            "Out for Delivery",
            "Delivered",
        ]
        assert "code 4004" in error
