"""`aftership diff`, `guide` and `changelog` say what the generator says, from the data of the package."""

from __future__ import annotations

import json
import re
import sys
import zlib
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking.cli import exit_codes
from aftership_tracking.cli.changes import comparison
from aftership_tracking.cli.changes.diff import Level as Shown
from aftership_tracking.cli.changes.page import write_page
from diff_support.history import SPEC, VERSIONS, documents
from generator.diff import Level, diff, moves_over, read_moves
from generator.diff.command import Format, format_changes
from generator.diff.report.wording import support_of
from generator.document.yaml_reader import read
from tests.cli.conftest import Run

ROOT = SPEC.parent
DATA = ROOT / "generated" / "aftership_tracking" / "data"
OLDEST, NEWEST = VERSIONS[0], VERSIONS[-1]
# Every pair forwards; on the way back the neighbours, and the ends.
PAIRS = [
    *combinations(VERSIONS, 2),
    *((new, old) for old, new in pairwise(VERSIONS)),
    (NEWEST, OLDEST),
]


@pytest.fixture(scope="module")
def printed() -> dict[tuple[str, str], dict[Format, str]]:
    """What `python -m generator diff` prints, in its three forms."""
    moves = {name: read_moves(read(SPEC / "changes" / f"{name}.yaml").value) for name in VERSIONS[1:]}
    found = {}
    for old, new in PAIRS:
        before, after = documents()[old], documents()[new]
        changes = diff(before, after, moves_over(moves, old, new))
        support = support_of((before, after))
        found[old, new] = {form: format_changes(old, new, changes, form, support=support) for form in Format}
    return found


def test_every_pair_is_what_the_generator_prints(
    printed: dict[tuple[str, str], dict[Format, str]],
) -> None:
    """Only files and lines of the sources are missing: they are not in the package."""
    for (old, new), forms in printed.items():
        expected = json.loads(forms[Format.JSON])
        for change in expected["changes"]:
            del change["place"]["file"], change["place"]["line"]
        assert comparison.compare(old, new) == expected
        assert f"{comparison.as_markdown(old, new)}\n" == forms[Format.MARKDOWN]
        without_locations = re.sub(r"(?m)^( {6}\w+ [\w-]+) at \S+$", r"\1", forms[Format.TEXT])
        assert f"{comparison.as_text(old, new)}\n" == without_locations
        assert expected["changes"]
    assert len(printed) >= 36 + 8 + 1


def test_the_data_adds_at_most_300_kb_to_the_wheel() -> None:
    files = [DATA / "version-changes.json", DATA / "version-pages.json"]
    assert sum(len(zlib.compress(file.read_bytes())) for file in files) < 300_000


def test_levels_are_those_of_the_diff() -> None:
    assert [level.value for level in Shown] == [level.value for level in Level]


# ---- diff --------------------------------------------------------------------------------------------------


def test_the_command_writes_each_form(run: Run) -> None:
    assert run("diff", OLDEST, NEWEST).stdout == f"{comparison.as_text(OLDEST, NEWEST)}\n"
    assert run("diff", OLDEST, NEWEST, "--markdown").stdout == f"{comparison.as_markdown(OLDEST, NEWEST)}\n"
    whole = json.loads(run("diff", OLDEST, "newest", "--json").stdout)
    assert whole == comparison.compare(OLDEST, NEWEST)
    lines = run("diff", OLDEST, NEWEST, "--ndjson", "--fields", "level,rule").stdout.splitlines()
    assert [json.loads(line) for line in lines] == [
        {"level": one["level"], "rule": one["rule"]} for one in whole["changes"]
    ]
    table = run("diff", OLDEST, NEWEST, "--fields", "level,subject").stdout.splitlines()
    assert (table[0].split(), len(table)) == (["level", "subject"], len(lines) + 1)


@pytest.mark.parametrize(
    ("pair", "level", "code"),
    [
        (("2025-07", "2026-01"), "breaking", exit_codes.FAILED),
        (("2025-07", "2026-01"), None, exit_codes.DONE),
        (("2026-07", "2026-07"), "info", exit_codes.DONE),
        (("2025-04", "2025-07"), "info", exit_codes.FAILED),
    ],
)
def test_fail_on_decides_the_exit_code(run: Run, pair: tuple[str, str], level: str | None, code: int) -> None:
    option = [] if level is None else ["--fail-on", level]
    for form in ([], ["--json"]):
        result = run("diff", *pair, *option, *form)
        assert (result.exit_code, result.stderr) == (code, "")
        assert result.stdout


def test_a_level_counts_graver_ones_and_no_others() -> None:
    changes = [{"level": level.value} for level in Level]
    assert [len(comparison.grave(changes, level.value)) for level in Level] == [1, 2, 3, 4]
    assert comparison.grave([{"level": "warning"}, {"level": "info"}], "breaking") == []


def test_the_way_back_is_said(run: Run) -> None:
    result = run("diff", "2026-07", "2026-01", "--json")
    assert result.stderr == "2026-07 is newer than 2026-01: this is what changes on the way back.\n"
    assert {one["rule"] for one in json.loads(result.stdout)["changes"]} >= {"response-property-removed"}


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("diff", "2024-1", NEWEST), 2, "There is no version '2024-1' (command line); did you mean '2024-1"),
        (("guide", OLDEST, "2026-06"), 2, "There is no version '2026-06' (command line); did you mean '"),
        (("changelog", "2023-01"), 2, "There is no version '2023-01' (command line)"),
        (("diff", OLDEST, NEWEST, "--markdown", "--json"), 2, ""),
        (("guide", NEWEST, OLDEST), 2, "guides go to newer versions only. What changes on the way back: "),
        (("guide", NEWEST), 2, f"Both versions are {NEWEST}: there is nothing to do."),
        (("changelog", OLDEST), 1, "2024-01 is the oldest version in this package"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_refused(
    run: Run, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1


# ---- guide and changelog -----------------------------------------------------------------------------------


def between_marks(page: str) -> Iterator[str]:
    """The entries of the API versions in CHANGELOG.md, with the headings that the command prints."""
    for entry in re.split(r"(?m)^(?=### API )", page)[1:]:
        yield re.sub(r"(?m)^#(?=#+ )", "", entry.partition("<!-- End")[0]).rstrip("\n")


def test_neighbours_have_the_guide_of_the_pages(run: Run) -> None:
    for old, new in pairwise(VERSIONS):
        page = (ROOT / "docs" / "migration" / f"{new}.md").read_text("utf-8").partition("\n")[2]
        # A terminal follows no relative link.
        page = page.replace("[`migrate()`](../migrate-data.md)", "`migrate()` of `aftership_tracking`")
        assert run("guide", old, new).stdout == page


def test_over_several_versions_a_guide_has_no_detours() -> None:
    """What came and went again in between is in the guides of the steps, and not in that of all of them."""
    pages = {pair: comparison.guide(*pair) for pair in combinations(VERSIONS, 2)}
    # 2024-07 deprecated what 2024-10 removed.
    deprecated, removed = "`trackings.get_by_number` was deprecated", "`trackings.get_by_number` was removed"
    assert deprecated in pages["2024-04", "2024-07"]
    assert removed in pages["2024-07", "2024-10"]
    for new in VERSIONS[3:]:
        assert removed in pages["2024-04", new]
        assert deprecated not in pages["2024-04", new]
    # Two moves in a row are one.
    assert (
        "`Tracking.tracking_postal_code` was removed; the value moved to `destination_postal_code`"
        in (pages[OLDEST, NEWEST])
    )
    assert all("](" not in page for page in pages.values())


def test_the_changelog_is_that_of_the_page(run: Run) -> None:
    entries = list(between_marks((ROOT / "CHANGELOG.md").read_text("utf-8")))
    assert [run("changelog", version).stdout.rstrip("\n") for version in reversed(VERSIONS[1:])] == entries


def test_the_changelog_for_programs(run: Run) -> None:
    history: list[Any] = json.loads(run("changelog", "--json").stdout)
    assert [one["version"] for one in history] == [*reversed(VERSIONS[1:])]
    for one in history:
        assert one["changes"] == comparison.compare(one["previous"], one["version"])["changes"]
        breaking = [change for change in one["changes"] if change["level"] == "breaking"]
        assert one["breaking"] == sum(not change["absorbed"] for change in breaking)
        assert one["lines"]
    assert json.loads(run("changelog", NEWEST, "--json").stdout) == history[0]
    columns = ("version", "previous", "released", "supported-until", "breaking")
    assert run("changelog").stdout.splitlines()[1].split() == [str(history[0][name]) for name in columns]


def test_an_output_without_the_sign_gets_a_plain_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with (tmp_path / "output").open("w", encoding="ascii") as output:
        monkeypatch.setattr(sys, "stdout", output)
        write_page(comparison.guide("2026-01", "2026-07"))
    assert "- (!) `LastMileCreate.slug` became required." in (tmp_path / "output").read_text("ascii")
