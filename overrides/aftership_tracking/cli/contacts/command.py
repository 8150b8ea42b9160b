"""`aftership contacts check`: hints about the phone numbers and e-mail addresses of a file."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from aftership_tracking.cli.command_tree import PLAIN, Command
from aftership_tracking.cli.contacts.findings import Summary, judge
from aftership_tracking.cli.contacts.rows import Contact, Source, UnreadableRow
from aftership_tracking.cli.exit_codes import FAILED
from aftership_tracking.cli.output import count_of, remark, stop
from aftership_tracking.cli.progress import Show, show_progress
from aftership_tracking.cli.results import write_items
from aftership_tracking.cli.shared_options import output_options
from aftership_tracking.contacts import MailDomains

application = typer.Typer(
    help="Phone numbers and e-mail addresses.",
    no_args_is_help=True,
    **PLAIN,
)
COLUMNS = ("line", "value", "findings", "flags", "suggestion", "phone_kind", "country_iso3")
MOST_ROWS = 1_000
"""The longest table. It is held in memory, and nobody reads more."""


class InputFormat(StrEnum):
    """How a file is written."""

    csv = "csv"
    ndjson = "ndjson"


class Encoding(StrEnum):
    """How a file is encoded. The mark at the start of UTF-8 is skipped with both of its names."""

    utf_8 = "utf-8"
    utf_8_sig = "utf-8-sig"
    latin_1 = "latin-1"


@application.callback()
def _contacts() -> None:
    """Phone numbers and e-mail addresses."""


@application.command("check", cls=Command)
def check(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV or NDJSON; - is standard input.")],
    email_column: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A column of addresses; may be repeated.")
    ] = None,
    phone_column: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A column of numbers; may be repeated.")
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(metavar="CC", help="Where numbers without + are dialled: two letters, such as US."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Write every contact, not only those with findings.")
    ] = False,
    input_format: Annotated[
        InputFormat | None, typer.Option(help="How FILE is written. Default: by its name, else csv.")
    ] = None,
    encoding: Annotated[Encoding, typer.Option(help="How FILE is encoded.")] = Encoding.utf_8,
    delimiter: Annotated[str, typer.Option(help="What stands between the cells of CSV.")] = ",",
    mx: Annotated[
        bool, typer.Option("--mx", help="Ask name servers whether the domains take mail: sends the domains.")
    ] = False,
    mx_timeout: Annotated[float, typer.Option(metavar="SECONDS", help="The time for each question.")] = 5.0,
    mx_workers: Annotated[int, typer.Option(help="How many domains are looked up at once.")] = 8,
    dns_server: Annotated[
        str | None, typer.Option(metavar="IP[:PORT]", help="The name server. Default: those of the system.")
    ] = None,
) -> None:
    """Check the phone numbers and e-mail addresses of a file. Without --mx nothing is sent.

    Exit code 0 if nothing was found, 1 if something was, or if there was nothing to check. Findings are
    hints: no list is complete, and none is always right. A row that cannot be read is a finding too, and the
    check goes on after it.
    """
    output = output_options(context)
    _check_options(context, mx=mx, delimiter=delimiter)
    mail = MailDomains(server=dns_server, timeout=mx_timeout, workers=mx_workers) if mx else None
    summary = Summary()
    with ExitStack() as stack:
        stream, name, size = _open(stack, file)
        source = Source(
            file=stream,
            name=name,
            # The mark is skipped by the reader, on the first line only.
            encoding=encoding.value.removesuffix("-sig"),
            delimiter=delimiter,
            columns={"email": tuple(email_column or ()), "phone": tuple(phone_column or ())},
        )
        is_ndjson = (input_format or _guess(file)) is InputFormat.ndjson
        contacts = source.read_ndjson() if is_ndjson else source.read_csv()
        is_table = not (output.as_json or output.as_ndjson)
        show = stack.enter_context(show_progress("Checking", size, beside_output=is_table, in_percent=True))
        judged = judge(_with_progress(contacts, source, show), summary, region=region, mail=mail)
        shown = (row for row in judged if everything or row["findings"])
        # A table is written when the bar is gone.
        first = list(islice(shown, MOST_ROWS)) if is_table else []
        left = sum(1 for _ in shown) if is_table else 0
        if not is_table:
            write_items(shown, output)
    if first:
        lists = ("findings", "flags")
        table = [{**row, **{name: ", ".join(row[name]) for name in lists}} for row in first]
        write_items(table, output, columns=COLUMNS)
    if left:
        remark(f"{left:,} more are not shown; --ndjson writes all.")
    for hint in source.hints:
        remark(hint)
    for name in sorted(source.never_found):
        remark(f"No row has a value at '{name}'.")
    _end(summary, source, as_json=not is_table)


def _end(summary: Summary, source: Source, *, as_json: bool) -> None:
    if as_json:
        content = {
            "rows": source.rows,
            "contacts": summary.contacts,
            "unreadable_rows": summary.unreadable,
            "with_findings": summary.with_findings,
            "names": dict(sorted(summary.names.items())),
        }
        typer.echo(json.dumps({"summary": content}), err=True)
    elif not summary.contacts and not summary.unreadable:
        remark(f"There was nothing to check: no contact in {count_of(source.rows, 'row')}.")
    else:
        remark(summary.describe(source.rows))
    if summary.with_findings or not summary.contacts:
        raise typer.Exit(FAILED)


def _check_options(context: typer.Context, *, mx: bool, delimiter: str) -> None:
    if len(delimiter) != 1 or delimiter in '"\r\n\0':
        raise typer.BadParameter("must be one character, and not a quote", param_hint="--delimiter")
    for name in ("mx_timeout", "mx_workers", "dns_server"):
        given = context.get_parameter_source(name)
        if not mx and given is not None and given.name == "COMMANDLINE":
            option = f"--{name.replace('_', '-')}"
            raise typer.BadParameter("has an effect only with --mx", param_hint=option)


def _open(stack: ExitStack, file: str) -> tuple[BinaryIO, str, int | None]:
    """The stream, its name in messages, and its size in bytes, if it has one."""
    if file == "-":
        return sys.stdin.buffer, "standard input", None
    try:
        stream = Path(file).open("rb")  # noqa: SIM115 - the stack closes it
    except OSError as error:
        stop(f"{file} cannot be read: {error.strerror or type(error).__name__}.")
    return stack.enter_context(stream), file, os.fstat(stream.fileno()).st_size or None


def _guess(file: str) -> InputFormat:
    return InputFormat.ndjson if file.lower().endswith((".ndjson", ".jsonl")) else InputFormat.csv


def _with_progress(
    contacts: Iterator[Contact | UnreadableRow], source: Source, show: Show
) -> Iterator[Contact | UnreadableRow]:
    """The contacts, while it is shown how far the file is read."""
    for contact in contacts:
        show(source.bytes_read)
        yield contact
