"""The tree of commands. A new command is a module with a function and one line here."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import typer

from aftership_tracking.cli.command_tree import PLAIN, Entry, LazyGroup, RootGroup

DISTRIBUTION = "aftership-tracking-client"
_CLI = "aftership_tracking.cli"
CALLS = "Calls"


class Root(RootGroup):
    """The commands of `aftership`. Those of the calls are made from the documents."""

    sections: ClassVar = {
        "Settings": {
            "config": Entry(
                help="Show and change the settings: profiles, keys, addresses.",
                source=f"{_CLI}.settings.command:application",
                shared=("connection", "output"),
            ),
            "ping": Entry(
                help="Say whether the key works, and what is left of the rate limit.",
                source=f"{_CLI}.calls.ping:run",
                shared=("connection", "output"),
            ),
            "versions": Entry(
                help="List the versions of the API in this package.",
                source=f"{_CLI}.calls.versions:run",
                shared=("output",),
            ),
        },
        CALLS: {},
        "Any call": {
            "api": Entry(
                help="Send any request, and write the JSON of the response.",
                source=f"{_CLI}.calls.api:run",
                shared=("connection", "dry_run", "output"),
            ),
            "explain": Entry(
                help="Explain an error code of the API, or a call.",
                source=f"{_CLI}.calls.explain:run",
                shared=("version", "output"),
            ),
            "scopes": Entry(
                help="Say which OAuth scopes calls need.",
                source=f"{_CLI}.calls.scopes:run",
                shared=("version", "output"),
            ),
            "sign": Entry(
                help="Print what is signed, and its signature.",
                source=f"{_CLI}.calls.sign:run",
                shared=("connection", "output"),
            ),
            "doctor": Entry(
                help="Say why a signature is refused, of a request or a webhook.",
                source=f"{_CLI}.doctor.command:application",
            ),
        },
        "Versions of the API": {
            "diff": Entry(
                help="List what changed between two versions.",
                source=f"{_CLI}.changes.diff:run",
                shared=("output",),
            ),
            "guide": Entry(help="Say how to move to a newer version.", source=f"{_CLI}.changes.guide:run"),
            "changelog": Entry(
                help="Say what each version brought.",
                source=f"{_CLI}.changes.changelog:run",
                shared=("output",),
            ),
        },
        "Language models": {
            "mcp": Entry(
                help="Serve tools for a language model (MCP).",
                source=f"{_CLI}.mcp:run",
                shared=("connection",),
            ),
        },
        "Files": {
            "contacts": Entry(
                help="Check the phone numbers and e-mail addresses of a file.",
                source=f"{_CLI}.contacts.command:application",
                shared=("output",),
            ),
            "csv": Entry(
                help="Check and import CSV files of shipments, read exports of orders.",
                source=f"{_CLI}.csv.command:application",
            ),
        },
        "Webhooks and the sandbox": {
            "webhook": Entry(
                help="Receive webhooks here, send them to yourself, find out why one is refused.",
                source=f"{_CLI}.application:webhook",
            ),
            "mock": Entry(help="Serve a mock of the API on this machine.", source=f"{_CLI}.mock:run"),
            "check-traffic": Entry(
                help="Judge recorded calls by the document of a version.", source=f"{_CLI}.traffic:run"
            ),
        },
    }

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        """The names that the help shows."""
        return [*self.entries(), *self._calls()]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import a command, or make one from the documents; None if there is none."""
        found = super().get_command(ctx, cmd_name)
        if found is not None:
            return found
        from aftership_tracking.cli.operations.commands import ResourceGroup, find_resource

        resource = find_resource(cmd_name)
        return None if resource is None else ResourceGroup(cmd_name, resource)

    def rows(self, title: str) -> dict[str, str]:
        """The lines of a section of the help."""
        return self._calls() if title == CALLS else super().rows(title)

    def _calls(self) -> dict[str, str]:
        from aftership_tracking.cli.operations.names import resource_rows

        return resource_rows()


class Webhook(LazyGroup):
    """The commands of `aftership webhook`."""

    sections: ClassVar = {
        "Commands": {
            "listen": Entry(help="Receive webhooks here.", source=f"{_CLI}.webhook.listen:run"),
            "send": Entry(help="Send webhooks to a receiver.", source=f"{_CLI}.webhook.send:run"),
            "verify": Entry(help="Check one delivery.", source=f"{_CLI}.webhook.check:verify"),
            "doctor": Entry(help="Say why a delivery is refused.", source=f"{_CLI}.webhook.check:doctor"),
            "addresses": Entry(
                help="Print where deliveries come from.", source=f"{_CLI}.webhook.addresses:addresses"
            ),
            "inbox": Entry(help="Look into a stored inbox.", source=f"{_CLI}.webhook.inbox:application"),
        }
    }


webhook = typer.Typer(
    cls=Webhook,
    help="Webhooks: receive them here, send them to yourself, find out why one is refused.",
    no_args_is_help=True,
    **PLAIN,
)


@webhook.callback()
def _webhook() -> None:
    """Webhooks: receive them here, send them to yourself, find out why one is refused."""


application = typer.Typer(
    cls=Root,
    name="aftership",
    help="An unofficial command for the AfterShip Tracking API.",
    invoke_without_command=True,
    **{**PLAIN, "add_completion": True},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"{DISTRIBUTION} {version(DISTRIBUTION)}")
        raise typer.Exit


@application.callback()
def root(
    context: typer.Context,
    _version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and stop.", callback=_print_version, is_eager=True),
    ] = False,
) -> None:
    """An unofficial command for the AfterShip Tracking API."""
    if context.invoked_subcommand is None:
        from aftership_tracking.cli.start_page import print_start

        print_start(context.get_help())
