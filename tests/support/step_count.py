"""Counts the steps of a call: instructions of Python, which are the same on every machine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from instruction_trace import start_tracing, trace_instructions


def steps_of(call: Callable[[], object]) -> int:
    """Return how many instructions of Python a call executes. What C code does inside counts as one."""
    count = 0

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal count
        trace_instructions(frame, trace)
        frame.f_trace_lines = False
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    start_tracing(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return count
