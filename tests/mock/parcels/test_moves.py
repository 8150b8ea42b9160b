"""Single parcels are moved by hand, and all of them at another pace."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from aftership_tracking.mock import ControlError
from aftership_tracking.mock.parcels.substatus import SUBTAGS, tag_of
from aftership_tracking.webhooks.event_codes import PENDING_TIME

MINUTE = timedelta(minutes=1)


def tags(tracking: dict[str, Any]) -> list[str]:
    return [point["tag"] for point in tracking["checkpoints"]]


def test_put_makes_it_so_now(world: Any) -> None:
    identifier = world.create("ITOD-3-1", "testing-courier")["id"]
    world.clock.advance(minutes=4)
    world.mock.put(identifier, tag="Exception", subtag="Exception_013")
    found = world.get(identifier)
    assert (found["tag"], found["subtag"], found["active"]) == ("Exception", "Exception_013", True)
    assert tags(found) == ["InfoReceived", "Exception"]
    world.clock.advance(minutes=30)
    assert world.get(identifier)["tag"] == "Exception", "what the number said goes on"


@pytest.mark.parametrize("subtag", SUBTAGS)
def test_every_sub_status_can_be_put(world: Any, subtag: str) -> None:
    identifier = world.create()["id"]
    world.mock.put(identifier, tag=tag_of(subtag), subtag=subtag)
    assert world.get(identifier)["subtag"] == subtag
    world.mock.put(identifier, tag="Delivered")
    assert world.get(identifier)["active"] is False
    world.mock.put(identifier, tag="Pending")
    assert (world.get(identifier)["checkpoints"], world.get(identifier)["active"]) == ([], True)


def test_an_expired_parcel_can_be_retracked(world: Any) -> None:
    identifier = world.create("IT-3-1", "testing-courier")["id"]
    world.clock.advance(minutes=6)
    world.mock.put(identifier, tag="Expired")
    assert (world.get(identifier)["tag"], world.get(identifier)["active"]) == ("Expired", False)
    world.data("POST", f"/trackings/{identifier}/retrack")
    assert world.get(identifier)["tag"] == "InTransit"


def test_one_parcel_is_advanced_alone(world: Any) -> None:
    one = world.create("ITOD-3-1", "testing-courier")["id"]
    other = world.create("ITOD-3-2", "testing-courier")["id"]
    world.clock.advance(minutes=4)
    world.mock.advance_parcel(one, 5 * MINUTE)
    found = world.get(one)
    assert tags(found) == ["InfoReceived", "InTransit", "OutForDelivery"]
    times = [datetime.fromisoformat(point["created_at"]) for point in found["checkpoints"]]
    assert times == sorted(set(times)), "each has its own time"
    assert times[-1] <= world.clock.now()
    assert tags(world.get(other)) == ["InfoReceived"]
    world.clock.advance(minutes=3)
    assert world.get(one)["tag"] == "Delivered"


def test_a_parcel_without_news_can_be_advanced_until_it_expires(world: Any) -> None:
    identifier = world.create()["id"]
    world.mock.advance_parcel(identifier, timedelta(days=29))
    assert world.get(identifier)["tag"] == "Pending"
    world.mock.advance_parcel(identifier, timedelta(days=1))
    assert world.get(identifier)["tag"] == "Expired"


def test_what_cannot_be_moved_is_refused(world: Any) -> None:
    identifier = world.create()["id"]
    with pytest.raises(ControlError, match="no account has a tracking with this id"):
        world.mock.put("x", tag="Delivered")
    with pytest.raises(ControlError, match="no account has a tracking with this id"):
        world.mock.advance_parcel(identifier, MINUTE, key="other")
    with pytest.raises(ControlError, match="'Lost' is not a status; there are Pending, "):
        world.mock.put(identifier, tag="Lost")
    with pytest.raises(ControlError, match="'Exception_099' is not a sub-status; there are Exception_"):
        world.mock.put(identifier, tag="Exception", subtag="Exception_099")
    with pytest.raises(ControlError, match="a duration"):
        world.mock.advance_parcel(identifier, -MINUTE)
    with pytest.raises(ControlError, match=r"from 0\.01 to 1,000,000,000, not nan"):
        world.mock.speed = float("nan")


def test_two_accounts_with_one_id(world: Any) -> None:
    newest = world.in_version("2026-07")
    for key in ("one", "two"):
        body = {"id": "chosen", "tracking_number": "PARCEL0001", "slug": "usps"}
        assert newest.call("POST", "/trackings", json=body, key=key).status == 201
    with pytest.raises(ControlError, match="2 accounts have this id"):
        world.mock.put("chosen", tag="Delivered")
    world.mock.put("chosen", key="two", tag="Delivered")
    seen = [newest.call("GET", "/trackings/chosen", key=key).json["data"]["tag"] for key in ("one", "two")]
    assert seen == ["Pending", "Delivered"]


def test_moves_are_webhooks(world: Any) -> None:
    world.mock.webhooks.transport = lambda request: 200
    world.mock.webhooks.add("http://receiver.example/", secret="s", events=["tracking_update", PENDING_TIME])
    moved = world.create("ITOD-3-1", "testing-courier")["id"]
    late = world.create()["id"]
    world.mock.advance_parcel(moved, 9 * MINUTE)
    world.mock.put(late, tag="InTransit")
    world.mock.webhooks.deliver()
    sent = [(each.event, each.tag) for each in world.mock.webhooks.log]
    assert sorted(sent) == sorted(
        [("tracking_update", tag) for tag in ("InfoReceived", "InTransit", "OutForDelivery", "InTransit")]
    )
    pending = world.create("PARCEL0002")["id"]
    world.mock.advance_parcel(pending, timedelta(hours=25))
    world.mock.webhooks.deliver()
    assert [each.event for each in world.mock.webhooks.log][4:] == [PENDING_TIME]


def test_another_pace_begins_now(world: Any) -> None:
    identifier = world.create("ITOD-3-1", "testing-courier")["id"]
    silent = world.create()["id"]
    world.clock.advance(minutes=4)
    world.mock.speed = 60
    assert tags(world.get(identifier)) == ["InfoReceived"]
    world.clock.advance(1)
    assert tags(world.get(identifier)) == ["InfoReceived"]
    world.clock.advance(1)
    assert tags(world.get(identifier)) == ["InfoReceived", "InTransit"]
    world.clock.advance(days=0.499)
    assert world.get(silent)["tag"] == "Pending"
    world.clock.advance(days=0.001)
    assert world.get(silent)["tag"] == "Expired"


def test_what_the_courier_has_said_stays_said_at_another_pace(world: Any) -> None:
    """Estimates of the future come sooner, too; the one that was given does not change."""
    said, unsaid = world.create("PARCEL0001")["id"], world.create("PARCEL0002")["id"]
    world.mock.follow(said, "weather")
    world.clock.advance(days=1)
    world.mock.follow(unsaid, "weather")
    world.mock.speed = 24
    world.clock.advance(minutes=40)
    assert world.get(said)["first_estimated_delivery"]["datetime"] == "2024-02-08"
    assert world.get(said)["latest_estimated_delivery"]["datetime"] == "2024-02-07"
    assert world.get(unsaid)["first_estimated_delivery"]["datetime"] == "2024-02-07"
