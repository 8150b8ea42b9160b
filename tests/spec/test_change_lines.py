"""The changelog inside the overlays: its lines, and where data moved."""

from __future__ import annotations

import json

import pytest

from generator.document.changelog_lines import ChangelogLine, changelog_lines
from spec_support import LATER, VERSIONS, document


def lines(version: str) -> tuple[ChangelogLine, ...]:
    return changelog_lines(document(version))


@pytest.mark.parametrize("version", LATER)
def test_every_line_is_a_sentence(version: str) -> None:
    for change in lines(version):
        assert change.text[0].isupper()
        assert change.text.endswith(".")
        assert "\n" not in change.text
    assert lines(version)[0].id == "version-name"
    assert len({change.id for change in lines(version)}) == len(lines(version))


MOVES = {
    "2024-04": {"by-position": 2},
    "2024-07": {"unwrap": 1, "wrap": 1},
    "2024-10": {"drop": 2, "wrap": 1},
    "2025-01": {"rename": 26, "gather": 3, "first": 2, "merge": 1},
    "2025-04": {"rename": 10, "merge": 14},
    "2025-07": {"null-when-empty": 1},
    "2026-01": {"wrap": 3, "rename": 1, "drop": 1},
    "2026-07": {},
}


@pytest.mark.parametrize("version", LATER)
def test_moves(version: str) -> None:
    found: dict[str, int] = {}
    for change in lines(version):
        for move in change.moves:
            found[move.how] = found.get(move.how, 0) + 1
    assert found == MOVES[version]


def test_moves_declare_what_is_lost() -> None:
    lost = {
        (move.on, move.how): (move.lost_up, move.lost_down)
        for version in LATER
        for change in lines(version)
        for move in change.moves
    }
    assert lost["Tracking", "gather"] == (
        ("emails", "smses"),
        ("customers[].role", "customers[].language", "customers[].name"),
    )
    assert lost["Tracking", "first"] == (("next_couriers[]",), ("last_mile.transit_time",))
    assert lost["Tracking", "merge"] == (("tracking_destination_country_region",), ())
    assert lost["Checkpoint", "by-position"] == ((), ())


@pytest.mark.parametrize("version", VERSIONS)
def test_documents_can_be_written_and_read_again(version: str) -> None:
    assert json.loads(document(version).to_json()) == document(version).raw
