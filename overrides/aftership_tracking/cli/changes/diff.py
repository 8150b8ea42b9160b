"""`aftership diff`: what changed between two versions of the API."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from aftership_tracking.cli.changes import comparison
from aftership_tracking.cli.changes.page import write_page
from aftership_tracking.cli.exit_codes import FAILED
from aftership_tracking.cli.output import remark
from aftership_tracking.cli.results import write_items, write_object
from aftership_tracking.cli.shared_options import output_options


class Level(StrEnum):
    """How grave a change is, the gravest first."""

    BREAKING = "breaking"
    WARNING = "warning"
    COMPATIBLE = "compatible"
    INFO = "info"


def run(
    context: typer.Context,
    old: Annotated[str, typer.Argument(metavar="OLD", help="The version to come from, such as 2024-01.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The version to go to; newest is one too.")],
    markdown: Annotated[bool, typer.Option("--markdown", help="Write a page of Markdown.")] = False,
    fail_on: Annotated[
        Level | None,
        typer.Option(help="End with exit code 1 if there is a change of this level, or a graver one."),
    ] = None,
) -> None:
    """List what changed between two versions of the API, judged for those who call it. Nothing is sent.

    Several steps are compared as one: what came and went in between is not listed. From a newer version to an
    older one, the list is that of the way back. A change that the client hides has its level all the same,
    and says absorbed in JSON.
    """
    output = output_options(context)
    if markdown and (output.as_json or output.as_ndjson or output.fields):
        raise typer.BadParameter(
            "is for people; give it without --json, --ndjson and --fields", param_hint="--markdown"
        )
    old, new = comparison.choose_pair(old, new)
    found = comparison.compare(old, new)
    if old > new:
        remark(f"{old} is newer than {new}: this is what changes on the way back.")
    if output.as_json:
        write_object(found, output)
    elif output.as_ndjson or output.fields:
        write_items(found["changes"], output)
    else:
        write_page(comparison.as_markdown(old, new) if markdown else comparison.as_text(old, new))
    if fail_on is not None and comparison.grave(found["changes"], fail_on):
        raise typer.Exit(FAILED)
