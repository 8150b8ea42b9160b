"""What the mock does wrong on request: each kind of fault happens, and no genuine event is lost."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from aftership_tracking.mock.webhooks import Chaos, Kind, Outgoing
from aftership_tracking.webhooks import VerificationError, Verifier
from webhook_sender_support import SECRET, VERSIONS, World, header, is_signed

EVENTS = 40


def run(chaos: Chaos, seed: int = 1, **settings: Any) -> World:
    """Ten parcels with four events each, received by a receiver that verifies."""
    world = World(seed)
    world.mock.webhooks.chaos = chaos
    verifier = Verifier(SECRET)

    def receive(request: Outgoing) -> int:
        try:
            verifier.verify(request.body, request.headers)
        except VerificationError:
            return 401
        return 200

    world.respond = receive
    world.add(events=["tracking_update"], **settings)
    for number in range(10):
        world.create(f"ITOD-20-{number}")
    world.clock.advance(days=3)
    return world


def kinds(world: World) -> Counter[Kind]:
    return Counter(attempt.kind for attempt in world.mock.webhooks.log)


def test_without_chaos_each_event_comes_once_and_in_order() -> None:
    world = run(Chaos())
    assert kinds(world) == {Kind.GENUINE: EVENTS}
    assert [event["ts"] for event in world.events] == sorted(event["ts"] for event in world.events)


def test_duplicates_are_the_same_request_again() -> None:
    world = run(Chaos(duplicates=1))
    assert kinds(world) == {Kind.GENUINE: EVENTS, Kind.DUPLICATE: EVENTS}
    assert set(Counter(world.sent).values()) == {2}


def test_reordering_lets_later_events_overtake() -> None:
    world = run(Chaos(reordering=0.5, held_back=timedelta(hours=2)))
    assert kinds(world) == {Kind.GENUINE: EVENTS}
    timestamps = [event["ts"] for event in world.events]
    assert timestamps != sorted(timestamps)


def test_odd_bodies_say_the_same_and_break_receivers_that_write_them_again() -> None:
    plain, odd = run(Chaos()), run(Chaos(odd_bodies=1))
    assert plain.events == odd.events
    assert all(is_signed(request) for request in odd.sent)
    assert {attempt.status for attempt in odd.mock.webhooks.log} == {200}
    rewritten = [json.dumps(event, ensure_ascii=False, separators=(",", ":")) for event in odd.events]
    changed = [
        request for request, text in zip(odd.sent, rewritten, strict=True) if request.body != text.encode()
    ]
    assert len(changed) == EVENTS


def test_unknown_events_and_tags_come_in_addition() -> None:
    world = run(Chaos(unknown_events=1, unknown_tags=1))
    assert kinds(world) == {Kind.GENUINE: EVENTS, Kind.UNKNOWN: 2 * EVENTS}
    assert Counter(code for code, _ in world.reported)["tracking_teleport"] == EVENTS
    assert Counter(tag for _, tag in world.reported)["HeldByDragon"] == EVENTS
    assert len({event["event_id"] for event in world.events}) == 3 * EVENTS
    assert all(is_signed(request) for request in world.sent)


def test_forged_ones_are_refused_and_not_repeated() -> None:
    world = run(Chaos(wrong_signatures=1))
    assert kinds(world) == {Kind.GENUINE: EVENTS, Kind.FORGED: EVENTS}
    statuses = {attempt.kind: attempt.status for attempt in world.mock.webhooks.log}
    assert statuses == {Kind.GENUINE: 200, Kind.FORGED: 401}


def test_old_versions_have_the_header_and_the_shape_of_their_version() -> None:
    world = run(Chaos(old_versions=1), version="2026-07")
    found = {header(request, "as-webhook-version") for request in world.sent}
    assert len(found) > 3
    assert "2026-07" not in found
    for request, event in zip(world.sent, world.events, strict=True):
        version = header(request, "as-webhook-version")
        assert version in VERSIONS
        assert ("zip" in event["msg"]["checkpoints"][0]) is (version < "2026-01")


def test_without_a_version_header() -> None:
    world = run(Chaos(no_version=1))
    assert {header(request, "as-webhook-version") for request in world.sent} == {None}
    assert {"zip"} <= world.events[0]["msg"]["checkpoints"][0].keys()


def test_all_at_once_is_the_same_for_the_same_seed_and_loses_nothing() -> None:
    everything = Chaos(0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3)
    first, second, third = run(everything), run(everything), run(everything, seed=2)
    assert first.sent == second.sent
    assert [request.headers for request in first.sent] != [request.headers for request in third.sent]
    accepted = {
        (event["msg"]["tracking_number"], event["msg"]["tag"])
        for event, attempt in zip(first.events, first.mock.webhooks.log, strict=True)
        if attempt.kind is Kind.GENUINE and attempt.status == 200
    }
    assert len(accepted) == EVENTS
    assert first.mock.webhooks.is_idle


@pytest.mark.parametrize("wrong", [{"duplicates": 1.1}, {"odd_bodies": -0.1}, {"held_back": timedelta(-1)}])
def test_shares_are_between_0_and_1(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Chaos(**wrong)
