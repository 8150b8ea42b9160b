"""The blocks of docs/contacts.md run as they stand there."""

from __future__ import annotations

from pathlib import Path

from docs_support.pages import module_text, read_samples
from tests.cli.test_page import read_page, run_page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "contacts.md"


def test_every_command_prints_what_the_page_shows(tmp_path: Path) -> None:
    commands = dict(read_page(PAGE))
    assert len(commands) == 5
    # What the page shows of the file is the file.
    (tmp_path / "customers.csv").write_text("\n".join(commands["cat customers.csv"]) + "\n")
    run_page(PAGE, tmp_path)


def test_the_samples_do_what_the_page_says() -> None:
    samples = read_samples(PAGE)
    assert len(samples) == 1
    exec(compile(module_text(samples), str(PAGE), "exec"), {"__name__": "sample"})
