"""Checks of arguments that need the facts of an operation: what must be given, and which times fit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.models.unset import UNSET
from aftership_tracking.runtime.operation import Operation, find_argument

__all__ = ["check_arguments"]


def check_arguments(
    operation: Operation[Any], query: Mapping[str, object], body: Mapping[str, object]
) -> None:
    """Raise UsageError for a needed argument that is None, and for a time that the document does not have."""
    for name in operation.required:
        value = _find(name, query, body)
        if value is UNSET or (value is None and name not in operation.clears):
            raise UsageError(f"{_as_written(operation, name)} is needed, and cannot be left out")
    for path, shapes in operation.times:
        name, *below = path.split(".")
        for value in _values_at(_find(name, query, body), below):
            if isinstance(value, dt.date):
                _check_time(_as_written(operation, path), value, shapes.split())


def _as_written(operation: Operation[Any], path: str) -> str:
    """The path of a value with the name of the argument that callers write."""
    name, dot, below = path.partition(".")
    names = operation.query_names + (operation.body_names or ())
    return f"{find_argument(operation, names, name)}{dot}{below}"


def _find(name: str, query: Mapping[str, object], body: Mapping[str, object]) -> object:
    # Python itself requires the argument; here its value may be missing.
    return body[name] if name in body else query.get(name, "")


def _values_at(value: object, names: Sequence[str]) -> Iterator[object]:
    """Return what is at a path inside of an argument: in dicts, in models, and in each item of a list."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from _values_at(item, names)
    elif not names:
        yield value
    else:
        inner = value.get(names[0]) if isinstance(value, Mapping) else getattr(value, names[0], None)
        yield from _values_at(inner, names[1:])


def _check_time(name: str, value: dt.date, shapes: list[str]) -> None:
    """Refuse a `date` or `datetime` that would be written in another shape than the documented ones."""
    if isinstance(value, dt.datetime):
        if not {"zoned", "utc"} & {*shapes}:
            raise UsageError(f"{name} takes no datetime", hint=_HINTS.get(shapes[0], _GIVE_A_STRING))
    elif "date" not in shapes:
        hint = _HINTS.get(shapes[0], _GIVE_A_STRING)
        raise UsageError(f"{name} takes no plain date", hint=hint)


_GIVE_A_STRING = "Give it as a string in its documented form."
_HINTS = {
    "zoned": "Give a datetime with a zone: datetime(2026, 2, 6, tzinfo=timezone.utc).",
    "utc": "Give a datetime with a zone: datetime(2026, 2, 6, tzinfo=timezone.utc).",
    "date": "Give a date: value.date().",
    "compact-date": 'Give a string: value.strftime("%Y%m%d").',
    "spaced": 'Give a string: value.strftime("%Y-%m-%d %H:%M:%S").',
    "time-of-day": 'Give a string: value.strftime("%H:%M:%S").',
}
