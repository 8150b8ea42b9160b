"""Reads a file in TOML, YAML or JSON, and says where in it something is."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import yaml

MOST_BYTES = 1024 * 1024
_MOST_DEPTH = 50
_KINDS: Mapping[str, Literal["toml", "yaml", "json"]] = {
    ".toml": "toml",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".json": "json",
}
_TOML_POSITION = re.compile(r" \(at line (\d+), column (\d+)\)$")
_TOML_START = re.compile(r"""\s*(?:$|[#\[]|[\w"'-][^=]*=)""")
"""What a line may be that begins a statement. Lines inside of a list look like it now and then."""
_MOST_TRIES = 200

Position = tuple[int, int]
"""Line and column, both from 1."""


class LocatedError(ValueError):
    """A file is not right. The message begins with the line and the column, if they are known."""


@dataclass(frozen=True, kw_only=True)
class LocatedFile:
    """A file that was read: its value has JSON types only."""

    kind: Literal["toml", "yaml", "json"]
    text: str
    value: Any

    def error(self, path: str, message: str) -> LocatedError:
        """Return the error about a path such as `apps[0].name`, or about what is nearest around it."""
        return _error(self._find(path), message)

    def _find(self, path: str) -> Position | None:
        while path:
            found = self._toml_position(path) if self.kind == "toml" else self._positions.get(path)
            if found is not None:
                return found
            path = re.sub(r"(?:\.[^.\[\]]*|\[\d+\]|^[^.\[\]]*)$", "", path)
        return None

    @cached_property
    def _positions(self) -> dict[str, Position]:
        # JSON is YAML, but for tabs, of which none can be inside of a string.
        node = yaml.compose(self.text.replace("\t", " "), Loader=yaml.SafeLoader)
        return dict(_walk(node, ""))

    def _toml_position(self, path: str) -> Position | None:
        """The line of the statement that brings a path: the first lines are read again to find it."""
        # Not `splitlines`: a comment may contain other separators.
        lines = self.text.split("\n")
        begin, end = 0, len(lines)
        if not _has(self.value, path):
            return None
        while (found := _read_first_lines(lines, begin, end)) is not None:
            if _has(found[1], path):
                end = found[0]
            else:
                begin = found[0]
        line = lines[begin]
        name = re.split(r"[.\[\]]", path.rstrip("[]0123456789"))[-1]
        column = line.find(name) if name else -1
        return begin + 1, (column if column >= 0 else len(line) - len(line.lstrip())) + 1


def read_located(path: Path) -> LocatedFile:
    """Read a file whose name ends in .toml, .yaml, .yml or .json.

    Raises:
        LocatedError: it cannot be read, or is not what its name says.
    """
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        raise LocatedError(f"the name of the file has to end in {', '.join(_KINDS)}")
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise LocatedError(f"it cannot be read: {error.strerror}") from None
    if len(raw) > MOST_BYTES:
        raise LocatedError(f"it is longer than {MOST_BYTES} bytes")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LocatedError(f"it is not UTF-8: byte {error.start + 1}") from None
    return LocatedFile(kind=kind, text=text, value=_READERS[kind](text))


_TOO_LONG = "a number has too many digits"


def _find_long_number(text: str) -> Position | None:
    # Python refuses to read it, and does not say where it is.
    found = re.search(r"\d[\d_]{4000,}", text)
    if found is None:
        return None
    before = text[: found.start()]
    return before.count("\n") + 1, found.start() - before.rfind("\n")


def _read_toml(text: str) -> Any:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _TOML_POSITION.search(str(error))
        position = None if found is None else (int(found[1]), int(found[2]))
        raise _error(position, f"it is not TOML: {_TOML_POSITION.sub('', str(error))}") from None
    except RecursionError:
        raise LocatedError("it is nested too deep") from None
    except ValueError:
        raise _error(_find_long_number(text), _TOO_LONG) from None


def _read_json(text: str) -> Any:
    def unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise LocatedError(f"the name {twice!r} stands twice in one object")
        return found

    try:
        return json.loads(text, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        raise _error((error.lineno, error.colno), f"it is not JSON: {error.msg}") from None
    except LocatedError:
        raise
    except RecursionError:
        raise LocatedError("it is nested too deep") from None
    except ValueError:
        raise _error(_find_long_number(text), _TOO_LONG) from None


def _read_yaml(text: str) -> Any:
    try:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            # Deeper files take minutes to read.
            if depth > _MOST_DEPTH:
                raise _error(_mark(event.start_mark), "it is nested too deep")
            if isinstance(event, yaml.AliasEvent):
                raise _error(_mark(event.start_mark), "an alias (*) is not read: write the value out")
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        return None if node is None else _build(loader, node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _error(None if mark is None else _mark(mark), f"it is not YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise LocatedError(f"it is not YAML: {str(error).splitlines()[0]}") from None
    except RecursionError:
        raise LocatedError("it is nested too deep") from None


_READERS = {"toml": _read_toml, "yaml": _read_yaml, "json": _read_json}


def _build(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else None
            if name is None or name in found:
                wrong = "a name has to be a string" if name is None else f"the name {name!r} stands twice"
                raise _error(_mark(key.start_mark), wrong)
            found[name] = _build(loader, value)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_build(loader, each) for each in node.value]
    try:
        value = loader.construct_object(node)
    except yaml.YAMLError:
        raise
    except (ValueError, LookupError, AttributeError, TypeError):
        # It looks like a date or a number, or a tag says so. The reader of YAML raises all of these.
        message = f"{node.value[:100]!r} is not what it looks like: put it into quotes"
        raise _error(_mark(node.start_mark), message) from None
    if value is not None and not isinstance(value, str | int | float | bool):
        raise _error(_mark(node.start_mark), f"{node.value!r} reads as another type: put it into quotes")
    return value


def _walk(node: yaml.Node | None, path: str) -> Iterator[tuple[str, Position]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = f"{path}.{key.value}" if path else str(key.value)
            yield below, _mark(key.start_mark)
            yield from _walk(value, below)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            below = f"{path}[{index}]"
            yield below, _mark(value.start_mark)
            yield from _walk(value, below)


def _mark(mark: Any) -> Position:
    return mark.line + 1, mark.column + 1


def _error(position: Position | None, message: str) -> LocatedError:
    return LocatedError(message if position is None else "line {}, column {}: {}".format(*position, message))


def _read_first_lines(lines: Sequence[str], begin: int, end: int) -> tuple[int, Any] | None:
    """Return a number of lines between two others, near the middle, and what they are in TOML. None if no
    statement ends there.
    """
    middle = max((begin + end) // 2, begin + 1)
    numbers = (*range(middle, end), *range(middle - 1, begin, -1))
    starts = (number for number in numbers if _TOML_START.match(lines[number]))
    for number in islice(starts, _MOST_TRIES):
        with suppress(tomllib.TOMLDecodeError):
            return number, tomllib.loads("\n".join(lines[:number]) + "\n")
    return None


def _has(value: Any, path: str) -> bool:
    for part in re.findall(r"[^.\[\]]+", path):
        try:
            value = value[int(part)] if isinstance(value, list) else value[part]
        except (KeyError, IndexError, ValueError, TypeError):
            return False
    return True
