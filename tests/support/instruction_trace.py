"""Traces single instructions, in every Python from 3.11 on.

Python 3.12 decides when tracing begins whether there are such events at all. 3.13 has them only for frames
that have a trace function already.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def start_tracing(trace: Callable[[FrameType, str, Any], Any]) -> None:
    """`sys.settrace`, for a function that calls `trace_instructions`."""
    sys._getframe().f_trace_opcodes = True
    sys.settrace(trace)


def trace_instructions(frame: FrameType, trace: Callable[[FrameType, str, Any], Any]) -> None:
    """Let `trace` see the instructions of a frame that was just entered."""
    frame.f_trace = trace
    frame.f_trace_opcodes = True
