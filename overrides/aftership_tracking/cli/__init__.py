"""The command `aftership`. Its commands are in modules of their own; here is only the entry point.

It needs the extra `cli` of this package.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from aftership_tracking.cli.exit_codes import INSTALL, MISSING_PACKAGE

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and leave with its exit code.

    Exit codes: 0 done, 1 it could not be done, 2 called wrongly, 3 a package is missing.
    """
    try:
        import typer as _needed  # noqa: F401
    except ImportError:
        sys.stderr.write(f"The command needs more packages: {INSTALL.format(extras='cli,mock')}\n")
        raise SystemExit(MISSING_PACKAGE) from None
    from aftership_tracking.cli.application import application

    application(arguments)
