"""Waiting for a status, by clocks that sleeping moves."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest

from aftership_tracking import errors
from aftership_tracking.errors import NotFoundError, UsageError
from aftership_tracking.mock import ManualClock
from aftership_tracking.recipes.waiting import WaitTimeoutError
from aftership_tracking.runtime.options import Options
from writing_support.callers import COLOURS, Caller, Hands, calling
from writing_support.wire import FAILED, LOST, ReadOnce, Wire, new_mock

# Information received, in transit, out for delivery, delivered: a step every three minutes.
NUMBER = "ITOD-3-12345678"


@pytest.fixture(params=COLOURS)
def colour(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def hands(clock: ManualClock) -> Hands:
    return Hands(clock)


@pytest.fixture
def wire(clock: ManualClock) -> Wire:
    return Wire(new_mock(clock))


@pytest.fixture
def caller(colour: str, wire: Wire, hands: Hands) -> Iterator[Caller]:
    with calling(colour, wire, clocks=hands.clocks(0.5)) as found:
        yield found


def wait(caller: Caller, hands: Hands, **wish: Any) -> Any:
    """Create the parcel and wait for it."""
    parcel = caller.create(tracking_number=NUMBER, slug="testing-courier")
    sleep = hands.sleep if caller.colour == "sync" else hands.sleep_async
    return caller.wait_until(parcel.id, **{"timeout": 3600.0, "sleep": sleep, **wish})


@pytest.mark.parametrize("version", ReadOnce.versions())
def test_until_delivered(colour: str, wire: Wire, hands: Hands, version: str) -> None:
    with calling(colour, wire, version, clocks=hands.clocks(0.5)) as caller:
        found = wait(caller, hands, tag="Delivered")
    assert found.tag == "Delivered"
    assert 12 * 60 <= hands.passed <= 18 * 60


def test_any_of_several(caller: Caller, hands: Hands) -> None:
    assert wait(caller, hands, tag={"InTransit", "Exception"}).tag == "InTransit"


def test_a_test_of_the_callers_own(caller: Caller, hands: Hands) -> None:
    found = wait(caller, hands, until=lambda tracking: len(tracking.checkpoints) >= 2)
    assert len(found.checkpoints) >= 2


def test_what_is_so_already_is_not_waited_for(caller: Caller, hands: Hands, wire: Wire) -> None:
    assert wait(caller, hands, tag="Pending", timeout=0.0).tag == "Pending"
    assert hands.slept == []
    assert wire.methods() == ["POST", "GET"]


def test_waits_grow_and_a_change_begins_anew(caller: Caller, hands: Hands) -> None:
    wait(caller, hands, tag="InfoReceived", interval=10.0, longest_interval=40.0)
    assert hands.slept == [10.0, 15.0, 22.5, 33.75, 40.0, 40.0, 40.0]


def test_a_change_begins_the_waits_anew(caller: Caller, hands: Hands) -> None:
    wait(caller, hands, tag="InTransit", interval=10.0, longest_interval=40.0)
    # The last look of each series found a change.
    assert hands.slept.count(10.0) == 2
    assert hands.slept[7:9] == [10.0, 15.0]


def test_each_state_is_shown_once(caller: Caller, hands: Hands) -> None:
    states: list[str] = []
    wait(caller, hands, tag="Delivered", on_change=lambda tracking: states.append(tracking.tag))
    assert states == ["Pending", "InfoReceived", "InTransit", "OutForDelivery", "Delivered"]


def test_an_asynchronous_listener_is_awaited(wire: Wire, hands: Hands) -> None:
    states: list[str] = []

    async def listen(tracking: Any) -> None:
        states.append(tracking.tag)

    with calling("async", wire, clocks=hands.clocks()) as caller:
        wait(caller, hands, tag="InfoReceived", on_change=listen)
    assert states == ["Pending", "InfoReceived"]


@pytest.mark.parametrize("timeout", [7 * 86_400.0, math.inf])
def test_waiting_may_last_longer_than_a_call(caller: Caller, hands: Hands, timeout: float) -> None:
    assert wait(caller, hands, tag="Delivered", timeout=timeout).tag == "Delivered"


def test_what_a_listener_raises_ends_the_waiting(caller: Caller, hands: Hands) -> None:
    def listen(_tracking: Any) -> None:
        raise errors.ServerError("mine", status=500)

    with pytest.raises(errors.ServerError, match="mine"):
        wait(caller, hands, tag="Delivered", on_change=listen)


def test_time_runs_out_with_the_last_state_at_hand(caller: Caller, hands: Hands, wire: Wire) -> None:
    with pytest.raises(WaitTimeoutError) as caught:
        wait(caller, hands, tag="Delivered", timeout=400.0)
    error = caught.value
    assert isinstance(error, errors.TimeoutError)
    assert isinstance(error, TimeoutError)
    assert error.tracking.tag == "InTransit"
    assert f"the tracking {error.tracking.id} is InTransit after 400 s of waiting" in str(error)
    assert hands.passed == pytest.approx(400.0)
    # The last look is taken when the time is over.
    assert wire.methods()[-1] == "GET"
    assert len(wire.sent) == len(hands.slept) + 2


def test_waiters_do_not_come_back_together(colour: str, wire: Wire, clock: ManualClock) -> None:
    waits = []
    for random in (0.0, 0.5, 1.0):
        hands = Hands()
        with calling(colour, wire, clocks=hands.clocks(random)) as caller:
            parcel = caller.upsert(tracking_number=NUMBER, slug="testing-courier").tracking
            sleep = hands.sleep if colour == "sync" else hands.sleep_async
            with pytest.raises(WaitTimeoutError):
                caller.wait_until(parcel.id, tag="Delivered", timeout=30.0, interval=10.0, sleep=sleep)
        waits.append(hands.slept[0])
    assert waits == pytest.approx([8.0, 10.0, 12.0])


@pytest.mark.parametrize("fate", [FAILED, LOST])
def test_failures_that_pass_do_not_end_the_waiting(colour: str, wire: Wire, hands: Hands, fate: str) -> None:
    looks = 0

    def judge(request: Any, _body: Any) -> str | None:
        nonlocal looks
        looks += request.method == "GET"
        return fate if request.method == "GET" and 2 <= looks <= 4 else None

    wire.judge = judge
    with calling(colour, wire, clocks=hands.clocks(), max_retries=0) as caller:
        assert wait(caller, hands, tag="InfoReceived").tag == "InfoReceived"


def test_nothing_but_failures_until_time_runs_out(colour: str, wire: Wire, hands: Hands) -> None:
    wire.judge = lambda request, _body: FAILED if request.method == "GET" else None
    with (
        calling(colour, wire, clocks=hands.clocks(), max_retries=0) as caller,
        pytest.raises(WaitTimeoutError, match="could not be read") as caught,
    ):
        wait(caller, hands, tag="InfoReceived", timeout=60.0)
    assert caught.value.tracking is None
    assert isinstance(caught.value.__cause__, errors.ServerError)


def test_failures_that_do_not_pass_are_raised(caller: Caller, hands: Hands) -> None:
    with pytest.raises(NotFoundError):
        caller.wait_until("00000000000000000000000000000000", tag="Delivered", timeout=60.0)
    assert hands.slept == []


def test_one_look_does_not_outlast_the_waiting(colour: str, wire: Wire, hands: Hands) -> None:
    withins: list[float] = []
    judge = lambda request, _body: withins.append(request.extensions["timeout"]["read"])  # noqa: E731
    with calling(colour, wire, clocks=hands.clocks(0.5), deadline=50.0, timeout=None) as caller:
        parcel = caller.create(tracking_number=NUMBER, slug="testing-courier")
        wire.judge = judge
        sleep = hands.sleep if colour == "sync" else hands.sleep_async
        with pytest.raises(WaitTimeoutError):
            caller.wait_until(parcel.id, tag="Delivered", timeout=60.0, interval=20.0, sleep=sleep)
        with pytest.raises(WaitTimeoutError):
            caller.wait_until(
                parcel.id, tag="Delivered", timeout=0.0, sleep=sleep, options=Options(deadline=0.5)
            )
    assert withins == pytest.approx([50.0, 40.0, 10.0, 1.0, 0.5])


@pytest.mark.parametrize(
    "wrong",
    [
        {"tag": None},
        {"tag": "Delivered", "until": bool},
        {"tag": []},
        {"tag": ""},
        {"tag": "Delivered", "timeout": -1.0},
        {"tag": "Delivered", "timeout": float("nan")},
        {"tag": "Delivered", "interval": 0.0},
        {"tag": "Delivered", "interval": 301.0},
    ],
)
def test_wishes_that_cannot_be(caller: Caller, wire: Wire, wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        caller.wait_until("x", **{"timeout": 1.0, **wrong})
    assert wire.sent == []


def test_the_error_travels_between_processes() -> None:
    import pickle

    error = pickle.loads(pickle.dumps(WaitTimeoutError("late", tracking=None)))
    assert (str(error), error.tracking) == ("late", None)
