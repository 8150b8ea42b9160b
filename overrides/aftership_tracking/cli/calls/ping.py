"""`aftership ping`: whether the key works, which version responds, and what is left of the rate limit."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import typer

from aftership_tracking.cli.calls.client import connection_of, open_client
from aftership_tracking.cli.output import remark
from aftership_tracking.cli.results import write_object
from aftership_tracking.cli.settings.connection import Connection
from aftership_tracking.cli.shared_options import output_options

# A list of one: every version has it, and it changes nothing.
_PATH = ("trackings",)
_QUERY = {"limit": 1}
UNKNOWN_SCOPES = "unknown: the service does not say what a key may do"


def run(context: typer.Context) -> None:
    """Send one request that changes nothing, and say whether the key is valid.

    A key that may not read trackings is still valid. Exit code 3: the key is wrong; 6: no service.
    """
    connection, output = connection_of(context), output_options(context)
    from aftership_tracking.errors import PermissionDeniedError

    began = time.monotonic()
    with open_client(connection, max_retries=0) as client:
        try:
            headers: Any = client.request("GET", _PATH, query=_QUERY).headers
            may_read = True
        except PermissionDeniedError as error:
            headers, may_read = error.headers, False
    found = _describe(connection, headers, may_read=may_read, seconds=time.monotonic() - began)
    if not (output.as_json or output.as_ndjson):
        found["limit_reset"] = _describe_reset(headers)
    write_object(found, output)
    if not may_read:
        remark("The key is valid, and may not read trackings.")


def _describe(connection: Connection, headers: Any, *, may_read: bool, seconds: float) -> dict[str, Any]:
    requested, responded = connection.version.value, headers.get("as-api-version")
    return {
        "key": "valid",
        "base_url": connection.base_url.value,
        "requested_version": requested,
        "version": responded or "not said by the service",
        "reads_trackings": may_read,
        "scopes": UNKNOWN_SCOPES,
        "limit": _number(headers.get("x-ratelimit-limit")),
        "limit_left": _number(headers.get("x-ratelimit-remaining")),
        "limit_reset": _number(headers.get("x-ratelimit-reset")),
        "milliseconds": round(seconds * 1000),
        "trace_id": headers.get("as-trace-id"),
    }


def _describe_reset(headers: Any) -> str | None:
    """When the service starts counting again, for people: programs get what it sent."""
    from aftership_tracking.runtime.limits.feedback import read_feedback

    now = time.time()
    reset_in = read_feedback(headers, now).reset_in
    if reset_in is None:
        return None
    at = dt.datetime.fromtimestamp(now + reset_in, dt.UTC)
    return f"{at:%Y-%m-%d %H:%M:%S} UTC, in {reset_in:.0f} s"


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdecimal() else None
