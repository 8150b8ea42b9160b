"""`aftership csv export`: shipments in a file, with columns for people.

The columns are those of `rows="shipments"`; docs/data-out.md lists them. More filters, and the columns of the
API version, are in `aftership trackings export`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from aftership_tracking.cli.export_file import FILE_HELP, TO_HELP, export_file


def run(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=FILE_HELP)],
    to: Annotated[str | None, typer.Option(metavar="FORMAT", help=TO_HELP)] = None,
    tag: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Only this status, such as Delivered.")
    ] = None,
    slug: Annotated[
        list[str] | None, typer.Option(metavar="TEXT", help="Only this courier; may be repeated.")
    ] = None,
    created_at_min: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only added at this time or later; with a zone.")
    ] = None,
    created_at_max: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only added at this time or before; with a zone.")
    ] = None,
    updated_at_min: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only changed at this time or later; with a zone.")
    ] = None,
    updated_at_max: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only changed at this time or before; with a zone.")
    ] = None,
    omit: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="Leave out this column; may be repeated.")
    ] = None,
) -> None:
    """Write shipments to a file, one line each, with the same columns in every API version.

    The columns are ours: those of the export in AfterShip's admin are not public. For all filters, and the
    columns of the API version: aftership trackings export.
    """
    given: dict[str, Any] = {
        "tag": tag,
        "slug": slug or None,
        "created_at_min": created_at_min,
        "created_at_max": created_at_max,
        "updated_at_min": updated_at_min,
        "updated_at_max": updated_at_max,
    }
    filters = {name: value for name, value in given.items() if value is not None}
    export_file(context, file, filters, file_format=to, rows="shipments", omit=omit or ())
