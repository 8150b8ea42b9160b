"""What an outsider may send to the control API that has to be refused: nothing of it may break the mock."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from aftership_tracking.mock import ControlError, Mock, SystemClock


def works(sandbox: Any) -> None:
    """The mock still creates, moves and lists trackings."""
    identifier = sandbox.create(f"PARCEL{len(sandbox.mock.journal):04d}")["id"]
    sandbox.post(f"trackings/{identifier}", {"advance": "1h", "key": "test-key"})
    sandbox.post("clock", {"advance": "1d"})
    assert identifier in [each["id"] for each in sandbox.trackings()]


@pytest.mark.parametrize(
    ("path", "body", "code", "words"),
    [
        ("clock", {"speed": 1e-308}, "wrong-value", "from 0.01"),
        ("clock", {"speed": 1e308}, "wrong-value", "to 1,000,000,000"),
        ("clock", {"speed": -1}, "wrong-value", "speed"),
        ("clock", {"set": "9999-12-31T23:59:59Z"}, "wrong-value", "ends with the year 2999"),
        ("seed", {"count": 1, "key": ""}, "wrong-value", "no header can hold"),
        ("seed", {"count": 1, "key": "k\n"}, "wrong-value", "no header can hold"),
        ("reset", {"key": " k"}, "wrong-value", "no header can hold"),
        ("faults", {"status": 500, "headers": {"bad name": "x"}}, "wrong-value", "not the name of a header"),
        ("faults", {"status": 500, "headers": {"": "x"}}, "wrong-value", "not the name of a header"),
        ("faults", {"status": 500, "headers": {"Content-Length": "5"}}, "wrong-value", "drop it during"),
        ("faults", {"status": 500, "path": ""}, "wrong-value", "fits no request"),
        ("faults", {"status": 500, "path": "trackings"}, "wrong-value", "begins with /"),
    ],
)
def test_it_is_refused_and_everything_works(
    sandbox: Any, path: str, body: dict[str, Any], code: str, words: str
) -> None:
    found, message = sandbox.refused(path, body)
    assert found == code
    assert words in message
    works(sandbox)


def test_the_clock_cannot_be_advanced_beyond_its_end(sandbox: Any) -> None:
    for _ in range(10):
        sandbox.post("clock", {"advance": "36500d"}, 200 if sandbox.clock.now().year < 2890 else 400)
    assert sandbox.clock.now().year < 3000
    works(sandbox)


@pytest.mark.parametrize("pace", [0.01, 1e9])
def test_the_slowest_and_the_fastest_pace_work(sandbox: Any, pace: float) -> None:
    sandbox.create("ITOD-1-1", slug="testing-courier")
    sandbox.post(
        "seed", {"count": 1, "key": "test-key", "template": {"slug": "dhl", "journey": "customs"}}, 201
    )
    sandbox.post("clock", {"set": "2999-06-01T00:00:00Z"})
    for speed in (pace, 1, pace):
        sandbox.post("clock", {"speed": speed})
        works(sandbox)


def test_the_pace_has_the_same_limits_everywhere() -> None:
    for pace in (0, 0.009, 2e9, float("inf"), float("nan")):
        with pytest.raises(ValueError, match=r"from 0\.01 to 1,000,000,000"):
            SystemClock(pace)
        with pytest.raises(ControlError, match="speed"):
            Mock().speed = pace


@pytest.mark.parametrize(
    "others",
    [
        [{"legacy_id": "x" * 24}, {"legacy_id": "x" * 24}],
        [{"id": "x" * 24}, {"legacy_id": "x" * 24}],
        [{"legacy_id": "x" * 24}, {"id": "x" * 24}],
    ],
)
def test_two_trackings_never_have_the_same_id(sandbox: Any, others: list[dict[str, str]]) -> None:
    body = {"key": "test-key", "trackings": [{"slug": "dhl", **each} for each in others]}
    assert sandbox.refused("seed", body, 409)[0] == "exists"
    sandbox.post("seed", {**body, "trackings": body["trackings"][:1]}, 201)
    assert sandbox.refused("seed", {**body, "trackings": body["trackings"][1:]}, 409)[0] == "exists"
    (found,) = sandbox.trackings()
    assert sandbox.call("DELETE", f"/trackings/{found['id']}").status_code == 200
    sandbox.post("seed", {**body, "trackings": body["trackings"][1:]}, 201)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("pace", -1, "the pace has to be"),
        ("pace", 1e30, "the pace has to be"),
        ("now", "2024-02-06T10:15:30", "zone"),
        ("now", "9000-01-01T00:00:00Z", "2999"),
    ],
)
def test_a_snapshot_that_nothing_could_run_with(sandbox: Any, name: str, value: Any, words: str) -> None:
    sandbox.create()
    snapshot = {**copy.deepcopy(sandbox.get("snapshot")), name: value}
    assert words in sandbox.refused("snapshot", snapshot)[1]
    assert len(sandbox.trackings()) == 1
    works(sandbox)


def test_a_snapshot_of_an_account_without_trackings(sandbox: Any) -> None:
    body = {"courier_slug": "fedex", "credentials": {"account_number": "510087020"}}
    assert sandbox.call("POST", "/courier-connections", json=body).status_code == 201
    snapshot = sandbox.get("snapshot")
    sandbox.post("reset", {})
    sandbox.post("snapshot", snapshot)
    assert len(sandbox.call("GET", "/courier-connections").json()["data"]["courier_connections"]) == 1


def test_an_unknown_outcome_of_deliveries_is_refused(sandbox: Any) -> None:
    response = sandbox.client.get("/_mock/webhooks/deliveries?outcome=nope")
    assert (response.status_code, response.json()["error"]["code"]) == (400, "wrong-value")
    assert sandbox.client.get("/_mock/webhooks/deliveries?outcome=taken").status_code == 200
