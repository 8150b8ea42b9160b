"""What a shell proposes from files of this machine: ids in the journals of bulk runs, numbers in an inbox.

A shell that completes a line has no use for an error, so what cannot be read proposes nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

import typer

VARIABLE = "AFTERSHIP_JOURNAL"
"""Names a journal. Without it: those of the current folder, as a bulk run of a file makes them."""
PATTERN = "*.journal"
_MOST_JOURNALS = 5
_MOST = 100


def complete_id(incomplete: str) -> list[str]:
    """Return ids of trackings that bulk runs created or found."""
    from aftership_tracking.errors import AfterShipError
    from aftership_tracking.recipes.bulk.journal import read_ids

    found: list[str] = []
    for path in _journals():
        with suppress(AfterShipError):
            found += read_ids(path, incomplete, most=_MOST)
    return sorted(set(found))[:_MOST]


def _journals() -> list[Path]:
    named = os.environ.get(VARIABLE)
    if named:
        return [Path(named)]
    with suppress(OSError):
        return sorted(islice(Path().glob(PATTERN), _MOST_JOURNALS))
    return []


def complete_number(context: typer.Context, incomplete: str) -> list[str]:
    """Return the numbers of entries of the inbox that the line names with --file."""
    file = context.params.get("file")
    if file is None or not Path(file).is_file():
        return []
    from aftership_tracking.errors import AfterShipError

    with suppress(AfterShipError):
        return list(islice(_numbers(Path(file), incomplete), _MOST))
    return []


def _numbers(file: Path, begun: str) -> Iterator[str]:
    from aftership_tracking.webhooks.inbox import SqliteInbox

    inbox = SqliteInbox(file, timeout=0.0)
    try:
        for entry in inbox.entries():
            if str(entry.number).startswith(begun):
                yield str(entry.number)
    finally:
        inbox.close()
