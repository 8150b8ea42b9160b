"""A group `csv` with `fetch` alone, for a checkout whose application has none."""

from __future__ import annotations

from typing import ClassVar

import typer

from aftership_tracking.cli.command_tree import PLAIN, Entry, LazyGroup

FETCH = Entry(
    help="Fetch a file from a server, if it is new.",
    source="aftership_tracking.cli.csv.fetch:run",
    shared=("output",),
)


class Group(LazyGroup):
    sections: ClassVar = {"Commands": {"fetch": FETCH}}


application = typer.Typer(cls=Group, help="CSV files.", no_args_is_help=True, **PLAIN)


@application.callback()
def _csv() -> None:
    """CSV files."""
