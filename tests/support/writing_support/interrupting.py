"""A program that interrupts bulk runs again and again, each at another step, and checks what they leave.

    python -m writing_support.interrupting COUNT SEED

Python raises KeyboardInterrupt in the main thread, between any two steps of it. A trace function can do that
at a step of its choice, which a signal cannot.
"""

from __future__ import annotations

import faulthandler
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import Any

import httpx

from aftership_tracking.recipes.bulk import read_counts
from aftership_tracking.v2026_07 import AfterShip
from instruction_trace import start_tracing, trace_instructions
from writing_support.rows import rows
from writing_support.wire import Wire, new_mock

ROWS = 10
WORKERS = 3
OURS = "/recipes/bulk/"
# What runs in the main thread on behalf of a bulk run, and may hold locks.
LIBRARY = ("/threading.py", "/contextlib.py", "/concurrent/futures/", "/sqlite3/")
MODES = ("to the end", "closed early")
# A run that takes longer hangs. The program then ends, and prints where each thread is.
LONGEST_RUN = 120.0


class Interrupter:
    """Raises KeyboardInterrupt at a step of the traced code: at a line, or at an instruction of our own code.

    It counts the steps. With `at=None` it only counts.
    """

    def __init__(self, at: int | None, *, instructions: bool) -> None:
        self._at = at
        self._instructions = instructions
        self.steps = 0
        self.where = ""

    def __call__(self, frame: FrameType, event: str, argument: Any) -> Any:
        name = frame.f_code.co_filename.replace("\\", "/")
        if OURS in name:
            if self._instructions:
                trace_instructions(frame, self._step)
            return self._step
        return self._step if any(part in name for part in LIBRARY) else None

    def _step(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event in ("line", "opcode"):
            self.steps += 1
            if self.steps == self._at:
                sys.settrace(None)
                self.where = f"{frame.f_code.co_filename}:{frame.f_lineno}"
                raise KeyboardInterrupt
        return self._step


class Service:
    """The mock behind a transport. It responds a little late, so that calls are under way."""

    def __init__(self) -> None:
        self.wire = Wire(new_mock())
        self.created: list[str] = []
        self._lock = threading.Lock()
        self.wire.judge = self._judge
        self.client = AfterShip("test-key", limiter=None, http_client=httpx.Client(transport=self.wire))

    def _judge(self, _request: httpx.Request, body: dict[str, Any]) -> None:
        time.sleep(0.001)
        with self._lock:
            self.created.append(body["tracking_number"])


def run(
    service: Service, journal: Path, given: list[dict[str, Any]], mode: str, interrupter: Interrupter
) -> BaseException | None:
    """Run once, with the interrupter at work. Return the interrupt, if there was one."""

    def to_the_end(outcomes: Iterator[Any]) -> None:
        start_tracing(interrupter)
        for _ in outcomes:
            pass

    def closed_early(outcomes: Any) -> None:
        next(outcomes)
        next(outcomes)
        start_tracing(interrupter)
        outcomes.close()

    use: Callable[[Any], None] = to_the_end if mode == MODES[0] else closed_early
    outcomes = service.client.trackings.create_many(iter(given), journal=journal, workers=WORKERS)
    try:
        use(outcomes)
    except KeyboardInterrupt as interrupt:
        return interrupt
    finally:
        sys.settrace(None)
    return None


def check(service: Service, journal: Path, given: list[dict[str, Any]], interrupt: object) -> None:
    """Check what a run left behind, while the traceback of its interrupt still refers to all its objects."""
    sent = set(service.created) & {row["tracking_number"] for row in given}
    counts = read_counts(journal) if journal.exists() else {}
    assert counts == ({"created": len(sent)} if sent else {}), (counts, sent)
    left = [each for each in threading.enumerate() if each.name.startswith("aftership-bulk")]
    for thread in left:
        thread.join(LONGEST_RUN)
        assert not thread.is_alive(), thread
    with closing(service.client.trackings.create_many(given, journal=journal, workers=WORKERS)) as again:
        outcomes = list(again)
    assert sorted(each.index for each in outcomes) == list(range(ROWS)), outcomes
    assert sum(each.recorded for each in outcomes) == len(sent), outcomes
    created = [number for number in service.created if number in {row["tracking_number"] for row in given}]
    assert len(created) == ROWS, created
    del interrupt


def main(count: int, seed: int) -> None:
    """Interrupt `count` runs, each at a step that the seed chooses."""
    chance, service, hit = random.Random(seed), Service(), 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(-len(MODES) * 2, count):
            mode, instructions = MODES[number % 2], number % 4 >= 2
            given = rows(ROWS, start=(number + 10) * ROWS)
            journal = Path(folder) / f"{number}.journal"
            faulthandler.dump_traceback_later(LONGEST_RUN, exit=True)
            # The first runs only count the steps of each kind of run.
            at = None if number < 0 else chance.randint(1, _STEPS[mode, instructions])
            interrupter = Interrupter(at, instructions=instructions)
            interrupt = run(service, journal, given, mode, interrupter)
            if at is None:
                _STEPS[mode, instructions] = interrupter.steps
            hit += interrupt is not None
            try:
                check(service, journal, given, interrupt)
            except BaseException:
                sys.stderr.write(f"run {number}, {mode}, step {at}, {interrupter.where}\n")
                raise
    faulthandler.cancel_dump_traceback_later()
    sys.stdout.write(f"{hit} of {count} runs were interrupted; steps of a run: {_STEPS}\n")
    assert hit >= count // 2, "most steps must be hit"


_STEPS: dict[tuple[str, bool], int] = {}

if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
