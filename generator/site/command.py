"""The command `python -m generator site`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

_PROJECT = Path(__file__).resolve().parents[2]


def site_command(
    output: Annotated[
        Path | None, typer.Option("--output", help="The folder of the site; build/site if none is given.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Then check every link, anchor and address of the built pages.")
    ] = False,
    root: Annotated[
        Path, typer.Option("--root", help="The project folder, which holds docs/.", show_default=False)
    ] = _PROJECT,
) -> None:
    """Build the documentation site: HTML, a Markdown file for each page, tables to download, and llms.txt.

    The folder must be new, empty, or written by this command. FOLDER-source beside it has what Sphinx read.
    """
    from generator.site.build import build_site  # it needs the whole generator
    from generator.site.checking import check_site

    folder = output or root / "build" / "site"
    build_site(root, folder, typer.echo)
    if check:
        check_site(root, folder, typer.echo)
