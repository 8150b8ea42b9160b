"""Writes results: as JSON, as one line of JSON for each item, or as a table for people."""

from __future__ import annotations

import json
import re
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
        _print(_dump(selected, indent=2))
    else:
        from aftership_tracking.cli.tables import print_record

        print_record(selected)


def _write_array(items: Iterable[Any]) -> None:
    written = False
    for item in items:
        text = _dump(item, indent=2).replace("\n", "\n  ")
        _print(f"{',' if written else '['}\n  {text}", end="")
        written = True
    _print("\n]" if written else "[]")


def _line(value: Any) -> str:
    return _dump(value, separators=(",", ":"))


def _dump(value: Any, **layout: Any) -> str:
    """JSON that the output can hold. A terminal obeys some letters, so it gets their escapes."""
    is_utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    text = json.dumps(value, ensure_ascii=not is_utf8, **layout)
    return (_NOT_PRINTABLE if sys.stdout.isatty() else _SURROGATE).sub(_escape, text)


# Half of a pair cannot be encoded, and JSON may hold it.
_SURROGATE = re.compile("[\ud800-\udfff]")
# Everything that JSON leaves as it is and that is not a letter or a space: controls, marks of direction.
_NOT_PRINTABLE = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]")


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _print(text: str, end: str = "\n") -> None:
    typer.echo(text + end, nl=False)
