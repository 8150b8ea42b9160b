"""Writes an argument as a segment of a path, in the style `simple` of OpenAPI."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from enum import Enum
from urllib.parse import quote, unquote

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.operation import Path
from aftership_tracking.runtime.wire.scalars import refuse_half_character, write_scalar

__all__ = ["encode_segment", "read_segment"]


def encode_segment(segment: Path, value: object) -> str:
    """Return the encoded segment. The items of a list are separated by commas.

    Raises UsageError for a value that is empty, `.`, `..`, of another type than the segment takes, or that
    cannot be encoded.
    """
    argument = segment.argument or segment.name
    if segment.takes == "string":
        if not isinstance(value, str):
            raise UsageError(f"{argument} must be a string, not {type(value).__name__}")
        if value.isalnum() and value.isascii():
            # Almost every id. Nothing in it needs an escape.
            return value
        return _encode(argument, value)
    words = segment.takes.split()
    if words[0] != "list":
        return _encode(argument, _write(argument, value, words))
    return ",".join(_encode_items(argument, value, words[1:]))


def read_segment(segment: Path, encoded: str) -> object:
    """Return the JSON value that a segment was written from; a string for what JSON has no type for."""
    words = segment.takes.split()
    if words[0] == "list":
        return [_read(unquote(item), words[1:]) for item in encoded.split(",")]
    return _read(unquote(encoded), words)


def _encode(name: str, text: str) -> str:
    if not text.strip():
        raise UsageError(f"{name} is empty")
    if text in (".", ".."):
        raise UsageError(f"{name} cannot be {text!r}: it would lead to another path")
    try:
        return quote(text, safe="")
    except UnicodeEncodeError:
        refuse_half_character(name)


def _encode_items(name: str, value: object, words: list[str]) -> list[str]:
    if not isinstance(value, Iterable) or isinstance(value, str | bytes | bytearray | memoryview | Mapping):
        raise UsageError(f"{name} must be a list, not {type(value).__name__}")
    items = [_write(name, item, words) for item in value]
    if isinstance(value, set | frozenset):
        # The order of a set differs from run to run; a request should not.
        items.sort()
    if not items:
        raise UsageError(f"{name} is an empty list, and a path cannot hold one")
    for item in items:
        if "," in item:
            raise UsageError(f"{name}: {item!r} contains a comma, which would make two values of it")
    return [_encode(name, item) for item in items]


def _write(name: str, value: object, words: list[str]) -> str:
    if isinstance(value, Enum):
        value = value.value
    word = _word(value)
    if word not in words and not (word == "integer" and "number" in words):
        expected = " or ".join(_NAMES[one] for one in words)
        raise UsageError(f"{name} must be {expected}, not {type(value).__name__}")
    text = write_scalar(name, value)
    assert text is not None  # noqa: S101 - for type checkers: all words are of scalars
    return text


def _word(value: object) -> str:
    # In this order: True is an int too, and a datetime a date.
    for kind, word in _WORDS:
        if isinstance(value, kind):
            return word
    return ""


_WORDS: tuple[tuple[type, str], ...] = (
    (str, "string"),
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (dt.datetime, "datetime"),
    (dt.date, "date"),
)
_NAMES = {
    "string": "a string",
    "boolean": "True or False",
    "integer": "an integer",
    "number": "a number",
    "datetime": "a datetime",
    "date": "a date",
}


def _read(text: str, words: list[str]) -> object:
    if "boolean" in words and text in ("true", "false"):
        return text == "true"
    for word, read in (("integer", int), ("number", float)):
        if word in words:
            try:
                return read(text)
            except ValueError:
                continue
    return text
