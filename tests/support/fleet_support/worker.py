"""One process of a fleet: `worker.py URL LIMITER`. It reads when to begin and end, and prints its responses.

It also prints how long the machine stalled it. On a machine that is busy with other things, a sleep of a
hundredth of a second may last much longer, and then no limiter can keep its promise.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from aftership_tracking.errors import ApiError, TimeoutError, TransportError  # noqa: A004
from aftership_tracking.runtime.hooks import AttemptEnded
from aftership_tracking.runtime.options import Options
from aftership_tracking.runtime.wire.request import Response
from aftership_tracking.v2026_07 import AfterShip

responses: list[tuple[str, int, int, int, float]] = []
stalls = [0.0]


def note(event: object) -> None:
    """Record a response: operation, status, limit, end of its window, time of sending."""
    if isinstance(event, AttemptEnded) and isinstance(event.outcome, Response):
        headers = event.outcome.headers
        limit, window = int(headers["x-ratelimit-limit"]), int(headers["x-ratelimit-reset"])
        responses.append((event.operation, event.outcome.status, limit, window, time.time() - event.seconds))
        stalls.append(event.seconds)


def watch(end: float) -> None:
    """Record how much longer than planned this process sleeps."""
    while (before := time.time()) < end:
        time.sleep(0.01)
        stalls.append(time.time() - before)


def repeat(call: Callable[[AfterShip, Options], None], client: AfterShip, end: float) -> None:
    """Call again and again, until there is no slot left before the end."""
    while True:
        try:
            call(client, Options(deadline=max(end - time.time(), 0.001)))
        except TimeoutError:
            return
        except (ApiError, TransportError):
            # Not found, refused, or a connection that the service closed while the workers got ready.
            continue


def say(line: str) -> None:
    """Send a line to the measuring process."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(url: str, limiter: str) -> None:
    client = AfterShip(api_key="fleet", base_url=url, limiter=limiter, max_retries=0, hooks=[note])
    numbers = iter(range(10**9))

    def get(account: AfterShip, options: Options) -> None:
        account.trackings.get("nobody", options=options)

    def create(account: AfterShip, options: Options) -> None:
        number = f"FLEET{os.getpid()}{next(numbers)}"
        account.trackings.create(tracking_number=number, slug="ups", options=options)

    calls = [get, create]
    # Before the start, calls that count for another account import everything and open the connections.
    stranger = client.with_options(api_key=f"stranger-{os.getpid()}", hooks=[])
    for call in calls:
        with suppress(ApiError):
            call(stranger, Options())
    say("ready")
    begin, end = map(float, sys.stdin.readline().split())
    time.sleep(max(0.0, begin - time.time()))
    threads = [threading.Thread(target=repeat, args=(call, client, end)) for call in calls]
    threads.append(threading.Thread(target=watch, args=(end,)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    client.close()
    say(json.dumps([responses, max(stalls)]))


main(*sys.argv[1:])
