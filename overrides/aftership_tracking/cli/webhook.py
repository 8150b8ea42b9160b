"""`aftership webhook`: the tree of its commands."""

from __future__ import annotations

import typer

from aftership_tracking.cli import webhook_check, webhook_listen, webhook_send

application = typer.Typer(
    help="Webhooks: receive them here, send them to yourself, find out why one is refused.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
application.command("listen")(webhook_listen.run)
application.command("send")(webhook_send.run)
application.command("verify")(webhook_check.verify)
application.command("doctor")(webhook_check.doctor)
