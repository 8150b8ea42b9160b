"""The surface of the version packages. It is read from their source, so `regenerate` can write it.

The first version is stored whole. Each later one is stored as its difference from the one before: versions
are much alike, and what a version adds and removes is what a reader wants to see.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import griffe

from generator.errors import RefusedError
from generator.surface.lines import describe, name_of

FOLDER = "surface"
"""The folder below `generated/` in which the lines are stored."""
VERSION_PACKAGE = re.compile(r"v\d{4}_\d{2}")
_FILE = re.compile(r"aftership_tracking/(v\d{4}_\d{2})/(.+)\.py")
# Where the public names of a version package are. Of the others, the classes are reached through a client.
_TOP = ("client", "enums", "models")


def describe_versions(files: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the lines of each version package among these files: path in the wheel to source."""
    found: dict[str, list[str]] = {}
    for path, source in sorted(files.items()):
        match = _FILE.fullmatch(path)
        if match is not None:
            found.setdefault(match[1], []).extend(_describe_module(match[2], source))
    return {name: tuple(sorted(lines)) for name, lines in sorted(found.items())}


def _describe_module(name: str, source: str) -> Iterator[str]:
    if name.endswith("__init__"):
        return
    module = griffe.visit(name.replace("/", "."), Path(f"{name}.py"), source)
    prefix = "" if name in _TOP else f"{name.replace('/', '.')}."
    for thing in module.classes.values():
        if not thing.name.startswith("_"):
            yield from describe(thing, f"{prefix}{thing.name}")


def render_surface(
    sources: Mapping[str, str], described: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> dict[str, str]:
    """Return the files below `generated/` that store the surface of all version packages: path to content.

    `sources`: modules of version packages, path below `generated/` to source.
    `described`: the lines of the packages that are not among them.
    """
    files = write_versions({**described, **describe_versions(sources)})
    return {f"{FOLDER}/{name}": content for name, content in files.items()}


def write_versions(versions: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the files that store the lines of the version packages: file name to content."""
    files: dict[str, str] = {}
    before: set[str] | None = None
    for name, lines in sorted(versions.items()):
        if before is None:
            stored = sorted(lines)
        else:
            changes = [(line, "-") for line in before - {*lines}] + [
                (line, "+") for line in {*lines} - before
            ]
            # Sorted by name, so that a change is its old line and its new one.
            stored = [
                f"{sign} {line}"
                for line, sign in sorted(changes, key=lambda one: (name_of(one[0]), one[1] == "+", one[0]))
            ]
        files[f"{name}.txt"] = "".join(f"{line}\n" for line in stored)
        before = {*lines}
    return files


def read_versions(files: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the lines of each version package from the files that store them."""
    found: dict[str, tuple[str, ...]] = {}
    current: set[str] | None = None
    for file, content in sorted(files.items()):
        lines = content.splitlines()
        if current is None:
            current = set(lines)
        else:
            for line in lines:
                sign, text = line[:2], line[2:]
                if sign == "+ " and text not in current:
                    current.add(text)
                elif sign == "- " and text in current:
                    current.remove(text)
                else:
                    raise RefusedError(
                        f"{file} does not follow from the version before: {line}",
                        "Run python -m generator regenerate.",
                    )
        found[file.removesuffix(".txt")] = tuple(sorted(current))
    return found
