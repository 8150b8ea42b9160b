"""`testing.ClientClock`: clients wait without waiting, wherever they are made."""

from __future__ import annotations

import asyncio
import datetime as dt
import math
import threading
from email.utils import parsedate_to_datetime

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from aftership_tracking import AfterShip, AsyncAfterShip, WaitTimeoutError, explain
from aftership_tracking.errors import ServerError, UsageError
from aftership_tracking.mock import ManualClock, Mock
from aftership_tracking.runtime.clocks import Clocks
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


@pytest.mark.parametrize("auth", ["aes", "rsa"])
def test_a_copy_corrects_the_clock_of_its_signatures_too(auth: str) -> None:
    secret = "s" * 40 if auth == "aes" else make_private_key()
    with ClientClock() as clock:
        client = make_deep_inside(auth=auth, api_secret=secret, clock_offset=-100)
    for copy, offset in (
        (client.with_options(clock_offset=200), 200),
        (client.with_options(clock_offset=200).with_options(clock_offset=50), 50),
        (client.with_options(clock_offset=0), 0),
        (client.with_options(timeout=1), -100),
        (client.with_options(clock_offset=30, api_secret=secret, auth=auth), 30),
    ):
        assert copy._setup.clocks.clock() == clock.now().timestamp() + offset
        dated = explain(copy.trackings.get, "p1").headers["date"]
        assert parsedate_to_datetime(dated) == clock.now() + dt.timedelta(seconds=offset)
    for wrong in ("5", None, math.nan):
        with pytest.raises(UsageError, match="clock_offset must be a number of seconds"):
            client.with_options(clock_offset=wrong)


def make_private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, *form).decode()


def test_a_client_that_another_thread_makes_has_the_clock_too() -> None:
    made: list[AfterShip] = []
    with ClientClock() as clock:
        thread = threading.Thread(target=lambda: made.append(make_deep_inside(max_retries=1)))
        thread.start()
        thread.join()
    with pytest.raises(ServerError):
        made[0].trackings.get("p1")
    assert clock.slept == [0.25]


def test_a_block_of_a_thread_is_its_own_whatever_other_threads_do() -> None:
    """Blocks of two threads overlap and end in another order than they began."""
    inside, may_go = threading.Event(), threading.Event()
    other_clock, made = ClientClock(), []

    def work() -> None:
        with other_clock:
            inside.set()
            may_go.wait(60)
            made.append(make_deep_inside(max_retries=1))

    thread = threading.Thread(target=work)
    with ClientClock() as clock:
        thread.start()
        inside.wait(60)
        client = make_deep_inside(max_retries=1)
    may_go.set()
    thread.join()
    for one in (client, *made):
        with pytest.raises(ServerError):
            one.trackings.get("p1")
    assert (clock.slept, other_clock.slept) == ([0.25], [0.25])
    assert make_deep_inside()._setup.clocks == Clocks()


@pytest.mark.parametrize("wrong", ["5", None, True, math.nan, math.inf, 1e12])
def test_an_offset_is_a_number_of_seconds(wrong) -> None:
    with pytest.raises(UsageError, match="clock_offset must be a number of seconds"):
        make_deep_inside(clock_offset=wrong)
