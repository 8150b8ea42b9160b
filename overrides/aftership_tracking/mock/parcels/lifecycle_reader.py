"""Reads tables of a lifecycle file, and says where and what is wrong in words of the file."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aftership_tracking.runtime.storage.toml_text import TomlError, TomlText, describe_position, read_toml

_DURATION = re.compile(r"(?a)(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
# A parcel is forgotten after 120 days.
_LONGEST = timedelta(days=120)


class LifecycleError(ValueError):
    """Something in a lifecycle file is not right. The message says where, and what would be."""


def nearest(wrong: str, known: Iterable[str]) -> str:
    """Return what to write instead of an unknown name, as the rest of a sentence."""
    names = [str(name) for name in known]
    found = difflib.get_close_matches(wrong, names, n=1)
    if found:
        return f"; did you mean {found[0]!r}?"
    return f"; there are: {', '.join(names)}" if names else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class LifecycleFile:
    """A lifecycle file that was read. `name`: for messages."""

    name: str
    toml: TomlText

    def error(self, keys: Sequence[str], words: Sequence[str], reason: str) -> LifecycleError:
        """Return the error about what keys lead to, and `words` name."""
        position = describe_position(self.toml.find(keys))
        return LifecycleError(": ".join(filter(None, (self.name, position, ", ".join(words), reason))))


def read_file(text: str, name: str) -> LifecycleFile:
    """Read the text of a file. Raises LifecycleError if it is not TOML."""
    try:
        return LifecycleFile(name=name, toml=read_toml(text))
    except TomlError as error:
        position = describe_position(error.position)
        raise LifecycleError(": ".join(filter(None, (name, position, error.message)))) from None


class Table:
    """A table of a file. Each value is taken once; what nobody takes is refused.

    Args:
        content: What it holds.
        file: Where it stands.
        keys: What leads to it in the file.
        words: The same, as messages name it.
    """

    def __init__(
        self,
        content: Mapping[str, Any],
        file: LifecycleFile,
        keys: tuple[str, ...] = (),
        words: tuple[str, ...] = (),
    ) -> None:
        self._content = content
        self._file = file
        self._keys = keys
        self._words = words
        self._taken: list[str] = []

    def error(self, name: str, reason: str) -> LifecycleError:
        """Return the error about a value of this table."""
        # The name may lead into the value: `weight.unit`.
        keys = (*self._keys, *name.split("."))
        return self._file.error(keys, (*self._words, name), reason)

    def take(self, name: str, kind: type | tuple[type, ...], what: str, *, is_needed: bool = False) -> Any:
        """Return a value of a kind; None if it is not there."""
        self._taken.append(name)
        if name not in self._content:
            if is_needed:
                raise self.error(name, f"is missing; give {what}")
            return None
        value = self._content[name]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.error(name, f"has to be {what}, not {value!r}")
        return value

    def text(self, name: str, *, is_needed: bool = False) -> str | None:
        found: str | None = self.take(name, str, "a string", is_needed=is_needed)
        if found == "":
            raise self.error(name, "is empty; give a string or leave it out")
        return found

    def one_of(self, name: str, known: Iterable[str], what: str) -> str | None:
        found = self.text(name)
        names = list(known)
        if found is not None and found not in names:
            raise self.error(name, f"{found!r} is not {what}{nearest(found, names)}")
        return found

    def number(self, name: str) -> float | None:
        found: float | None = self.take(name, (int, float), "a number")
        return found

    def duration(self, name: str, *, is_needed: bool = False) -> timedelta | None:
        what = 'a time such as "90s", "30m", "2h" or "1d12h"'
        text = self.take(name, str, what, is_needed=is_needed)
        if text is None:
            return None
        match = _DURATION.fullmatch(text)
        if match is None:
            raise self.error(name, f"{text!r} is not {what}")
        days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
        if max(days, hours / 24, minutes / 1440, seconds / 86400) > _LONGEST.days:
            raise self.error(name, f"{text!r} is later than {_LONGEST.days} days, when a parcel is forgotten")
        return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)

    def table(self, name: str) -> Table | None:
        found = self.take(name, dict, "a table")
        return None if found is None else self._inner(found, (name,), name)

    def _inner(self, content: Mapping[str, Any], keys: tuple[str, ...], words: str) -> Table:
        return Table(content, self._file, (*self._keys, *keys), (*self._words, words))

    def tables(self, name: str) -> Iterator[tuple[str, Table]]:
        """Yield the tables in a table, by name."""
        for key, value in (self.take(name, dict, "a table of tables") or {}).items():
            if not isinstance(value, dict):
                raise self.error(name, f"{key} has to be a table: write [{name}.{key}]")
            yield key, self._inner(value, (name, key), f"{name}.{key}")

    def rows(self, name: str, *, is_needed: bool = False, title: str | None = None) -> Iterator[Table]:
        """Yield the tables of a list. Messages count them from 1."""
        found = self.take(name, list, "a list of tables", is_needed=is_needed) or ()
        for index, value in enumerate(found):
            label = f"{title or name} {index + 1}"
            if not isinstance(value, dict):
                keys = (*self._keys, name, str(index))
                raise self._file.error(keys, (*self._words, label), f"has to be a table, not {value!r}")
            yield self._inner(value, (name, str(index)), label)

    def items(self) -> Iterator[tuple[str, Any]]:
        """Yield all values, for a table whose names are not fixed."""
        self._taken.extend(self._content)
        yield from self._content.items()

    def refuse_others(self) -> None:
        """Refuse what nobody took: a name that is not known has no effect."""
        for name in self._content:
            if name not in self._taken:
                raise self.error(name, f"is not known here{nearest(name, self._taken)}")
