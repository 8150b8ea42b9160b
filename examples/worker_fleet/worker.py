"""One worker: takes a job, creates the tracking, records the outcome, until nothing is left."""

import logging
import os
import signal
import sys
import threading
from pathlib import Path

from aftership_tracking import AfterShip, errors
from aftership_tracking.hooks import AttemptEnded, Event, Response

from .jobs import Job, Jobs

log = logging.getLogger("worker_fleet")
CALL_DEADLINE = 60.0  # seconds, with all waits for the limit and all retries
PAUSE = 30.0  # seconds until a job is tried again that failed for a reason that passes


def report_refusals(event: Event) -> None:
    """A hook: says each 429. The client waits and sends it again, so nothing else has to be done."""
    if (
        isinstance(event, AttemptEnded)
        and isinstance(event.outcome, Response)
        and event.outcome.status == 429
    ):
        log.warning("429: somebody else uses this key without the shared limit")


def run_worker(jobs_file: Path, limiter: str) -> None:
    """Work until the queue is empty, or until SIGTERM; the job at hand is finished first.

    `limiter`: what all workers share, `redis://...` or the name of an SQLite file.
    """
    stop = threading.Event()

    def finish_and_end(*_: object) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, finish_and_end)
    try:
        with Jobs(jobs_file) as jobs, AfterShip(limiter=limiter, hooks=[report_refusals]) as client:
            while not stop.is_set() and (job := jobs.take(str(os.getpid()))) is not None:
                do(job, jobs, client)
    except (errors.UsageError, errors.AuthenticationError, errors.PermissionDeniedError) as error:
        sys.exit(str(error))  # the key is missing or wrong: no number can be created


def do(job: Job, jobs: Jobs, client: AfterShip) -> None:
    try:
        # Create or get: it may be sent twice, so nothing is lost and nothing is there twice.
        done = client.trackings.upsert(
            tracking_number=job.number, slug=job.courier, priority=job.priority, deadline=CALL_DEADLINE
        )
    except (errors.RateLimitError, errors.ServerError, errors.TransportError) as error:
        log.warning("%s: later again: %s", job.number, error)
        jobs.give_back(job, PAUSE)
    except (errors.AuthenticationError, errors.PermissionDeniedError):
        jobs.give_back(job, 0)
        raise
    except errors.AfterShipError as error:
        jobs.finish(job, "failed", str(error))  # this number is wrong: somebody has to look at it
    else:
        jobs.finish(job, done.outcome)
