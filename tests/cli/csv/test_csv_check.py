"""`aftership csv check`: what it prints, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

RIGHT = "tracking_number,courier\r\n9400110200881000000008,usps\r\n"
WRONG = 'tracking_number,courier\r\nA1,ups\r\n"A2\r\n",ups,x\r\n'


def test_a_right_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "right.csv"
    file.write_bytes(RIGHT.encode())
    result = run("csv", "check", file)
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"{file}: 1 row in utf-8: 0 errors, 0 warnings, 0 hints. Nothing was sent." in result.stderr
    assert "list of import errors is cut off" in result.stderr


def test_findings_for_people_and_for_programs(run: Run) -> None:
    people = run("csv", "check", "-", text=WRONG)
    assert people.exit_code == 1
    assert people.stdout == (
        "-:4:7: error column_count: The row has 3 cells, and the header has 2. "
        "A cell with a comma needs quotes around it.\n"
    )
    programs = run("csv", "check", "-", "--ndjson", text=WRONG)
    assert programs.exit_code == 1
    found = [json.loads(line) for line in programs.stdout.splitlines()]
    assert [(each["name"], each["line"], each["column"], each["import_error"]) for each in found] == [
        ("column_count", 4, 7, "ErrorCsvColumnsInconsistent")
    ]
    summary = json.loads(programs.stderr)["summary"]
    assert summary["levels"] == {"error": 1, "warning": 0, "hint": 0}
    assert (summary["rows"], summary["encoding"], summary["bytes"]) == (2, "utf-8", len(WRONG))
    assert json.loads(run("csv", "check", "-", "--json", text=WRONG).stdout) == found


def test_chosen_fields_are_a_table(run: Run) -> None:
    result = run("csv", "check", "-", "--fields", "line,column,name", text=WRONG)
    assert result.stdout.split() == ["line", "column", "name", "4", "7", "column_count"]
    assert "Nothing was sent." in result.stderr


@pytest.mark.parametrize(
    ("level", "code"), [("error", [0, 0, 1]), ("warning", [0, 1, 1]), ("hint", [1, 1, 1])]
)
def test_which_findings_count(run: Run, level: str, code: list[int]) -> None:
    files = (
        "tracking_number,email\r\nA1,a@x.de\r\n",
        "tracking_number,title\r\nA1,=1\r\n",
        "tracking_number,title\r\n,x\r\n",
    )
    assert [run("csv", "check", "-", "--fail-on", level, text=each).exit_code for each in files] == code


def test_people_see_the_first_of_each_name_and_says_so(run: Run) -> None:
    text = "tracking_number,title\r\n" + "".join(f"A{number},=1\r\n" for number in range(50))
    result = run("csv", "check", "-", text=text)
    assert len(result.stdout.splitlines()) == 20
    assert "30 more are not shown" in result.stderr
    assert len(run("csv", "check", "-", "--ndjson", text=text).stdout.splitlines()) == 50


def test_the_same_file_again(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "today.csv"
    file.write_bytes(RIGHT.encode())
    result = run("csv", "check", file, "--earlier", file, "--ndjson")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["import_error"] == "ErrorCsvDuplicate"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("check", "nobody.csv"), "nobody.csv cannot be read"),
        (("check", "."), ". cannot be read"),
        (("check", "-", "--rows", "60001"), "60001"),
        (("check", "-", "--encoding", "latin-9"), "latin-9"),
        (("check", "-", "--delimiter", "ab"), "one character"),
        (("chek", "-"), "did you mean 'check'"),
    ],
)
def test_wrong_calls_are_refused_in_a_sentence(run: Run, arguments: tuple[str, ...], words: str) -> None:
    result = run("csv", *arguments, text=RIGHT)
    assert result.exit_code in (1, 2)
    assert words in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_a_template_is_a_right_file(run: Run, tmp_path: Path) -> None:
    for size in ("basic", "full"):
        plain = run("csv", "template", size)
        with_row = run("csv", "template", size, "--example")
        assert with_row.stdout_bytes.startswith(plain.stdout_bytes)
        assert plain.stdout_bytes.endswith(b"\r\n")
        assert plain.stdout_bytes.count(b"\n") == 1
        checked = run("csv", "check", "-", "--fail-on", "hint", text=with_row.stdout_bytes)
        assert checked.exit_code == 0, checked.stdout
        assert [each["name"] for each in _findings(run, plain.stdout_bytes)] == ["no_rows"]


def _findings(run: Run, content: bytes) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(run("csv", "check", "-", "--json", text=content).stdout)
    return found
