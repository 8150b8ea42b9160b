"""The blocks of docs/csv.md run as they stand there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from aftership_tracking.csv_files import COLUMNS, FINDINGS, IMPORT_ERRORS, ORDER_COLUMNS
from docs_support.pages import module_text, read_samples
from tests.cli.conftest import Sandbox
from tests.cli.test_page import read_page, run_page

PAGE = Path(__file__).resolve().parents[3] / "docs" / "csv.md"


def test_every_command_prints_what_the_page_shows(sandbox: Sandbox, tmp_path: Path) -> None:
    commands = dict(read_page(PAGE))
    assert len(commands) >= 14
    # What the page shows of a file is the file.
    shown = [command for command in commands if re.fullmatch(r"cat [\w-]+\.csv", command)]
    assert len(shown) == 3
    for command in shown:
        (tmp_path / command.removeprefix("cat ")).write_text("\n".join(commands[command]) + "\n")
    run_page(PAGE, tmp_path, sandbox.url)


def test_the_samples_do_what_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    samples = read_samples(PAGE)
    assert len(samples) == 1
    exec(compile(module_text(samples), str(PAGE), "exec"), {"__name__": "sample"})


def test_the_page_names_every_finding_with_its_level() -> None:
    text = PAGE.read_text("utf-8")
    for level in ("error", "warning", "hint"):
        (row,) = re.findall(rf"^\| {level} \|.*\| (.*) \|$", text, re.MULTILINE)
        names = {name for name, kind in FINDINGS.items() if kind.level == level}
        assert set(re.findall(r"`(\w+)`", row)) == names - {"no_order", "order_date"}
    for name in (*IMPORT_ERRORS, *ORDER_COLUMNS, *(column.name for column in COLUMNS)):
        assert name in text
