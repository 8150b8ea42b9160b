"""Commands of `aftership trackings` that are more than one call, upon the recipes of the client."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from aftership_tracking.cli.calls.client import connection_of, open_client
from aftership_tracking.cli.command_tree import Command
from aftership_tracking.cli.exit_codes import FAILED
from aftership_tracking.cli.failures import suggesting_slug
from aftership_tracking.cli.operations.arguments import read_arguments
from aftership_tracking.cli.operations.document_operations import DocumentOperation
from aftership_tracking.cli.operations.parameters import as_parameters
from aftership_tracking.cli.operations.run_operation import as_json_value
from aftership_tracking.cli.output import CommandError, remark
from aftership_tracking.cli.results import write_items, write_object
from aftership_tracking.cli.shared_options import output_options, shared
from aftership_tracking.cli.typer_parameters import make_argument, make_option

RESOURCE = "trackings"
Given = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipe:
    """A command, and the operation whose arguments it takes."""

    name: str
    help: str
    run: Callable[[typer.Context, DocumentOperation, Given], None]
    base: str
    without: tuple[str, ...] = ()
    """The arguments of the operation that have no meaning here."""
    options: Callable[[], Sequence[Any]] = tuple


def make_recipe(recipe: Recipe, operation: DocumentOperation) -> Command:
    """Make the command of a recipe."""
    parameters = as_parameters(operation, without=recipe.without)
    return _RecipeCommand(
        recipe,
        operation,
        name=recipe.name,
        help=recipe.help,
        params=[*recipe.options(), *parameters, *shared(["connection", "output"])],
        rich_markup_mode=None,
    )


class _RecipeCommand(Command):
    """A command that makes several calls."""

    def __init__(self, recipe: Recipe, operation: DocumentOperation, **settings: Any) -> None:
        super().__init__(**settings)
        self._recipe = recipe
        self._operation = operation

    def invoke(self, ctx: Any) -> Any:
        """Run it."""
        self._recipe.run(ctx, self._operation, ctx.params)


def _read(operation: DocumentOperation, given: Given) -> dict[str, Any]:
    return read_arguments(operation, given, given.get("sets") or ())


def _upsert(context: typer.Context, operation: DocumentOperation, given: Given) -> None:
    output = output_options(context)
    arguments = _read(operation, given)
    with open_client(connection_of(context)) as client, suggesting_slug(arguments.get("slug")):
        result = client.trackings.upsert(update=not given["no_update"], **arguments)
    found = {"outcome": str(result.outcome), "tracking": as_json_value(result.tracking)}
    write_object(found, output)


def _changes(context: typer.Context, operation: DocumentOperation, given: Given) -> None:
    output = output_options(context)
    filters = _read(operation, given)
    with open_client(connection_of(context)) as client:
        changes = client.trackings.changes(since=given.get("since"), state=given["state"], **filters)
        last: list[Any] = []

        def items() -> Iterator[Any]:
            for batch in changes.batches():
                last[:] = [batch]
                yield from (as_json_value(tracking) for tracking in batch.items)

        write_items(items(), output)
        # A table is written at its end, and a reader may leave before: the mark moves after all of it.
        for batch in last:
            batch.commit()


def _export(context: typer.Context, operation: DocumentOperation, given: Given) -> None:
    # Imported lazily: no other command needs the writers.
    from aftership_tracking.cli.export_file import export_file

    export_file(
        context,
        Path(given["file"]),
        _read(operation, given),
        file_format=given["to"],
        rows=given["rows"],
        omit=given["omit"],
    )


def _watch(context: typer.Context, operation: DocumentOperation, given: Given) -> None:
    from aftership_tracking import FinalStateError, WaitTimeoutError

    output = output_options(context)
    people = not (output.as_json or output.as_ndjson)

    def show(tracking: Any) -> None:
        if people:
            last = tracking.checkpoints[-1] if tracking.checkpoints else None
            message = getattr(last, "message", None) or ""
            remark(f"{tracking.updated_at}  {tracking.tag}  {message}".rstrip())
        elif output.as_ndjson:
            write_object(as_json_value(tracking), output)

    with open_client(connection_of(context)) as client:
        try:
            found = client.trackings.wait_until(
                given[operation.parameters[0].argument],
                tag=list(given["tag"] or ()) or None,
                until=None if given["tag"] else _is_final,
                timeout=given["timeout"],
                interval=given["interval"],
                on_change=show,
            )
        except (FinalStateError, WaitTimeoutError) as error:
            raise CommandError(str(error), FAILED) from None
    if not output.as_ndjson:
        write_object(as_json_value(found), output)


def _is_final(tracking: Any) -> bool:
    return bool(tracking.is_final)


def _watch_options() -> list[Any]:
    return [
        make_option(
            param_decls=["--tag", "tag"],
            multiple=True,
            metavar="TEXT",
            help="Wait for this status; may be repeated. Without it: until nothing more is expected.",
        ),
        make_option(
            param_decls=["--timeout", "timeout"],
            type=float,
            metavar="SECONDS",
            help="How long to wait. Default: for ever.",
        ),
        make_option(
            param_decls=["--interval", "interval"],
            type=float,
            default=5.0,
            metavar="SECONDS",
            help="Between the first two reads. Default: 5. Each pause is half as long again.",
        ),
    ]


def _upsert_options() -> list[Any]:
    return [
        make_option(
            param_decls=["--no-update", "no_update"],
            is_flag=True,
            default=False,
            help="Leave a tracking that exists as it is, as `upsert` in Python does.",
        ),
    ]


def _changes_options() -> list[Any]:
    return [
        make_option(
            param_decls=["--state", "state"],
            metavar="FILE",
            required=True,
            help="Where the last mark is stored: a path that ends with .db or .json.",
        ),
        make_option(
            param_decls=["--since", "since"],
            metavar="TIME",
            help="Where the very first reading begins, with a zone. Default: 120 days ago.",
        ),
    ]


def _export_options() -> list[Any]:
    from aftership_tracking.cli.export_file import FILE_HELP, ROWS, TO_HELP

    return [
        make_argument(param_decls=["file"], metavar="FILE", help=FILE_HELP),
        make_option(param_decls=["--to", "to"], metavar="FORMAT", help=TO_HELP),
        make_option(
            param_decls=["--rows", "rows"],
            default="trackings",
            metavar="KIND",
            help=f"What is a row: {', '.join(ROWS)}. Default: trackings.",
        ),
        make_option(
            param_decls=["--omit", "omit"],
            multiple=True,
            metavar="COLUMN",
            help="Leave out this column; may be repeated.",
        ),
    ]


RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            name="upsert",
            help="Create a tracking, or update the one that exists.\n\n"
            "This is `upsert(update=True)` in Python, where the default leaves the existing one as it is.",
            run=_upsert,
            base="create",
            options=_upsert_options,
        ),
        Recipe(
            name="changes",
            help="List what changed since the last time.\n\n"
            "The mark moves after everything was written; after a crash the last page comes again.",
            run=_changes,
            base="list",
            without=("cursor", "page", "limit", "fields", "updated_at_min", "updated_at_max"),
            options=_changes_options,
        ),
        Recipe(
            name="export",
            help="Write all trackings to a file: CSV, NDJSON, Parquet or a workbook.",
            run=_export,
            base="list",
            without=("cursor", "page", "limit"),
            options=_export_options,
        ),
        Recipe(
            name="watch",
            help="Wait until a tracking reaches a status, and write each change.\n\n"
            "Exit code 1: it cannot reach the status any more, or the time is over.",
            run=_watch,
            base="get",
            without=("fields", "lang"),
            options=_watch_options,
        ),
    )
}
