"""`aftership csv orders`: reads an export of orders, and joins it with trackings."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from typing import Annotated, Any, Final

import typer

from aftership_tracking.cli.csv.check import DelimiterOption, EncodingOption
from aftership_tracking.cli.csv.opening import open_file
from aftership_tracking.cli.csv.problems import Problems, select_refused
from aftership_tracking.cli.exit_codes import USAGE
from aftership_tracking.cli.output import CommandError, count_of, remark
from aftership_tracking.cli.results import write_items
from aftership_tracking.cli.shared_options import output_options
from aftership_tracking.csv_files.findings import Finding
from aftership_tracking.csv_files.orders import ORDER_COLUMNS, Order, read_orders
from aftership_tracking.csv_files.reading import CsvFile
from aftership_tracking.errors import UsageError
from aftership_tracking.recipes.formulas import defuse

COLUMNS: Final = ("order_number", "source", "order_date", "fulfillment_status", "payment_status")
INFERRED: Final = "inferred from the order number: AfterShip does not document how both belong together"
_TRACKING: Final = ("id", "tracking_number", "slug", "tag")
_JOINED: Final = ("tracking_ids", "tracking_numbers", "tracking_tags", "join")
_MOST_REMARKS: Final = 5


def run(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="An export of orders; - is standard input.")],
    join: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Trackings as NDJSON, from `trackings list --all --ndjson` or `trackings export`: adds "
            "those with the same order number.",
        ),
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Write CSV.")] = False,
    encoding: EncodingOption = None,
    delimiter: DelimiterOption = ",",
) -> None:
    """Read an export of orders (Order CSV Export). Nothing is sent.

    Nine of its columns are documented; the others are written as they are. A file that cannot be read is
    refused, with line and column.
    """
    output = output_options(context)
    if as_csv and (output.as_json or output.as_ndjson or output.fields):
        raise typer.BadParameter("cannot be combined with --json, --ndjson and --fields", param_hint="--csv")
    with ExitStack() as stack:
        try:
            stream, name = open_file(stack, file, as_it_is_now=True)
            source = CsvFile(stream=stream, delimiter=delimiter, encoding=encoding)
        except UsageError as error:
            raise CommandError(str(error), USAGE) from None
        # All of it, before the first line is written.
        _look_through(source, name)
        trackings = None if join is None else _read_trackings(join)
        is_flat = not (output.as_json or output.as_ndjson)
        rows = (_as_row(order, trackings, is_flat=is_flat) for order in _orders(source))
        if as_csv:
            _write_csv(rows, source, is_joined=trackings is not None)
        else:
            write_items(rows, output, columns=(*COLUMNS, *(_JOINED[1:] if trackings is not None else ())))
    if trackings is not None:
        remark(f"The join is {INFERRED}.")


def _look_through(source: CsvFile, name: str) -> None:
    problems, remarks = Problems(), Problems()
    for item in read_orders(source):
        if isinstance(item, Finding):
            refused = select_refused([item]) if item.name != "no_rows" else []
            (problems if refused else remarks).add([item])
    problems.refuse(f"{name} is not read")
    for each in remarks.first:
        remark(f"{name}, line {each.line}, column {each.column}: {each.message}.")
    if remarks.count > len(remarks.first):
        remark(f"And {remarks.count - len(remarks.first):,} more of these.")


def _orders(source: CsvFile) -> Iterator[Order]:
    again = CsvFile(stream=source.stream, delimiter=source.delimiter, encoding=source.encoding)
    return (item for item in read_orders(again) if isinstance(item, Order))


def _read_trackings(file: str) -> dict[str, list[dict[str, Any]]]:
    """The trackings by order number."""
    found: dict[str, list[dict[str, Any]]] = {}
    with ExitStack() as stack:
        stream, name = open_file(stack, file)
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                tracking = json.loads(line)
            except (ValueError, RecursionError):
                tracking = None
            if not isinstance(tracking, dict):
                raise CommandError(f"{name}, line {number}: this is not a JSON object.")
            order_number = tracking.get("order_number")
            if isinstance(order_number, str) and order_number:
                found.setdefault(order_number, []).append({key: tracking.get(key) for key in _TRACKING})
    return found


def _as_row(
    order: Order, trackings: dict[str, list[dict[str, Any]]] | None, *, is_flat: bool
) -> dict[str, Any]:
    row = asdict(order)
    if trackings is None:
        return row
    found = trackings.get(order.order_number or "", [])
    row["join"] = "inferred" if found else None
    if not is_flat:
        row["trackings"] = found
    else:
        row["tracking_ids"] = _list(each["id"] for each in found)
        row["tracking_numbers"] = _list(each["tracking_number"] for each in found)
        row["tracking_tags"] = _list(each["tag"] for each in found)
    return row


def _list(values: Iterable[Any]) -> str:
    return ",".join(str(each) for each in values if each is not None)


def _write_csv(rows: Iterable[dict[str, Any]], source: CsvFile, *, is_joined: bool) -> None:
    assert source.header is not None  # noqa: S101 - for type checkers; a file without one was refused
    names = [cell.text for cell in source.header.cells]
    joined = _JOINED if is_joined else ()
    text = io.StringIO()
    writer = csv.writer(text)
    changed = 0

    def write(cells: Iterable[str | None]) -> None:
        nonlocal changed
        given = [cell or "" for cell in cells]
        # Somebody will open it in a spreadsheet.
        written = [defuse(cell) for cell in given]
        changed += sum(before != after for before, after in zip(given, written, strict=True))
        writer.writerow(written)
        # Half a character is possible in JSON, and not in UTF-8.
        typer.echo(text.getvalue().encode(errors="backslashreplace"), nl=False)
        text.seek(0)
        text.truncate()

    write([*names, *joined])
    for row in rows:
        cells = [row[name] if name in ORDER_COLUMNS else row["other"].get(name) for name in names]
        write([*cells, *(row[name] for name in joined)])
    if changed:
        remark(f"A ' was put before {count_of(changed, 'cell')} that a spreadsheet may run as a formula.")
