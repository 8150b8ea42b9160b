"""Receivers of three frameworks, with two stores, against the sender of the mock and many faults.

The sender doubles, reorders and forges deliveries, and follows the retry table at a high pace. The
handlers fail now and then or are cancelled, and the processes are killed, each time at another point of the
handling. In the end every event had its effect exactly once, and none was lost, whichever process was killed.

`AFTERSHIP_WEBHOOK_EVENTS` sets how many events each combination gets.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from aftership_tracking.mock import Mock, MockRequest, SystemClock
from aftership_tracking.mock.webhooks import Attempt, Chaos, DeliveryOutcome, Kind
from aftership_tracking.webhooks.signature import HEADER
from patience import wait_until
from receiver_support.child import PATH
from receiver_support.effects import EffectsTarget, sqlite_target
from receiver_support.events import SECRET
from receiver_support.redis_server import running_redis
from receiver_support.restarting import Restarting, Setting

EVENTS = int(os.environ.get("AFTERSHIP_WEBHOOK_EVENTS", "330"))
FLOW = "ITTTOFOEOD-1"
EVENTS_OF_A_PARCEL = 11
"""Ten steps, and one new estimate."""
VERSIONS = ("2024-01", "2025-07", "2026-07")
KILLS = 2
SPEED = 600.0
"""30 seconds, the first delay of the table, last 50 milliseconds."""
PATIENCE = 400.0 + EVENTS / 5
CHAOS = Chaos(
    duplicates=0.15,
    reordering=0.2,
    odd_bodies=0.2,
    unknown_events=0.02,
    unknown_tags=0.02,
    wrong_signatures=0.03,
    old_versions=0.2,
    no_version=0.05,
)
NAMES = [
    f"{framework}-{kind}" for framework in ("starlette", "flask", "django") for kind in ("sqlite", "redis")
]


class Result(NamedTuple):
    """The result of one combination."""

    attempts: list[Attempt]
    effects: list[str]
    starts: list[str]
    cancels: list[str]
    killed: int
    odd_ends: list[int]
    log: str
    forgery: int
    """The status of a forged delivery that came when the server was up."""


def settings(folder: Path, redis_url: str) -> Iterator[Setting]:
    for number, name in enumerate(NAMES):
        framework, kind = name.split("-")
        # Every receiver with Redis has a database of its own.
        is_sqlite = kind == "sqlite"
        target = (
            sqlite_target(folder, name) if is_sqlite else EffectsTarget(kind, f"{redis_url[:-1]}{number}")
        )
        yield Setting(framework, target, seed=number, kills=KILLS, kill_within=EVENTS // (KILLS + 1))


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """One run of all six at once."""
    folder = tmp_path_factory.mktemp("receivers")
    mock = Mock(VERSIONS, clock=SystemClock(SPEED))
    mock.webhooks.chaos = CHAOS
    mock.webhooks.log = type(mock.webhooks.log)(capacity=100 * EVENTS)
    with ExitStack() as stack:
        redis_url = stack.enter_context(running_redis(folder))
        running = [
            stack.enter_context(Restarting(setting, folder)) for setting in settings(folder, redis_url)
        ]
        numbers = {}
        for one in running:
            endpoint = mock.webhooks.add(f"http://127.0.0.1:{one.port}{PATH}", secret=SECRET)
            numbers[endpoint.number] = one
        stack.callback(mock.webhooks.stop)
        mock.webhooks.start(workers=12)
        send_parcels(mock)
        wait_until_all_is_sent(mock, running)
        attempts = {name: [] for name in NAMES}
        for attempt in mock.webhooks.log:
            attempts[numbers[attempt.endpoint].setting.name].append(attempt)
        return {
            one.setting.name: Result(
                attempts[one.setting.name],
                read_effects(one.setting.target),
                one.starts(),
                one.cancels(),
                one.killed,
                one.odd_ends,
                one.log(),
                send_forgery(one),
            )
            for one in running
        }


def send_forgery(receiver: Restarting) -> int:
    """Send a forged delivery as soon as the receiver is up, and return the status of the response."""
    statuses: list[int] = []

    def has_responded() -> bool:
        with suppress(httpx.TransportError):
            url = f"http://127.0.0.1:{receiver.port}{PATH}"
            statuses.append(
                httpx.post(url, json={}, headers={HEADER: "forged"}, timeout=PATIENCE).status_code
            )
        return bool(statuses)

    wait_until(has_responded, "the receiver is up", pause=0.1)
    return statuses[0]


def read_effects(target: EffectsTarget) -> list[str]:
    with closing(target.open()) as effects:
        return effects.read_all()


def send_parcels(mock: Mock) -> None:
    """Create as many parcels as the events need."""
    for number in range(-(-EVENTS // EVENTS_OF_A_PARCEL)):
        parcel = {"slug": "testing-courier", "tracking_number": f"{FLOW}-{100_000 + number}"}
        request = MockRequest.to("POST", "/tracking/2026-07/trackings", key="k", json=parcel)
        assert mock.handle(request).status == 201


def wait_until_all_is_sent(mock: Mock, running: list[Restarting]) -> None:
    # Ten steps of one minute each have to happen before the sending can end.
    soonest = mock.clock.now() + timedelta(minutes=12) / SPEED

    def all_is_sent() -> bool:
        faults = [(one.setting.name, one.odd_ends, one.log()) for one in running if one.odd_ends]
        assert not faults
        if mock.clock.now() < soonest:
            return False
        mock.webhooks.observe()
        return mock.webhooks.is_idle

    wait_until(all_is_sent, "all is sent", PATIENCE, pause=0.1)


@pytest.mark.parametrize("name", NAMES)
def test_every_event_is_handled_exactly_once(results: dict[str, Result], name: str) -> None:
    result = results[name]
    sent = {attempt.event_id for attempt in result.attempts if attempt.kind is not Kind.FORGED}
    assert len(sent) >= EVENTS
    repeated = {one: count for one, count in Counter(result.effects).items() if count != 1}
    assert repeated == {}
    assert set(result.effects) == sent


@pytest.mark.parametrize("name", NAMES)
def test_the_sender_got_what_it_expects(results: dict[str, Result], name: str) -> None:
    """No event was given up, every event was accepted in the end, and no forged one ever was."""
    attempts = results[name].attempts
    genuine = [one for one in attempts if one.kind is not Kind.FORGED]
    assert [one for one in genuine if one.outcome is DeliveryOutcome.DROPPED] == []
    taken = {one.event_id for one in genuine if one.outcome is DeliveryOutcome.TAKEN}
    assert taken == {one.event_id for one in genuine}
    forged = {one.status for one in attempts if one.kind is Kind.FORGED}
    # A forged one is not repeated, so all of them may have met a server that was down.
    assert forged <= {401, None}
    assert results[name].forgery == 401


@pytest.mark.parametrize("name", NAMES)
def test_the_run_had_all_the_planned_faults(results: dict[str, Result], name: str) -> None:
    result = results[name]
    assert (result.killed, result.odd_ends) == (KILLS, [])
    statuses = Counter(attempt.status for attempt in result.attempts)
    # Failing handlers, and a dead process with its claims.
    assert statuses[500] > EVENTS / 50
    assert statuses[None] >= KILLS
    # Only async handlers can be cancelled.
    assert (len(result.cancels) > EVENTS / 100) == (name == "starlette-sqlite")
    kinds = Counter(attempt.kind for attempt in result.attempts)
    assert kinds[Kind.DUPLICATE] > EVENTS / 10
    assert kinds[Kind.UNKNOWN] > 0
    # Handlers that failed or died were started again, and no others.
    again = len(result.starts) - len(set(result.starts))
    assert 0 < again <= statuses[500] + KILLS * 12
    order = [one.event_id for one in result.attempts if one.outcome is DeliveryOutcome.TAKEN]
    assert order != sorted(order, key=result.effects.index)
