"""The group `aftership csv`. A new command is a module with a function `run` and one line here."""

from __future__ import annotations

from typing import ClassVar

import typer

from aftership_tracking.cli.command_tree import PLAIN, Entry, LazyGroup

_FOLDER = "aftership_tracking.cli.csv"
_HELP = "CSV files of shipments and orders: check, import, export, fetch them."


class CsvGroup(LazyGroup):
    """The commands of `aftership csv`."""

    sections: ClassVar = {
        "Commands": {
            "check": Entry(
                help="Check a file of shipments. Nothing is sent.",
                source=f"{_FOLDER}.check:run",
                shared=("output",),
            ),
            "import": Entry(
                help="Create the trackings of a file through the API, each once.",
                source=f"{_FOLDER}.import_file:run",
                shared=("connection", "output"),
            ),
            "template": Entry(
                help="Write the header of a file of shipments.", source=f"{_FOLDER}.template:run"
            ),
            "orders": Entry(
                help="Read an export of orders.", source=f"{_FOLDER}.orders:run", shared=("output",)
            ),
            "export": Entry(
                help="Write shipments to a file, with columns for people.",
                source=f"{_FOLDER}.export:run",
                shared=("connection", "output"),
            ),
            "fetch": Entry(
                help="Fetch a file from a server, once, if it is new.",
                source=f"{_FOLDER}.fetch:run",
                shared=("output",),
            ),
        }
    }


application = typer.Typer(cls=CsvGroup, help=_HELP, no_args_is_help=True, **PLAIN)


@application.callback()
def _csv() -> None:
    pass


_csv.__doc__ = _HELP
