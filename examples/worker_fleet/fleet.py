"""Starts the workers, stops them, and says how fast they were."""

import multiprocessing
import signal
from collections.abc import Callable
from pathlib import Path

from .jobs import Jobs
from .worker import run_worker


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def run_fleet(
    jobs_file: Path, limiter: str, workers: int, meanwhile: Callable[[Callable[[], bool]], None] | None = None
) -> bool:
    """Run workers until the queue is empty, and return whether all of them ended well.

    Ctrl-C or SIGTERM stops them after their job at hand. What is left stays in the queue for the next run.
    `meanwhile` is called once, after they were started, with what says whether one of them still works.
    """
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=run_worker, args=(jobs_file, limiter)) for _ in range(workers)]
    # Ctrl-C reaches all processes. The workers inherit that it is ignored: the fleet stops them.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for process in processes:
        process.start()
    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    try:
        if meanwhile is not None:
            meanwhile(lambda: any(process.is_alive() for process in processes))
        for process in processes:
            process.join()
    except KeyboardInterrupt:
        print("Stopping: each worker finishes its job.", flush=True)
        for process in processes:
            process.terminate()
        for process in processes:
            process.join()
    # SIGTERM ends a worker at once that has not begun yet.
    return all(process.exitcode in (0, -signal.SIGTERM) for process in processes)


def print_report(jobs_file: Path) -> None:
    with Jobs(jobs_file) as jobs:
        [(done, seconds, workers)] = jobs.ask(
            "SELECT count(*), max(done_at) - min(done_at), count(DISTINCT worker) FROM jobs WHERE done_at > 0"
        )
        outcomes = jobs.ask("SELECT coalesce(outcome, 'waiting'), count(*) FROM jobs GROUP BY outcome")
        waits = jobs.ask(
            "SELECT priority, count(*), max(done_at - added_at) FROM jobs WHERE done_at > 0 "
            "GROUP BY priority ORDER BY priority DESC"
        )
    print(", ".join(f"{outcome}: {count}" for outcome, count in outcomes) or "The queue is empty.")
    if isinstance(done, int) and isinstance(seconds, float):
        # The service counts whole seconds, so the last one counts as a whole.
        print(f"{done / (seconds + 1):.1f} a second over all {workers} workers")
    for priority, count, longest in waits:
        print(f"priority {priority}: {count} numbers, the last after {longest:.1f} s")
