"""`aftership versions`: the versions of the API in this package, and how long each is supported."""

from __future__ import annotations

import datetime as dt

import typer

from aftership_tracking import documents
from aftership_tracking.cli.results import write_items
from aftership_tracking.cli.settings.connection import resolve_version
from aftership_tracking.cli.shared_options import ConnectionOptions, output_options

COLUMNS = ("version", "released", "supported_until", "state", "used")


def run(context: typer.Context) -> None:
    """List the versions of the API that this package has, oldest first."""
    output = output_options(context)
    used = resolve_version(ConnectionOptions())
    today = dt.datetime.now(dt.UTC).date().isoformat()
    rows = []
    for version in documents.versions():
        info = documents.document(version)["info"]
        until = info.get("x-supported-until")
        state = "not documented" if until is None else "supported" if today <= until else "ended"
        rows.append(
            {
                "version": version,
                "released": info.get("x-released"),
                "supported_until": until,
                "state": state,
                "used": version == used,
            }
        )
    write_items(rows, output, columns=COLUMNS)
