"""Shows how far a command is, on a terminal that somebody looks at."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

Show = Callable[[int], object]


def is_shown(*, beside_output: bool) -> bool:
    """Return whether somebody looks. `beside_output`: also if the results go to the same terminal."""
    return sys.stderr.isatty() and (beside_output or not sys.stdout.isatty())


class ReadCount:
    """How many items were read, on a line of the terminal; nothing where nobody looks."""

    _EVERY = 100

    def __init__(self, *, beside_output: bool) -> None:
        """`beside_output`: as of `is_shown`."""
        self._on = is_shown(beside_output=beside_output)
        self._shown = False

    def show(self, number: int) -> None:
        """Show the number now and then."""
        if self._on and number % self._EVERY == 0:
            typer.echo(f"\r{number} read", err=True, nl=False)
            self._shown = True

    def clear(self) -> None:
        """Remove the line."""
        if self._shown:
            typer.echo("\r\033[K", err=True, nl=False)


@contextmanager
def show_progress(
    title: str, total: int | None, *, beside_output: bool, in_percent: bool = False
) -> Iterator[Show]:
    """Yield a function that shows how much of the total is done; it does nothing where nobody looks.

    `beside_output`: as of `is_shown`. `in_percent`: what is counted says nothing to people, such as bytes.
    """
    if not is_shown(beside_output=beside_output):
        yield lambda _done: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn() if in_percent else MofNCompleteColumn(),
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
