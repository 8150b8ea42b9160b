"""`aftership api`: any call, also one that has no command of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Annotated, Any

import typer

from aftership_tracking.cli.calls import api_request
from aftership_tracking.cli.calls.client import connection_of, open_client, show_request
from aftership_tracking.cli.exit_codes import USAGE
from aftership_tracking.cli.output import CommandError, remark
from aftership_tracking.cli.results import write_items, write_object
from aftership_tracking.cli.settings.connection import COMMAND_LINE, Connection, choose_version, read_origin
from aftership_tracking.cli.shared_options import connection_options, is_dry_run, output_options


def run(
    context: typer.Context,
    method: Annotated[str, typer.Argument(metavar="METHOD", help="GET, POST, PUT, PATCH or DELETE.")],
    path: Annotated[str, typer.Argument(metavar="PATH", help="Such as /trackings, or with its version.")],
    text_field: Annotated[
        list[str] | None,
        typer.Option("--raw-field", "-f", metavar="NAME=TEXT", help="A field of the body; may be repeated."),
    ] = None,
    json_field: Annotated[
        list[str] | None,
        typer.Option("--field", "-F", metavar="NAME=JSON", help="The same, with a value in JSON."),
    ] = None,
    query: Annotated[
        list[str] | None,
        typer.Option("--query", "-q", metavar="NAME=TEXT", help="A parameter of the query; may be repeated."),
    ] = None,
    file: Annotated[
        str | None, typer.Option("--input", metavar="FILE", help="The body, as JSON; - is standard input.")
    ] = None,
    header: Annotated[
        list[str] | None, typer.Option("--header", "-H", metavar="LINE", help="A header, 'Name: value'.")
    ] = None,
    paginate: Annotated[
        bool, typer.Option("--paginate", help="Read every page of a list, and write its items.")
    ] = False,
    include: Annotated[
        bool, typer.Option("--include", "-i", help="Print status and headers to standard error.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Send a path that the document does not have.")
    ] = False,
) -> None:
    """Send any request, and write the JSON of the response.

    It is signed, limited and repeated like every call. It goes only to the address of your settings.
    """
    verb, target = method.upper(), api_request.read_target(path)
    if verb not in api_request.METHODS:
        raise typer.BadParameter(f"must be one of {', '.join(api_request.METHODS)}", param_hint="METHOD")
    connection = _in_version(context, connection_of(context), target.version)
    _check_origin(connection, target.origin)
    body = api_request.read_body(text_field, json_field, file)
    if body is not None and verb in ("GET", "HEAD"):
        raise CommandError(f"{verb} has no body.", USAGE, hint="Give parameters of the query with -q.")
    parameters = {**target.query, **api_request.merge_query(api_request.read_pairs(query, "-q"))}
    settings = {"query": parameters, "headers": api_request.read_headers(header)}
    if not force:
        api_request.check_route(connection.version.value, verb, target.segments)
    output = output_options(context)
    with open_client(connection) as client:
        if is_dry_run(context):
            show_request(output, client.request, verb, target.segments, body=body, **settings)
            return
        if paginate:
            write_items(
                _pages(client, connection.version.value, verb, target.segments, settings, include=include),
                output if output.as_ndjson else replace(output, as_json=True),
            )
            return
        result = client.request(verb, target.segments, body=body, **settings)
        if include:
            _print_head(result)
        if result.value is not None:
            write_object(result.value, output if output.as_ndjson else replace(output, as_json=True))


def _in_version(context: typer.Context, connection: Connection, version: str | None) -> Connection:
    if version is None:
        return connection
    chosen = connection_options(context).api_version
    if chosen not in (None, version):
        raise CommandError(
            f"The path says {version}, and --api-version {chosen}.", USAGE, hint="Give one of them."
        )
    return replace(connection, version=replace(choose_version(version), source=COMMAND_LINE))


def _check_origin(connection: Connection, origin: str | None) -> None:
    own = read_origin(connection.base_url.value)
    if origin is not None and read_origin(origin) != own:
        raise CommandError(
            f"{origin} is not the address of your settings ({connection.base_url.value}): the key is not "
            "sent there.",
            USAGE,
            hint="Give the path alone, or the address with --base-url.",
        )


def _pages(
    client: Any,
    version: str,
    verb: str,
    segments: tuple[str, ...],
    settings: dict[str, Any],
    *,
    include: bool,
) -> Iterator[Any]:
    from aftership_tracking.runtime import registry

    operation = registry.match(version, verb, segments)
    paging = None if operation is None else operation.pagination
    if paging is None:
        raise CommandError(
            f"{verb} /{'/'.join(segments)} is not a list with pages.", USAGE, hint="Leave --paginate out."
        )
    query: Mapping[str, object] | None = settings["query"]
    while query is not None:
        result = client.request(verb, segments, query=query, headers=settings["headers"])
        if include:
            _print_head(result)
        # The rules of paging read attributes, as models have them.
        envelope = _as_attributes(result.value, paging.items)
        wrong = paging.check(query, envelope)
        if wrong is not None:
            raise CommandError(
                f"The list is not complete: {wrong}.", hint=f"It stopped before {paging.position(query)}."
            )
        items = _find_list(result.value, paging.items)
        yield from items
        query = paging.next_query(query, envelope, len(items))


def _find_list(value: Any, path: tuple[str, ...]) -> list[Any]:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, list) else []


def _as_attributes(value: Any, items: tuple[str, ...]) -> Any:
    if not isinstance(value, dict):
        return value
    return SimpleNamespace(
        **{
            name: inner if items[-1:] == (name,) else _as_attributes(inner, items)
            for name, inner in value.items()
        }
    )


def _print_head(result: Any) -> None:
    remark(f"HTTP {result.status}")
    for name, value in result.headers.items():
        remark(f"{name}: {'***' if name == 'set-cookie' else value}")
    remark("")
