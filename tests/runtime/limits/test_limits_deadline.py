"""The deadline of a call covers all that a call waits for: the limiter's store, hooks, and secrets."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from aftership_tracking.errors import LimiterError, LimiterWarning, TimeoutError  # noqa: A004
from aftership_tracking.runtime.auth.oauth import OAuthApp, OAuthToken, Tokens
from aftership_tracking.runtime.clocks import Clocks
from aftership_tracking.runtime.hooks import AttemptEnded, AttemptStarted, CallEnded, CallStarted
from aftership_tracking.runtime.limits import Grant, RedisLimiter, SqliteLimiter
from aftership_tracking.runtime.options import Options
from limit_support import new_slot_request

# Seconds. Each of these calls would wait an hour for its store, far longer than the limit of a test, and has
# a deadline of seconds. So a call that ends has met its deadline, on a slow machine too.
HOUR = 3600.0


@pytest.fixture(autouse=True)
def stores_may_take_an_hour(monkeypatch):
    monkeypatch.setattr(SqliteLimiter, "_patience", HOUR)
    # The rest of a call must fit into the rest of its time, on any machine.
    monkeypatch.setattr("aftership_tracking.runtime.limits.shared._SHARE_OF_DEADLINE", 0.1)


@contextmanager
def locked_file(path: Path) -> Iterator[None]:
    blocker = sqlite3.connect(path, isolation_level=None, timeout=60)
    blocker.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        blocker.execute("ROLLBACK")
        blocker.close()


@contextmanager
def mute_redis() -> Iterator[str]:
    """A server that accepts connections and never says anything."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0?socket_timeout=3600&socket_connect_timeout=3600"


@pytest.fixture(params=["locked file", "mute redis"])
def stuck(request, tmp_path):
    """A function that makes limiters whose store does not respond from now on."""
    if request.param == "locked file":
        path = tmp_path / "limits.db"
        made = {on_failure: SqliteLimiter(path, on_failure=on_failure) for on_failure in ("memory", "raise")}
        with locked_file(path):
            yield made.get
    else:
        with mute_redis() as url:
            made = {
                on_failure: RedisLimiter(url, on_failure=on_failure) for on_failure in ("memory", "raise")
            }
            yield made.get
    for limiter in made.values():
        limiter.close()


def test_a_store_that_does_not_respond_leaves_a_call_time(stuck, service, make):
    """The store gets a part of it, and has failed after that. The call goes on with limits of the process."""
    service.reply_parcel()
    # The wait is real, so the clocks of the client are too.
    client = make(limiter=stuck("memory"), clocks=Clocks())
    with pytest.warns(LimiterWarning):
        assert client.parcels.get("p1", options=Options(deadline=10.0)).id == "p1"


def test_a_deadline_that_is_near_is_not_a_failure_of_the_store(stuck, service, make, caplog):
    service.reply_parcel()
    client = make(limiter=stuck("memory"), clocks=Clocks())
    # A machine that is very slow ends the call with its deadline, and that is right too.
    with caplog.at_level("INFO", "aftership_tracking"), suppress(TimeoutError):
        client.parcels.get("p1", options=Options(deadline=0.8))
    assert "too little time" in caplog.text


def test_a_store_that_does_not_respond_is_a_limiter_error_if_so_configured(stuck, make):
    with pytest.raises((LimiterError, TimeoutError)):
        make(limiter=stuck("raise"), clocks=Clocks()).parcels.get("p1", options=Options(deadline=0.5))


def test_learning_from_a_response_does_not_outlast_the_deadline(stuck):
    limiter, slot_request = stuck("memory"), new_slot_request(5, within=0.5)
    limiter.learn(slot_request, 429, {"retry-after": "7"})


def test_an_async_call_ends_too(stuck, service, make_async):
    service.reply_parcel()

    async def run() -> None:
        async with make_async(limiter=stuck("memory"), clocks=Clocks()) as client:
            assert (await client.parcels.get("p1", options=Options(deadline=10.0))).id == "p1"

    with pytest.warns(LimiterWarning):
        asyncio.run(run())


def test_a_thread_does_not_wait_for_another_one_that_waits_for_the_file(tmp_path):
    """The lock of the limiter makes callers wait, too."""
    limiter = SqliteLimiter(tmp_path / "limits.db", on_failure="raise")
    slot_request = new_slot_request(5)
    with locked_file(tmp_path / "limits.db"):
        patient = threading.Thread(target=lambda: limiter.acquire(slot_request))
        patient.start()
        while limiter._lock.acquire(blocking=False):
            limiter._lock.release()
        with pytest.raises(LimiterError, match="other threads used the file"):
            limiter.acquire(new_slot_request(5, within=0.5))
    patient.join()
    limiter.close()


def test_a_client_of_redis_without_timeouts_does_not_wait_for_ever(monkeypatch):
    """Even without a deadline; and threads that wait for ever do not become more and more."""
    import redis

    monkeypatch.setattr("aftership_tracking.runtime.limits.redis_store._PATIENCE", 0.05)
    with mute_redis() as url:
        client = redis.Redis.from_url(url.partition("?")[0])
        limiter = RedisLimiter(client, on_failure="raise")
        before = threading.active_count()
        for _ in range(30):
            with pytest.raises(LimiterError, match="TimeoutError"):
                limiter.acquire(new_slot_request(5))
        assert threading.active_count() - before <= 8


def test_a_limiter_that_outlasts_the_deadline_ends_the_call(service, make, hands):
    class Slow:
        def acquire(self, slot_request):
            assert slot_request.within == 1.0
            hands.now += 5
            return Grant(wait=0.0, reserved=True)

        def learn(self, slot_request, status, headers):
            pass

    with pytest.raises(TimeoutError, match="deadline of 1 s"):
        make(limiter=Slow()).parcels.get("p1", options=Options(deadline=1.0))
    assert service.requests == []


# Hooks and secrets. Nothing interrupts them, so the call ends when they have returned.


def test_a_slow_hook_before_sending_ends_the_call(service, make, hands):
    def hook(event: object) -> None:
        if isinstance(event, AttemptStarted):
            hands.now += 5

    with pytest.raises(TimeoutError, match="deadline of 1 s passed while a hook ran") as caught:
        make(hooks=[hook]).parcels.get("p1", options=Options(deadline=1.0))
    assert service.requests == []
    assert (caught.value.sent, caught.value.attempts) == (False, ())


def test_a_slow_hook_at_the_beginning_ends_the_call(service, make, hands):
    seen: list[object] = []

    def hook(event: object) -> None:
        seen.append(type(event))
        if isinstance(event, CallStarted):
            hands.now += 5

    with pytest.raises(TimeoutError, match="deadline of 1 s passed"):
        make(hooks=[hook]).parcels.get("p1", options=Options(deadline=1.0))
    assert service.requests == []
    # No further hook runs, and the call has an end.
    assert seen == [CallStarted, CallEnded]


def test_what_a_hook_took_is_not_given_to_the_request(make, hands):
    seen = []

    class Recorder:
        def exchange(self, request):
            seen.append(request.within)
            raise TimeoutError("enough")

    def hook(event: object) -> None:
        if isinstance(event, AttemptStarted):
            hands.now += 0.25

    with pytest.raises(TimeoutError):
        make(hooks=[hook], http_client=Recorder()).parcels.get(
            "p1", options=Options(deadline=1.0, max_retries=0)
        )
    assert seen == [pytest.approx(0.75)]


def test_a_slow_hook_after_a_failure_ends_the_call_without_another_wait(service, make, hands):
    def hook(event: object) -> None:
        if isinstance(event, AttemptEnded):
            hands.now += 5

    service.reply({}, 500)
    with pytest.raises(TimeoutError, match="while a hook ran") as caught:
        make(hooks=[hook]).parcels.get("p1", options=Options(deadline=1.0))
    assert (len(service.requests), hands.slept) == (1, [])
    assert (caught.value.sent, len(caught.value.attempts)) == (True, 1)


def test_a_response_that_arrived_is_not_thrown_away_because_of_a_hook(service, make, hands):
    def hook(event: object) -> None:
        if isinstance(event, AttemptEnded):
            hands.now += 5

    service.reply_parcel()
    assert make(hooks=[hook]).parcels.get("p1", options=Options(deadline=1.0)).id == "p1"


@pytest.mark.parametrize("slow", ["api_key", "api_secret"])
def test_a_slow_secret_ends_the_call(slow, service, make, hands):
    seconds = [0.0]

    def secret() -> str:
        hands.now += seconds[0]
        return "asat_0123456789abcdef"

    given = {"api_key": "asat_0123456789abcdef", "api_secret": "asek_0123456789", "auth": "aes"}
    client = make(**{**given, slow: secret})
    seconds[0] = 5.0
    with pytest.raises(TimeoutError, match="while the credentials were made"):
        client.parcels.get("p1", options=Options(deadline=1.0))
    assert service.requests == []


@pytest.mark.parametrize("slow", ["load", "on_refreshed"])
def test_slow_renewal_of_a_token_ends_the_call(slow, service, make, hands):
    def wait(*_: object) -> Tokens:
        hands.now += 5
        return Tokens(access_token="old", refresh_token="refresh", expires_at=1.0)

    token = OAuthToken(
        Tokens(access_token="old", refresh_token="refresh", expires_at=1.0),
        app=OAuthApp("id", "secret", token_url="https://api.example/token"),
        clock=lambda: hands.now,
        **{slow: wait},
    )
    if slow == "on_refreshed":
        service.reply(
            {"access_token": "new", "refresh_token": "r", "expires_in": 3600, "token_type": "Bearer"}
        )
    with pytest.raises(TimeoutError, match="deadline of 1 s"):
        make(api_key=None, auth=token).parcels.get("p1", options=Options(deadline=1.0))
    assert len(service.requests) == (slow == "on_refreshed")
