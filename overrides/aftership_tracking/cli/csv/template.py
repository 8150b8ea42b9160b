"""`aftership csv template`: the header of a file of shipments."""

from __future__ import annotations

import csv
import io
from enum import StrEnum
from typing import Annotated

import typer

from aftership_tracking.csv_files.columns import BASIC, FULL


class Size(StrEnum):
    """How many columns a template has."""

    basic = "basic"
    full = "full"


def run(
    size: Annotated[
        Size,
        typer.Argument(
            metavar="[basic|full]",
            help="basic: number and courier. full: the columns of the newest edition.",
        ),
    ] = Size.basic,
    example: Annotated[bool, typer.Option("--example", help="Add a row that shows each column.")] = False,
) -> None:
    """Write the header of a file of shipments to standard output. Nothing is sent.

    The columns are the documented ones; the public list of the newest edition is cut off, so AfterShip's own
    template may have more.
    """
    columns = FULL if size is Size.full else BASIC
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([column.name for column in columns])
    if example:
        writer.writerow([column.example for column in columns])
    # As bytes: the line ends of RFC 4180 stay what they are on every system.
    typer.echo(text.getvalue().encode(), nl=False)
