"""Reads a file in TOML, YAML or JSON, and says where in it something is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import yaml

from aftership_tracking.runtime.storage.toml_text import (
    Position,
    TomlError,
    TomlText,
    describe_position,
    find_long_number,
    read_toml,
)

MOST_BYTES = 1024 * 1024
_MOST_DEPTH = 50
Kind = Literal["toml", "yaml", "json"]
_KINDS: Mapping[str, Kind] = {".toml": "toml", ".yaml": "yaml", ".yml": "yaml", ".json": "json"}


class LocatedError(ValueError):
    """A file is not right. The message begins with line and column, if they are known."""


@dataclass(frozen=True, kw_only=True)
class LocatedFile:
    """A file that was read: its value has JSON types, and the times that TOML has."""

    kind: Kind
    text: str
    value: Any

    def error(self, path: str, message: str) -> LocatedError:
        """Return the error about a path such as `apps[0].name`, or about what is nearest around it."""
        # To read a longer file again and again takes minutes.
        return _error(None if len(self.text) > MOST_BYTES else self._find(path), message)

    def locate(self, message: str) -> LocatedError:
        """Return the error for a message that begins with a path, as those of `bodies.read_as` do."""
        message = message.replace("the body: ", "the file: ", 1)
        found = re.match(r"(?:the file|(?P<path>[a-z_]+(?:\[\d+\]|\.[^:\s]+)*)): ", message)
        path = (found["path"] if found else "") or ""
        rest = message[found.end() :] if found else message
        # What is unknown or wrong in it is named next.
        name = re.match(r"there is no field '([^']*)'|([a-z_]+)\b", rest)
        if name:
            path = ".".join(filter(None, (path, name[1] or name[2])))
        return self.error(path, message)

    def _find(self, path: str) -> Position | None:
        if self.kind == "toml":
            return TomlText(text=self.text, value=self.value).find(re.findall(r"[^.\[\]]+", path))
        while path:
            if path in self._positions:
                return self._positions[path]
            path = re.sub(r"(?:\.[^.\[\]]*|\[\d+\]|^[^.\[\]]*)$", "", path)
        return None

    @cached_property
    def _positions(self) -> dict[str, Position]:
        # JSON is YAML, but for tabs, of which none can be inside of a string.
        node = yaml.compose(self.text.replace("\t", " "), Loader=yaml.SafeLoader)
        return dict(_walk(node, ""))


def read_located(path: Path, kind: Kind | None = None, *, most_bytes: int | None = MOST_BYTES) -> LocatedFile:
    """Read a file.

    Args:
        kind: What it is. Default: what its name says, which ends in .toml, .yaml, .yml or .json.
        most_bytes: A longer file is refused. None: any length is read.

    Raises:
        LocatedError: it cannot be read, or is something else.
    """
    kind = _KINDS.get(path.suffix.lower()) if kind is None else kind
    if kind is None:
        raise LocatedError(f"the name of the file has to end in {', '.join(_KINDS)}")
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise LocatedError(f"it cannot be read: {error.strerror}") from None
    if most_bytes is not None and len(raw) > most_bytes:
        raise LocatedError(f"it is longer than {most_bytes} bytes")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LocatedError(f"it is not UTF-8: byte {error.start + 1}") from None
    return LocatedFile(kind=kind, text=text, value=_READERS[kind](text))


def _read_toml(text: str) -> Any:
    try:
        return read_toml(text).value
    except TomlError as error:
        raise _error(error.position, error.message) from None


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
        raise _error(find_long_number(text), "a number has too many digits") from None


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
    return LocatedError(message if position is None else f"{describe_position(position)}: {message}")
