"""TOML that people write: what it holds, and where in it something is. Python's own reader forgets the lines.

It imports nothing of the package, so the mock may use it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any

__all__ = ["Position", "TomlError", "TomlText", "describe_position", "find_long_number", "read_toml"]

Position = tuple[int, int]
"""Line and column, both from 1."""
_POSITION = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_START = re.compile(r"""\s*(?:$|[#\[]|[\w"'-][^=]*=)""")
"""What a line may be that begins a statement. Lines inside of a list look like it now and then."""
_MOST_TRIES = 200


class TomlError(ValueError):
    """What was read is not TOML. `position` is None if nobody says where."""

    def __init__(self, message: str, position: Position | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


@dataclass(frozen=True, kw_only=True, slots=True)
class TomlText:
    """Words in TOML, and what they hold."""

    text: str
    value: dict[str, Any]

    def find(self, keys: Sequence[str]) -> Position | None:
        """Return where the statement is that brings a value, or else the nearest one around it.

        `keys` lead to the value: names in tables, and the digits of indexes in lists. None: it is the whole
        text.
        """
        for count in range(len(keys), 0, -1):
            if _has(self.value, keys[:count]):
                return self._find(keys[:count])
        return None

    def _find(self, keys: Sequence[str]) -> Position:
        # The first lines are read again, fewer each time. Not `splitlines`: a comment may contain other
        # separators.
        lines = self.text.split("\n")
        begin, end = 0, len(lines)
        while (found := _read_first_lines(lines, begin, end)) is not None:
            if _has(found[1], keys):
                end = found[0]
            else:
                begin = found[0]
        line = lines[begin]
        name = next((key for key in reversed(keys) if not key.isdecimal()), "")
        column = line.find(name) if name else -1
        return begin + 1, (column if column >= 0 else len(line) - len(line.lstrip())) + 1


def read_toml(text: str) -> TomlText:
    """Read TOML. Raises TomlError."""
    try:
        return TomlText(text=text, value=tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        found = _POSITION.search(str(error))
        message = f"it is not TOML: {_POSITION.sub('', str(error))}"
        if found is None:
            raise TomlError(message) from None
        lines = text.split("\n")
        end = (len(lines), len(lines[-1]) + 1)
        raise TomlError(message, (int(found[1]), int(found[2])) if found[1] else end) from None
    except RecursionError:
        raise TomlError("it is nested too deep") from None
    except ValueError:
        raise TomlError("a number has too many digits", find_long_number(text)) from None


def find_long_number(text: str) -> Position | None:
    """Return where a number is that Python refuses to read, without saying where it is."""
    found = re.search(r"\d[\d_]{4000,}", text)
    if found is None:
        return None
    before = text[: found.start()]
    return before.count("\n") + 1, found.start() - before.rfind("\n")


def describe_position(position: Position | None) -> str:
    """Return `line 3, column 1`; nothing for None."""
    return "" if position is None else "line {}, column {}".format(*position)


def _read_first_lines(lines: Sequence[str], begin: int, end: int) -> tuple[int, Any] | None:
    """Return a number of lines between two others, near the middle, and what they are in TOML. None if no
    statement ends there.
    """
    middle = max((begin + end) // 2, begin + 1)
    numbers = (*range(middle, end), *range(middle - 1, begin, -1))
    starts = (number for number in numbers if _START.match(lines[number]))
    for number in islice(starts, _MOST_TRIES):
        with suppress(tomllib.TOMLDecodeError):
            return number, tomllib.loads("\n".join(lines[:number]) + "\n")
    return None


def _has(value: Any, keys: Sequence[str]) -> bool:
    for key in keys:
        try:
            value = value[int(key)] if isinstance(value, list) else value[key]
        except (KeyError, IndexError, ValueError, TypeError):
            return False
    return True
