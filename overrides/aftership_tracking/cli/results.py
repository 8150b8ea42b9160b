"""Writes results: as JSON, as one line of JSON for each item, or as a table for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import typer

from aftership_tracking.cli.field_paths import select
from aftership_tracking.cli.shared_options import OutputOptions


def write_items(items: Iterable[Any], options: OutputOptions, *, columns: Sequence[str] = ()) -> None:
    """Write a list, item by item: nothing but a table needs all of it at once.

    `columns` are those that a table shows unless `--fields` says otherwise.
    """
    if options.as_ndjson:
        for item in items:
            _print(_line(select(item, options.fields)))
        return
    if options.as_json:
        _write_array(select(item, options.fields) for item in items)
        return
    from aftership_tracking.cli.tables import print_table

    print_table(list(items), options.fields or tuple(columns), chosen=bool(options.fields))


def write_object(value: Any, options: OutputOptions) -> None:
    """Write one result."""
    selected = select(value, options.fields)
    if options.as_ndjson:
        _print(_line(selected))
    elif options.as_json:
        _print(json.dumps(selected, indent=2, ensure_ascii=_must_escape()))
    else:
        from aftership_tracking.cli.tables import print_record

        print_record(selected)


def _write_array(items: Iterable[Any]) -> None:
    written = False
    for item in items:
        text = json.dumps(item, indent=2, ensure_ascii=_must_escape()).replace("\n", "\n  ")
        _print(f"{',' if written else '['}\n  {text}", end="")
        written = True
    _print("\n]" if written else "[]")


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=_must_escape(), separators=(",", ":"))


def _must_escape() -> bool:
    """Whether the output cannot hold every letter. A terminal gets escapes too: it obeys some of them."""
    return sys.stdout.isatty() or (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"


def _print(text: str, end: str = "\n") -> None:
    typer.echo(text + end, nl=False)
