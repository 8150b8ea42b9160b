"""`aftership guide`: how code moves to a newer version of the API."""

from __future__ import annotations

from typing import Annotated

import typer

from aftership_tracking.cli.changes import comparison
from aftership_tracking.cli.changes.page import write_page
from aftership_tracking.cli.exit_codes import USAGE
from aftership_tracking.cli.output import CommandError


def run(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The version that your code is written for.")],
    new: Annotated[
        str, typer.Argument(metavar="[NEW]", help="The version to go to. Default: the newest.")
    ] = "newest",
) -> None:
    """Print the guide from a version to a newer one, as Markdown: what to change, with code before and after.

    Over several versions it is one page, without what came and went in between. Nothing is sent.
    """
    old, new = comparison.choose_pair(old, new)
    if old == new:
        raise CommandError(f"Both versions are {old}: there is nothing to do.", USAGE)
    if old > new:
        raise CommandError(
            f"{old} is newer than {new}, and guides go to newer versions only.",
            USAGE,
            hint=f"What changes on the way back: aftership diff {old} {new}",
        )
    write_page(comparison.guide(old, new))
