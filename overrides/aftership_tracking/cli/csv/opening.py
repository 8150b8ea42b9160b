"""Opens the file of a command, and shows how far it is read."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
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


Show = Callable[[int], object]


@contextmanager
def show_progress(title: str, total: int | None, *, beside_output: bool) -> Iterator[Show]:
    """Yield a function that shows how much of the total is done, on a terminal; else it does nothing.

    `beside_output`: show it also if the results go to the same terminal.
    """
    if not sys.stderr.isatty() or (sys.stdout.isatty() and not beside_output):
        yield lambda _done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
    )
    # It would take what the command writes to standard output.
    with Progress(
        *columns,
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as bar:
        task = bar.add_task(title, total=total)
        yield lambda done: bar.update(task, completed=done)
