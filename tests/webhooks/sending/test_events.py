"""Which events the mock sends about a parcel, when, and in which shape."""

from __future__ import annotations

import itertools
import json
import uuid
from datetime import timedelta
from typing import Any

import jsonschema_rs
import pytest

from aftership_tracking.mock import MockRequest
from contract_support.document.full_keys import missing_keys
from webhook_sender_support import JOURNEY, KEY, SECRET, VERSIONS, ReadOnce, World, header, is_signed

EVENT = {"$ref": "#/components/schemas/WebhookEvent"}
UPDATE, REVISE, PENDING_TIME = "tracking_update", "edd_revise", "tracking_pending_time"


def validator(version: str) -> Any:
    document = dict(ReadOnce.document(version))
    schema = {"$ref": "#/components/schemas/WebhookEvent", "components": document["components"]}
    return jsonschema_rs.Draft202012Validator(schema)


def test_each_step_of_a_journey_is_sent_though_the_clock_leaps() -> None:
    world = World()
    world.add(events=[UPDATE])
    world.create()
    assert world.sent == []
    world.clock.advance(days=2)
    assert [tag for _, tag in world.reported] == ["InfoReceived", "InTransit", "OutForDelivery", "Delivered"]
    timestamps = [event["ts"] for event in world.events]
    assert [later - earlier for earlier, later in itertools.pairwise(timestamps)] == [1200] * 3
    for event in world.events:
        # It shows the tracking at the time of the event, not at the time to which the clock was moved.
        assert event["msg"]["updated_at"] == event["msg"]["checkpoints"][-1]["created_at"]
    assert [len(event["msg"]["checkpoints"]) for event in world.events] == [1, 2, 3, 4]
    assert all(is_signed(request) for request in world.sent)
    assert all(attempt.sent == attempt.due for attempt in world.mock.webhooks.log)


@pytest.mark.parametrize("version", VERSIONS)
def test_bodies_are_of_the_version_of_the_url(version: str) -> None:
    world = World()
    world.add(version=version)
    world.create()
    world.create("PENDING0001", "usps")
    world.clock.advance(days=2)
    assert {code for code, _ in world.reported} == {UPDATE, REVISE, PENDING_TIME}
    check, document = validator(version), ReadOnce.document(version)
    fields = document["components"]["schemas"]["Tracking"]["properties"].keys()
    for request, event in zip(world.sent, world.events, strict=True):
        check.validate(event)
        assert event["msg"].keys() <= fields
        assert list(missing_keys(document, EVENT, event)) == []
        assert header(request, "as-webhook-version") == version
        assert event["msg"]["custom_fields"] == ({} if version < "2025-07" else None)


def test_custom_fields_that_are_there_come_as_they_are() -> None:
    world = World()
    world.add(version="2024-01", events=[UPDATE])
    world.create(custom_fields={"basket": "b-17"})
    world.clock.advance(minutes=21)
    assert world.events[0]["msg"]["custom_fields"] == {"basket": "b-17"}


@pytest.mark.parametrize(
    ("version", "in_header", "shape"),
    [(None, None, VERSIONS[0]), ("2023-10", "2023-10", VERSIONS[0]), ("2031-01", "2031-01", VERSIONS[-1])],
)
def test_a_version_without_a_document_gets_the_nearest_shape(
    version: str | None, in_header: str | None, shape: str
) -> None:
    world = World()
    world.add(version=version, events=[UPDATE])
    world.create()
    world.clock.advance(minutes=21)
    assert header(world.sent[0], "as-webhook-version") == in_header
    assert ("zip" in world.events[0]["msg"]["checkpoints"][0]) is (shape < "2026-01")


def test_first_tags_are_marked_and_only_in_updates() -> None:
    world = World()
    world.add()
    world.create("ITT004D-20-1")
    world.clock.advance(days=1)
    assert [(event["msg"]["tag"], event.get("is_tracking_first_tag")) for event in world.events] == [
        ("InfoReceived", True),
        ("InfoReceived", None),
        ("InTransit", True),
        ("InTransit", False),
        ("Delivered", True),
    ]
    assert world.reported[1][0] == REVISE


def test_pending_for_long_is_sent_once_at_the_right_time() -> None:
    world = World()
    world.add(pending_after=timedelta(hours=48), events=[PENDING_TIME])
    world.add(pending_after=timedelta(hours=72), events=[PENDING_TIME], url="http://receiver.test/72")
    begun = world.clock.now()
    world.create("PENDING0001", "usps")
    world.create()  # moves on, so it is not pending for long
    world.clock.advance(days=20)
    assert world.reported == [(PENDING_TIME, "Pending")] * 2
    assert [event["ts"] - int(begun.timestamp()) for event in world.events] == [48 * 3600, 72 * 3600]
    assert "is_tracking_first_tag" not in world.events[0]


def test_a_silent_parcel_expires() -> None:
    world = World()
    world.add(events=[UPDATE])
    world.create("PENDING0001", "usps")
    world.clock.advance(days=29)
    assert world.reported == []
    world.clock.advance(days=2)
    assert world.reported == [(UPDATE, "Expired")]


def test_a_call_that_changes_the_status_is_sent_with_the_next_move() -> None:
    world = World()
    world.add()
    identifier = world.create("PARCEL0001", "usps")
    world.call("POST", f"/trackings/{identifier}/mark-as-completed", {"reason": "DELIVERED"})
    assert world.sent == []
    assert world.mock.webhooks.deliver() == 1
    assert world.reported == [(UPDATE, "Delivered")]
    assert world.events[0]["msg"]["active"] is False


def test_a_promised_date_revises_the_estimate() -> None:
    world = World()
    world.add()
    identifier = world.create("PARCEL0001", "usps")
    promised = {"promised_delivery_date": "2024-03-01"}
    world.call("PUT", f"/trackings/{identifier}", {"order_promised_delivery_date": promised})
    world.clock.advance()
    assert world.reported == [(REVISE, "Pending")]


@pytest.mark.parametrize("edits", [False, True])
def test_whether_edits_are_sent_is_a_setting(edits: bool) -> None:
    world = World()
    world.add(events=[UPDATE], edits=edits)
    identifier = world.create()
    world.clock.advance(minutes=21)
    world.sent.clear()
    world.call("PUT", f"/trackings/{identifier}", {"title": "Another"})
    world.clock.advance()
    assert [event["is_tracking_first_tag"] for event in world.events] == ([False] if edits else [])


def test_a_url_gets_only_what_it_chose() -> None:
    world = World()
    world.add(events=[UPDATE], tags=["Delivered"])
    world.create()
    world.clock.advance(days=2)
    assert world.reported == [(UPDATE, "Delivered")]


def test_a_url_of_one_key_gets_no_events_of_another_key() -> None:
    world = World()
    world.add(events=[UPDATE], tags=["Delivered"], api_key=KEY)
    world.create(key="another-key")
    world.clock.advance(days=1)
    assert world.reported == []
    world.create()
    world.clock.advance(days=1)
    assert len(world.reported) == 1


def test_events_before_a_url_was_added_are_not_sent() -> None:
    world = World()
    world.create()
    world.create("PENDING0001", "usps")
    world.clock.advance(days=2)
    world.add()
    world.clock.advance(days=1)
    assert world.reported == []


def test_a_late_url_knows_which_tags_are_old() -> None:
    world = World()
    world.create("ITT004D-20-1")
    world.clock.advance(minutes=41)
    world.add(events=[UPDATE])
    world.clock.advance(days=1)
    assert [event["is_tracking_first_tag"] for event in world.events] == [False, True]


def test_a_deleted_tracking_is_silent() -> None:
    world = World()
    world.add()
    identifier = world.create()
    world.call("DELETE", f"/trackings/{identifier}")
    world.clock.advance(days=40)
    assert world.reported == []


def test_a_removed_url_gets_nothing_new() -> None:
    world = World()
    endpoint = world.add(events=[UPDATE])
    world.create()
    world.clock.advance(minutes=21)
    world.mock.webhooks.remove(endpoint)
    world.clock.advance(days=2)
    assert world.reported == [(UPDATE, "InfoReceived")]
    assert world.mock.webhooks.endpoints == ()


def test_ids_are_of_version_4_and_come_from_the_seed() -> None:
    def ids(seed: int) -> list[str]:
        world = World(seed)
        world.add(events=[UPDATE])
        world.create()
        world.clock.advance(days=2)
        return [event["event_id"] for event in world.events]

    found = ids(1)
    assert found == ids(1)
    assert found != ids(2)
    assert len(set(found)) == 4
    assert {uuid.UUID(each).version for each in found} == {4}


@pytest.mark.parametrize("shared", [True, False])
def test_whether_urls_share_ids_is_a_setting(shared: bool) -> None:
    world = World()
    world.mock.webhooks.shared_ids = shared
    world.add(events=[UPDATE], tags=["Delivered"])
    world.add(events=[UPDATE], tags=["Delivered"], url="http://receiver.test/2")
    world.create()
    world.clock.advance(days=2)
    assert len({event["event_id"] for event in world.events}) == (1 if shared else 2)


def test_a_reset_forgets_all_but_the_urls() -> None:
    world = World()
    world.add(events=[UPDATE])
    world.create()
    world.respond = lambda _: 500
    world.clock.advance(minutes=21)
    first = world.events[0]["event_id"]
    world.mock.reset()
    assert (len(world.mock.webhooks.log), world.mock.webhooks.waiting) == (0, ())
    world.sent.clear()
    world.clock.advance(days=5)
    assert world.sent == []
    world.create()
    world.clock.advance(minutes=21)
    assert world.events[0]["event_id"] == first


def test_a_reset_while_something_is_sent_forgets_that_too() -> None:
    world = World()
    world.add(events=[UPDATE])
    world.create()

    def reset(_: object) -> int:
        world.mock.reset()
        return 500

    world.respond = reset
    world.clock.advance(minutes=21)
    assert len(world.sent) == 1
    assert (len(world.mock.webhooks.log), world.mock.webhooks.waiting) == (0, ())
    assert world.mock.webhooks.is_idle


def test_many_changes_of_a_parcel_leave_one_alarm() -> None:
    world = World()
    world.add(events=[UPDATE])
    identifier = world.create()
    before = len(world.mock.webhooks._watch._alarms)  # nothing public shows it
    for number in range(20):
        world.call("PUT", f"/trackings/{identifier}", {"title": str(number)})
    assert len(world.mock.webhooks._watch._alarms) == before
    world.clock.advance(days=1)
    assert len(world.reported) == 4


def test_a_test_event_is_sent_at_once_and_only_once() -> None:
    world = World()
    endpoint = world.add(version="2024-01")
    world.respond = lambda _: 404
    attempt = world.mock.webhooks.send_test(endpoint)
    assert (attempt.status, attempt.kind, attempt.outcome) == (404, "test", "dropped")
    assert is_signed(world.sent[0])
    validator("2024-01").validate(json.loads(world.sent[0].body))
    world.clock.advance(days=5)
    assert len(world.sent) == 1


def test_a_mock_without_urls_remembers_nothing_for_them() -> None:
    world = World()
    world.create()
    account = world.mock._store.account(KEY)  # nothing public shows it
    assert account.take_touched() == []
    assert world.mock.webhooks.next_at() is None


def test_requests_are_served_while_the_receiver_calls_the_mock() -> None:
    """A receiver may use the API and move the clock in a delivery. It neither hangs nor sends."""
    world = World()
    world.add(events=[UPDATE])
    world.create()

    def meddle(_: object) -> int:
        path = f"/tracking/{VERSIONS[-1]}/trackings?slug=testing-courier"
        assert world.mock.handle(MockRequest.to("GET", path, key=KEY)).status == 200
        assert world.mock.webhooks.deliver() == 0
        world.clock.advance(1)
        return 200

    world.respond = meddle
    world.clock.advance(days=2)
    assert len(world.reported) == 4
    assert SECRET not in repr(world.mock.webhooks.endpoints)
    assert JOURNEY in world.sent[0].body.decode()
