"""`aftership csv import`: the journal and the result file, and what may not be written over."""

from __future__ import annotations

import errno
import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking.cli.csv import opening
from aftership_tracking.cli.csv.import_source import ImportSource
from aftership_tracking.recipes.bulk import Journal
from csv_support.imports import results, write
from tests.cli.conftest import Run, Sandbox


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_journal_of_another_address_is_refused(call: Run, run: Run) -> None:
    write("tracking_number,courier\nPARCEL1,usps\n")
    with closing(Journal("given.csv.journal", "create_many", "http://127.0.0.1:9")):
        pass
    result = call("csv", "import", "given.csv")
    assert result.exit_code == 2
    assert "this journal belongs to another run" in result.stderr
    assert "Give another --journal." in result.stderr


def test_standard_input_needs_names_for_what_is_written(call: Run) -> None:
    text = "tracking_number,courier\nPARCEL1,usps\n"
    assert "give --journal and --results" in call("csv", "import", "-", text=text).stderr
    files = ("--journal", "run.journal", "--results", "run.csv")
    assert call("csv", "import", "-", *files, text=text).exit_code == 0
    assert results("run.csv")[0]["outcome"] == "created"


def test_texts_of_others_do_nothing_in_the_result_file() -> None:
    from aftership_tracking.cli.csv.import_results import ResultFile, Source
    from aftership_tracking.errors import UsageError
    from aftership_tracking.recipes.bulk import RowResult

    report = ResultFile(Path("out.csv"))
    error = UsageError("=cmd|' /C calc'!PARCEL0")
    report.add_result(
        0, Source(2, "PARCEL1", "usps"), RowResult(index=0, key=None, outcome="failed", error=error)
    )
    report.finish()
    assert results("out.csv")[0]["message"].startswith("'=cmd")


def test_results_come_in_the_order_of_the_file() -> None:
    from aftership_tracking.cli.csv.import_results import ResultFile, Source
    from aftership_tracking.recipes.bulk import RowResult

    report = ResultFile(Path("out.csv"))
    for index in (2, 0, 1, 4):
        report.add_result(
            index,
            Source(index + 2, f"PARCEL{index}", ""),
            RowResult(index=index, key=None, outcome="created"),
        )
    assert not Path("out.csv").exists()
    report.add_other(3, Source(5, "PARCEL3", ""), "unknown")
    report.finish()
    assert [each["line"] for each in results("out.csv")] == ["2", "3", "4", "5", "6"]


def test_a_result_file_that_cannot_be_written_is_said(call: Run) -> None:
    write("tracking_number,courier\nPARCEL1,usps\n")
    result = call("csv", "import", "given.csv", "--results", "nowhere/out.csv")
    assert result.exit_code == 1
    assert "nowhere/out.csv cannot be written" in result.stderr
    # The journal has it.
    assert call("csv", "import", "given.csv").exit_code == 0
    assert results()[0]["in_earlier_run"] == "yes"


def test_a_second_run_at_the_same_time_leaves_the_files_of_the_first_alone(
    call: Run, sandbox: Sandbox
) -> None:
    write("tracking_number,courier\nPARCEL1,usps\n")
    part = write("of the other run", "given.csv.results.csv.part")
    with closing(Journal("given.csv.journal", "create_many", sandbox.url)):
        result = call("csv", "import", "given.csv")
    assert result.exit_code == 1
    assert "in use" in result.stderr or "locked" in result.stderr
    assert part.read_text() == "of the other run"
    assert sandbox.mock.har()["log"]["entries"] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--results", "given.csv"), "--results names the file itself"),
        (("--results", "x/../given.csv"), "--results names the file itself"),
        (("--results", "link.csv"), "--results names the file itself"),
        (("--journal", "given.csv"), "--journal names the file itself"),
        (("--journal", "one", "--results", "one"), "--journal and --results name the same file"),
        (("--results", "given.csv.journal"), "--journal and --results name the same file"),
        # Where the results are until they are complete.
        (("--journal", "given.csv.results.csv.part"), "--journal and --results name the same file"),
    ],
)
def test_nothing_is_written_over_the_file_or_the_journal(
    arguments: tuple[str, ...], words: str, call: Run, sandbox: Sandbox
) -> None:
    file = write("tracking_number,courier\nPARCEL1,usps\n")
    Path("link.csv").symlink_to(file)
    before = file.read_bytes()
    result = call("csv", "import", "given.csv", *arguments)
    assert file.read_bytes() == before
    assert (result.exit_code, words in result.stderr) == (2, True), result.stderr
    assert sandbox.mock.har()["log"]["entries"] == []


@pytest.mark.parametrize(
    "later", [b"tracking_number\nPARCEL1\n", b"", b"tracking_number,courier\n\xff,\n" * 9]
)
def test_a_file_that_changes_during_the_import(
    later: bytes, call: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was looked through is what is imported."""
    file = write("tracking_number,courier\nPARCEL1,usps\nPARCEL2,usps\n")
    look_through = ImportSource.look_through

    def change_after(source: ImportSource) -> None:
        look_through(source)
        file.write_bytes(later)

    monkeypatch.setattr(ImportSource, "look_through", change_after)
    result = call("csv", "import", "given.csv", "--json")
    assert (result.exit_code, json.loads(result.stdout)["created"]) == (0, 2)
    assert [each["tracking_number"] for each in results()] == ["PARCEL1", "PARCEL2"]


def test_a_number_that_a_spreadsheet_would_run_is_a_string_in_the_result_file(call: Run) -> None:
    write("tracking_number,courier\n=1+1,ups\n-PARCEL2,=cmd|1\n\uff1d1,usps\n")
    assert call("csv", "import", "given.csv").exit_code == 1
    assert [(each["tracking_number"], each["courier"]) for each in results()] == [
        ("'=1+1", "ups"),
        ("'-PARCEL2", "'=cmd|1"),
        ("'\uff1d1", "usps"),
    ]


def test_a_file_that_a_remembered_name_makes_unusable_says_where_it_is_from(call: Run) -> None:
    write("tracking_number,courier,Order No\nPARCEL1,usps,1\n")
    assert call("csv", "import", "given.csv", "--map", "Order No=order_id").exit_code == 0
    write("tracking_number,courier,Order No,order_id\nPARCEL2,usps,1,2\n", "second.csv")
    refused = call("csv", "import", "second.csv")
    assert refused.exit_code == 1
    assert "csv-columns.json: Order No is order_id." in refused.stderr
    assert "--map 'Order No=-'" in refused.stderr
    assert call("csv", "import", "second.csv", "--map", "Order No=-").exit_code == 0


def test_half_a_character_in_the_message_of_a_service_ends_no_import() -> None:
    from aftership_tracking.cli.csv.import_results import ResultFile, Source
    from aftership_tracking.errors import UsageError
    from aftership_tracking.recipes.bulk import RowResult

    report = ResultFile(Path("out.csv"))
    row: RowResult[Any] = RowResult(index=0, key=None, outcome="failed", error=UsageError("no \ud800"))
    report.add_result(0, Source(2, "PARCEL1", "usps"), row)
    report.finish()
    assert results("out.csv")[0]["message"] == r"no \ud800"


@pytest.mark.parametrize("file", ["given.csv", "-"])
def test_no_room_for_the_copy_of_a_file(file: str, call: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "tracking_number,courier\nPARCEL1,usps\n"
    write(text)

    def leave(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(opening.shutil, "copyfileobj", leave)
    result = call("csv", "import", file, "--journal", "j", "--results", "r", text=text)
    assert (result.exit_code, "cannot be read: No space left on device." in result.stderr) == (1, True)
