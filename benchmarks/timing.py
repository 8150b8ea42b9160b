"""Timing by turns: each candidate runs once a round, so that a busy machine slows all of them alike."""

from __future__ import annotations

import gc
import statistics
import time
import tracemalloc
from collections.abc import Callable, Mapping


def seconds_by_turns(candidates: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """CPU seconds of one call of each candidate: the median over the rounds, after one round to warm up."""
    taken: dict[str, list[float]] = {name: [] for name in candidates}
    for turn in range(rounds + 1):
        for name, call in candidates.items():
            gc.collect()
            before = time.process_time()
            call()
            elapsed = time.process_time() - before
            if turn:
                taken[name].append(elapsed)
    return {name: statistics.median(values) for name, values in taken.items()}


def mebibytes(call: Callable[[], object]) -> float:
    """Memory that the result of a call holds, in MiB."""
    call()
    gc.collect()
    tracemalloc.start()
    result = call()
    gc.collect()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del result
    return size / 2**20
