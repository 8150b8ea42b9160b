"""Raises KeyboardInterrupt where Python may raise it: after a call returned, where a function begins, and at
the end of a round of a loop. A signal can choose none of these; a trace function can.
"""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable, Iterator
from functools import cache
from types import CodeType, FrameType
from typing import Any

from instruction_trace import start_tracing, trace_instructions

_CHECKED = ("CALL", "JUMP_BACKWARD")


class Interrupter:
    """Interrupts at one of the steps of the traced files. With `at=None` it only counts them."""

    def __init__(self, at: int | None, *parts: str) -> None:
        self._at = at
        self._parts = parts
        self._previous: dict[FrameType, int] = {}
        self.steps = 0
        self.where = ""

    def __call__(self, frame: FrameType, event: str, argument: Any) -> Any:
        if not any(part in frame.f_code.co_filename for part in self._parts):
            return None
        trace_instructions(frame, self._step)
        self._count(frame)
        return self._step

    def _step(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "opcode":
            # The instruction has not been executed yet. Python would raise in the one before it, which must
            # be in the same `try` for this to be the same.
            before, now = self._previous.get(frame), frame.f_lasti
            if before in _checked(frame.f_code) and _handler(frame.f_code, before) == _handler(
                frame.f_code, now
            ):
                self._count(frame)
            self._previous[frame] = now
        return self._step

    def _count(self, frame: FrameType) -> None:
        self.steps += 1
        if self.steps == self._at:
            sys.settrace(None)
            # Only the traceback refers to frames from now on.
            self._previous.clear()
            self.where = f"{frame.f_code.co_filename}:{frame.f_lineno}"
            raise KeyboardInterrupt


@cache
def _checked(code: CodeType) -> frozenset[int]:
    """The instructions after which Python looks for signals."""
    return frozenset(one.offset for one in dis.get_instructions(code) if one.opname.startswith(_CHECKED))


@cache
def _handler(code: CodeType, offset: int) -> object:
    """What handles an exception in this instruction."""
    entries = dis._parse_exception_table(code)  # type: ignore[attr-defined]
    return next((one.target for one in entries if one.start <= offset < one.end), None)


def interrupt_everywhere(
    use: Callable[[], object], *parts: str
) -> Iterator[tuple[str, KeyboardInterrupt | None]]:
    """Run `use` once for each step, interrupted there. Yield where that was, and the interrupt: as long as it
    is referred to, its traceback holds all objects that were in use.
    """
    counter = Interrupter(None, *parts)
    _traced(use, counter)
    assert counter.steps > 10, "nothing was traced"
    for at in range(1, counter.steps + 1):
        interrupter = Interrupter(at, *parts)
        interrupt = _traced(use, interrupter)
        yield interrupter.where, interrupt


def _traced(use: Callable[[], object], interrupter: Interrupter) -> KeyboardInterrupt | None:
    before = sys.gettrace()
    start_tracing(interrupter)
    try:
        use()
    except KeyboardInterrupt as interrupt:
        return interrupt
    finally:
        sys.settrace(before)
    return None
