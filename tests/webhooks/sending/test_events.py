"""What the mock's webhooks tell of a parcel, when, and in which shape."""

from __future__ import annotations

import itertools
import json
import uuid
from datetime import timedelta
from typing import Any

import jsonschema_rs
import pytest

from aftership_tracking.mock import MockRequest
from webhook_sender_support import JOURNEY, KEY, SECRET, VERSIONS, Desk, ReadOnce, header, is_signed

UPDATE, REVISE, PENDING_TIME = "tracking_update", "edd_revise", "tracking_pending_time"


def validator(version: str) -> Any:
    document = dict(ReadOnce.document(version))
    schema = {"$ref": "#/components/schemas/WebhookEvent", "components": document["components"]}
    return jsonschema_rs.Draft202012Validator(schema)


def test_a_life_is_told_step_by_step_though_the_clock_leaps() -> None:
    desk = Desk()
    desk.add(events=[UPDATE])
    desk.create()
    assert desk.sent == []
    desk.clock.advance(days=2)
    assert [tag for _, tag in desk.told] == ["InfoReceived", "InTransit", "OutForDelivery", "Delivered"]
    moments = [event["ts"] for event in desk.events]
    assert [later - earlier for earlier, later in itertools.pairwise(moments)] == [1200] * 3
    for event in desk.events:
        # A snapshot of its moment, not of the moment to which the clock was moved.
        assert event["msg"]["updated_at"] == event["msg"]["checkpoints"][-1]["created_at"]
    assert [len(event["msg"]["checkpoints"]) for event in desk.events] == [1, 2, 3, 4]
    assert all(is_signed(request) for request in desk.sent)
    assert all(attempt.sent == attempt.due for attempt in desk.mock.webhooks.log)


@pytest.mark.parametrize("version", VERSIONS)
def test_bodies_are_of_the_version_of_the_url(version: str) -> None:
    desk = Desk()
    desk.add(version=version)
    desk.create()
    desk.create("PENDING0001", "usps")
    desk.clock.advance(days=2)
    assert {code for code, _ in desk.told} == {UPDATE, REVISE, PENDING_TIME}
    check, document = validator(version), ReadOnce.document(version)
    fields = document["components"]["schemas"]["Tracking"]["properties"].keys()
    for request, event in zip(desk.sent, desk.events, strict=True):
        check.validate(event)
        assert event["msg"].keys() <= fields
        assert header(request, "as-webhook-version") == version
        assert event["msg"]["custom_fields"] == ({} if version < "2025-07" else None)


def test_custom_fields_that_are_there_come_as_they_are() -> None:
    desk = Desk()
    desk.add(version="2024-01", events=[UPDATE])
    desk.create(custom_fields={"basket": "b-17"})
    desk.clock.advance(minutes=21)
    assert desk.events[0]["msg"]["custom_fields"] == {"basket": "b-17"}


@pytest.mark.parametrize(
    ("version", "in_header", "shape"),
    [(None, None, VERSIONS[0]), ("2023-10", "2023-10", VERSIONS[0]), ("2031-01", "2031-01", VERSIONS[-1])],
)
def test_a_version_without_a_document_gets_the_nearest_shape(
    version: str | None, in_header: str | None, shape: str
) -> None:
    desk = Desk()
    desk.add(version=version, events=[UPDATE])
    desk.create()
    desk.clock.advance(minutes=21)
    assert header(desk.sent[0], "as-webhook-version") == in_header
    assert ("zip" in desk.events[0]["msg"]["checkpoints"][0]) is (shape < "2026-01")


def test_first_tags_are_marked_and_only_in_updates() -> None:
    desk = Desk()
    desk.add()
    desk.create("ITT004D-20-1")
    desk.clock.advance(days=1)
    assert [(event["msg"]["tag"], event.get("is_tracking_first_tag")) for event in desk.events] == [
        ("InfoReceived", True),
        ("InfoReceived", None),
        ("InTransit", True),
        ("InTransit", False),
        ("Delivered", True),
    ]
    assert desk.told[1][0] == REVISE


def test_pending_for_long_is_told_once_at_its_moment() -> None:
    desk = Desk()
    desk.add(pending_after=timedelta(hours=48), events=[PENDING_TIME])
    desk.add(pending_after=timedelta(hours=72), events=[PENDING_TIME], url="http://receiver.test/72")
    begun = desk.clock.now()
    desk.create("PENDING0001", "usps")
    desk.create()  # moves on, so it is not pending for long
    desk.clock.advance(days=20)
    assert desk.told == [(PENDING_TIME, "Pending")] * 2
    assert [event["ts"] - int(begun.timestamp()) for event in desk.events] == [48 * 3600, 72 * 3600]
    assert "is_tracking_first_tag" not in desk.events[0]


def test_a_silent_parcel_expires() -> None:
    desk = Desk()
    desk.add(events=[UPDATE])
    desk.create("PENDING0001", "usps")
    desk.clock.advance(days=29)
    assert desk.told == []
    desk.clock.advance(days=2)
    assert desk.told == [(UPDATE, "Expired")]


def test_a_call_that_changes_the_status_is_told_with_the_next_move() -> None:
    desk = Desk()
    desk.add()
    identifier = desk.create("PARCEL0001", "usps")
    desk.call("POST", f"/trackings/{identifier}/mark-as-completed", {"reason": "DELIVERED"})
    assert desk.sent == []
    assert desk.mock.webhooks.deliver() == 1
    assert desk.told == [(UPDATE, "Delivered")]
    assert desk.events[0]["msg"]["active"] is False


def test_a_promised_date_revises_the_estimate() -> None:
    desk = Desk()
    desk.add()
    identifier = desk.create("PARCEL0001", "usps")
    promised = {"promised_delivery_date": "2024-03-01"}
    desk.call("PUT", f"/trackings/{identifier}", {"order_promised_delivery_date": promised})
    desk.clock.advance()
    assert desk.told == [(REVISE, "Pending")]


@pytest.mark.parametrize("edits", [False, True])
def test_whether_edits_are_told_is_a_setting(edits: bool) -> None:
    desk = Desk()
    desk.add(events=[UPDATE], edits=edits)
    identifier = desk.create()
    desk.clock.advance(minutes=21)
    desk.sent.clear()
    desk.call("PUT", f"/trackings/{identifier}", {"title": "Another"})
    desk.clock.advance()
    assert [event["is_tracking_first_tag"] for event in desk.events] == ([False] if edits else [])


def test_a_url_gets_only_what_it_chose() -> None:
    desk = Desk()
    desk.add(events=[UPDATE], tags=["Delivered"])
    desk.create()
    desk.clock.advance(days=2)
    assert desk.told == [(UPDATE, "Delivered")]


def test_a_url_of_one_key_hears_of_no_other() -> None:
    desk = Desk()
    desk.add(events=[UPDATE], tags=["Delivered"], api_key=KEY)
    desk.create(key="another-key")
    desk.clock.advance(days=1)
    assert desk.told == []
    desk.create()
    desk.clock.advance(days=1)
    assert len(desk.told) == 1


def test_what_happened_before_a_url_was_added_is_not_told() -> None:
    desk = Desk()
    desk.create()
    desk.create("PENDING0001", "usps")
    desk.clock.advance(days=2)
    desk.add()
    desk.clock.advance(days=1)
    assert desk.told == []


def test_a_late_url_knows_which_tags_are_old() -> None:
    desk = Desk()
    desk.create("ITT004D-20-1")
    desk.clock.advance(minutes=41)
    desk.add(events=[UPDATE])
    desk.clock.advance(days=1)
    assert [event["is_tracking_first_tag"] for event in desk.events] == [False, True]


def test_a_deleted_tracking_is_silent() -> None:
    desk = Desk()
    desk.add()
    identifier = desk.create()
    desk.call("DELETE", f"/trackings/{identifier}")
    desk.clock.advance(days=40)
    assert desk.told == []


def test_a_removed_url_hears_nothing_new() -> None:
    desk = Desk()
    endpoint = desk.add(events=[UPDATE])
    desk.create()
    desk.clock.advance(minutes=21)
    desk.mock.webhooks.remove(endpoint)
    desk.clock.advance(days=2)
    assert desk.told == [(UPDATE, "InfoReceived")]
    assert desk.mock.webhooks.endpoints == ()


def test_ids_are_of_version_4_and_come_from_the_seed() -> None:
    def ids(seed: int) -> list[str]:
        desk = Desk(seed)
        desk.add(events=[UPDATE])
        desk.create()
        desk.clock.advance(days=2)
        return [event["event_id"] for event in desk.events]

    found = ids(1)
    assert found == ids(1)
    assert found != ids(2)
    assert len(set(found)) == 4
    assert {uuid.UUID(each).version for each in found} == {4}


@pytest.mark.parametrize("shared", [True, False])
def test_whether_urls_share_ids_is_a_setting(shared: bool) -> None:
    desk = Desk()
    desk.mock.webhooks.shared_ids = shared
    desk.add(events=[UPDATE], tags=["Delivered"])
    desk.add(events=[UPDATE], tags=["Delivered"], url="http://receiver.test/2")
    desk.create()
    desk.clock.advance(days=2)
    assert len({event["event_id"] for event in desk.events}) == (1 if shared else 2)


def test_a_reset_forgets_all_but_the_urls() -> None:
    desk = Desk()
    desk.add(events=[UPDATE])
    desk.create()
    desk.answers = lambda _: 500
    desk.clock.advance(minutes=21)
    first = desk.events[0]["event_id"]
    desk.mock.reset()
    assert (len(desk.mock.webhooks.log), desk.mock.webhooks.waiting) == (0, ())
    desk.sent.clear()
    desk.clock.advance(days=5)
    assert desk.sent == []
    desk.create()
    desk.clock.advance(minutes=21)
    assert desk.events[0]["event_id"] == first


def test_a_reset_while_something_is_sent_forgets_that_too() -> None:
    desk = Desk()
    desk.add(events=[UPDATE])
    desk.create()

    def reset(_: object) -> int:
        desk.mock.reset()
        return 500

    desk.answers = reset
    desk.clock.advance(minutes=21)
    assert len(desk.sent) == 1
    assert (len(desk.mock.webhooks.log), desk.mock.webhooks.waiting) == (0, ())
    assert desk.mock.webhooks.is_idle


def test_many_changes_of_a_parcel_leave_one_alarm() -> None:
    desk = Desk()
    desk.add(events=[UPDATE])
    identifier = desk.create()
    before = len(desk.mock.webhooks._watch._alarms)  # nothing public shows it
    for number in range(20):
        desk.call("PUT", f"/trackings/{identifier}", {"title": str(number)})
    assert len(desk.mock.webhooks._watch._alarms) == before
    desk.clock.advance(days=1)
    assert len(desk.told) == 4


def test_a_test_event_is_sent_at_once_and_only_once() -> None:
    desk = Desk()
    endpoint = desk.add(version="2024-01")
    desk.answers = lambda _: 404
    attempt = desk.mock.webhooks.send_test(endpoint)
    assert (attempt.status, attempt.kind, attempt.outcome) == (404, "test", "dropped")
    assert is_signed(desk.sent[0])
    validator("2024-01").validate(json.loads(desk.sent[0].body))
    desk.clock.advance(days=5)
    assert len(desk.sent) == 1


def test_a_mock_without_urls_remembers_nothing_for_them() -> None:
    desk = Desk()
    desk.create()
    account = desk.mock._store.account(KEY)  # nothing public shows it
    assert account.take_touched() == []
    assert desk.mock.webhooks.next_at() is None


def test_requests_are_answered_while_the_receiver_calls_the_mock() -> None:
    """A receiver that uses the API and moves the clock while it is served neither hangs nor sends."""
    desk = Desk()
    desk.add(events=[UPDATE])
    desk.create()

    def meddle(_: object) -> int:
        path = f"/tracking/{VERSIONS[-1]}/trackings?slug=testing-courier"
        assert desk.mock.handle(MockRequest.to("GET", path, key=KEY)).status == 200
        assert desk.mock.webhooks.deliver() == 0
        desk.clock.advance(1)
        return 200

    desk.answers = meddle
    desk.clock.advance(days=2)
    assert len(desk.told) == 4
    assert SECRET not in repr(desk.mock.webhooks.endpoints)
    assert JOURNEY in desk.sent[0].body.decode()
