"""`aftership changelog`: what each version of the API brought."""

from __future__ import annotations

from typing import Annotated

import typer

from aftership_tracking.cli.changes import comparison
from aftership_tracking.cli.changes.page import write_page
from aftership_tracking.cli.output import CommandError
from aftership_tracking.cli.results import write_items, write_object
from aftership_tracking.cli.settings.connection import choose_version
from aftership_tracking.cli.shared_options import output_options

COLUMNS = ("version", "previous", "released", "supported-until", "breaking")


def run(
    context: typer.Context,
    version: Annotated[
        str | None, typer.Argument(metavar="[VERSION]", help="One version: its whole entry, as Markdown.")
    ] = None,
) -> None:
    """List the versions of the API, newest first, with the number of changes that break code.

    The client hides some changes; those are not counted. In JSON each version has all its changes. Nothing
    is sent.
    """
    output = output_options(context)
    if version is None:
        write_items(comparison.history(), output, columns=COLUMNS)
        return
    chosen = choose_version(version).value
    entry = comparison.entry(chosen)
    if entry is None:
        raise CommandError(f"{chosen} is the oldest version in this package, and nothing is known before it.")
    if output.as_json or output.as_ndjson or output.fields:
        write_object(next(one for one in comparison.history() if one["version"] == chosen), output)
    else:
        write_page(entry)
