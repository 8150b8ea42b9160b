"""`aftership csv import`: creates the trackings of a file, each once, however often it is interrupted."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from aftership_tracking.cli.calls.client import connection_of, open_client
from aftership_tracking.cli.command_tree import did_you_mean
from aftership_tracking.cli.csv.check import DelimiterOption, EncodingOption
from aftership_tracking.cli.csv.column_names import names_path, read_names, remember, split_map
from aftership_tracking.cli.csv.import_results import (
    OUTCOMES,
    UNFINISHED,
    ResultFile,
    Source,
    describe_codes,
    part_of,
)
from aftership_tracking.cli.csv.import_source import ImportSource
from aftership_tracking.cli.csv.opening import open_file
from aftership_tracking.cli.exit_codes import FAILED, INTERRUPTED, USAGE
from aftership_tracking.cli.output import CommandError, remark, write
from aftership_tracking.cli.progress import show_progress
from aftership_tracking.cli.results import write_object
from aftership_tracking.cli.settings.connection import Connection, resolve
from aftership_tracking.cli.shared_options import OutputOptions, connection_options, output_options
from aftership_tracking.csv_files.check import meant_column
from aftership_tracking.csv_files.fields import LEFT_OUT, FieldPlan, TargetNames
from aftership_tracking.csv_files.findings import short_name
from aftership_tracking.errors import AfterShipError, UsageError

SHOWN = 3
"""How many rows --dry-run shows."""
_LONGEST_SHOWN = 2_000
"""Letters of such a row on a terminal. A cell may hold megabytes."""


def run(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A CSV file; - is standard input.")],
    maps: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="NAME=FIELD",
            help="What a column means: 'Order No=order_id'; may be repeated. It is remembered. 'NAME=-' "
            "leaves the column out, 'NAME=' forgets it.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what the first rows would send, and counts. Send nothing.")
    ] = False,
    results: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where the outcome of each row goes. Default: FILE.results.csv"),
    ] = None,
    journal: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where the run is recorded, to go on. Default: FILE.journal"),
    ] = None,
    encoding: EncodingOption = None,
    delimiter: DelimiterOption = ",",
    workers: Annotated[
        int, typer.Option(metavar="N", min=1, max=64, help="How many calls are under way at once.")
    ] = 8,
) -> None:
    """Create the trackings of a file through the API, within the rate limit, each once.

    The whole file is looked through before the first call. The same command again goes on where a run was
    interrupted, and tries failed rows again. Exit code 1: a row failed.
    """
    output = output_options(context)
    connection = resolve(connection_options(context)) if dry_run else connection_of(context)
    profile = connection.profile.value
    given = split_map(maps or ())
    names = TargetNames(connection.version.value)
    mapping = {name: meaning for name, meaning in {**read_names(profile), **given}.items() if meaning}
    _check_meanings(given, names)
    stored = _paths(file, journal, results, needed=not dry_run)
    with ExitStack() as stack:
        try:
            stream, title = open_file(stack, file, as_it_is_now=True)
            plan = FieldPlan(names=names, mapping=mapping)
            source = ImportSource(
                stream=stream, name=title, delimiter=delimiter, encoding=encoding, plan=plan
            )
            _look_through(source, mapping, given)
        except UsageError as error:
            raise CommandError(str(error), USAGE) from None
        _check_given(given, source)
        _remark_on_remembered(source, mapping, given)
        _remark_on_unknown(source)
        if dry_run:
            _show_first(source, connection, output)
            return
        if given:
            remark(f"What --map says is remembered for profile {profile}, in {remember(profile, given)}.")
        _import(source, connection, output, journal=stored[0], results=stored[1], workers=workers)


def _paths(file: str, journal: Path | None, results: Path | None, *, needed: bool) -> tuple[Path, Path]:
    """Journal and results: neither of them is the file, nor the other one."""
    if needed and file == "-" and (journal is None or results is None):
        raise CommandError("Standard input has no name: give --journal and --results.", USAGE)
    journal, results = journal or Path(f"{file}.journal"), results or Path(f"{file}.results.csv")
    for option, path in (("--journal", journal), ("--results", results), ("--results", part_of(results))):
        if file != "-" and _is_same(path, Path(file)):
            raise CommandError(f"{option} names the file itself.", USAGE, hint="Name another one.")
        if option == "--results" and _is_same(path, journal):
            raise CommandError("--journal and --results name the same file.", USAGE, hint="Name another one.")
    return journal, results


def _is_same(one: Path, other: Path) -> bool:
    if os.path.realpath(one) == os.path.realpath(other):
        return True
    try:
        # Another spelling of the name, where upper and lower case are the same.
        return one.samefile(other)
    except OSError:
        return False


def _look_through(source: ImportSource, mapping: Mapping[str, str], given: Mapping[str, str]) -> None:
    try:
        source.look_through()
    except CommandError:
        # The reason may be what an earlier command said.
        _remark_on_remembered(source, mapping, given)
        raise


def _check_meanings(given: Mapping[str, str], names: TargetNames) -> None:
    for name, meaning in given.items():
        if meaning in (LEFT_OUT, ""):
            continue
        try:
            is_known = names.find(meaning) is not None
        except UsageError as error:
            raise CommandError(f"--map '{name}={meaning}': {error}.", USAGE, hint=error.hint) from None
        if not is_known:
            meant = meant_column(meaning, names.names())
            end = f"; did you mean '{meant}'?" if meant else "."
            raise CommandError(
                f"--map '{name}={meaning}': trackings.create of {names.version} has no field "
                f"'{meaning}'{end}",
                USAGE,
            )


def _check_given(given: Mapping[str, str], source: ImportSource) -> None:
    for name, meaning in given.items():
        if meaning and name not in source.header:
            raise CommandError(
                f"--map '{name}={meaning}': {source.name} has no column '{name}'"
                f"{did_you_mean(name, source.header)}",
                USAGE,
            )


def _remark_on_remembered(source: ImportSource, mapping: Mapping[str, str], given: Mapping[str, str]) -> None:
    remembered = [
        f"{name} is {mapping[name]}" for name in source.header if name in mapping and name not in given
    ]
    if remembered:
        remark(f"By {names_path()}: {', '.join(remembered)}.")


def _remark_on_unknown(source: ImportSource) -> None:
    unknown = [short_name(cell.text) for cell in source.plan.unknown]
    for name in unknown[:SHOWN]:
        meant = meant_column(name, source.plan.names.names())
        hint = f"; was {meant} meant? --map '{name}={meant}'" if meant else f"; --map '{name}=FIELD'"
        remark(f"The column '{name}' is not sent: {source.plan.names.version} has no such field{hint}")
    if len(unknown) > SHOWN:
        remark(f"{len(unknown) - SHOWN:,} more columns are not sent.")


def _show_first(source: ImportSource, connection: Connection, output: OutputOptions) -> None:
    first: list[dict[str, Any]] = []
    failing = 0
    for row in source.read():
        try:
            fields: dict[str, Any] = {"line": row.line, "fields": source.plan.fields(row)}
        except UsageError as error:
            failing += 1
            fields = {"line": row.line, "error": str(error)}
        if len(first) < SHOWN:
            first.append(fields)
    content = {
        "call": "trackings.create",
        "version": connection.version.value,
        "base_url": connection.base_url.value,
        "rows": source.rows,
        "rows_that_cannot_be_sent": failing,
        "columns": {
            source.header[index]: source.plan.names.final_name(target)
            for index, target in source.plan.targets.items()
        },
        "columns_not_sent": [cell.text for cell in source.plan.unknown],
    }
    if output.as_json or output.as_ndjson or output.fields:
        write_object({**content, "first": first}, output)
    else:
        write_object(content, output)
        for each in first:
            text = each.get("error") or json.dumps(each["fields"], ensure_ascii=False)
            cut = f"{text[:_LONGEST_SHOWN]}... (--json has all)" if len(text) > _LONGEST_SHOWN else text
            write(f"line {each['line']}: {cut}")
    _remark_on_losses(source)
    remark("Nothing was sent.")


def _remark_on_losses(source: ImportSource) -> None:
    for name, reason in islice(source.plan.losses.items(), SHOWN):
        remark(f"'{name}' is not sent: {reason}.")


def _import(
    source: ImportSource,
    connection: Connection,
    output: OutputOptions,
    *,
    journal: Path,
    results: Path,
    workers: int,
) -> None:
    account = connection.require_key()
    report = ResultFile(results)
    under_way: dict[int, Source] = {}
    begun = 0

    def read_rows() -> Iterator[dict[str, Any]]:
        nonlocal begun
        for index, row in enumerate(source.read()):
            key = source.plan.key(row)
            under_way[index] = Source(row.line, *key)
            begun = index + 1
            yield {"row": row, "key": key}

    trouble: BaseException | None = None
    with (
        open_client(connection) as client,
        show_progress("Importing", source.rows, beside_output=True) as show,
    ):
        outcomes = client.trackings.create_many(
            read_rows(),
            journal=journal,
            # The journal stores a fingerprint. Rows of another account are other rows.
            key=lambda each: (*each["key"], account),
            prepare=lambda each: source.plan.fields(each["row"]),
            workers=workers,
            total=source.rows,
            progress=lambda progress: show(progress.done),
        )
        # Whatever happens: the calls under way end while there is a client.
        with _leaving_on_second_interrupt(), closing(outcomes):
            try:
                for result in outcomes:
                    report.add_result(result.index, under_way.pop(result.index), result)
            except (AfterShipError, KeyboardInterrupt) as error:
                trouble = error
    if not begun and isinstance(trouble, UsageError):
        raise CommandError(str(trouble), USAGE, hint="Give another --journal.")
    # A run that could not begin, because another one has the journal, leaves the files of that alone.
    if begun:
        _add_rest(report, source, begun)
        report.finish()
        _write_summary(source, report, journal, output)
    if trouble is not None:
        raise trouble
    if any(report.counts[name] for name in UNFINISHED):
        raise typer.Exit(FAILED)


@contextmanager
def _leaving_on_second_interrupt() -> Iterator[None]:
    """The first Ctrl-C says what is waited for, the second one ends the process: a call may take minutes, and
    the journal is made for a process that dies.
    """

    def leave_or_interrupt(_number: int, _frame: object) -> None:
        signal.signal(signal.SIGINT, lambda _number, _frame: os._exit(INTERRUPTED))
        remark("The calls under way end first, then comes the report. Ctrl-C again to leave at once.")
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        # Only the main thread may, and is interrupted.
        yield
        return
    before = signal.signal(signal.SIGINT, leave_or_interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _add_rest(report: ResultFile, source: ImportSource, begun: int) -> None:
    """The rows without a result. `begun`: how many rows were read for calls."""
    for index, row in enumerate(source.read()):
        if not report.has(index):
            outcome = "unknown" if index < begun else "not_tried"
            report.add_other(index, Source(row.line, *source.plan.key(row)), outcome)


def _write_summary(source: ImportSource, report: ResultFile, journal: Path, output: OutputOptions) -> None:
    content = {
        "rows": source.rows,
        **{name: report.counts[name] for name in OUTCOMES},
        "codes": dict(report.codes.most_common()),
        "results": str(report.path),
        "journal": str(journal),
    }
    if not (output.as_json or output.as_ndjson):
        content["codes"] = describe_codes(report.codes)
    write_object(content, output)
    _remark_on_losses(source)
    if report.counts["unknown"]:
        remark("unknown: a call was under way when the run ended. The same command again finds out.")
    if any(report.counts[name] for name in UNFINISHED):
        remark("The same command again goes on: it tries the rows that are not done, also corrected ones.")
