"""Follow parcels through their lives: start the mock, register test numbers, print each status as it comes.

The numbers are AfterShip's documented test numbers for the courier `testing-courier`: one letter for each
step, then the minutes between two steps. The mock's parcels move fast, so a life takes seconds.

    python examples/parcel_life.py [NUMBER ...] [--speed 300]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager

from aftership_tracking import AfterShip, Checkpoint, Tracking, errors

NUMBERS = ("ITE010D-3-643642", "ITOD-3-6436426452526", "I001T001E010E011-1-643642")
PATIENCE = 60.0  # seconds of real time before we give up on a parcel


@contextmanager
def running_mock(speed: float) -> Generator[str]:
    """Run the mock as a process of its own on a free port, and yield its base URL."""
    command = [sys.executable, "-m", "aftership_tracking.cli", "mock", "--port", "0", "--speed", str(speed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield listening_address(process.stdout.readline())
        finally:
            process.terminate()


def listening_address(line: str) -> str:
    """Return the URL in the first line that the mock prints."""
    for word in line.split():
        if word.startswith("http://"):
            return word.rstrip("/,.")
    raise SystemExit(f"the mock did not start: {line!r}")


def follow(client: AfterShip, number: str) -> None:
    """Register one number and print every status until no more can come."""
    tracking = client.trackings.create(tracking_number=number, slug="testing-courier", title=f"Demo {number}")
    print(f"{number}: registered as {tracking.id}")
    print(status(tracking.created_at, tracking))
    deadline = time.monotonic() + PATIENCE
    # The flow part of the number says how many steps there are to wait for.
    steps = sum(letter.isalpha() for letter in number.split("-")[0])
    printed = 0
    while printed < steps:
        if time.monotonic() > deadline:
            raise SystemExit(f"{number}: no end within {PATIENCE:.0f} seconds")
        time.sleep(0.1)
        # Checkpoints, not the current status: two of them can come between two reads.
        checkpoints = client.trackings.get(tracking.id).checkpoints
        for checkpoint in checkpoints[printed:]:
            print(status(checkpoint.created_at, checkpoint))
        printed = len(checkpoints)


def status(when: object, subject: Tracking | Checkpoint) -> str:
    """Return one line about the status of a tracking or a checkpoint."""
    return f"  {when}  {subject.tag:<16} {subject.subtag:<20} {subject.subtag_message}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Follow test parcels through the mock server.")
    parser.add_argument("numbers", nargs="*", default=NUMBERS, help="documented test numbers")
    parser.add_argument(
        "--speed", type=float, default=300.0, help="how much faster than real time the mock runs"
    )
    options = parser.parse_args()
    with running_mock(options.speed) as url, AfterShip(api_key="demo", base_url=url) as client:
        print(f"mock at {url}, API version {client.API_VERSION}")
        for number in options.numbers:
            follow(client, number)
        try:
            client.trackings.create(tracking_number=options.numbers[0], slug="testing-courier")
        except errors.AlreadyExistsError as error:
            print(f"registered twice: {error}")


if __name__ == "__main__":
    main()
