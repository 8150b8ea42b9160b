"""The JSONPaths of an overlay: what depends on luck is refused, and nothing found has a reason."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any

from jsonpath import JSONPathEnvironment, JSONPathError

from generator.document import pointer as pointers
from generator.document.source import Source
from generator.errors import SpecError

ValuePath = tuple[str | int, ...]
"""The keys and indices that lead from the root of a document to a value."""

_PATHS = JSONPathEnvironment(strict=True)
_QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")
_DOTTED_NAME = re.compile(r"(?<!\.)\.([^\s.\[\]()*,<>=!&|?@'\"]+)")
_INDEX = re.compile(r"\[\s*(?:-?\d+|-?\d*\s*:[^\]]*)\s*[\],]")
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_STEP = re.compile(r"""\.([A-Za-z_][A-Za-z0-9_]*)|\['([^'\\]*)'\]|\["([^"\\]*)"\]""")


def action_error(source: Source, number: int, message: str, hint: str = "", *, key: str = "") -> SpecError:
    """A mistake in the action with this number, counted from 1, at its `key` if that is there."""
    pointer = pointers.child("", "actions", number - 1, *([key] if key else []))
    return source.error(pointer, f"Action {number}: {message}", hint)


def check_path(source: Source, number: int, key: str, path: str, *, announced: bool) -> None:
    """Refuse a JSONPath whose matches depend on luck or on the order of a list, although it is valid."""
    bare = _QUOTED.sub("''", path)
    problem = _false_beginning(path) or _not_closed(bare)
    if problem:
        raise action_error(source, number, *problem, key=key)
    for name in _DOTTED_NAME.findall(bare):
        if not _PLAIN_NAME.match(name):
            raise action_error(
                source, number, f'The name "{name}" needs brackets in a JSONPath.',
                f"Write ['{name}'] without the dot before it.", key=key,
            )  # fmt: skip
    if ".." in bare:
        raise action_error(
            source, number, f"{path} searches everywhere.", "Write the whole path from $ on.", key=key
        )
    if _INDEX.search(bare):
        raise action_error(
            source, number, f"{path} counts positions in a list.",
            "Select by a value: [?@.name=='limit'].", key=key,
        )  # fmt: skip
    if "*" in bare and not announced:
        raise action_error(
            source, number, f"{path} may match several times.", "Say how often with x-count.", key=key
        )


def find(source: Source, number: int, key: str, path: str, value: Any) -> list[ValuePath]:
    """What a path selects, each as a path of keys and indices, once."""
    try:
        found = [tuple(match.parts) for match in _PATHS.finditer(path, value)]
    except JSONPathError as error:
        raise action_error(
            source, number, f"{path} is not a JSONPath: {_first_line(error)}.",
            "Write it like $.paths['/trackings'].get.parameters[?@.name=='limit'].", key=key,
        ) from None  # fmt: skip
    return list(dict.fromkeys(found))


def why_nothing(path: str, value: Any, removed: Mapping[ValuePath, int]) -> str:
    """Why a path matches nothing, and what to write, as far as the document tells."""
    walked: list[str] = []
    position = 1
    while match := _STEP.match(path, position):
        name = next(part for part in match.groups() if part is not None)
        if not isinstance(value, dict) or name not in value:
            parent = path[:position]
            number = removed.get((*walked, name))
            if number is not None:
                return f'Action {number} removed "{name}"; write this action before it.'
            close = difflib.get_close_matches(name, value, n=1) if isinstance(value, dict) else []
            meant = f'Did you mean "{close[0]}"?' if close else "Check its spelling and the order."
            return f'There is no "{name}" in {parent}. {meant}'
        value = value[name]
        walked.append(name)
        position = match.end()
    return "Check its spelling and the order."


def _false_beginning(path: str) -> tuple[str, str] | None:
    if path.startswith(("#/", "/")):
        parts = pointers.split(path)
        written = "".join(f".{part}" if _PLAIN_NAME.match(part) else f"['{part}']" for part in parts)
        return f"{path} is a JSON Pointer, not a JSONPath.", f"Write ${written}."
    if not path.startswith("$"):
        return f"The path {path} does not begin with $.", f"Write $.{path.lstrip('.')}."
    return None


def _not_closed(bare: str) -> tuple[str, str] | None:
    """A bracket or quote that is open at the end. `bare` has no strings in quotes any more."""
    stray = "'" if "'" in bare.replace("''", "") else '"' if '"' in bare else ""
    if stray:
        return f"The path has an odd number of {stray}.", "Close each name in quotes: ['/trackings']."
    if bare.count("[") != bare.count("]"):
        return "A bracket of the path is not closed.", "Close each name in brackets: ['/trackings']."
    if bare.endswith("."):
        return "The path ends with a dot.", "Leave the dot out, or write what follows."
    return None


def _first_line(error: JSONPathError) -> str:
    # `str()` of this error fails for some positions in a path, its arguments can always be read.
    return (str(error.args[0] if error.args else "").splitlines() or ["it cannot be parsed"])[0].rstrip(".")
