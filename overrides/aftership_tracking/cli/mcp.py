"""`aftership mcp`: tools for a language model, over standard input and output."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aftership_tracking.cli.calls.client import (
    USER_AGENT,
    client_settings,
    connection_of,
    warnings_as_remarks,
)
from aftership_tracking.cli.exit_codes import INSTALL, INTERRUPTED, MISSING_PACKAGE
from aftership_tracking.cli.output import remark, stop
from aftership_tracking.cli.settings.connection import Connection, resolve_version
from aftership_tracking.cli.shared_options import connection_options

if TYPE_CHECKING:
    from aftership_tracking.mcp_server.records import Source

DEADLINE = 60.0
"""Seconds for a call with its retries: a model does not wait for ever."""


def run(
    context: typer.Context,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Invented parcels in this process: no key, no network.")
    ] = False,
    allow_write: Annotated[
        bool,
        typer.Option(
            "--allow-write", help="Also a tool that creates trackings, each after the user has agreed."
        ),
    ] = False,
    personal_data: Annotated[
        bool,
        typer.Option("--personal-data", help="Also names, addresses and notes. Default: they are left out."),
    ] = False,
) -> None:
    """Serve tools for a language model: the Model Context Protocol over standard input and output.

    A client starts it: register `aftership mcp`, or `aftership mcp --sandbox` to try it. The key comes from
    the settings, as for every command. It ends when the client closes standard input.
    """
    try:
        import aftership_tracking.mcp_server as _needed  # noqa: F401
    except ImportError:
        stop(f"The server needs one more package: {INSTALL.format(extras='cli,mcp')}", MISSING_PACKAGE)
    given = connection_options(context)
    if sandbox and (given.api_key is not None or given.base_url is not None):
        raise typer.BadParameter("takes neither a key nor an address", param_hint="--sandbox")
    connection = None if sandbox else connection_of(context)
    version = resolve_version(given) if connection is None else connection.version.value
    if sys.stdin.isatty():
        # A person who tries it sees nothing, and wonders.
        remark("Waiting for a client on standard input. To end it: Ctrl-D, or Ctrl-C.")
    import anyio

    with warnings_as_remarks(), _leaving_at_once():
        anyio.run(_serve, connection, version, allow_write, personal_data)


@contextmanager
def _leaving_at_once() -> Iterator[None]:
    """Ctrl-C ends the process: the thread that waits for standard input would hold it until the next line."""
    before = signal.signal(signal.SIGINT, lambda _number, _frame: os._exit(INTERRUPTED))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


async def _serve(connection: Connection | None, version: str, allow_write: bool, personal_data: bool) -> None:
    from aftership_tracking.mcp_server import build_server

    source: Source = "sandbox" if connection is None else "live"
    async with _open(connection, version) as client:
        server = build_server(
            client, version=version, source=source, allow_write=allow_write, personal_data=personal_data
        )
        await server.run_stdio_async()


def _open(connection: Connection | None, version: str) -> Any:
    """An async client of the settings, or of a mock."""
    if connection is None:
        from aftership_tracking.mcp_server.sandbox import open_sandbox

        try:
            return open_sandbox(version)
        except ImportError:
            stop(f"The sandbox needs more packages: {INSTALL.format(extras='cli,mcp,mock')}", MISSING_PACKAGE)
    from aftership_tracking.runtime import registry

    return registry.package(version).AsyncAfterShip(
        **client_settings(connection), user_agent=f"{USER_AGENT}-mcp", deadline=DEADLINE
    )
