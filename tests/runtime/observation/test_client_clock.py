"""`testing.ClientClock`: clients wait without waiting, wherever they are made."""

from __future__ import annotations

import asyncio
import datetime as dt
import math

import httpx
import pytest

from aftership_tracking import AfterShip, AsyncAfterShip, WaitTimeoutError
from aftership_tracking.errors import ServerError, UsageError
from aftership_tracking.mock import ManualClock, Mock
from aftership_tracking.testing import ClientClock

BROKEN = httpx.MockTransport(lambda _: httpx.Response(503))


def make_deep_inside(**settings) -> AfterShip:
    return AfterShip("k", http_client=httpx.Client(transport=BROKEN), **settings)


def test_a_retry_waits_and_the_test_does_not() -> None:
    with ClientClock() as clock:
        client = make_deep_inside()
    with pytest.raises(ServerError):
        client.trackings.get("p1")
    assert clock.slept == [0.25, 0.5]
    assert clock.now() == dt.datetime(2024, 2, 6, 10, 15, 30, 750_000, tzinfo=dt.UTC)
    # The clock stays that of the client, and of its copies, outside of the block.
    with pytest.raises(ServerError):
        client.with_options(max_retries=1).trackings.get("p1")
    assert clock.slept == [0.25, 0.5, 0.25]


def test_async_clients_too() -> None:
    async def run() -> None:
        client = AsyncAfterShip("k", http_client=httpx.AsyncClient(transport=BROKEN))
        with pytest.raises(ServerError):
            await client.trackings.get("p1")

    with ClientClock(random=1.0) as clock:
        asyncio.run(run())
    assert clock.slept == [0.5, 1.0]


def test_it_moves_the_clock_of_a_mock_along() -> None:
    mock = Mock(clock=ManualClock())
    with httpx.Client(transport=mock.transport()) as http, ClientClock(moves=mock.clock) as clock:
        client = AfterShip("k", http_client=http, limiter=None)
        parcel = client.trackings.create(tracking_number="ITE010D-3-643642", slug="testing-courier")
        found = client.trackings.wait_until(str(parcel.id), tag="InTransit", timeout=86_400)
        assert found.tag == "InTransit"
        assert mock.clock.now() == clock.now()
        with pytest.raises(WaitTimeoutError):
            client.trackings.wait_until(str(parcel.id), tag="Exception", timeout=10)


def test_clients_made_outside_are_left_alone() -> None:
    before = make_deep_inside()
    with ClientClock() as clock:
        pass
    after = make_deep_inside()
    assert before._setup.clocks == after._setup.clocks
    assert clock.slept == []


def test_blocks_inside_of_each_other_and_a_block_that_fails() -> None:
    outer, inner = ClientClock(), ClientClock()
    with outer:
        with pytest.raises(RuntimeError), inner:
            raise RuntimeError
        client = make_deep_inside(max_retries=1)
    with pytest.raises(ServerError):
        client.trackings.get("p1")
    assert (outer.slept, inner.slept) == ([0.25], [])


def test_time_does_not_run_backwards() -> None:
    clock = ClientClock(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert clock.advance(5) == dt.datetime(2026, 1, 1, 0, 0, 5, tzinfo=dt.UTC)
    for wrong in (-1, math.nan):
        with pytest.raises(UsageError, match="backwards"):
            clock.advance(wrong)
    with pytest.raises(UsageError, match="time zone"):
        ClientClock(dt.datetime(2026, 1, 1))  # noqa: DTZ001 - that is the mistake
    with pytest.raises(UsageError, match="random"):
        ClientClock(random=2)


def test_the_clock_of_a_machine_can_be_corrected() -> None:
    with ClientClock() as clock:
        client = make_deep_inside(clock_offset=200)
    assert client._setup.clocks.clock() == clock.now().timestamp() + 200


@pytest.mark.parametrize("wrong", ["5", None, True, math.nan, math.inf, 1e12])
def test_an_offset_is_a_number_of_seconds(wrong) -> None:
    with pytest.raises(UsageError, match="clock_offset must be a number of seconds"):
        make_deep_inside(clock_offset=wrong)
