"""The pages of the command hold every command and every option that `--help` prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator.errors import RefusedError
from generator.site.python_api.cli_pages import cli_pages, read_help

ROOT = Path(__file__).resolve().parents[3]
PRINTS = {path: path.read_text("utf-8") for path in sorted((ROOT / "tests/cli/snapshots").glob("help-*.txt"))}
PRINT = """$ aftership box --help
Usage: aftership box [OPTIONS]
                     COMMAND [ARGS]...

  Look after boxes, with
  care.

  Exit code 0.

Options:
  --size <int range>  How large.
                      [default: 1]
  --very-long-option-of-this TEXT
                      A well-
                      known one.
  -h, --help          Show this.

Commands:
  open  Open one.


$ aftership box open --help
Usage: aftership box open [OPTIONS] NAME

  Open one.

Arguments:
  NAME  Which.  [required]
"""


def test_a_print_is_taken_apart() -> None:
    box, opened = read_help(PRINT)
    assert box.name == "aftership box"
    assert box.usage == "aftership box [OPTIONS] COMMAND [ARGS]..."
    assert box.paragraphs == ("Look after boxes, with care.", "Exit code 0.")
    assert box.sections == {
        "Options": (
            ("--size <int range>", "How large. [default: 1]"),
            ("--very-long-option-of-this TEXT", "A well-known one."),
            ("-h, --help", "Show this."),
        ),
        "Commands": (("open", "Open one."),),
    }
    assert (opened.name, opened.anchor) == ("aftership box open", "cli-box-open")
    assert opened.sections["Arguments"] == (("NAME", "Which.  [required]"),)


@pytest.mark.parametrize("path", PRINTS, ids=lambda path: path.stem)
def test_nothing_of_a_print_is_lost(path: Path, pages: dict[str, str]) -> None:
    page = pages[f"reference/cli/{path.stem.removeprefix('help-')}.md"]
    shown = re.sub(r"\W+", "", page)
    commands = list(read_help(PRINTS[path]))
    assert commands
    for line in PRINTS[path].splitlines():
        if line.startswith("$ ") or re.fullmatch(r"[A-Z].*:", line):
            continue
        # What stands in two columns may be parted by what follows in the second one.
        for part in re.split(r"\s{2,}", line.strip().removeprefix("Usage: ")):
            assert re.sub(r"\W+", "", part) in shown, line
    for command in commands[1:]:
        assert page.count(f"({command.anchor})=") == 1


def test_the_index_links_every_page(pages: dict[str, str]) -> None:
    index = pages["reference/cli/index.md"]
    for path in PRINTS:
        assert f"({path.stem.removeprefix('help-')}.md)" in index or path.stem == "help-check-traffic"


def test_without_the_first_print_it_refuses() -> None:
    with pytest.raises(RefusedError, match="no print of `aftership --help`"):
        cli_pages({"box": PRINT})
