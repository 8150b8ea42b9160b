"""Tables of any width: what does not fit is left out, and what a person copies is whole."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

import pytest

from aftership_tracking.cli.results import write_object
from aftership_tracking.cli.shared_options import OutputOptions
from aftership_tracking.cli.tables import print_record, print_table

_STYLE = re.compile(r"\x1b\[[\d;]*m")
ROWS = [
    {
        "id": "7evsdpc3s171s3z4gp2iezhfushi8yad",
        "tracking_number": "ITOD-3-643642645252",
        "slug": "testing-courier",
        "tag": "Delivered",
        "title": "A birthday parcel with a long title",
        "updated_at": "2026-11-30T04:26:01+00:00",
    }
]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Prints on a terminal of that width, and returns what came."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)

    def show(width: int, action: Any, *arguments: Any, **options: Any) -> str:
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        monkeypatch.setenv("COLUMNS", str(width))
        monkeypatch.setenv("LINES", "40")  # Without it a dumb terminal has 80 columns.
        action(*arguments, **options)
        return capsys.readouterr().out

    return show


def test_a_narrow_terminal_shows_what_matters(terminal: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # Without LINES: rich takes the width of a dumb terminal only beside a height.
    monkeypatch.setenv("TERM", "dumb")
    narrow = terminal(80, print_table, ROWS, (), chosen=False)
    assert narrow.splitlines()[0].split() == ["tracking_number", "tag", "id"]
    assert ROWS[0]["id"] in narrow
    wide = terminal(160, print_table, ROWS, (), chosen=False)
    assert wide.splitlines()[0].split() == ["tracking_number", "slug", "tag", "title", "id", "updated_at"]
    for text in (narrow, wide):
        assert len(text.splitlines()) == 2


def test_other_columns_make_room_for_a_key(terminal: Any) -> None:
    row = {"slug": "dhl-global-mail", "name": "DHL eCommerce", "aliases": "DHL Global Mail, DHL eCommerce US"}

    def lines(width: int) -> list[str]:
        shown = terminal(width, print_table, [row], tuple(row), chosen=True)
        return [_STYLE.sub("", line) for line in shown.splitlines()]

    for width in (40, 60, 80):
        _, only = lines(width)
        assert only.startswith("dhl-global-mail  DHL")
        assert len(only) <= width
    # Nothing is left that could shrink: the key is whole, over several lines.
    assert "".join(line.split("  ")[0] for line in lines(30)[1:]) == row["slug"]


def test_styles_are_for_terminals_that_want_them(terminal: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[32mDelivered" in terminal(80, print_table, ROWS, (), chosen=False)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[32m" not in terminal(80, print_table, ROWS, (), chosen=False)


def test_a_pipe_has_no_styles_and_cuts_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    print_table([{"id": "1", "title": "x" * 300}], (), chosen=False)
    assert "x" * 300 in capsys.readouterr().out
    print_record({"a": {"b": 1, "c": None}, "rows": [{"x": 1}], "none": [], "flag": True})
    assert capsys.readouterr().out == "a\n  b   1\nflag  yes\n\nrows\nx\n1\n"


def test_json_of_every_letter(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    value = {"title": "ü\u202e\x9b\ud800 ☃"}
    write_object(value, OutputOptions(as_ndjson=True))
    piped = capsys.readouterr().out
    assert piped == '{"title":"ü\u202e\x9b\\ud800 ☃"}\n'
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    write_object(value, OutputOptions(as_ndjson=True))
    shown = capsys.readouterr().out
    assert shown == '{"title":"ü\\u202e\\u009b\\ud800 ☃"}\n'
    assert json.loads(shown) == json.loads(piped) == value
