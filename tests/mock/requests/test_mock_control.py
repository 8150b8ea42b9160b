"""Limits, faults, journal, reset, clocks: what a test does with a mock besides calling it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aftership_tracking.mock import ManualClock, Mock, SystemClock
from aftership_tracking.mock.pipeline.journal import CAPACITY, mask_key
from aftership_tracking.mock.pipeline.limits import RequestCounts


def test_limits_are_in_the_headers_and_not_enforced(world: Any) -> None:
    responses = [world.call("GET", "/couriers") for _ in range(12)]
    assert {response.status for response in responses} == {200}
    assert [response.headers["x-ratelimit-remaining"] for response in responses[-3:]] == ["0", "0", "0"]
    assert int(responses[0].headers["x-ratelimit-reset"]) == int(world.clock.now().timestamp()) + 1


def test_limits_enforced_share_one_bucket_per_key(new_world: Any) -> None:
    world = new_world(options={"enforce_limits": True})
    for path in ("/couriers", "/trackings") * 5:
        world.data("GET", path)
    response = world.call("GET", "/couriers/all")
    assert (response.status, response.json["meta"]["type"]) == (429, "TooManyRequests")
    assert world.call("GET", "/couriers", key="other-key").status == 200
    world.clock.advance(1)
    world.data("GET", "/couriers")


def test_operations_can_have_buckets_of_their_own(new_world: Any, edited: Any) -> None:
    def per_operation(document: dict[str, Any]) -> None:
        document["x-rate-limit"]["shared-by"] = "operation"
        document["paths"]["/couriers"]["get"]["x-rate-limit"] = {"requests": 1, "seconds": 1}

    world = new_world(options={"enforce_limits": True, "documents": edited(per_operation)})
    world.data("GET", "/couriers")
    assert world.code("GET", "/couriers") == 429
    assert world.call("GET", "/trackings").headers["x-ratelimit-limit"] == "10"


def test_counters_do_not_pile_up() -> None:
    counts, clock = RequestCounts(), ManualClock()
    limit = Mock(clock=clock)._served.newest.operations[0].limit
    for number in range(10_100):
        counts.count(f"key-{number}", limit, clock.now())
        clock.advance(1)
    assert len(counts._windows) <= 10_000


def test_many_keys_within_one_window_are_not_looked_at_with_each_request() -> None:
    counts, clock = RequestCounts(), ManualClock()
    limit = Mock(clock=clock)._served.newest.operations[0].limit
    for number in range(10_001):
        counts.count(f"key-{number}", limit, clock.now())
    looked_at = counts._windows
    for number in range(100):
        counts.count(f"other-{number}", limit, clock.now())
    assert counts._windows is looked_at
    clock.advance(1)
    for number in range(20_000):
        counts.count(f"later-{number}", limit, clock.now())
    assert len(counts._windows) == 20_000


def test_faults_of_one_operation(world: Any) -> None:
    world.mock.faults.add(503, times=2, operation_id="get-user-couriers")
    world.data("GET", "/couriers/all")
    assert [world.call("GET", "/couriers").status for _ in range(3)] == [503, 503, 200]
    world.mock.faults.add(400, code=4003)
    assert world.code("GET", "/couriers") == 4003


def test_a_fault_has_its_status_whether_the_document_has_it_or_not(world: Any) -> None:
    for status, kind in ((408, "BadRequest"), (409, "BadRequest"), (599, "InternalError")):
        world.mock.faults.add(status)
        response = world.call("GET", "/couriers")
        assert (response.status, response.json["meta"]["type"]) == (status, kind)
        assert response.json["meta"]["code"] == status


def test_a_fault_changes_nothing(world: Any) -> None:
    world.mock.faults.add(502)
    body = {"tracking": {"tracking_number": "PARCEL01", "slug": "usps"}}
    assert world.call("POST", "/trackings", json=body).status == 502
    assert world.list_trackings() == []


@pytest.mark.parametrize("wrong", [{"status": 200}, {"status": 600}, {"status": 500, "times": 0}])
def test_faults_must_be_errors(world: Any, wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="fault"):
        world.mock.faults.add(**wrong)


def test_journal(world: Any) -> None:
    world.create("SECRET-NUMBER", title="private")
    world.code("GET", "/trackings?keyword=private&limit=0")
    created, refused = world.mock.journal
    assert (created.method, created.path, created.status) == ("POST", "/tracking/2024-01/trackings", 201)
    assert (refused.operation_id, refused.code, refused.api_key) == ("get-trackings", 4008, "***")
    for word in ("private", "SECRET-NUMBER", "test-key"):
        assert word not in repr(list(world.mock.journal))
    with pytest.raises(AttributeError):
        refused.status = 200
    for _ in range(CAPACITY + 5):
        world.call("GET", "/nothing")
    assert len(world.mock.journal) == CAPACITY


@pytest.mark.parametrize(
    ("key", "shown"), [(None, None), ("", "***"), ("short-key", "***"), ("asat_0123456789", "***6789")]
)
def test_masked_keys(key: str | None, shown: str | None) -> None:
    assert mask_key(key) == shown


def test_trace_ids_differ(world: Any) -> None:
    ids = {world.call("GET", "/couriers").headers["as-trace-id"] for _ in range(5)}
    assert len(ids) == 5
    assert all(len(each) == 32 for each in ids)


def test_reset_starts_over(world: Any) -> None:
    first = world.create()
    world.mock.faults.add(500)
    world.mock.reset()
    assert len(world.mock.journal) == 0
    assert world.call("GET", "/couriers").headers["x-ratelimit-remaining"] == "9"
    assert world.list_trackings() == []
    world.mock.reset()
    assert world.create() == first


def test_manual_clock() -> None:
    clock = ManualClock(datetime(2024, 1, 1, tzinfo=UTC))
    assert clock.advance(5, minutes=1, days=1) == datetime(2024, 1, 2, 0, 1, 5, tzinfo=UTC) == clock.wall()
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-1)
    with pytest.raises(ValueError, match="time zone"):
        ManualClock(datetime(2024, 1, 1))  # noqa: DTZ001 - the point of the test


def test_system_clock() -> None:
    fast = SystemClock(speed=1_000_000)
    assert abs(fast.now() - datetime.now(UTC)) < timedelta(minutes=1), "the speed is that of the parcels"
    assert fast.advance(minutes=5) > datetime.now(UTC) + timedelta(minutes=4)
    assert abs(fast.wall() - datetime.now(UTC)) < timedelta(minutes=1)
    with pytest.raises(ValueError, match="backwards"):
        fast.advance(-1)
    for wrong in (0, -1, float("nan")):
        with pytest.raises(ValueError, match=r"from 0\.01"):
            SystemClock(wrong)
