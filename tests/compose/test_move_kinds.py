"""A conversion of `x-move` is known to all who must know it: no file may forget one in silence."""

from __future__ import annotations

import re
from pathlib import Path

from aftership_tracking.migration import conversions
from generator.diff.comparing import moves as diff_moves
from generator.document import move_verification, moves
from generator.output import enum_moves, migration_data

ROOT = Path(__file__).resolve().parents[2]
KNOWN = frozenset(moves.CONVERSIONS)
# A dropped field is only removed, and the values of enums are renamed by a table, so neither has functions.
WITHOUT_FUNCTIONS = frozenset({"drop", "split-value", "join-values"})


def test_the_verification_checks_every_conversion() -> None:
    assert move_verification._CHECKS.keys() == KNOWN


def test_the_data_holds_every_conversion() -> None:
    assert enum_moves.VALUE_CONVERSIONS | migration_data.FIELD_CONVERSIONS == KNOWN


def test_the_package_executes_every_conversion_of_a_field() -> None:
    assert conversions.CONVERSIONS.keys() == KNOWN - WITHOUT_FUNCTIONS
    assert migration_data.FIELD_CONVERSIONS - {"drop"} == conversions.CONVERSIONS.keys()


def test_the_diff_reports_every_conversion_or_says_nothing_on_purpose() -> None:
    assert diff_moves.SILENT | diff_moves.REPORTED == KNOWN
    assert not diff_moves.SILENT & diff_moves.REPORTED


def test_the_guide_for_authors_has_a_row_for_every_conversion() -> None:
    page = (ROOT / "spec" / "README.md").read_text("utf-8").partition("### Moves")[2]
    table = page.partition("\n## ")[0].partition("\n| `how` | `from`")[2]
    assert set(re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE)) == KNOWN
