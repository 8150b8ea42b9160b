"""`python -m aftership_tracking.mock` serves the mock with the extra `mock` alone.

It has the main options of `aftership mock`, which needs the extra `cli` too.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aftership_tracking.mock import Mock, SystemClock
from aftership_tracking.mock.serving.hint_lines import print_hints
from aftership_tracking.mock.serving.start import (
    DEFAULT_HOST,
    DEFAULT_PORT,
    TOKEN_VARIABLE,
    StartError,
    cannot_start,
    check_address,
    console_line,
    open_listener,
    prepare,
    read_apps,
    ready,
    ready_file,
    serve,
    url_of,
)

_MOST_SEEDS = 1_000_000
_MORE = "`aftership mock` has more options; it needs the extra `cli`. Under /_mock/ all else can be set."


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until a signal ends it, and return the exit code: 0, or 1 if the mock cannot start."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        _run(options)
    except StartError as error:
        if error.option is not None:
            parser.error(f"argument {error.option}: {error}")
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m aftership_tracking.mock",
        description="Serve a mock of the AfterShip Tracking API, with state in memory. Stop it with Ctrl-C.",
        epilog=_MORE,
    )
    add = parser.add_argument
    add("--port", type=int, default=DEFAULT_PORT, help="the port; 0 takes a free one (%(default)s)")
    add("--host", default=DEFAULT_HOST, help="the address to listen on (%(default)s)")
    add("--speed", type=float, default=1.0, help="how many times faster than in reality the parcels move")
    add("--seed", type=int, help="decides ids, locations and predicted dates; else another one in each run")
    add("--key", action="append", help="an API key to accept; may be repeated; else any key")
    add("--mode", choices=["documented", "lenient"], default="documented", help="what is refused")
    add("--enforce-limits", action="store_true", help="respond with 429 beyond the rate limit")
    add("--hints-in-body", action="store_true", help="write hints into JSON bodies too, as mock_hints")
    add("--lifecycle", type=Path, help="a lifecycle file (TOML): how parcels move that are not test numbers")
    add("--courier", action="append", help="slugs of the activated couriers, with commas; may be repeated")
    add("--config", type=Path, help="clock, trackings, faults and webhooks to begin with (TOML or JSON)")
    add("--oauth", type=Path, help="partner apps and merchants that may consent (TOML, YAML or JSON)")
    add("--snapshot", type=Path, help="the state to begin with: a response of GET /_mock/snapshot")
    add(
        "--control-token",
        default=os.environ.get(TOKEN_VARIABLE),
        help=f"what callers of /_mock/ have to send; others can see it here: better set {TOKEN_VARIABLE}",
    )
    add("--allow-host", action="append", help="a name that the mock may be called by; may be repeated")
    add("--cors", action="store_true", help="let pages of any site call the API, but never /_mock/")
    add("--json", action="store_true", help="print one line of JSON when the mock is ready")
    add("--ready-file", type=Path, help="a file for the same line: it is there while the mock serves")
    add("--quiet", action="store_true", help="print nothing but errors")
    return parser


def _run(options: argparse.Namespace) -> None:
    check_address(options.host, options.control_token)
    mock = _mock(options)
    prepare(mock, options.snapshot, options.config)
    listener = open_listener(options.host, options.port)
    known = ready(mock, url_of(options.host, listener))
    with listener, ready_file(options.ready_file, known):
        if options.json:
            print(json.dumps(known), flush=True)  # noqa: T201
        elif not options.quiet:
            print(f"Mock of the AfterShip Tracking API at {known['url']}", flush=True)  # noqa: T201
            print(console_line(known["url"]), flush=True)  # noqa: T201
        if not options.quiet:
            print_hints()
        serve(mock, listener)


def _mock(options: argparse.Namespace) -> Mock:
    if not options.speed > 0:
        raise StartError("must be above 0", "--speed")
    if not 0 <= options.port <= 65535:
        raise StartError("must be from 0 to 65535", "--port")
    settings: dict[str, Any] = {
        "keys": options.key,
        "tokens": read_apps(options.oauth),
        # A receiver remembers the events of the last run, so their ids must not come again.
        "seed": secrets.randbelow(_MOST_SEEDS) if options.seed is None else options.seed,
        "enforce_limits": options.enforce_limits,
        "mode": options.mode,
        "hints_in_body": options.hints_in_body,
        "lifecycle": options.lifecycle,
        "couriers": options.courier
        and [slug.strip() for part in options.courier for slug in part.split(",")],
        "control_token": options.control_token,
        "hosts": [options.host, *(options.allow_host or ())],
        "cors": options.cors,
    }
    try:
        return Mock(clock=SystemClock(options.speed), **settings)
    except (ValueError, OSError) as error:
        raise cannot_start(str(error)) from None


if __name__ == "__main__":
    sys.exit(main())
