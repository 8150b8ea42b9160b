"""`aftership scopes`: which OAuth scopes calls need. Nothing is sent."""

from __future__ import annotations

import warnings
from typing import Annotated, Any

import typer

from aftership_tracking.cli.calls.explain import find_operation
from aftership_tracking.cli.operations.document_operations import read_operations
from aftership_tracking.cli.results import write_items, write_object
from aftership_tracking.cli.settings.connection import resolve_version
from aftership_tracking.cli.shared_options import connection_options, output_options

COLUMNS = ("scope", "meaning")


def run(
    context: typer.Context,
    calls: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CALL]...",
            help="Calls such as trackings.create. Without any: all scopes.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Say which OAuth scopes calls need, for the consent that a partner app asks for. Nothing is sent.

    A call whose scope nobody documents is listed as unknown.
    """
    output = output_options(context)
    version = resolve_version(connection_options(context))
    if calls:
        write_object(_needed(version, calls), output)
    else:
        write_items(_all_scopes(version), output, columns=COLUMNS)


def _needed(version: str, names: list[str]) -> dict[str, Any]:
    from aftership_tracking.errors import VersionWarning
    from aftership_tracking.runtime.auth.scopes import scopes_of

    with warnings.catch_warnings():
        # Nothing is sent, so it does not matter whether the version is still supported.
        warnings.simplefilter("ignore", VersionWarning)
        found = scopes_of(*(_find_method(version, name) for name in names))
    return {
        "version": version,
        "calls": names,
        "scopes": sorted(found.scopes),
        "unknown": list(found.unknown),
    }


def _find_method(version: str, name: str) -> object:
    """Return the method of a client: that of an operation, or one that makes several calls."""
    from aftership_tracking.runtime import registry

    # No key is needed: nothing is sent.
    client = registry.package(version).AfterShip("unused", limiter=None)
    resource, _, method = name.partition(".")
    found = getattr(getattr(client, resource, None), method, None) if method.isidentifier() else None
    if hasattr(found, "__consists_of__"):
        return found
    operation = find_operation(version, name)
    return getattr(getattr(client, operation.resource), operation.method_name)


def _all_scopes(version: str) -> list[dict[str, Any]]:
    from aftership_tracking.oauth_scopes import Scope
    from aftership_tracking.runtime import registry

    operations = registry.operations(version)
    calls: dict[str, list[str]] = {}
    for operation in read_operations(version):
        for scope in operations[operation.id].scopes:
            calls.setdefault(scope, []).append(operation.call)
    return [
        {"scope": scope, "meaning": Scope(scope).meaning, "calls": sorted(names)}
        for scope, names in calls.items()
    ]
