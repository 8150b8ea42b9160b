"""Create the trackings of a queue with several processes on one API key.

Without AFTERSHIP_BASE_URL it starts a mock of the service, which enforces its limits, and makes up numbers.
"""

import argparse
import csv
import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from .fleet import print_report, run_fleet
from .jobs import Job, Jobs


def run_with_a_mock(limiter: str | None, workers: int, count: int) -> bool:
    from aftership_tracking.mock import Mock
    from aftership_tracking.testing.mock_on_port import MockOnPort

    with TemporaryDirectory() as folder, MockOnPort(Mock(enforce_limits=True)) as served:
        print(f"AFTERSHIP_BASE_URL is not set: a mock was started at {served.url}", flush=True)
        os.environ.update(AFTERSHIP_BASE_URL=served.url, AFTERSHIP_API_KEY="any-key")  # for the workers
        jobs_file = Path(folder) / "jobs.db"
        with Jobs(jobs_file) as jobs:
            jobs.add(Job(number=f"SAMPLE{number:05}", courier="ups") for number in range(count))

        def add_urgent(fleet_works: Callable[[], bool]) -> None:
            with Jobs(jobs_file) as jobs:
                while not jobs.ask("SELECT 1 FROM jobs WHERE done_at > 0 LIMIT 1"):
                    if not fleet_works():
                        return
                    time.sleep(0.1)
                jobs.add(Job(number=f"URGENT{number}", courier="ups", priority=10) for number in range(3))

        ok = run_fleet(jobs_file, limiter or f"{folder}/limits.db", workers, add_urgent)
        print_report(jobs_file)
        statuses = [record.status for record in served.mock.journal]
    print(
        f"The mock got {len(statuses)} requests, and refused {statuses.count(429)} of them as too fast (429)."
    )
    print("The mock was stopped.", flush=True)
    return ok


def run(jobs_file: Path, limiter: str | None, workers: int, numbers: Path | None) -> bool:
    if numbers is not None:
        with Jobs(jobs_file) as jobs, numbers.open(newline="", encoding="utf-8") as file:
            jobs.add(
                Job(number=row["number"], courier=row["courier"], priority=int(row.get("priority") or 0))
                for row in csv.DictReader(file)
            )
    ok = run_fleet(jobs_file, limiter or f"{jobs_file}.limits.db", workers)
    print_report(jobs_file)
    return ok


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m examples.worker_fleet", description=__doc__)
    parser.add_argument(
        "--limiter",
        metavar="URL",
        default=os.environ.get("FLEET_LIMITER"),
        help="what the workers share: redis://..., or an SQLite file, which is the default",
    )
    parser.add_argument("--workers", type=int, default=4, help="default: %(default)s")
    parser.add_argument("--jobs", type=Path, default=Path("jobs.db"), help="the queue; default: %(default)s")
    parser.add_argument("--numbers", type=Path, help="a CSV file with number, courier, priority, to add")
    parser.add_argument("--count", type=int, default=100, help="numbers for the mock; default: %(default)s")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    if os.environ.get("AFTERSHIP_BASE_URL"):
        ok = run(options.jobs, options.limiter, options.workers, options.numbers)
    else:
        ok = run_with_a_mock(options.limiter, options.workers, options.count)
    return 0 if ok else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Interrupted. What is left is done by the next run.")
