"""Makes the client of a command from its settings, and shows a call that is not sent."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import typer

from aftership_tracking.cli.output import escape, remark
from aftership_tracking.cli.settings.connection import Connection, resolve
from aftership_tracking.cli.shared_options import OutputOptions, connection_options

USER_AGENT = "aftership-cli"


def connection_of(context: typer.Context) -> Connection:
    """Return the settings of a command. Raises CommandError if there is no key."""
    connection = resolve(connection_options(context))
    connection.require_key()
    if connection.auth.value != "api_key":
        connection.require_secret()
    return connection


@contextmanager
def open_client(connection: Connection, **options: Any) -> Iterator[Any]:
    """A client of the version of a connection. What the library warns of becomes remarks."""
    from aftership_tracking.runtime import registry

    settings = client_settings(connection)
    with (
        warnings_as_remarks(),
        registry.package(connection.version.value).AfterShip(
            **settings, **{"user_agent": USER_AGENT, **options}
        ) as client,
    ):
        yield client


def client_settings(connection: Connection) -> dict[str, Any]:
    """Return a connection that has a key as arguments of a client, sync or async."""
    return {
        "api_key": connection.require_key(),
        "api_secret": None if connection.api_secret is None else connection.api_secret.value,
        "auth": connection.auth.value,
        "base_url": connection.base_url.value,
    }


@contextmanager
def warnings_as_remarks() -> Iterator[None]:
    """Write what the library warns of as remarks."""
    from aftership_tracking.errors import ApiDeprecationWarning, LikelyMistakeWarning, VersionWarning

    with warnings.catch_warnings():
        for kind in (ApiDeprecationWarning, LikelyMistakeWarning, VersionWarning):
            warnings.simplefilter("always", kind)
        warnings.showwarning = _show_warning
        yield


def _show_warning(message: Warning | str, *_location: object, **_line: object) -> None:
    # Where in the library the warning was given says nothing to the user of a command.
    remark(f"Warning: {message}")


def show_request(output: OutputOptions, method: Callable[..., object], *args: Any, **kwargs: Any) -> None:
    """Print the request of a call, with secrets masked. Nothing is sent."""
    from aftership_tracking.explanation import explain

    explained = explain(method, *args, **kwargs)
    body = explained.body.decode("utf-8", "replace")
    if output.as_json or output.as_ndjson:
        content = {
            "method": explained.method,
            "url": explained.url,
            "headers": dict(explained.headers),
            "body": json.loads(body) if body else None,
            "checks": [
                {"name": check.name, "passed": check.passed, "text": check.text} for check in explained.checks
            ],
        }
        typer.echo(json.dumps(content, indent=2 if output.as_json else None))
        return
    typer.echo(f"{explained.method} {escape(explained.url)}")
    for name, value in explained.headers.items():
        typer.echo(f"{name}: {escape(value)}")
    if body:
        typer.echo(f"\n{escape(body)}")
    for check in explained.checks:
        # What depends on the account, an empty one here, says nothing about the request.
        if check.passed is False and not check.text.startswith("state:"):
            remark(f"Warning: {check.name}: {check.text}")
    remark("Nothing was sent.")
