"""Runs an operation through the method of the client: checked, limited and repeated as there."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import typer

from aftership_tracking.cli.calls.client import connection_of, open_client, show_request
from aftership_tracking.cli.command_tree import did_you_mean
from aftership_tracking.cli.exit_codes import USAGE
from aftership_tracking.cli.failures import suggesting_slug
from aftership_tracking.cli.operations.arguments import read_arguments
from aftership_tracking.cli.operations.document_operations import DocumentOperation
from aftership_tracking.cli.output import CommandError, remark
from aftership_tracking.cli.progress import ReadCount
from aftership_tracking.cli.results import write_items, write_object
from aftership_tracking.cli.shared_options import OutputOptions, is_dry_run, output_options


def run_operation(
    context: typer.Context, operation: DocumentOperation, given: Mapping[str, Any], sets: tuple[str, ...]
) -> None:
    """Send an operation with the values of the command line, and write its result."""
    output = output_options(context)
    _check_fields(operation, output)
    limit, read_all, is_sure = given.get("limit"), bool(given.get("read_all")), bool(given.get("is_sure"))
    if read_all and limit is not None:
        raise typer.BadParameter("give one of --limit and --all", param_hint="--all")
    arguments = read_arguments(operation, given, sets)
    connection = connection_of(context)
    if connection.version.value != operation.version:
        # The options above were those of another version.
        raise CommandError(f"Give --api-version {connection.version.value} after the command, once.", USAGE)
    count = None
    if operation.paging is not None:
        most = int(operation.paging["max-limit"])
        count = None if read_all else int(operation.paging["default-limit"]) if limit is None else limit
        wanted = most if count is None else count
        if wanted < 1:
            raise typer.BadParameter("must be at least 1", param_hint="--limit")
        arguments["limit"] = min(wanted, most)
    with open_client(connection) as client:
        method = getattr(getattr(client, operation.resource), operation.method_name)
        if is_dry_run(context):
            show_request(output, method, **arguments)
            return
        if operation.destroys and not is_sure:
            _ask(operation, arguments)
        with suggesting_slug(arguments.get("slug")):
            result = method(**arguments)
        if operation.paging is not None:
            _write_list(result, output, count)
        elif isinstance(result, list):
            write_items((as_json_value(each) for each in result), output)
        elif result is not None:
            write_object(as_json_value(result), output)


def _check_fields(operation: DocumentOperation, output: OutputOptions) -> None:
    """Refuse a field that no result can have, before anything is sent."""
    for name in output.fields if operation.result_fields else ():
        if name.partition(".")[0] not in operation.result_fields:
            raise typer.BadParameter(
                f"{operation.version} has no field '{name}' here"
                f"{did_you_mean(name, operation.result_fields)}",
                param_hint="--fields",
            )


def _write_list(page: Any, output: OutputOptions, count: int | None) -> None:
    # Lines that are written as they come show the progress themselves.
    progress = ReadCount(beside_output=not (output.as_json or output.as_ndjson))
    state = _ListState(page)

    def items() -> Iterator[Any]:
        for number, item in enumerate(state.items(count), start=1):
            progress.show(number)
            yield as_json_value(item)
        progress.clear()

    write_items(items(), output)
    if state.has_more:
        remark(f"There are more. For all of them: --all{state.hint}.")


class _ListState:
    """Reads a list page by page, and knows where it stopped."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.has_more = False
        self.hint = ""

    def items(self, count: int | None) -> Iterator[Any]:
        """The first so many items; all of them if it is None."""
        if count is None:
            yield from self.page
            return
        page, left = self.page, count
        while page is not None:
            yield from islice(page.items, left)
            if len(page.items) >= left:
                # A cursor continues after a whole page, not inside of one.
                whole = len(page.items) == left
                self.has_more = page.has_next or not whole
                self.hint = f"; to go on: --cursor {page.cursor}" if whole and page.has_next else ""
                return
            left -= len(page.items)
            page = page.next_page()


def _ask(operation: DocumentOperation, arguments: Mapping[str, Any]) -> None:
    """Let a person confirm what destroys something. Without a terminal nobody can."""
    what = " ".join(str(arguments[each.argument]) for each in operation.parameters if each.location == "path")
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise CommandError(
            f"{operation.call} {what} cannot be undone.",
            USAGE,
            hint="Give --yes to do it without a question.",
        )
    if not typer.confirm(f"{operation.summary} {what}? It cannot be undone", err=True):
        raise CommandError("Nothing was done.")


def as_json_value(value: Any) -> Any:
    """A result as JSON has it."""
    return value.to_dict() if hasattr(value, "to_dict") else value
