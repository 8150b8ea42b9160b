"""The code of docs/testing.md runs as it stands there, and its commands exist."""

from __future__ import annotations

import re

import pytest

from aftership_tracking.cli import main
from docs_support.pages import ROOT, module_text, read_programs

PAGE = ROOT / "docs" / "testing.md"


@pytest.mark.parametrize("name", read_programs(PAGE))
def test_a_sample_runs(name: str) -> None:
    names: dict[str, object] = {"__name__": "sample"}
    exec(compile(module_text(read_programs(PAGE)[name]), PAGE.name, "exec"), names)
    for found in [value for key, value in names.items() if key.startswith("test_")]:
        assert callable(found)
        found()


def test_the_first_test_has_ten_lines() -> None:
    first = re.search(r"def test_a_parcel_arrives.*?```", PAGE.read_text("utf-8"), re.DOTALL)
    assert first is not None
    assert len(first.group().splitlines()) - 1 <= 10


@pytest.mark.parametrize("command", ["check-traffic", "mock"])
def test_the_options_of_the_page_exist(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([command, "--help"])
    text = capsys.readouterr().out
    assert {"--api-version", "--base-url", "--format", "--output"} <= set(re.findall(r"--[a-z-]+", text))
