"""Mistakes in an overlay, from the command line: file, line, number of the action, and the hint.

Each is planted into the overlay of docs/new-version.md, so the rest of the file is right.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator import cli
from generator.scaffold import scaffold
from maintainer_support.kinds import MADE_UP, drop_later_versions
from maintainer_support.pages import blocks
from maintainer_support.projects import REPOSITORY

VERSION = MADE_UP
PAGE = REPOSITORY / "docs" / "new-version.md"
BLOCKS = "\n".join(blocks(PAGE, "yaml"))

# what is planted: (text in the overlay, its replacement, where the action begins, sentence, hint)
MISTAKES = {
    "a target that matches nothing": (
        "properties.on_time_difference\n",
        "properties.on_time_diference\n",
        "$.components.schemas.Tracking.properties.on_time_diference",
        "The target $.components.schemas.Tracking.properties.on_time_diference matches nothing.",
        'Did you mean "on_time_difference"?',
    ),
    "a misspelt key of an action": (
        "    x-change: no-time-difference\n    description",
        "    x-chang: no-time-difference\n    description",
        "$.components.schemas.Tracking.properties.on_time_difference",
        'The key "x-chang" is unknown.',
        "Known are copy, description,",
    ),
    "a misspelt key of what it adds": (
        "x-time: [date]",
        "x-times: [date]",
        "$.components.schemas\n    x-change: courier-holidays",
        'The extension "x-times" is unknown.',
        "Did you mean x-time?",
    ),
    "a misspelt key of a move": (
        "how: drop, from: on_time_difference",
        "how: drop, form: on_time_difference",
        "$.components.schemas.Tracking.properties.on_time_difference",
        'The key "form" is unknown in a move.',
        "Known are down, from,",
    ),
    "removing twice": (
        "  - target: $.components.examples.TrackingRead.value.data.on_time_difference\n",
        "  - target: $.components.schemas.Tracking.properties.on_time_difference\n",
        "$.components.schemas.Tracking.properties.on_time_difference\n    x-change: no-time-difference\n",
        "The target $.components.schemas.Tracking.properties.on_time_difference matches nothing.",
        'removed "on_time_difference"; write this action before it.',
    ),
    "a dangling reference after a removal": (
        "  - target: $.components.examples.TrackingRead.value.data.on_time_difference\n",
        "  - target: $.components.schemas.Coordinate\n",
        "$.components.schemas.Coordinate",
        "It removes #/components/schemas/Coordinate, but #/components/schemas/Checkpoint",
        "Remove or change that reference too.",
    ),
    "an operation without x-method": (
        "          x-method: list_holidays\n",
        "",
        "$.paths\n    x-change: courier-holidays",
        'This operation has no "x-method".',
        "Add it.",
    ),
    "an update that changes nothing": (
        "    update: {recipient_name: null}\n",
        "    update: {slug: usps}\n",
        "$.components.examples.TrackingRead.value.data\n    x-change: recipient-name",
        "It changes nothing at #/components/examples/TrackingRead/value/data.",
        "Leave it out or correct it.",
    ),
    "a move that is not true": (
        "from: signed_by, to: recipient_name",
        "from: signed_for, to: recipient_name",
        "$.components.schemas.Tracking.properties\n    x-change: recipient-name",
        "Tracking had no signed_for before.",
        'Did you mean "signed_by"?',
    ),
}


# One for each stage that finds mistakes: the overlay, the composed document, the moves.
OF_EACH_STAGE = {
    "a target that matches nothing",
    "an operation without x-method",
    "a move that is not true",
}


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("mistakes")
    shutil.copytree(REPOSITORY / "spec", root / "spec")
    drop_later_versions(root / "spec")
    scaffold(root / "spec", VERSION)
    return (yield root / "spec")


@pytest.fixture(scope="module")
def overlay(spec: Path) -> Path:
    return spec / "changes" / f"{VERSION}.yaml"


@pytest.fixture(scope="module")
def good(overlay: Path) -> str:
    return f"{overlay.read_text('utf-8')}\n{BLOCKS}"


def lint(spec: Path, capsys: pytest.CaptureFixture[str], *command: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as caught:
        cli.main([*command, "--root", str(spec.parent)])
    assert isinstance(caught.value.code, int)
    printed = capsys.readouterr()
    return caught.value.code, printed.out + printed.err


def test_the_page_itself_is_right(
    spec: Path, overlay: Path, good: str, capsys: pytest.CaptureFixture[str]
) -> None:
    overlay.write_text(good, "utf-8")
    assert lint(spec, capsys, "lint", VERSION) == (0, "no findings\n")


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_reported(
    spec: Path, overlay: Path, good: str, capsys: pytest.CaptureFixture[str], mistake: str
) -> None:
    old, new, target, says, hint = MISTAKES[mistake]
    assert good.count(old) == 1
    text = good.replace(old, new)
    begins = [index for index, line in enumerate(text.splitlines(), 1) if line.startswith("  - target:")]
    action = text[: text.rindex(f"  - target: {target}")].count("\n") + 1
    number = begins.index(action) + 1
    following = begins[number] if number < len(begins) else text.count("\n") + 2
    overlay.write_text(text, "utf-8")

    code, output = lint(spec, capsys, "lint", VERSION)
    assert code == 1
    assert "Traceback" not in output
    [report] = [line for line in output.splitlines() if says in line]
    file, line, _ = report.split(":", 2)
    assert Path(file).name == overlay.name
    assert action <= int(line) < following
    assert f"Action {number}: {says}" in report
    assert hint in report
    if mistake not in OF_EACH_STAGE:
        return
    # Whatever is run next says it too, and writes nothing.
    code, output = lint(spec, capsys, "regenerate", VERSION)
    assert code == 1
    assert f"Action {number}: {says}" in output
    assert not (spec.parent / "generated").exists()
