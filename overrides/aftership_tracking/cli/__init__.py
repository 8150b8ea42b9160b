"""The command `aftership`. Its commands are in modules of their own; here is only the entry point.

It needs the extra `cli` of this package.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from io import TextIOWrapper

from aftership_tracking.cli.exit_codes import INSTALL, MISSING_PACKAGE

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and leave with its exit code.

    `arguments`: what stands after `aftership` on the command line; by default that of this process.

    Exit codes: 0 done, 1 no, partly, or it could not be done, 2 called wrongly or a package of an extra is
    missing, 3 the key, 4 not found, 5 the rate limit, 6 service or network, 130 Ctrl-C.
    """
    try:
        import typer
    except ImportError:
        sys.stderr.write(f"The command needs more packages: {INSTALL.format(extras='cli,mock')}\n")
        raise SystemExit(MISSING_PACKAGE) from None
    from aftership_tracking.cli.application import application

    for stream in (sys.stdout, sys.stderr):
        # A letter that the output cannot hold is escaped; it is not a failure.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")

    # Typer itself would only add its own report of a failure.
    typer.main.get_command(application).main(arguments, prog_name="aftership")
