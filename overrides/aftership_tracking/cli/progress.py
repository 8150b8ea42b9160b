"""Shows how far a command is, on a terminal that somebody looks at."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Show = Callable[[int], object]


def is_shown(*, beside_output: bool) -> bool:
    """Return whether somebody looks. `beside_output`: also if the results go to the same terminal."""
    return sys.stderr.isatty() and (beside_output or not sys.stdout.isatty())


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
