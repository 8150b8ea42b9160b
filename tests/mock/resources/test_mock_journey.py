"""Parcels move: a pure function of plan and instant, tested alone and through the clock of a mock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftership_tracking import documents
from aftership_tracking.mock.parcels.cities import route
from aftership_tracking.mock.parcels.journey import Completion, JourneyPlan, plan_of, state_at
from aftership_tracking.mock.parcels.life import Life, steady_life
from aftership_tracking.mock.parcels.substatus import EVENTS, MESSAGES, message_of
from aftership_tracking.mock.parcels.testing_courier import Grammar

START = datetime(2024, 2, 6, tzinfo=UTC)
GRAMMAR = Grammar(documents.data("detection")["testing-courier"])
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
SUBTAGS = ("InfoReceived_001", "InTransit_001", "OutForDelivery_001", "Exception_010", "Delivered_001")


@pytest.mark.parametrize(
    ("number", "subtags", "minutes"),
    [
        ("ITE010D-3-643642", ("InfoReceived_001", "InTransit_001", "Exception_010", "Delivered_001"), 3),
        ("I001T001E010E011-1-6", ("InfoReceived_001", "InTransit_001", "Exception_010", "Exception_011"), 1),
        ("D002-20-1", ("Delivered_002",), 20),
        ("AF-1-1", ("AvailableForPickup_001", "AttemptFail_001"), 1),
    ],
)
def test_numbers_are_scripts(number: str, subtags: tuple[str, ...], minutes: int) -> None:
    assert GRAMMAR.life("testing-courier", number) == steady_life(subtags, minutes * MINUTE)


@pytest.mark.parametrize(
    "number",
    [
        "",
        "ITOD",
        "ITOD-3",
        "ITOD-0-1",
        "ITOD-21-1",
        "X-3-1",
        "T01-3-1",
        "ITOD-3-1\n",
        "I" * 11 + "-3-1",
        "-3-1",
    ],
)
def test_other_numbers_are_not(number: str) -> None:
    assert GRAMMAR.life("testing-courier", number) is None


def test_only_the_test_courier_follows_scripts() -> None:
    assert GRAMMAR.life("usps", "ITOD-3-1") is None


def plan(*subtags: str) -> JourneyPlan:
    return plan_of(START, steady_life(subtags, 3 * MINUTE))


@pytest.mark.parametrize(
    ("minutes", "subtag", "stages"),
    [
        (0, "Pending_001", 0),
        (2.99, "Pending_001", 0),
        (3, "InfoReceived_001", 1),
        (6, "InTransit_001", 2),
        (12, "Exception_010", 4),
        (15, "Delivered_001", 5),
        (60, "Delivered_001", 5),
    ],
)
def test_one_stage_each_interval(minutes: float, subtag: str, stages: int) -> None:
    state = state_at(plan(*SUBTAGS), START + minutes * MINUTE)
    assert (state.subtag, len(state.stages)) == (subtag, stages)
    assert state.active == (subtag != "Delivered_001")
    assert state.return_to_sender == (stages >= 4)


def test_nothing_follows_a_delivery() -> None:
    state = state_at(plan("Delivered_001", "Exception_011"), START + DAY)
    assert (state.subtag, state.active, state.return_to_sender) == ("Delivered_001", False, False)


@pytest.mark.parametrize("script", [None, steady_life(("InTransit_001",), 3 * MINUTE)])
def test_thirty_silent_days_make_it_expired(script: Life | None) -> None:
    silent = plan_of(START, script)
    assert state_at(silent, START + 29 * DAY).active
    expired = state_at(silent, START + 30 * DAY + 3 * MINUTE)
    assert (expired.subtag, expired.active) == ("Expired_001", False)
    again = silent.with_retrack(START + 40 * DAY)
    assert state_at(again, START + 40 * DAY).tag != "Expired"
    assert state_at(again, START + 69 * DAY).active
    assert state_at(again, START + 70 * DAY).tag == "Expired"


def test_completion_holds_until_a_retrack() -> None:
    completed = plan(*SUBTAGS).with_completion(Completion(START + 4 * MINUTE, "Exception_013"))
    state = state_at(completed, START + DAY)
    assert (state.subtag, len(state.stages), state.active) == ("Exception_013", 1, False)
    again = state_at(completed.with_retrack(START + DAY), START + DAY)
    assert (again.subtag, len(again.stages), again.active) == ("Delivered_001", 5, True)
    assert not state_at(completed.with_retrack(START + DAY), START + 31 * DAY).active


@given(
    subtags=st.lists(st.sampled_from(SUBTAGS), min_size=1, max_size=10),
    seconds=st.lists(st.integers(0, 120 * 86_400), min_size=2, max_size=6),
)
def test_history_only_grows(subtags: list[str], seconds: list[int]) -> None:
    life = plan(*subtags)
    states = [state_at(life, START + timedelta(seconds=second)) for second in sorted(seconds)]
    for before, after in pairwise(states):
        assert after.stages[: len(before.stages)] == before.stages
        assert after.changed_at >= before.changed_at
        # Once it is inactive, nothing but the user can change that.
        assert before.active or not after.active


@given(seed=st.integers(), number=st.text(max_size=20), stages=st.integers(0, 10))
def test_routes_are_the_same_each_time(seed: int, number: str, stages: int) -> None:
    assert len(route(seed, number, stages)) == stages
    assert route(seed, number, stages) == route.__wrapped__(seed, number, stages)


def test_a_life_through_the_clock(world: Any) -> None:
    identifier = world.create("ITE010D-3-643642", slug=None)["id"]
    seen = []
    for _ in range(5):
        tracking = world.get(identifier)
        seen.append((tracking["tag"], tracking["subtag_message"], len(tracking["checkpoints"])))
        world.clock.advance(180)
    assert seen == [
        ("Pending", "Pending", 0),
        ("InfoReceived", "Info Received", 1),
        ("InTransit", "In Transit", 2),
        ("Exception", "Returning to sender", 3),
        ("Delivered", "Delivered", 4),
    ]


def test_what_follows_from_the_history(world: Any) -> None:
    identifier = world.create("IT002FD-20-1", "testing-courier")["id"]
    pending = world.get(identifier)
    for name in (
        "expected_delivery",
        "shipment_pickup_date",
        "transit_time",
        "on_time_status",
        "first_attempted_at",
    ):
        assert pending[name] is None
    world.clock.advance(minutes=80)
    tracking = world.get(identifier)
    points = tracking["checkpoints"]
    assert [point["subtag"] for point in points] == [
        "InfoReceived_001",
        "InTransit_002",
        "AttemptFail_001",
        "Delivered_001",
    ]
    times = [datetime.fromisoformat(point["checkpoint_time"]) for point in points]
    assert [later - earlier for earlier, later in pairwise(times)] == [20 * MINUTE] * 3
    assert times[0] == datetime.fromisoformat(tracking["created_at"]) + 20 * MINUTE
    assert tracking["shipment_pickup_date"] == points[1]["checkpoint_time"]
    assert tracking["first_attempted_at"] == points[2]["checkpoint_time"]
    assert tracking["shipment_delivery_date"] == points[3]["checkpoint_time"]
    assert tracking["expected_delivery"] == tracking["shipment_delivery_date"][:10]
    assert tracking["latest_estimated_delivery"]["source"] == "Carrier EDD"
    assert tracking["courier_destination_country_iso3"] == points[3]["country_iso3"]
    assert (tracking["active"], tracking["on_time_status"]) == (False, "on-time")
    assert tracking["updated_at"] == points[3]["created_at"]
    assert all(-90 <= point["coordinates"][0] <= 90 for point in points)
    assert points[2]["events"] == [{"code": "delivery_attempt_failed", "reason": None}]


def test_every_subtag_of_the_document_has_a_message() -> None:
    schemas = documents.document(documents.versions()[-1])["components"]["schemas"]
    known = schemas["DeliverySubStatus"]["x-open-enum"]
    assert all(message_of(subtag) for subtag in known)
    assert MESSAGES.keys() <= known.keys()
    assert EVENTS.keys() <= known.keys()
    assert set(EVENTS.values()) <= schemas["EventCode"]["x-open-enum"].keys()
