"""Real steps, proposed from the newer document as somebody else would write it. `make propose-table`: all."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.document.yaml_reader import parse, read
from generator.lint import lint_document
from propose_support.foreign import foreign
from propose_support.steps import (
    FOUND_AT_LEAST,
    HOW,
    Step,
    apply_draft,
    draft,
    entries,
    judge,
    problems,
    propose_from,
    table,
)
from spec_support import LATER, SPEC, document

TRIED = ("2025-01", "2025-04", "2026-01", "2026-07")
"""All versions with renames, and the newest one. The others are in the table."""


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> list[Step]:
    return [judge(version, tmp_path_factory.mktemp("step")) for version in TRIED]


def test_a_draft_has_the_shapes_of_the_real_version(steps: list[Step]) -> None:
    assert [step.differences for step in steps] == [()] * len(TRIED)


def test_no_move_is_false(steps: list[Step]) -> None:
    assert problems(steps) == []
    assert [step.false(HOW) for step in steps] == [[]] * len(TRIED)


def test_renames_are_found(steps: list[Step]) -> None:
    found = sum(len(step.found({"rename"})) for step in steps)
    real = sum(len(step.found({"rename"})) + len(step.missed({"rename"})) for step in steps)
    assert real == 16
    assert found >= FOUND_AT_LEAST


def test_what_the_lint_finds_is_left_for_people(tmp_path: Path) -> None:
    rules = {
        finding.rule for finding in lint_document(apply_draft(tmp_path, draft("2025-01").text, "2025-01"))
    }
    assert rules == {"text-left"}


def test_a_guess_says_its_reason_and_a_doubt_is_only_a_comment() -> None:
    text = draft("2026-01").text
    assert (
        "# Guess (rename): zip -> postal_code in Checkpoint. Reason: same type; the names mean the same."
        in text
    )
    text = " ".join(draft("2025-01").text.replace("#", " ").split())
    assert "updated_at of Tracking might have taken in last_updated_at" in text
    merged = [move for move in draft("2025-01").moves if move.how == "merge"]
    assert merged == []


def test_descriptions_lead_to_no_false_move() -> None:
    for version in ("2025-01", "2025-04"):
        raw = foreign(document(version).raw, descriptions=True)
        made = propose_from(raw, version)
        assert any("the descriptions are alike" in one.reason for one in made.guesses)
        real = entries(read(SPEC / "changes" / f"{version}.yaml").value)
        step = Step(version, (), real, entries(parse(made.text.encode(), "draft.yaml").value))
        assert step.false(HOW) == []
        assert step.missed({"rename"}) == []


def planted(version: str, *faults: tuple[str, str]) -> str:
    """The draft with faults in it."""
    text = draft(version).text
    for old, new in faults:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def test_the_table_sees_other_shapes(tmp_path: Path) -> None:
    text = planted(
        "2026-07",
        ("trackable:", "trackeable:"),
        ('type: [string, "null"]', "type: string"),
        ("update: [slug]", "update: [tracking_number_two]"),
        ("carrier_pickup_failed:", "carrier_pickup_missed:"),
    )
    step = judge("2026-07", tmp_path, text=text)
    for seen in ("/trackable: only in the first", "/id/null: only in the first", "/required: ", "/enum: "):
        assert any(seen in one for one in step.differences), seen
    assert any("DIFFERS" in line for line in table([step]))
    assert problems([step])


def test_the_table_sees_false_and_missed_moves(tmp_path: Path) -> None:
    text = planted(
        "2026-01",
        (
            "how: drop\n        from: last_mile_tracking_supported",
            "how: merge\n        from: last_mile_tracking_supported\n        to: active",
        ),
        ("how: rename\n        from: zip\n        to: postal_code", "how: drop\n        from: zip"),
    )
    step = judge("2026-01", tmp_path, text=text)
    assert step.false(HOW) == [("Tracking", "merge", ("last_mile_tracking_supported",), ("active",))]
    assert [one["from"] for one in step.missed({"rename"})] == ["zip"]
    assert any("false" in one for one in problems([step]))
    assert any("FALSE" in line for line in table([step]))


def test_the_table_counts_renames() -> None:
    empty = [Step(version, (), (), ()) for version in LATER]
    assert problems(empty) == ["only 0 of 16 renames were found"]
