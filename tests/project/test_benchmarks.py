"""The figures in README.md are those of benchmarks/results.json, and each budget is judged.

Nothing is timed here.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks import __main__ as command
from benchmarks.figure import Figure
from benchmarks.footprint import required_packages
from benchmarks.report import budgets
from benchmarks.report.budgets import BUDGETS, Budget, Verdict, judge
from benchmarks.report.readme import BEGIN, END, LINES, MOCK, README, update_readme, write_table
from benchmarks.report.results import RESULTS, Run, describe_run, read_results, write_results

ROOT = Path(__file__).resolve().parents[2]
RUN = Run(day="2031-08-20", package="1.2.3", python="CPython 3.13.1", system="linux x86_64", cores=2)
FAST = Budget(name="fast", most=1.5)


def made_up_figures() -> list[Figure]:
    """One for each cell of the table, and one for the sentence below it."""
    cells = [cell for line in LINES for cell in line.cells if not isinstance(cell, str)]
    cells.append((MOCK, "mock"))
    return [Figure(*cell, 1 + index / 100) for index, cell in enumerate(cells)]


def test_the_table_of_the_readme_is_that_of_the_results() -> None:
    text = README.read_text("utf-8")
    run, figures = read_results(RESULTS.read_text("utf-8"))
    assert update_readme(text, write_table(run, figures)) == text
    # One other digit in the results, or in the table, is noticed.
    shown = next(one for one in figures if (one.measured, one.who) in LINES[0].cells)
    others = [one._replace(value=one.value + 0.1) if one is shown else one for one in figures]
    assert update_readme(text, write_table(run, others)) != text
    before, mark, table = text.partition(BEGIN)
    planted = before + mark + table.replace(f"| {shown.value:.2f} |", "| 0.01 |", 1)
    assert planted != text
    assert update_readme(planted, write_table(run, figures)) == text


def test_every_cell_of_the_table_is_filled_from_a_run() -> None:
    table = write_table(RUN, made_up_figures())
    assert len(re.findall(r" 1\.\d+ \| ", table)) >= 10
    assert "not measured" not in table
    assert "of the CPU of Prism 5" in table
    assert "Measured on 2031-08-20:\nversion 1.2.3, CPython 3.13.1, linux x86_64, 2 cores." in table
    assert table.endswith(f" 0 of {len(BUDGETS)} budgets are held.")
    one_held = write_table(RUN, [Figure("one get", "client", 0.5, budgets.GET)])
    assert one_held.endswith(f" 1 of {len(BUDGETS)} budgets are held.")
    rows = [line for line in table.splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {6}


def test_a_figure_that_a_run_lacks_is_said() -> None:
    table = write_table(RUN, made_up_figures()[1:-1])
    assert "Prism" not in table
    assert "| CPU to read a page of 200 trackings (`json.loads`: 1) | not measured |" in table


@pytest.mark.parametrize("text", ["", BEGIN, f"{END}\n{BEGIN}", f"{BEGIN}\n{END}\n{BEGIN}\n{END}"])
def test_marks_that_do_not_fit_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"README\.md needs the marks once"):
        update_readme(text, "table")


def test_results_are_read_as_they_were_written() -> None:
    figures = [Figure("a page", "client", 0.5, budgets.PAGE), Figure("a page", "peer", 2.0)]
    text = write_results(RUN, figures)
    assert read_results(text) == (RUN, figures)
    assert json.loads(text)["budgets"][budgets.PAGE.name] == "held"
    assert json.loads(text)["budgets"][budgets.GET.name] == "not measured"


def test_the_stored_results_say_how_their_budgets_were_judged() -> None:
    text = RESULTS.read_text("utf-8")
    assert write_results(*read_results(text)) == text


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ([], Verdict.NOT_MEASURED),
        ([1.5], Verdict.HELD),
        ([1.51], Verdict.MISSED),
        ([0.1, 1.51, 0.2], Verdict.MISSED),
    ],
)
def test_a_budget_is_judged_by_its_worst_value(values: list[float], verdict: Verdict) -> None:
    (judged,) = judge([(FAST, value) for value in values], [FAST])
    assert (judged.verdict, judged.value) == (verdict, max(values, default=None))
    assert str(judged).startswith(verdict.value)


def test_every_budget_is_listed_and_measured_by_a_part() -> None:
    with pytest.raises(ValueError, match="not in the list of budgets: fast"):
        judge([(FAST, 1.0)])
    named = {name for name, value in vars(budgets).items() if isinstance(value, Budget)}
    assert len(named) == len(BUDGETS) == len({budget.name for budget in BUDGETS})
    code = "".join(path.read_text("utf-8") for path in (ROOT / "benchmarks").glob("*.py"))
    assert {name for name in named if not re.search(rf"\bbudgets\.{name}\b", code)} == set()


class TestTheCommand:
    @pytest.fixture(autouse=True)
    def _parts_are_made_up(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        def part(*figures: Figure) -> Any:
            return SimpleNamespace(figures=lambda: list(figures))

        parts = {
            "quick": part(Figure("a page", "client", 0.5, budgets.PAGE), *made_up_figures()),
            "slow": part(Figure("one get", "client", 7.0, budgets.GET)),
        }
        self.readme, self.results = tmp_path / "README.md", tmp_path / "results.json"
        self.readme.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", "utf-8")
        monkeypatch.setattr(command, "PARTS", parts)
        monkeypatch.setattr(command, "README", self.readme)
        monkeypatch.setattr(command, "RESULTS", self.results)

    def test_a_whole_run_writes_results_and_readme(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert command.main([]) == 0
        run, figures = read_results(self.results.read_text("utf-8"))
        assert run == describe_run()
        assert self.readme.read_text("utf-8") == (
            f"before\n{BEGIN}\n{write_table(run, figures)}\n{END}\nafter\n"
        )
        said = capsys.readouterr().out
        assert "held             0.50   read a page: at most 0.7, aim 0.6" in said
        assert "missed           7.00   one get: at most 0.9" in said
        assert "not measured            memory of a page, MiB: at most 4" in said
        assert command.main(["--strict"]) == 1

    def test_a_part_alone_writes_nothing(self, capsys: pytest.CaptureFixture[str]) -> None:
        before = self.readme.read_text("utf-8")
        assert command.main(["--only", "slow"]) == 0
        assert command.main(["--only", "quick", "--strict"]) == 0
        assert command.main(["--only", "slow", "--strict"]) == 1
        assert not self.results.exists()
        assert self.readme.read_text("utf-8") == before
        said = capsys.readouterr().out
        assert "not measured   " not in said
        assert "so it was not changed" in said

    def test_the_readme_alone_measures_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.results.write_text(write_results(RUN, made_up_figures()), "utf-8")
        monkeypatch.setattr(command, "PARTS", {})
        assert command.main(["--readme"]) == 0
        assert "Measured on 2031-08-20" in self.readme.read_text("utf-8")

    def test_a_part_that_is_not_there_is_refused(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit):
            command.main(["--only", "fast"])
        assert "invalid choice: 'fast'" in capsys.readouterr().err


def test_packages_that_come_with_the_client_are_counted_on_all_levels() -> None:
    found = required_packages(["aftership-tracking-client"])
    assert {"httpx", "httpcore", "h11", "attrs", "msgspec"} <= set(found)
    assert not {"typer", "uvicorn", "jinja2"} & set(found)
    assert all(size > 0 for size in found.values())
    with pytest.raises(Exception, match="no-such-package"):
        required_packages(["no-such-package"])
