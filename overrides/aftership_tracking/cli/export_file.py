"""Writes trackings to a file: what `aftership trackings export` and `aftership csv export` share."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args

import typer

from aftership_tracking.cli.calls.client import connection_of, open_client
from aftership_tracking.cli.output import CommandError, count_of, remark
from aftership_tracking.cli.progress import ReadCount
from aftership_tracking.cli.results import write_object
from aftership_tracking.cli.shared_options import output_options
from aftership_tracking.export import FileFormat, LineRows, open_writer

FORMATS: tuple[str, ...] = get_args(FileFormat)
ROWS: tuple[str, ...] = get_args(LineRows)
FILE_HELP = "A path that ends with .csv, .ndjson, .parquet or .xlsx; .csv.gz and .ndjson.gz are compressed."
TO_HELP = f"The format, whatever FILE is called: {', '.join(FORMATS)}."
_LARGEST_PAGE = 200


def export_file(
    context: typer.Context,
    path: Path,
    filters: Mapping[str, Any],
    *,
    file_format: str | None,
    rows: str = "trackings",
    omit: Sequence[str] = (),
) -> None:
    """Write the trackings of a list to a file, which appears whole or not at all."""
    output = output_options(context)
    if output.fields and not (output.as_json or output.as_ndjson):
        raise typer.BadParameter("chooses nothing in a file", param_hint="--fields")
    _check("--to", file_format, FORMATS)
    _check("--rows", rows, ROWS)
    connection = connection_of(context)
    with open_client(connection) as client:
        from aftership_tracking.runtime import registry

        model = registry.package(connection.version.value).Tracking
        progress = ReadCount(beside_output=True)
        settings: dict[str, Any] = {"format": file_format, "rows": rows, "omit": omit}
        try:
            # First: a file that cannot be written costs no call.
            with _ended_in_order(), open_writer(path, model, **settings) as writer:
                page = client.trackings.list(**filters, limit=_LARGEST_PAGE)
                for number, tracking in enumerate(page, start=1):
                    writer.write(tracking)
                    progress.show(number)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise CommandError(f"{path} cannot be written: {reason}.") from None
        finally:
            progress.clear()
    if output.as_json or output.as_ndjson:
        write_object({"file": str(path), "rows": rows, "trackings": writer.written}, output)
    else:
        remark(_describe(writer.written, rows, path))


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """SIGTERM leaves the block as an exception does, so that no half of a file stays."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _check(option: str, value: str | None, known: Sequence[str]) -> None:
    if value is not None and value not in known:
        raise typer.BadParameter(f"must be one of {', '.join(known)}", param_hint=option)


def _describe(count: int, rows: str, path: Path) -> str:
    if rows == "checkpoints":
        return f"The checkpoints of {count_of(count, 'tracking')} are in {path}."
    return f"{count_of(count, 'row')} {'is' if count == 1 else 'are'} in {path}."
