"""The tree of commands. A new command is a module with a function and one line here."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from aftership_tracking.cli import mock, webhook

DISTRIBUTION = "aftership-tracking-client"

application = typer.Typer(
    name="aftership",
    help="An unofficial command for the AfterShip Tracking API.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
application.command("mock")(mock.run)
application.add_typer(webhook.application, name="webhook")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"{DISTRIBUTION} {version(DISTRIBUTION)}")
        raise typer.Exit


@application.callback()
def root(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and stop.", callback=_print_version, is_eager=True),
    ] = False,
) -> None:
    """Options that stand before a command."""
