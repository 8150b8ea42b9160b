"""The tree of commands. A new command is a module with a function and one line here."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from aftership_tracking.cli import mock, traffic
from aftership_tracking.cli.webhook import addresses, check, inbox, listen, send

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
application.command("check-traffic")(traffic.run)

webhook = typer.Typer(
    help="Webhooks: receive them here, send them to yourself, find out why one is refused.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
webhook.command("listen")(listen.run)
webhook.command("send")(send.run)
webhook.command("verify")(check.verify)
webhook.command("doctor")(check.doctor)
webhook.command("addresses")(addresses.addresses)
webhook.add_typer(inbox.application, name="inbox")
application.add_typer(webhook, name="webhook")


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
    """Options that come before a command."""
