"""What came is not always what went: pairs that only look alike are never claimed, at most mentioned."""

from __future__ import annotations

from typing import Any

import pytest

from generator.document.yaml_reader import parse
from propose_support.foreign import foreign
from propose_support.steps import HOW, Move, entries, moves, propose_from
from spec_support import before, document

VERSION = "2026-07"
Fields = dict[str, Any]
TEXT: Fields = {"type": ["string", "null"]}


def claims(*, take: tuple[str, ...], add: Fields, on: tuple[str, ...] = ("Tracking",)) -> set[Move]:
    """The moves of a draft, besides drops, of a document that lost some fields and has others."""
    raw = foreign(document(before(VERSION)).raw)
    for name in on:
        properties = raw["components"]["schemas"][name]["properties"]
        for one in take:
            del properties[one]
        properties |= add
    text = propose_from(raw, VERSION).text
    found = {move for entry in entries(parse(text.encode(), "draft").value) for move in moves(entry)}
    return {move for move in found if move[1] in HOW - {"drop"}}


FALSE: dict[str, tuple[tuple[str, ...], Fields]] = {
    "another word in a long name": (("shipment_pickup_date",), {"shipment_return_date": TEXT}),
    "one word more": (("note",), {"customer_note": TEXT}),
    "one word less": (("order_id_path",), {"order_path": TEXT}),
    "the opposite, twice": (
        ("pickup_location", "pickup_note"),
        {"dropoff_location": TEXT, "dropoff_note": TEXT},
    ),
    "the opposite in the description": (
        ("destination_raw_location",),
        {"whence": {**TEXT, "description": "The sender's location as free text."}},
    ),
    "the only text of an object": (
        ("signed_by",),
        {"signed_by": {"type": "object", "properties": {"picture_url": TEXT, "count": {"type": "integer"}}}},
    ),
}


@pytest.mark.parametrize("case", FALSE)
def test_what_only_looks_alike_is_not_claimed(case: str) -> None:
    take, add = FALSE[case]
    assert claims(take=take, add=add) == set()


def test_the_same_doubt_in_several_models_is_still_one() -> None:
    found = claims(
        take=("tracking_ship_date",), add={"tracking_return_date": TEXT}, on=("Tracking", "TrackingCreate")
    )
    assert found == set()


def test_what_is_sure_is_claimed() -> None:
    """The cases above can fail: the same names in another form, and one word for another in several names."""
    assert claims(take=("pickup_note",), add={"pickupNote": TEXT}) == {
        ("Tracking", "rename", ("pickup_note",), ("pickupNote",))
    }
    several = claims(
        take=("pickup_location", "pickup_note"), add={"counter_location": TEXT, "counter_note": TEXT}
    )
    assert {move[2:] for move in several} == {
        (("pickup_location",), ("counter_location",)),
        (("pickup_note",), ("counter_note",)),
    }
