"""The loops close a call however it ends, and a thread enforces the deadline."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Generator
from contextvars import ContextVar
from types import SimpleNamespace
from typing import Any

import pytest

from aftership_tracking.errors import TimeoutError as OurTimeoutError
from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.calls.flow import Acquire, CompletedCall, Learn, Send, Sleep, Step, StepResult
from aftership_tracking.runtime.calls.step_loops import run_steps, run_steps_async
from aftership_tracking.runtime.limits import Grant, SlotRequest
from aftership_tracking.runtime.operation import RateLimit
from aftership_tracking.runtime.wire.deadline import read_until, run_within
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.request import Request, Response
from patience import PATIENCE

REQUEST = Request("GET", "https://api.example/x", Headers())
RESPONSE = Response(200, Headers(), b"{}")
SLOT_REQUEST = SlotRequest(
    bucket="account/organization", limit=RateLimit(requests=10, seconds=1.0, shared=True)
)


class Steps:
    """A call of one step that records when it is closed."""

    def __init__(self, step: Step) -> None:
        self.step = step
        self.closed = False
        self.running = self._run()

    def _run(self) -> Generator[Step, StepResult, CompletedCall]:
        try:
            yield self.step
            return CompletedCall(RESPONSE, ())
        finally:
            self.closed = True


class Failing:
    def __init__(self, error: BaseException) -> None:
        self.error = error

    def exchange(self, request: Request) -> Response:
        raise self.error

    def acquire(self, slot_request: SlotRequest) -> Grant:
        raise self.error

    def learn(self, slot_request: SlotRequest, status: int, headers: Any) -> None:
        raise self.error


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, UsageError("no"), MemoryError])
@pytest.mark.parametrize(
    "step", [Send(REQUEST), Acquire(SLOT_REQUEST), Learn(SLOT_REQUEST, RESPONSE), Sleep(1.0)]
)
def test_a_call_that_is_interrupted_is_closed_at_once(error, step):
    steps = Steps(step)
    raised = error if isinstance(error, BaseException) else error()
    failing = Failing(raised)

    def sleep(_: float) -> None:
        raise raised

    with pytest.raises(type(raised)) as caught:
        run_steps(steps.running, failing, failing, sleep)
    # The traceback still exists, and would hold the steps open.
    assert caught.value.__traceback__ is not None
    assert steps.closed


class Blocking:
    """A limiter that blocks, and records the threads that call it."""

    blocking = True

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []
        self.called, self.go_on = threading.Event(), threading.Event()

    def acquire(self, slot_request: SlotRequest) -> Grant:
        self.threads.append(threading.current_thread())
        self.called.set()
        assert self.go_on.wait(PATIENCE)
        return Grant(wait=0.0, reserved=True)

    def learn(self, slot_request: SlotRequest, status: int, headers: Any) -> None:
        self.threads.append(threading.current_thread())


def test_a_blocking_limiter_does_not_block_the_event_loop():
    limiter = Blocking()

    async def run() -> CompletedCall:
        task = asyncio.ensure_future(
            run_steps_async(Steps(Acquire(SLOT_REQUEST)).running, SimpleNamespace(), limiter, asyncio.sleep)
        )
        while not limiter.called.is_set():
            # This line is never reached if the event loop is blocked.
            await asyncio.sleep(0)
        limiter.go_on.set()
        return await task

    assert asyncio.run(run()).response is RESPONSE
    assert threading.current_thread() not in limiter.threads


def test_a_task_that_is_cancelled_at_a_blocking_limiter_is_closed():
    limiter, steps = Blocking(), Steps(Acquire(SLOT_REQUEST))

    async def run() -> None:
        task = asyncio.ensure_future(
            run_steps_async(steps.running, SimpleNamespace(), limiter, asyncio.sleep)
        )
        while not limiter.called.is_set():
            await asyncio.sleep(0)
        task.cancel()
        limiter.go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert steps.closed


def test_work_in_time_returns_its_result_and_raises_its_error():
    assert run_within(10, lambda: 5) == 5
    assert run_within(10, lambda: None) is None
    wrong = KeyError("x")

    def fail() -> None:
        raise wrong

    with pytest.raises(KeyError) as caught:
        run_within(10, fail)
    assert caught.value is wrong


def test_work_sees_the_context_of_its_caller():
    mark: ContextVar[str] = ContextVar("mark", default="none")
    mark.set("mine")
    assert run_within(10, mark.get) == "mine"


def test_late_work_is_not_waited_for():
    go_on, over = threading.Event(), threading.Event()

    def late() -> None:
        assert go_on.wait(PATIENCE)
        over.set()

    with pytest.raises(OurTimeoutError):
        run_within(0.001, late)
    go_on.set()
    # It ends by itself, and its result is discarded.
    assert over.wait(PATIENCE)


def test_parts_after_the_end_are_not_read():
    taken: list[int] = []

    def parts() -> Generator[bytes]:
        for number in range(3):
            taken.append(number)
            yield b"x"

    with pytest.raises(OurTimeoutError):
        list(read_until(float("-inf"), parts()))
    assert taken == [0]
    assert list(read_until(float("inf"), parts())) == [b"x"] * 3


@pytest.mark.parametrize("deadline", [float("inf"), float("nan"), 86_401, 0, -1, True, "5"])
def test_deadlines_that_no_thread_and_no_socket_can_enforce(make, deadline):
    with pytest.raises(UsageError, match="no more than a day"):
        make(deadline=deadline)


def test_the_longest_deadline_works(service, make):
    service.reply_parcel()
    assert make(deadline=86_400, timeout=None).parcels.get("p1").id == "p1"
