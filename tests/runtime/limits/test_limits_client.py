"""Limiters in complete clients, and the samples of docs/limits.md."""

from __future__ import annotations

import asyncio
import re
import threading
from contextlib import nullcontext
from pathlib import Path

import httpx
import pytest
import runtime_sample as sample_package

from aftership_tracking.errors import TimeoutError  # noqa: A004
from aftership_tracking.runtime.limits import Grant, SqliteLimiter
from aftership_tracking.runtime.options import Options
from fleet_support import served_mock
from limit_support import running_redis

PAGE = Path(__file__).resolve().parents[3] / "docs" / "limits.md"
SAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


class Scripted:
    """Returns grants from a list and records the calls."""

    def __init__(self, *grants: Grant, blocking: bool = False) -> None:
        self.grants = list(grants)
        self.blocking = blocking
        self.slot_requests = []
        self.learned = []
        self.threads = set()

    def acquire(self, slot_request):
        self.slot_requests.append(slot_request)
        self.threads.add(threading.get_ident())
        return self.grants.pop(0)

    def learn(self, slot_request, status, headers):
        self.learned.append((slot_request, status))
        self.threads.add(threading.get_ident())


def test_ticket_comes_back_and_the_response_is_timed(service, make, hands):
    limiter = Scripted(
        Grant(wait=0.5, reserved=False, ticket=7),
        Grant(wait=0.25, reserved=False, ticket=7),
        Grant(wait=0.125, reserved=True),
    )
    service.reply_parcel()
    response = service.responses.pop()

    def slowly(request):
        hands.now += 0.75
        return response

    service.respond = slowly
    make(limiter=limiter).parcels.get("p1", options=Options(priority=3))
    assert [(each.ticket, each.priority) for each in limiter.slot_requests] == [(None, 3), (7, 3), (7, 3)]
    assert hands.slept == [0.5, 0.25, 0.125]
    ((slot_request, status),) = limiter.learned
    assert (slot_request.took, status) == (0.75, 200)
    assert limiter.slot_requests[0].took == 0


@pytest.mark.parametrize("blocking", [True, False])
def test_limiter_that_blocks_does_not_stop_the_loop(service, make_async, blocking):
    limiter = Scripted(Grant(wait=0.0, reserved=True), blocking=blocking)
    service.reply_parcel()

    async def run():
        async with make_async(limiter=limiter) as client:
            await client.parcels.get("p1")

    asyncio.run(run())
    assert (threading.get_ident() in limiter.threads) is not blocking


def test_clients_share_a_file(service, make, hands, tmp_path):
    """Two clients make eleven calls; the service allows ten in a second."""
    given = {"_clocks": hands.clocks()}
    limiters = [SqliteLimiter(tmp_path / "limits.db", **given) for _ in range(2)]
    clients = [make(limiter=limiter) for limiter in limiters]
    for number in range(11):
        service.reply_parcel()
        clients[number % 2].parcels.get("p1")
    assert sum(hands.slept) == pytest.approx(1.0)
    for number in range(9):
        service.reply_parcel()
        clients[number % 2].parcels.get("p1")
    with pytest.raises(TimeoutError, match="deadline"):
        clients[0].parcels.get("p1", options=Options(deadline=0.5))
    for limiter in limiters:
        limiter.close()


def test_client_closes_the_limiter_that_it_made_and_no_other(service, make, make_async, tmp_path):
    def is_open(client) -> bool:
        return client._setup.limiter._connection is not None

    service.respond = lambda request: httpx.Response(
        200, json=sample_package.envelope({"tracking": {"id": "p1"}})
    )
    with make(limiter=SqliteLimiter(tmp_path / "given.db")) as client:
        client.parcels.get("p1")
    assert is_open(client)
    client._setup.limiter.close()

    client = make(limiter=tmp_path / "own.db")
    client.parcels.get("p1")
    client.with_options(max_retries=0).close()
    assert is_open(client)
    client.close()
    assert not is_open(client)

    async def run() -> None:
        client = make_async(limiter=tmp_path / "own.db")
        await client.parcels.get("p1")
        assert is_open(client)
        await client.aclose()
        assert not is_open(client)

    asyncio.run(run())


@pytest.mark.parametrize("sample", SAMPLES, ids=range(len(SAMPLES)))
def test_samples_work(sample, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AFTERSHIP_API_KEY", "asat_sample")
    redis_if_needed = running_redis() if "redis://" in sample else nullcontext("")
    with served_mock() as url, redis_if_needed as redis:
        monkeypatch.setenv("AFTERSHIP_BASE_URL", url)
        sample = re.sub(r"redis://[^\s\"]*6379/0", redis, sample)
        sample = sample.replace("sqlite:///any/path", "sqlite:///any")
        # The client of a sample is used, so that its limiter runs too.
        names = {}
        exec(sample, names)
        with names.get("client", names.get("other")) as client:
            assert client.couriers.list()


def test_page_names_the_limits_of_the_document():
    from aftership_tracking import documents

    text = " ".join(PAGE.read_text("utf-8").split())
    old = documents.document("2024-04")["x-rate-limit"]
    assert (old["requests"], old["seconds"], old["shared-by"]) == (10, 1, "organization")
    limits = {documents.document("2026-07")["x-rate-limit"]["requests"]}
    for path in documents.document("2026-07")["paths"].values():
        limits |= {
            operation["x-rate-limit"]["requests"]
            for operation in path.values()
            if isinstance(operation, dict) and "x-rate-limit" in operation
        }
    assert f"from {min(limits)} to {max(limits)} requests a second (5 for most)" in text
