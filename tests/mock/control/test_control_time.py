"""The clock, and parcels that are put into a status or moved alone; with their webhooks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from aftership_tracking.mock import ManualClock, Mock, MockOAuth, MockRequest, MockToken, SystemClock
from aftership_tracking.mock.control.durations import read_duration
from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.testing.mock_on_port import MockOnPort
from aftership_tracking.webhooks.sending.sender import Outgoing
from contract_support.document.installed import ReadOnce
from patience import PATIENCE


def watch(sandbox: Any) -> list[Outgoing]:
    """What the mock sends from now on."""
    sent: list[Outgoing] = []

    def take(request: Outgoing) -> int:
        sent.append(request)
        return 200

    sandbox.mock.webhooks.transport = take
    sandbox.mock.webhooks.add("http://127.0.0.1:8080/hook", secret="s")
    return sent


def tags(sandbox: Any) -> list[str | None]:
    return [attempt.tag for attempt in sandbox.mock.webhooks.log if attempt.event == "tracking_update"]


@pytest.mark.parametrize("is_manual", [False, True])
def test_the_date_of_a_response_is_that_of_the_machine_and_a_limit_that_of_the_callers(
    is_manual: bool,
) -> None:
    mock = Mock(clock=ManualClock()) if is_manual else Mock()
    with MockOnPort(mock) as served:
        mock.clock.advance(days=4)
        url = f"{served.url}/tracking/2026-07/couriers"
        headers = httpx.get(url, headers={"as-api-key": "k"}, timeout=PATIENCE).headers
    machine = datetime.now(UTC)
    assert abs(parsedate_to_datetime(headers["date"]) - machine) < timedelta(days=1)
    reset = datetime.fromtimestamp(int(headers["x-ratelimit-reset"]), UTC)
    assert abs(reset - (mock.clock.now() if is_manual else machine)) < timedelta(days=1)
    called = mock.handle(MockRequest.to("GET", "/tracking/2026-07/couriers", key="k"))
    assert "date" not in called.headers


def test_the_clock_moves_parcels_creation_and_filters(sandbox: Any) -> None:
    parcel = sandbox.create("ITOD-3-42", "testing-courier")
    moved = sandbox.post("clock", {"advance": "12m"})
    assert moved["now"] == sandbox.get("clock")["now"] == "2024-02-06T10:27:30+00:00"
    assert sandbox.tracking(parcel["id"])["tag"] == "Delivered"
    later = sandbox.create("PARCEL0002")
    assert later["created_at"] == "2024-02-06T10:27:30+00:00"
    query = "created_at_max=2024-02-06T10:20:00%2B00:00"
    assert [each["id"] for each in sandbox.trackings(query)] == [parcel["id"]]


def test_set_and_its_past(sandbox: Any) -> None:
    assert sandbox.post("clock", {"set": "2024-07-01T02:00:00+02:00"})["now"] == "2024-07-01T00:00:00+00:00"
    code, message = sandbox.refused("clock", {"set": "2024-06-30T23:59:59Z"}, 409)
    assert code == "time-runs-forward"
    assert "snapshot" in message
    assert sandbox.get("clock")["now"] == "2024-07-01T00:00:00+00:00"


def test_tokens_expire_by_the_clock() -> None:
    """And those that are issued do as well: both went by the time of the machine before."""
    clock = SystemClock()
    oauth = MockOAuth(
        {"given": MockToken({"aftership:tracking:read"}, datetime.now(UTC) + timedelta(hours=1))},
        codes={"code": ["aftership:tracking:read"]},
        lifetime=7200,
    )
    mock = Mock(documents=ReadOnce, clock=clock, tokens=oauth)
    form = b"grant_type=authorization_code&code=code"
    issued = mock.handle(MockRequest("POST", b"/oauth/token", body=form)).json["access_token"]

    def status(token: str) -> int:
        return mock.handle(
            MockRequest.to("GET", "/tracking/2026-07/trackings", headers={"authorization": f"Bearer {token}"})
        ).status

    assert (status("given"), status(issued)) == (200, 200)
    mock.advance("61m")
    assert (status("given"), status(issued)) == (401, 200)
    mock.advance("1h")
    assert status(issued) == 401


def test_limits_and_signatures_stay_on_real_time() -> None:
    clock = SystemClock()
    mock = Mock(documents=ReadOnce, clock=clock)
    mock.advance("40d")
    assert clock.now() - clock.wall() > timedelta(days=39)
    response = mock.handle(MockRequest.to("GET", "/tracking/2026-07/couriers", key="k"))
    # Authenticate and the limiter read `wall`, so the window ends now, and not in 40 days.
    ahead = int(response.headers["x-ratelimit-reset"]) - datetime.now(UTC).timestamp()
    assert ahead < timedelta(days=1).total_seconds()


def test_speed_is_the_pace_of_parcels(sandbox: Any) -> None:
    parcel = sandbox.create("ITOD-3-42", "testing-courier")
    before = sandbox.get("clock")
    assert before["speed"] == 1.0
    after = sandbox.post("clock", {"speed": 60})
    assert after == {**before, "speed": 60}
    sandbox.post("clock", {"advance": "12s"})
    assert sandbox.tracking(parcel["id"])["tag"] == "Delivered"
    for speed in (0, -1):
        assert sandbox.refused("clock", {"speed": speed})[0] == "wrong-value"


def test_a_clock_of_ones_own_can_be_moved_and_snapshots_set_it_back() -> None:
    class Own:
        def now(self) -> datetime:
            return ManualClock().now()

        wall = now

    mock = Mock(documents=ReadOnce, clock=Own())
    begin, taken = mock.clock.now(), mock.snapshot()
    assert mock.advance("1h") == begin + timedelta(hours=1)
    mock.restore(taken)
    assert mock.clock.now() == begin


def test_a_clock_that_only_its_owner_can_set_back() -> None:
    class Own:
        def now(self) -> datetime:
            return ManualClock().now()

        wall = now

        def advance(self, seconds: float = 0.0, *, minutes: float = 0.0, days: float = 0.0) -> datetime:
            return self.now()

    mock = Mock(documents=ReadOnce, clock=Own())
    with pytest.raises(ControlError, match="only its owner can set back"):
        mock.restore(mock.snapshot())


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "nothing-to-do"),
        ({"advance": "-1h"}, "not-a-duration"),
        ({"advance": -1}, "not-a-duration"),
        ({"advance": "1 h"}, "not-a-duration"),
        ({"advance": "200000d"}, "not-a-duration"),
        ({"advance": "1h", "set": "2030-01-01T00:00:00Z"}, "contradiction"),
        ({"set": "2030-01-01"}, "not-a-time"),
        ({"set": "soon"}, "not-a-time"),
        ({"advanse": "1h"}, "unknown-field"),
        ({"speed": "fast"}, "wrong-type"),
    ],
)
def test_what_the_clock_refuses(sandbox: Any, body: dict[str, Any], code: str) -> None:
    assert sandbox.refused("clock", body)[0] == code


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1h30m", 5400), ("2d", 172_800), ("500ms", 0.5), ("1.5h", 5400), ("1w", 604_800), (90, 90), (0, 0)],
)
def test_durations(text: str | float, seconds: float) -> None:
    assert read_duration(text, "x") == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "tag", ["InTransit", "OutForDelivery", "AttemptFail", "Delivered", "Exception", "Expired"]
)
def test_make_it_so_now(sandbox: Any, tag: str) -> None:
    sent = watch(sandbox)
    parcel = sandbox.create()
    changed = sandbox.post(f"trackings/{parcel['id']}", {"tag": tag})["tracking"]
    assert changed == sandbox.tracking(parcel["id"])
    assert changed["tag"] == tag
    assert tags(sandbox) == [tag]
    assert len(sent) == 1


def test_a_parcel_can_go_on_from_any_status(sandbox: Any) -> None:
    """A courier may report more after a delivery, and what it planned before is over."""
    watch(sandbox)
    parcel = sandbox.create("ITOD-3-42", "testing-courier")
    sandbox.post("clock", {"advance": "4m"})
    for body in ({"tag": "Exception"}, {"tag": "Delivered"}, {"subtag": "Exception_011"}):
        changed = sandbox.post(f"trackings/{parcel['id']}", body)["tracking"]
    assert changed["return_to_sender"]
    assert [each["tag"] for each in changed["checkpoints"]] == [
        *("InfoReceived", "Exception", "Delivered", "Exception")
    ]
    sandbox.post("clock", {"advance": "1h"})
    assert sandbox.tracking(parcel["id"])["subtag"] == "Exception_011"
    assert tags(sandbox) == ["InfoReceived", "Exception", "Delivered", "Exception"]


def test_back_to_pending(sandbox: Any) -> None:
    parcel = sandbox.create("ITOD-3-42", "testing-courier")
    sandbox.post(f"trackings/{parcel['id']}", {"tag": "Delivered"})
    changed = sandbox.post(f"trackings/{parcel['id']}", {"tag": "Pending"})["tracking"]
    assert (changed["tag"], changed["checkpoints"], changed["active"]) == ("Pending", [], True)


def test_one_parcel_advances_alone(sandbox: Any) -> None:
    watch(sandbox)
    first, second = (sandbox.create(f"ITOD-3-{number}", "testing-courier") for number in (1, 2))
    changed = sandbox.post(f"trackings/{first['id']}", {"advance": "12m"})["tracking"]
    assert changed["tag"] == "Delivered"
    assert sandbox.tracking(second["id"])["tag"] == "Pending"
    assert tags(sandbox) == ["InfoReceived", "InTransit", "OutForDelivery", "Delivered"]
    assert sandbox.get("clock")["now"] == "2024-02-06T10:15:30+00:00"


def test_one_parcel_begins_a_journey(sandbox: Any) -> None:
    parcel = sandbox.create("ITOD-3-42", "testing-courier")
    sandbox.post(f"trackings/{parcel['id']}", {"journey": "customs"})
    sandbox.post("clock", {"advance": "30d"})
    assert sandbox.tracking(parcel["id"])["subtag"] == "Delivered_001"
    code, message = sandbox.refused(f"trackings/{parcel['id']}", {"journey": "custom"}, 400)
    assert (code, "customs" in message) == ("unknown-journey", True)
    both = {"journey": "customs", "tag": "Delivered"}
    assert sandbox.refused(f"trackings/{parcel['id']}", both)[0] == "contradiction"


def test_ids_of_old_versions_and_of_two_accounts(sandbox: Any) -> None:
    chosen = "0123456789abcdef0123456789abcdef"
    for key in ("one", "two"):
        sandbox.post("seed", {"key": key, "trackings": [{"id": chosen}]}, 201)
    code, message = sandbox.refused(f"trackings/{chosen}", {"tag": "Delivered"}, 409)
    assert (code, '{"key": "..."}' in message) == ("ambiguous", True)
    sandbox.post(f"trackings/{chosen}", {"tag": "Delivered", "key": "two"})
    states = [
        sandbox.call("GET", f"/trackings/{chosen}", headers={"as-api-key": key}) for key in ("one", "two")
    ]
    assert [each.json()["data"]["tag"] for each in states] == ["Pending", "Delivered"]
    legacy = states[0].json()["data"]["legacy_id"]
    assert (
        sandbox.post(f"trackings/{legacy}", {"tag": "Exception", "key": "one"})["tracking"]["tag"]
        == "Exception"
    )


def test_a_seeded_parcel_moves_on(sandbox: Any) -> None:
    sent = watch(sandbox)
    body = {
        "key": "test-key",
        "trackings": [
            {
                "created_at": "2024-02-01T00:00:00Z",
                "checkpoints": [
                    {"tag": "InTransit", "checkpoint_time": "2024-02-02T00:00:00Z", "message": "Left Bern"}
                ],
            }
        ],
    }
    (identifier,) = sandbox.post("seed", body, 201)["ids"]
    sandbox.mock.webhooks.deliver()
    assert sent == []  # what was seeded is not news
    changed = sandbox.post(f"trackings/{identifier}", {"tag": "Delivered"})["tracking"]
    assert [each["message"] for each in changed["checkpoints"]] == ["Left Bern", "Delivered"]
    assert tags(sandbox) == ["Delivered"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "nothing-to-do"),
        ({"tag": "delivered"}, "unknown-tag"),
        ({"subtag": "Delivered_999"}, "unknown-subtag"),
        ({"tag": "Exception", "subtag": "Delivered_001"}, "contradiction"),
        ({"tag": "Delivered", "advance": "1h"}, "contradiction"),
        ({"advance": "soon"}, "not-a-duration"),
        ({"tags": "Delivered"}, "unknown-field"),
    ],
)
def test_what_cannot_be_made_so(sandbox: Any, body: dict[str, Any], code: str) -> None:
    parcel = sandbox.create()
    assert sandbox.refused(f"trackings/{parcel['id']}", body)[0] == code
    assert sandbox.tracking(parcel["id"]) == parcel
    assert sandbox.refused("trackings/unknown", {"tag": "Delivered"}, 404)[0] == "unknown-tracking"


def test_methods_do_the_same(sandbox: Any) -> None:
    parcel = sandbox.create("ITOD-3-42", "testing-courier")
    assert sandbox.mock.advance_parcel(parcel["id"], timedelta(minutes=3))["tag"] == "InfoReceived"
    assert sandbox.mock.put(parcel["id"], tag="Delivered", key="test-key")["tag"] == "Delivered"
    assert sandbox.mock.set_time(datetime(2024, 3, 1, tzinfo=UTC)) == sandbox.clock.now()


@pytest.mark.parametrize("speed", [1e-320, 1e-9, 0.009, 1e10, 1e308])
def test_a_pace_beyond_all_times_is_refused(sandbox: Any, speed: float) -> None:
    sandbox.create()
    code, sentence = sandbox.refused("clock", {"speed": speed})
    assert (code, "from 0.01 to 1,000,000,000" in sentence) == ("wrong-value", True)
    assert sandbox.get("clock")["speed"] == 1
    with pytest.raises(ValueError, match="has to be from"):
        SystemClock(speed)


@pytest.mark.parametrize("speed", [0.01, 1e9])
def test_every_permitted_pace_and_time_works(sandbox: Any, speed: float) -> None:
    """The clock ends in the year 3000, so that no date after it is needed."""
    url = {"url": "http://127.0.0.1:1/", "secret": "s", "pending_after": "120d"}
    sandbox.post("webhooks", url, 201)
    sandbox.mock.webhooks.transport = lambda _: 500
    sandbox.post("webhooks/chaos", {"reordering": 1.0, "held_back": "120d"})
    sandbox.post("clock", {"speed": speed})
    for number, instant in (("FIRST001", "2999-12-31T00:00:00Z"), ("LAST0001", None)):
        identifier = sandbox.create(number)["id"]
        for move in ({"journey": "customs"}, *[{"advance": "36500d"}] * 25, {"tag": "Delivered"}):
            sandbox.post(f"trackings/{identifier}", move)
        assert sandbox.tracking(identifier)["tag"] == "Delivered"
        if instant:
            sandbox.post("clock", {"set": instant})
    for move in ({"advance": "2d"}, {"advance": "36500d"}, {"set": "9999-12-31T23:59:59Z"}):
        assert "ends with the year 2999" in sandbox.refused("clock", move)[1]
    sandbox.post("clock", {"advance": "1h"})


def test_waits_of_webhooks_end_when_a_parcel_is_forgotten(sandbox: Any) -> None:
    url = {"url": "http://127.0.0.1:1/", "secret": "s", "pending_after": "121d"}
    assert "at most 120 days" in sandbox.refused("webhooks", url)[1]
    assert "at most 120 days" in sandbox.refused("webhooks/chaos", {"held_back": "121d"})[1]
