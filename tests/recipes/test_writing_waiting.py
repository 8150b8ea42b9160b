"""Waiting for a status, with clocks that sleeping moves forward."""

from __future__ import annotations

import datetime as dt
import math
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from aftership_tracking import errors
from aftership_tracking.errors import LikelyMistakeWarning, NotFoundError, UsageError
from aftership_tracking.mock import ManualClock
from aftership_tracking.recipes.wait_until import FinalStateError, WaitTimeoutError
from aftership_tracking.runtime.options import Options
from contract_support.client.calls import complete
from writing_support.callers import VARIANTS, Caller, FakeClock, open_caller
from writing_support.wire import FAILED, LOST, ReadOnce, Wire, new_mock

# Information received, in transit, out for delivery, delivered: a step every three minutes.
NUMBER = "ITOD-3-12345678"


@pytest.fixture(params=VARIANTS)
def variant(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def mock_clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def clock(mock_clock: ManualClock) -> FakeClock:
    return FakeClock(mock_clock)


@pytest.fixture
def wire(mock_clock: ManualClock) -> Wire:
    return Wire(new_mock(mock_clock))


@pytest.fixture
def caller(variant: str, wire: Wire, clock: FakeClock) -> Iterator[Caller]:
    with open_caller(variant, wire, clocks=clock.clocks(0.5)) as found:
        yield found


def wait(caller: Caller, clock: FakeClock, **settings: Any) -> Any:
    """Create a parcel and wait for it."""
    given = {"tracking_number": NUMBER, "slug": "testing-courier"}
    parcel = caller.create(**complete(caller.client.API_VERSION, "trackings", "create", **given))
    return caller.wait_until(parcel.id, **{"timeout": 3600.0, **settings})


@pytest.mark.parametrize("version", ReadOnce.versions())
def test_until_delivered(variant: str, wire: Wire, clock: FakeClock, version: str) -> None:
    with open_caller(variant, wire, version, clocks=clock.clocks(0.5)) as caller:
        found = wait(caller, clock, tag="Delivered")
    assert found.tag == "Delivered"
    assert 12 * 60 <= clock.passed <= 18 * 60


def test_any_of_several(caller: Caller, clock: FakeClock) -> None:
    assert wait(caller, clock, tag={"InTransit", "Exception"}).tag == "InTransit"


def test_a_test_of_the_callers_own(caller: Caller, clock: FakeClock) -> None:
    found = wait(caller, clock, until=lambda tracking: len(tracking.checkpoints) >= 2)
    assert len(found.checkpoints) >= 2


def test_a_status_that_is_reached_already_needs_no_wait(caller: Caller, clock: FakeClock, wire: Wire) -> None:
    assert wait(caller, clock, tag="Pending", timeout=0.0).tag == "Pending"
    assert clock.slept == []
    assert wire.methods() == ["POST", "GET"]


def test_pauses_grow_up_to_the_longest_wait(caller: Caller, clock: FakeClock) -> None:
    wait(caller, clock, tag="InfoReceived", interval=10.0, max_wait=40.0)
    assert clock.slept == [10.0, 15.0, 22.5, 33.75, 40.0, 40.0, 40.0]


def test_after_a_change_the_pauses_begin_again(caller: Caller, clock: FakeClock) -> None:
    wait(caller, clock, tag="InTransit", interval=10.0, max_wait=40.0)
    # The last read of each series found a change.
    assert clock.slept.count(10.0) == 2
    assert clock.slept[7:9] == [10.0, 15.0]


def test_each_state_is_shown_once(caller: Caller, clock: FakeClock) -> None:
    states: list[str] = []
    wait(caller, clock, tag="Delivered", on_change=lambda tracking: states.append(tracking.tag))
    assert states == ["Pending", "InfoReceived", "InTransit", "OutForDelivery", "Delivered"]


def test_an_async_listener_is_awaited(wire: Wire, clock: FakeClock) -> None:
    states: list[str] = []

    async def listen(tracking: Any) -> None:
        states.append(tracking.tag)

    with open_caller("async", wire, clocks=clock.clocks()) as caller:
        wait(caller, clock, tag="InfoReceived", on_change=listen)
    assert states == ["Pending", "InfoReceived"]


@pytest.mark.parametrize("timeout", [7 * 86_400.0, math.inf])
def test_waiting_may_last_longer_than_a_call(caller: Caller, clock: FakeClock, timeout: float) -> None:
    assert wait(caller, clock, tag="Delivered", timeout=timeout).tag == "Delivered"


def test_an_error_of_a_listener_ends_the_wait(caller: Caller, clock: FakeClock) -> None:
    def listen(_tracking: Any) -> None:
        raise errors.ServerError("mine", status=500)

    with pytest.raises(errors.ServerError, match="mine"):
        wait(caller, clock, tag="Delivered", on_change=listen)


def test_the_timeout_error_has_the_last_state(caller: Caller, clock: FakeClock, wire: Wire) -> None:
    with pytest.raises(WaitTimeoutError) as caught:
        wait(caller, clock, tag="Delivered", timeout=400.0)
    error = caught.value
    assert isinstance(error, errors.TimeoutError)
    assert isinstance(error, TimeoutError)
    assert error.tracking.tag == "InTransit"
    reads = len(wire.sent) - 1
    assert error.reads == reads
    expected = f"the tracking {error.tracking.id} is InTransit after 400 s of waiting and {reads} reads."
    assert expected in str(error)
    assert clock.passed == pytest.approx(400.0)
    # The last read happens when the time is over.
    assert wire.methods()[-1] == "GET"
    assert len(wire.sent) == len(clock.slept) + 2


def test_waiting_clients_do_not_read_at_the_same_time(
    variant: str, wire: Wire, mock_clock: ManualClock
) -> None:
    waits = []
    for random in (0.0, 0.5, 1.0):
        clock = FakeClock()
        with open_caller(variant, wire, clocks=clock.clocks(random)) as caller:
            parcel = caller.upsert(tracking_number=NUMBER, slug="testing-courier").tracking
            with pytest.raises(WaitTimeoutError):
                caller.wait_until(parcel.id, tag="Delivered", timeout=30.0, interval=10.0)
        waits.append(clock.slept[0])
    assert waits == pytest.approx([8.0, 10.0, 12.0])


@pytest.mark.parametrize("fate", [FAILED, LOST])
def test_temporary_failures_do_not_end_the_wait(
    variant: str, wire: Wire, clock: FakeClock, fate: str
) -> None:
    reads = 0

    def judge(request: Any, _body: Any) -> str | None:
        nonlocal reads
        reads += request.method == "GET"
        return fate if request.method == "GET" and 2 <= reads <= 4 else None

    wire.judge = judge
    with open_caller(variant, wire, clocks=clock.clocks(), max_retries=0) as caller:
        assert wait(caller, clock, tag="InfoReceived").tag == "InfoReceived"


def test_nothing_but_failures_until_time_runs_out(variant: str, wire: Wire, clock: FakeClock) -> None:
    wire.judge = lambda request, _body: FAILED if request.method == "GET" else None
    with (
        open_caller(variant, wire, clocks=clock.clocks(), max_retries=0) as caller,
        pytest.raises(WaitTimeoutError, match="could not be read") as caught,
    ):
        wait(caller, clock, tag="InfoReceived", timeout=60.0)
    assert caught.value.tracking is None
    assert isinstance(caught.value.__cause__, errors.ServerError)


def test_permanent_failures_are_raised(caller: Caller, clock: FakeClock) -> None:
    with pytest.raises(NotFoundError):
        caller.wait_until("00000000000000000000000000000000", tag="Delivered", timeout=60.0)
    assert clock.slept == []


def test_one_read_does_not_outlast_the_wait(variant: str, wire: Wire, clock: FakeClock) -> None:
    timeouts: list[float] = []
    judge = lambda request, _body: timeouts.append(request.extensions["timeout"]["read"])  # noqa: E731
    with open_caller(variant, wire, clocks=clock.clocks(0.5), deadline=50.0, timeout=None) as caller:
        parcel = caller.create(tracking_number=NUMBER, slug="testing-courier")
        wire.judge = judge
        with pytest.raises(WaitTimeoutError):
            caller.wait_until(parcel.id, tag="Delivered", timeout=60.0, interval=20.0)
        with pytest.raises(WaitTimeoutError):
            caller.wait_until(parcel.id, tag="Delivered", timeout=0.0, options=Options(deadline=0.5))
    assert timeouts == pytest.approx([50.0, 40.0, 10.0, 1.0, 0.5])


@pytest.mark.parametrize(
    "wrong",
    [
        {"tag": None},
        {"tag": "Delivered", "until": bool},
        {"tag": []},
        {"tag": ""},
        {"tag": 5},
        {"tag": ["Delivered", 5]},
        {"tag": "Delivered", "stop_when": "never"},
        {"tag": "Delivered", "timeout": -1.0},
        {"tag": "Delivered", "timeout": float("nan")},
        {"tag": "Delivered", "interval": 0.0},
        {"tag": "Delivered", "interval": 301.0},
        {"tag": "Delivered", "timeout": "5"},
        {"tag": "Delivered", "timeout": True},
        {"tag": "Delivered", "timeout": dt.timedelta(hours=1)},
        {"tag": "Delivered", "interval": "5"},
        {"tag": "Delivered", "interval": None},
        {"tag": "Delivered", "max_wait": "5"},
        {"tag": "Delivered", "max_wait": float("nan")},
        {"tag": "Delivered", "on_change": "print"},
        {"tag": "Delivered", "options": {"deadline": 1}},
        {"tag": "Delivered,Expired"},
        {"until": "Delivered"},
        {"until": True},
    ],
    ids=str,
)
def test_settings_that_cannot_work(caller: Caller, wire: Wire, wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        caller.wait_until("x", **{"timeout": 1.0, **wrong})
    assert wire.sent == []


@pytest.mark.parametrize("name", ["until", "stop_when"])
def test_a_test_that_must_be_awaited_is_refused(
    caller: Caller, clock: FakeClock, wire: Wire, name: str
) -> None:
    async def is_there(_tracking: Any) -> bool:
        return False

    # What it returns is true, whatever it would say.
    with pytest.raises(UsageError, match=f"`{name}` must be a plain function"):
        wait(caller, clock, **{"until": lambda _tracking: False, name: is_there})
    assert wire.methods() == ["POST", "GET"]


@pytest.mark.parametrize("kind", [WaitTimeoutError, FinalStateError])
def test_the_error_can_be_pickled(kind: Any) -> None:
    import pickle

    error = pickle.loads(pickle.dumps(kind("late", tracking=None, reads=3)))
    assert (str(error), error.tracking, error.reads) == ("late", None, 3)


def day(clock: FakeClock, caller: Caller, **settings: Any) -> Any:
    return wait(caller, clock, timeout=86_400.0, **settings)


@pytest.mark.parametrize("version", ReadOnce.versions())
def test_the_wait_ends_when_no_further_news_is_expected(
    variant: str, wire: Wire, clock: FakeClock, version: str
) -> None:
    with (
        open_caller(variant, wire, version, clocks=clock.clocks(0.5)) as caller,
        pytest.raises(FinalStateError) as caught,
    ):
        day(clock, caller, tag="Exception")
    error = caught.value
    assert error.tracking.tag == "Delivered"
    assert clock.passed < 20 * 60
    assert error.reads == wire.methods().count("GET")
    assert str(error) == (
        f"the tracking {error.tracking.id} is Delivered after {error.reads} reads, and no further news is "
        "expected. To wait all the same, such as after a retrack, give stop_when=None."
    )


def test_a_misspelled_tag_is_said_before_anything_is_sent(
    caller: Caller, clock: FakeClock, wire: Wire
) -> None:
    # Not the same twice in one process: it may be said only once.
    tag = {"sync": "delivered", "async": "Deliverd"}[caller.variant]
    with (
        pytest.warns(LikelyMistakeWarning, match=rf"tag='{tag}': did you mean 'Delivered'\?") as caught,
        pytest.raises(FinalStateError),
    ):
        day(clock, caller, tag=tag)
    assert caught[0].filename.endswith("callers.py"), "the line that called the package"
    assert len(caught) == 1
    assert wire.methods().count("GET") < 60
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sent = len(wire.sent)
        with pytest.raises(LikelyMistakeWarning):
            caller.wait_until("x", tag=["InTransit", "intransit"], timeout=1.0)
        assert len(wire.sent) == sent


@pytest.mark.filterwarnings("error")
def test_a_tag_that_is_like_none_may_be_new(caller: Caller, clock: FakeClock) -> None:
    with pytest.raises(FinalStateError):
        day(clock, caller, tag="Teleported")


@pytest.mark.parametrize("stop_when", [None, lambda tracking: False])
def test_a_caller_may_wait_for_what_follows_a_final_state(
    caller: Caller, clock: FakeClock, stop_when: Any
) -> None:
    with pytest.raises(WaitTimeoutError) as caught:
        wait(caller, clock, tag="Exception", timeout=3600.0, stop_when=stop_when)
    assert caught.value.tracking.tag == "Delivered"


def test_a_caller_may_have_a_rule_of_its_own(caller: Caller, clock: FakeClock) -> None:
    with pytest.raises(FinalStateError, match=r"is InTransit after .* reads, and `stop_when` ends the wait$"):
        day(clock, caller, tag="Delivered", stop_when=lambda tracking: tracking.tag == "InTransit")


def test_what_was_waited_for_may_be_final(caller: Caller, clock: FakeClock) -> None:
    assert day(clock, caller, until=lambda tracking: tracking.is_final).tag == "Delivered"


def test_the_tags_may_be_an_iterator(caller: Caller, clock: FakeClock) -> None:
    assert wait(caller, clock, tag=iter(["OutForDelivery", "Exception"])).tag == "OutForDelivery"
