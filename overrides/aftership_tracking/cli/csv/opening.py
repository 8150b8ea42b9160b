"""Opens the file of a command."""

from __future__ import annotations

import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from aftership_tracking.cli.exit_codes import FAILED
from aftership_tracking.cli.output import CommandError

STANDARD_INPUT = "standard input"


def open_file(stack: ExitStack, file: str, *, as_it_is_now: bool = False) -> tuple[BinaryIO, str]:
    """Return a seekable stream, and its name in messages. `-` is standard input, which goes to a temporary
    file, because files are read twice: once to see how they are encoded.

    `as_it_is_now`: what somebody writes into the file later is not read; a copy is. Raises CommandError.
    """
    name = STANDARD_INPUT if file == "-" else file
    try:
        if file == "-":
            return _store(stack, sys.stdin.buffer), name
        stream = Path(file).open("rb")  # noqa: SIM115 - the stack closes it
        stack.push(stream)
        if as_it_is_now or not stream.seekable():
            return _store(stack, stream), name
    except OSError as error:
        raise CommandError(
            f"{name} cannot be read: {error.strerror or type(error).__name__}.", FAILED
        ) from None
    return stream, name


def _store(stack: ExitStack, stream: BinaryIO) -> BinaryIO:
    stored = tempfile.TemporaryFile()  # noqa: SIM115 - the stack closes it
    stack.push(stored)
    shutil.copyfileobj(stream, stored)
    stored.seek(0)
    return stored
