"""Create or get: one tracking, even if responses are lost."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from aftership_tracking import UNSET
from aftership_tracking.errors import (
    AlreadyExistsError,
    AuthenticationError,
    ConnectError,
    DecodeError,
    ServerError,
    TimeoutError,  # noqa: A004
    TransportError,
    UsageError,
)
from aftership_tracking.mock import ManualClock, MockResponse
from aftership_tracking.runtime.options import Options
from contract_support.client.calls import complete
from writing_support.callers import Caller, FakeClock, open_caller
from writing_support.wire import (
    FAILED,
    GARBLED,
    LOST,
    REFUSED,
    UNREACHABLE,
    ReadOnce,
    Wire,
    without,
)

NUMBER = "PARCEL0001"


def list_trackings(caller: Caller) -> list[Any]:
    if caller.variant == "sync":
        return list(caller.client.trackings.list())
    return list(caller.list().items)


@pytest.mark.parametrize("version", ReadOnce.versions())
def test_created_then_existing_then_updated(variant: str, wire: Wire, version: str) -> None:
    with open_caller(variant, wire, version) as caller:
        parcel = complete(version, "trackings", "create", tracking_number=NUMBER, slug="usps")
        first = caller.upsert(**parcel, note="one")
        assert (first.outcome, first.attempt_count, first.after_lost_response) == ("created", 1, False)
        second = caller.upsert(**parcel, note="two")
        assert (second.outcome, second.attempt_count) == ("existing", 2)
        assert second.tracking.id == first.tracking.id
        assert second.tracking.note == "one"
        third = caller.upsert(**parcel, note="three", update=True)
        assert (third.outcome, third.tracking.id, third.tracking.note) == (
            "updated",
            first.tracking.id,
            "three",
        )
        assert third.attempt_count == 2
        assert [each.id for each in list_trackings(caller)] == [first.tracking.id]


def test_update_takes_what_update_takes_and_says_what_it_left_out(caller: Caller, wire: Wire) -> None:
    caller.upsert(tracking_number=NUMBER, slug="usps")
    done = caller.upsert(
        tracking_number=NUMBER, slug="usps", title="T", shipment_tags=["a"], id="chosen", update=True
    )
    assert done.not_updated == ("shipment_tags",)
    assert json.loads(wire.sent[-1].content) == {"title": "T"}


def test_update_with_fields_of_its_own(caller: Caller, wire: Wire) -> None:
    caller.upsert(tracking_number=NUMBER, slug="usps", title="T", update={"note": "N"})
    done = caller.upsert(tracking_number=NUMBER, slug="usps", title="T", update={"note": "N"})
    assert done.outcome == "updated"
    assert json.loads(wire.sent[-1].content) == {"note": "N"}
    assert (done.tracking.title, done.tracking.note) == ("T", "N")


def test_strings_with_commas_become_lists_for_an_update(variant: str, wire: Wire) -> None:
    with open_caller(variant, wire, "2024-01") as caller:
        for _ in range(2):
            caller.upsert(tracking_number=NUMBER, slug="usps", emails="a@b.example, c@d.example", update=True)
    assert json.loads(wire.sent[-1].content) == {"tracking": {"emails": ["a@b.example", "c@d.example"]}}


@pytest.mark.parametrize("fate", [LOST, GARBLED])
@pytest.mark.parametrize("version", ["2024-01", "2026-07"])
def test_a_lost_response_is_resolved_by_sending_again(
    variant: str, wire: Wire, fate: str, version: str
) -> None:
    with open_caller(variant, wire, version) as caller:
        wire.creates = [fate]
        done = caller.upsert(tracking_number=NUMBER, slug="usps")
        assert (done.outcome, done.after_lost_response, done.attempt_count) == ("existing", True, 3)
        assert wire.methods() == ["POST", "POST", "GET"]
        assert len(list_trackings(caller)) == 1


@pytest.mark.parametrize("fate", [FAILED, UNREACHABLE])
def test_request_that_did_nothing_is_sent_again(caller: Caller, wire: Wire, fate: str) -> None:
    wire.creates = [fate]
    done = caller.upsert(tracking_number=NUMBER, slug="usps")
    assert (done.outcome, done.after_lost_response, done.attempt_count) == ("created", False, 2)


def test_a_refusal_after_a_failed_connection_is_not_uncertain(caller: Caller, wire: Wire) -> None:
    caller.create(tracking_number=NUMBER, slug="usps")
    wire.creates = [UNREACHABLE]
    done = caller.upsert(tracking_number=NUMBER, slug="usps")
    assert (done.outcome, done.after_lost_response) == ("existing", False)


@pytest.mark.parametrize(
    ("fate", "error"),
    [(LOST, TransportError), (FAILED, ServerError), (UNREACHABLE, ConnectError), (GARBLED, DecodeError)],
)
def test_retries_end(caller: Caller, wire: Wire, fate: str, error: type[Exception]) -> None:
    wire.judge = lambda request, _body: fate if request.method == "POST" else None
    with pytest.raises(error):
        caller.upsert(tracking_number=NUMBER, slug="usps")
    assert wire.methods() == ["POST"] * (2 if fate == GARBLED else 3)


def test_no_retries_means_one_create(caller: Caller, wire: Wire) -> None:
    wire.creates = [LOST]
    with pytest.raises(TransportError):
        caller.upsert(tracking_number=NUMBER, slug="usps", options=Options(max_retries=0))
    assert wire.methods() == ["POST"]


def test_a_plain_create_is_still_never_repeated(caller: Caller, wire: Wire) -> None:
    wire.creates = [LOST]
    with pytest.raises(TransportError):
        caller.create(tracking_number=NUMBER, slug="usps")
    assert wire.methods() == ["POST"]


def test_other_errors_come_as_they_are(caller: Caller, wire: Wire) -> None:
    wire.creates = [REFUSED]
    with pytest.raises(AuthenticationError):
        caller.upsert(tracking_number=NUMBER, slug="usps")
    assert wire.methods() == ["POST"]


@pytest.mark.parametrize("version", ReadOnce.versions())
def test_without_an_id_it_is_found_by_number_and_courier(variant: str, wire: Wire, version: str) -> None:
    with open_caller(variant, wire, version) as caller:
        parcel = complete(version, "trackings", "create", tracking_number=NUMBER, slug="usps")
        first = caller.upsert(**parcel, note="one")
        caller.create(**{**parcel, "slug": "fedex"})
        wire.edit = without("id")
        found = caller.upsert(**parcel, note="two", update=True)
        assert (found.outcome, found.tracking.id) == ("updated", first.tracking.id)
        assert wire.methods()[-3:] == ["POST", "GET", "PUT"]


def test_the_refusal_may_name_the_courier(caller: Caller, wire: Wire) -> None:
    first = caller.create(tracking_number="9400111899223197428490")
    caller.create(tracking_number="9400111899223197428490", slug="fedex")
    wire.edit = without("id")
    found = caller.upsert(tracking_number="9400111899223197428490")
    assert found.tracking.id == first.id


def test_it_never_guesses_between_several(caller: Caller, wire: Wire) -> None:
    caller.create(tracking_number="9400111899223197428490")
    caller.create(tracking_number="9400111899223197428490", slug="fedex")
    wire.edit = without("id", "slug")
    with pytest.raises(AlreadyExistsError, match="give the slug too"):
        caller.upsert(tracking_number="9400111899223197428490", update={"note": "wrong one"})
    assert "PUT" not in wire.methods()


def test_a_tracking_that_is_not_listed_is_not_made_up(caller: Caller, wire: Wire) -> None:
    caller.create(tracking_number=NUMBER, slug="usps")
    unnamed = without("id")

    def edit(response: MockResponse) -> MockResponse:
        content = response.json
        if "trackings" not in content["data"]:
            return unnamed(response)
        content["data"]["trackings"] = []
        return replace(response, body=json.dumps(content).encode())

    wire.edit = edit
    with pytest.raises(AlreadyExistsError, match="does not list it"):
        caller.upsert(tracking_number=NUMBER, slug="usps")


def test_tracking_older_than_thirty_days_is_found_in_old_versions(variant: str, wire: Wire) -> None:
    clock = FakeClock(wire.mock.clock)
    with open_caller(variant, wire, "2024-01", clocks=clock.clocks()) as caller:
        first = caller.create(tracking_number=NUMBER, slug="usps")
        clock.advance(60 * 86_400.0)
        wire.edit = without("id")
        assert caller.upsert(tracking_number=NUMBER, slug="usps").tracking.id == first.id
    assert b"created_at_min=2023-12-" in wire.sent[-1].url.query


@pytest.mark.parametrize("hidden", [(), ("tracking_number",)])
def test_an_id_that_belongs_to_another_number_is_left_alone(
    caller: Caller, wire: Wire, hidden: tuple[str, ...]
) -> None:
    caller.create(tracking_number="OTHER00001", slug="usps", id="chosen")
    wire.edit = without(*hidden)
    with pytest.raises(AlreadyExistsError, match="another number"):
        caller.upsert(tracking_number=NUMBER, slug="usps", id="chosen", note="x", update=True)
    assert "PUT" not in wire.methods()


def test_deleted_between_the_two_calls_is_created_again(caller: Caller, wire: Wire) -> None:
    first = caller.create(tracking_number=NUMBER, slug="usps")

    def delete(response: MockResponse) -> MockResponse:
        if b"4003" in response.body:
            wire.edit = lambda response: response
            call_mock(wire, "DELETE", first.id)
        return response

    wire.edit = delete
    done = caller.upsert(tracking_number=NUMBER, slug="usps")
    assert done.outcome == "created"
    assert done.tracking.id != first.id
    assert wire.methods() == ["POST", "POST", "GET", "POST"]


def call_mock(wire: Wire, method: str, identifier: str) -> None:
    from aftership_tracking.mock import MockRequest

    wire.mock.handle(MockRequest.to(method, f"/tracking/2026-07/trackings/{identifier}", key="test-key"))


def test_one_deadline_for_all_requests(variant: str, wire: Wire) -> None:
    clock = FakeClock()
    with open_caller(variant, wire, clocks=clock.clocks()) as caller:
        caller.create(tracking_number=NUMBER, slug="usps")
        wire.sent.clear()

        def slow(response: MockResponse) -> MockResponse:
            clock.advance(4.0)
            return response

        wire.edit = slow
        with pytest.raises(TimeoutError, match="deadline of 3 s"):
            caller.upsert(tracking_number=NUMBER, slug="usps", options=Options(deadline=3.0))
        assert wire.methods() == ["POST"]
        done = caller.upsert(tracking_number=NUMBER, slug="usps", options=Options(deadline=9.0))
        assert done.outcome == "existing"


def test_the_deadline_of_the_client_counts_too(variant: str, wire: Wire) -> None:
    clock = FakeClock()
    with open_caller(variant, wire, clocks=clock.clocks(), deadline=3.0) as caller:
        caller.create(tracking_number=NUMBER, slug="usps")
        wire.edit = lambda response: (clock.advance(4.0), response)[1]
        with pytest.raises(TimeoutError, match="deadline of 3 s"):
            caller.upsert(tracking_number=NUMBER, slug="usps")


def test_options_go_with_every_request(caller: Caller, wire: Wire) -> None:
    for _ in range(2):
        caller.upsert(
            tracking_number=NUMBER,
            slug="usps",
            note="n",
            update=True,
            options=Options(headers={"x-own": "1"}),
        )
    assert [request.headers["x-own"] for request in wire.sent] == ["1"] * 3


def test_hooks_of_the_client_see_every_attempt(variant: str, wire: Wire) -> None:
    seen: list[Any] = []
    with open_caller(variant, wire, hooks=[seen.append]) as caller:
        wire.creates = [LOST]
        caller.upsert(tracking_number=NUMBER, slug="usps")
    assert [event.attempt for event in seen if hasattr(event, "decision")] == [1, 2, 1]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"tracking_number": NUMBER, "notte": "x"}, "no field notte"),
        ({"tracking_number": NUMBER, "customer_name": "x"}, "no field customer_name"),
        ({"tracking_number": None}, "tracking_number"),
        ({"tracking_number": NUMBER, "update": {"courier": "x"}}, "update has no field courier"),
    ],
)
def test_fields_that_the_version_does_not_have_are_refused(
    caller: Caller, wire: Wire, fields: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        caller.upsert(**fields)
    assert wire.sent == []


def test_nothing_of_the_tracking_is_in_the_repr(caller: Caller) -> None:
    done = caller.upsert(tracking_number=NUMBER, slug="usps", note="very private")
    assert repr(done) == "<Upserted created, 1 attempt>"


def test_the_clock_of_the_mock_begins_where_the_tests_say() -> None:
    assert ManualClock().now().timestamp() == FakeClock().clocks().clock()


@pytest.mark.parametrize(
    "wrong",
    [
        {"update": "yes"},
        {"update": ["note"]},
        {"update": 1},
        {"update": iter(["note"])},
        {"options": {"deadline": 1}},
    ],
    ids=lambda wrong: next(iter(wrong)) + type(next(iter(wrong.values()))).__name__,
)
def test_what_update_cannot_be_is_refused(caller: Caller, wire: Wire, wrong: dict[str, Any]) -> None:
    """A list of names would be a fair guess, and must not update with every field."""
    with pytest.raises(UsageError, match="must be"):
        caller.upsert(tracking_number=NUMBER, slug="usps", note="x", **wrong)
    assert wire.sent == []


def test_an_update_with_nothing_to_send_is_none(caller: Caller, wire: Wire) -> None:
    caller.create(tracking_number=NUMBER, slug="usps", note="one")
    wire.sent.clear()
    for update in ({"note": None}, {"note": UNSET}, {}, None):
        done = caller.upsert(tracking_number=NUMBER, slug="usps", update=update)
        assert (done.outcome, done.tracking.note) == ("existing", "one")
    # It clears.
    assert caller.upsert(tracking_number=NUMBER, slug="usps", update={"last_mile": None}).outcome == "updated"
    assert wire.methods() == [*["POST", "GET"] * 4, "POST", "PUT"]
