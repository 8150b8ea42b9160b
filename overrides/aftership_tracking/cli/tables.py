"""Tables for people. Only commands that print one import this module, and with it `rich`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from aftership_tracking.cli.field_paths import find
from aftership_tracking.cli.output import escape, remark

# A file or a pipe has no width: nothing is cut there.
_UNLIMITED = 10_000
_ANY_HEIGHT = 25
_MOST_COLUMNS = 7
_FIRST = (
    *("checkpoint_time", "tracking_number", "slug", "courier_slug", "name", "tag", "status", "message"),
    *("location", "title", "estimated_delivery_date", "id", "updated_at"),
)
"""The columns that say most, in their order."""
_KEYS = ("id", "tracking_number", "slug")
_IMPORTANT = (
    "checkpoint_time",
    "tracking_number",
    "name",
    "tag",
    "status",
    "id",
    "message",
    "location",
    "slug",
)
"""What a narrow terminal shows before all others, the most important first."""
_FLEXIBLE = 24
"""The width to which a column may shrink, unless it holds a key."""
_NARROWEST = 8
"""The width below which a column is of no use."""
_STYLES = {
    "Delivered": "green",
    "OutForDelivery": "cyan",
    "AvailableForPickup": "cyan",
    "InTransit": "blue",
    "Exception": "bold red",
    "AttemptFail": "yellow",
    "Expired": "yellow",
}


def print_table(items: Sequence[Any], columns: Sequence[str], *, chosen: bool) -> None:
    """Print a list as a table. `chosen`: the columns are those that the caller named, and all are shown."""
    console = _console()
    if not items:
        remark("Nothing was found.")
        return
    names = list(columns) if chosen else _fit(items, _choose(items, columns), console.width)
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    widths = _narrow(items, names, console.width)
    for name in names:
        # A number that is cut cannot be copied: others make room for it, and at last it is folded.
        if name in _KEYS:
            table.add_column(name, overflow="fold", min_width=min(_NARROWEST, widths[name]))
        else:
            table.add_column(name, overflow="ellipsis", no_wrap=True, width=widths[name])
    for item in items:
        table.add_row(*(_cell(find(item, name) if isinstance(item, Mapping) else item) for name in names))
    _print(console, table)


def print_record(value: Any) -> None:
    """Print one result: a line for each field that has a value, then the lists in it as tables."""
    console = _console()
    if not isinstance(value, Mapping):
        _print(console, _cell(value))
        return
    grid = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, inner in _rows(value):
        grid.add_row(name, _cell(inner))
    _print(console, grid)
    for name, rows in _tables(value):
        _print(console, Text(f"\n{escape(name)}", style="bold"))
        print_table(rows, (), chosen=False)


def _print(console: Console, content: Any) -> None:
    """Print without the spaces that fill the last column."""
    with console.capture() as captured:
        console.print(content)
    typer.echo("\n".join(line.rstrip() for line in captured.get().rstrip("\n").split("\n")))


def _console() -> Console:
    # Made anew each time: tests and users redirect the stream.
    on_terminal = sys.stdout.isatty()
    return Console(
        file=sys.stdout,
        width=None if on_terminal else _UNLIMITED,
        # rich ignores COLUMNS on a dumb terminal, unless it knows a height too. Nothing here depends on that.
        height=_ANY_HEIGHT,
        highlight=False,
        soft_wrap=False,
        emoji=False,
    )


def _choose(items: Sequence[Any], columns: Sequence[str]) -> list[str]:
    """The columns of a table: those that were proposed and have a value somewhere."""
    found: dict[str, None] = {}
    for item in items:
        if isinstance(item, Mapping):
            found |= dict.fromkeys(
                name
                for name, value in item.items()
                if value not in (None, "", [], {}) and not isinstance(value, list | dict)
            )
    proposed = [name for name in (columns or _FIRST) if name in found]
    others = [name for name in found if name not in proposed]
    return (proposed if len(proposed) >= 3 else [*proposed, *others])[:_MOST_COLUMNS] or ["value"]


def _fit(items: Sequence[Any], names: list[str], width: int) -> list[str]:
    """Leave out what does not fit beside the more important columns."""

    def width_of(name: str) -> int:
        widest = max(len(_cell(find(item, name)).plain) for item in items) if items else 0
        return max(len(name), widest if name in _KEYS else min(widest, _FLEXIBLE)) + 2

    ranked = sorted(names, key=lambda name: _IMPORTANT.index(name) if name in _IMPORTANT else len(_IMPORTANT))
    left = width + 2
    shown: set[str] = set()
    for name in ranked:
        if width_of(name) <= left or not shown:
            shown.add(name)
            left -= width_of(name)
    return [name for name in names if name in shown]


def _narrow(items: Sequence[Any], names: Sequence[str], width: int) -> dict[str, int]:
    """The widths of columns; the widest ones without a key shrink until all fit."""
    widths = {
        name: max(
            cell_len(name),
            *(_cell(find(item, name) if isinstance(item, Mapping) else item).cell_len for item in items),
        )
        for name in names
    }
    others = [name for name in names if name not in _KEYS]
    while others and sum(widths.values()) + 2 * len(names) > width + 2:
        widest = max(others, key=lambda name: widths[name])
        if widths[widest] <= _NARROWEST:
            break
        widths[widest] -= 1
    return widths


def _rows(value: Mapping[str, Any], indent: str = "") -> Iterator[tuple[str, Any]]:
    """The fields that have a value, those of an inner object below its name. No lists of objects."""
    for name, inner in value.items():
        if isinstance(inner, Mapping):
            rows = list(_rows(inner, f"{indent}  "))
            if rows:
                yield f"{indent}{name}", ""
                yield from rows
        elif inner not in (None, "", []) and not _is_table(inner):
            yield f"{indent}{name}", inner


def _tables(value: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, list[Any]]]:
    """The lists of objects in a result."""
    for name, inner in value.items():
        if isinstance(inner, Mapping):
            yield from _tables(inner, f"{prefix}{name}.")
        elif _is_table(inner):
            yield f"{prefix}{name}", inner


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, Mapping) for each in value)


def _cell(value: Any) -> Text:
    """One value. Control characters that a sender put into it do nothing to the terminal."""
    if value is None:
        return Text("")
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    if isinstance(value, list) and all(isinstance(each, str | int | float) for each in value):
        return Text(escape(", ".join(map(str, value))))
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return Text(escape(text), style=_STYLES.get(text, ""))
