"""Hooks see calls and attempts, sync and async; a hook that fails ends the call, and nothing else."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
from typing import Any

import httpx
import pytest

from aftership_tracking import hooks as public
from aftership_tracking.errors import ConnectError, NotFoundError, UsageError
from aftership_tracking.hooks import Attempt, AttemptEnded, AttemptStarted, Call, CallEnded, CallStarted
from aftership_tracking.runtime.wire.request import Response


class Recorder:
    def __init__(self) -> None:
        self.events: list[Any] = []

    def __call__(self, event: object) -> None:
        self.events.append(event)

    @property
    def names(self) -> list[str]:
        return [type(event).__name__ for event in self.events]


class AsyncRecorder(Recorder):
    async def __call__(self, event: object) -> None:  # type: ignore[override]
        await asyncio.sleep(0)
        self.events.append(event)


ONE_RETRY = [
    "CallStarted",
    "AttemptStarted",
    "AttemptEnded",
    "AttemptStarted",
    "AttemptEnded",
    "CallEnded",
]


def test_the_events_of_one_call_share_its_record(service, make):
    seen = Recorder()
    service.reply({}, 500)
    service.reply_parcel()
    make(hooks=[seen]).parcels.get("p1")
    assert seen.names == ONE_RETRY
    assert len({event.call for event in seen.events}) == 1
    call = seen.events[0].call
    assert (call.operation, call.method, call.api_version) == ("get-parcel", "GET", "2024-01")
    assert call.base_url == "https://api.aftership.com"
    assert call.path_template == "/tracking/2024-01/trackings/{id}"
    assert {event.operation for event in seen.events} == {"get-parcel"}
    end = seen.events[-1]
    assert (end.attempt_count, end.status, end.error) == (2, 200, None)
    assert end.seconds == pytest.approx(0.25)


def test_an_async_hook_of_an_async_client_is_awaited(service, make_async):
    awaited, plain = AsyncRecorder(), Recorder()
    service.reply({}, 500)
    service.reply_parcel()
    asyncio.run(make_async(hooks=[awaited, plain]).parcels.get("p1"))
    assert awaited.names == plain.names == ONE_RETRY


async def plain_function(event: object) -> None: ...


@pytest.mark.parametrize(
    "hook",
    [plain_function, functools.partial(plain_function), AsyncRecorder()],
    ids=["def", "partial", "call"],
)
def test_a_sync_client_refuses_a_coroutine_function(make, hook):
    with pytest.raises(UsageError, match=r"a sync client cannot await a hook that is async def"):
        make(hooks=[hook])
    with pytest.raises(UsageError, match="async def"):
        make().with_options(hooks=[hook])


def test_a_sync_client_says_so_when_a_hook_returns_a_coroutine(service, make):
    with pytest.raises(UsageError, match="cannot await what a hook returned"):
        make(hooks=[lambda event: plain_function(event)]).parcels.get("p1")
    assert service.requests == []


@pytest.mark.parametrize("wrong", [None, 5, print, [5], ["name"]])
def test_what_is_not_a_list_of_callables_is_refused(make, wrong):
    with pytest.raises(UsageError, match="hook"):
        make(hooks=wrong)


@pytest.mark.parametrize("kind", [CallStarted, AttemptStarted, AttemptEnded, CallEnded])
@pytest.mark.parametrize("variant", ["sync", "async"])
def test_a_hook_that_raises_ends_the_call(service, make, make_async, kind, variant):
    seen = Recorder()

    def stop(event: object) -> None:
        if type(event) is kind:
            raise RuntimeError("stop")

    service.reply_parcel()

    def call() -> None:
        if variant == "sync":
            make(hooks=[stop, seen]).parcels.get("p1")
        else:
            asyncio.run(make_async(hooks=[stop, seen]).parcels.get("p1"))

    with pytest.raises(RuntimeError, match="stop"):
        call()
    # Whoever remembers what began can forget it.
    assert seen.names[-1] == "CallEnded"
    assert len(service.requests) == (0 if kind in (CallStarted, AttemptStarted) else 1)


def test_the_error_of_the_call_is_not_hidden_by_the_failure_of_a_hook(service, make):
    def fail_at_the_end(event: object) -> None:
        if type(event) is CallEnded:
            raise RuntimeError("of the hook")

    service.fail(httpx.ConnectError("nobody listens"))
    with pytest.raises(ConnectError) as caught:
        make(hooks=[fail_at_the_end], max_retries=0).parcels.get("p1")
    assert "of the hook" in caught.value.__notes__[0]


def test_a_call_that_ends_in_an_error_response(service, make):
    seen = Recorder()
    service.reply({"meta": {"code": 4004}}, 404)
    with pytest.raises(NotFoundError):
        make(hooks=[seen]).parcels.get("p1")
    assert (seen.events[-1].status, seen.events[-1].error) == (404, None)


def test_a_cancelled_call_has_an_end(service, make_async):
    seen, begun = Recorder(), asyncio.Event()

    async def wait(request: httpx.Request) -> httpx.Response:
        begun.set()
        await asyncio.sleep(60)
        raise AssertionError

    async def run() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(wait)) as http:
            task = asyncio.ensure_future(make_async(hooks=[seen], http_client=http).parcels.get("p1"))
            await begun.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(run())
    assert seen.names == ["CallStarted", "AttemptStarted", "CallEnded"]
    assert isinstance(seen.events[-1].error, asyncio.CancelledError)


class Tagging:
    """A hook that adds a header to each attempt."""

    def __init__(self, **headers: str) -> None:
        self.headers = headers

    def __call__(self, event: object) -> None:
        pass

    def request_headers(self, call: Call, attempt: int) -> dict[str, str]:
        return {**self.headers, "x-attempt": f"{call.operation} {attempt}"}


def test_a_hook_may_add_headers_to_each_attempt(service, make):
    service.reply({}, 500)
    service.reply_parcel()
    make(hooks=[Tagging()]).parcels.get("p1")
    assert [sent.headers["x-attempt"] for sent in service.requests] == ["get-parcel 1", "get-parcel 2"]


def test_a_hook_cannot_replace_a_header_of_the_client(service, make):
    with pytest.raises(UsageError, match="as-api-key is set by the client itself"):
        make(hooks=[Tagging(**{"as-api-key": "other"})]).parcels.get("p1")
    assert service.requests == []


def test_records_are_frozen_keyword_only_and_slotted():
    records = [Attempt, AttemptEnded, AttemptStarted, Call, CallEnded, CallStarted]
    for record in records:
        assert dataclasses.is_dataclass(record)
        assert not hasattr(record, "__dict__") or "__slots__" in vars(record)
        with pytest.raises(TypeError, match="positional"):
            record("x")
    one = Attempt(number=1, status=200, error=None, seconds=0.1, waited=0.0, why="final")
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.number = 2  # type: ignore[misc]


def test_records_show_no_keys_bodies_and_errors(service, make):
    seen = Recorder()
    service.reply_parcel(secret="in-the-body")
    make(hooks=[seen]).parcels.get("p1")
    text = repr(seen.events)
    assert "asat_" not in text
    assert "in-the-body" not in text
    assert isinstance(seen.events[2].outcome, Response)


def test_every_name_has_a_public_home():
    assert set(public.__all__) <= set(dir(public))
    assert {"Attempt", "AttemptEnded", "Call", "Decision", "Hook", "Request", "Response"} <= set(
        public.__all__
    )
