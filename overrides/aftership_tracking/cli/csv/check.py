"""`aftership csv check`: what is wrong with a file of shipments, with line and column."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Annotated, Any, get_args

import typer

from aftership_tracking.cli.csv.column_names import read_names
from aftership_tracking.cli.csv.opening import open_file
from aftership_tracking.cli.exit_codes import FAILED
from aftership_tracking.cli.output import count_of, remark, write
from aftership_tracking.cli.progress import show_progress
from aftership_tracking.cli.results import write_items
from aftership_tracking.cli.settings.config_file import read_config
from aftership_tracking.cli.shared_options import output_options
from aftership_tracking.csv_files.check import (
    MOST_ROWS,
    MOST_ROWS_ON_REQUEST,
    CheckSummary,
    check_file,
)
from aftership_tracking.csv_files.encodings import GivenEncoding
from aftership_tracking.csv_files.findings import IMPORT_ERRORS, Finding, FindingLevel

MOST_SHOWN = 20
"""How many findings of one name are shown to people."""
LEVELS: tuple[FindingLevel, ...] = get_args(FindingLevel)
"""From the gravest on."""
CUT_OFF = (
    "AfterShip's public list of import errors is cut off: beside the "
    f"{len(IMPORT_ERRORS)} known ones there are more."
)


EncodingOption = Annotated[
    GivenEncoding | None,
    typer.Option(help="How FILE is encoded. Default: found out, and a guess is reported."),
]
DelimiterOption = Annotated[str, typer.Option(metavar="SIGN", help="What stands between the cells.")]


def run(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A CSV file; - is standard input.")],
    rows: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=1,
            max=MOST_ROWS_ON_REQUEST,
            help="How many rows AfterShip takes: 10000, or 60000 where it has allowed that.",
        ),
    ] = MOST_ROWS,
    earlier: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", help="A file that was imported before; may be repeated."),
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Whose columns are known that `csv import --map` remembers."),
    ] = None,
    encoding: EncodingOption = None,
    delimiter: DelimiterOption = ",",
    fail_on: Annotated[
        FindingLevel, typer.Option(help="End with 1 if there is a finding of this level or a graver one.")
    ] = "error",
) -> None:
    """Check a file of shipments for AfterShip's CSV upload, or for `aftership csv import`. Nothing is sent.

    Exit code 0: no errors, 1: there are some. Warnings and hints count with --fail-on.
    """
    output = output_options(context)
    as_json = output.as_json or output.as_ndjson
    # Chosen fields are a table.
    for_people = not (as_json or output.fields)
    summary = CheckSummary()
    mapping = read_names(read_config().select(profile))
    with ExitStack() as stack:
        stream, name = open_file(stack, file)
        before = [open_file(stack, each)[0] for each in earlier or ()]
        show = stack.enter_context(show_progress("Checking", None, beside_output=not as_json))
        findings = check_file(
            stream,
            summary=summary,
            most_rows=rows,
            delimiter=delimiter,
            encoding=encoding,
            earlier=before,
            mapping=mapping,
            most_of_a_name=None if as_json else MOST_SHOWN,
            read=show,
        )
        # People read them when the progress is gone from the terminal.
        shown = list(findings) if for_people else []
        if not for_people:
            write_items(_as_rows(findings), output)
    for each in shown:
        write(_describe(each, file))
    left = sum(max(0, count - MOST_SHOWN) for count in summary.names.values())
    if left and not as_json:
        remark(f"{left:,} more are not shown, of names that are there already; --ndjson writes all.")
    _end(summary, name, fail_on, as_json=as_json)


def _describe(finding: Finding, file: str) -> str:
    """One line, in the form of compilers, which editors and terminals make a link of."""
    header = "" if finding.header is None else f" ({finding.header})"
    hint = "" if finding.hint is None else f" {finding.hint}"
    message = f"{finding.message[0].upper()}{finding.message[1:]}."
    return f"{file}:{finding.line}:{finding.column}: {finding.level} {finding.name}{header}: {message}{hint}"


def _as_rows(findings: Iterator[Finding]) -> Iterator[dict[str, Any]]:
    for each in findings:
        yield {
            "line": each.line,
            "column": each.column,
            "level": each.level,
            "name": each.name,
            "import_error": each.import_error,
            "header": each.header,
            "message": each.message,
            "hint": each.hint,
        }


def _end(summary: CheckSummary, name: str, fail_on: FindingLevel, *, as_json: bool) -> None:
    levels = summary.levels
    reading = summary.reading
    if as_json:
        content = {
            "rows": summary.rows,
            "encoding": None if reading is None else reading.encoding,
            "bytes": None if reading is None else reading.size,
            "sha256": None if reading is None else reading.sha256,
            "levels": {level: levels[level] for level in LEVELS},
            "names": dict(sorted(summary.names.items())),
            "remark": CUT_OFF,
        }
        typer.echo(json.dumps({"summary": content}), err=True)
    else:
        encoding = "an unknown encoding" if reading is None or reading.encoding is None else reading.encoding
        found = ", ".join(count_of(levels[level], level) for level in LEVELS)
        remark(f"{name}: {count_of(summary.rows, 'row')} in {encoding}: {found}. Nothing was sent.")
        remark(CUT_OFF)
    counted = LEVELS[: LEVELS.index(fail_on) + 1]
    if any(levels[level] for level in counted):
        raise typer.Exit(FAILED)
