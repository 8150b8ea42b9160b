"""The one writer that touches the disk: compares, writes what differs, removes what is stale.

It never removes or changes a file that the manifest does not list, unless a generated file has the same path.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from generator.output.manifest import NAME, digest

_IGNORED_FOLDERS = frozenset({"__pycache__"})


@dataclass(frozen=True, slots=True)
class Changes:
    """The differences between the folder and what was generated: paths below the folder, sorted."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    edited: tuple[str, ...]
    """Those of the changed files that somebody edited since the last run."""
    foreign: tuple[str, ...]
    """Files that the generator did not write. They are not touched."""

    @property
    def is_drift(self) -> bool:
        """Whether the folder differs from what the generator writes."""
        return bool(self.added or self.changed or self.removed or self.foreign)


def compare(folder: Path, files: Mapping[str, str], known: Mapping[str, str]) -> Changes:
    """Compare the folder with `files`. `known` has the hashes of what the last run wrote. Reads only."""
    present = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    added, changed, edited = [], [], []
    for name, source in sorted(files.items()):
        if name not in present:
            added.append(name)
            continue
        content = present[name].read_bytes()
        if content != source.encode():
            changed.append(name)
            if name in known and digest(content) != known[name]:
                edited.append(name)
    surplus = sorted(present.keys() - files.keys())
    return Changes(
        added=tuple(added),
        changed=tuple(changed),
        removed=tuple(name for name in surplus if name in known),
        edited=tuple(edited),
        foreign=tuple(name for name in surplus if name not in known),
    )


def compare_file(path: Path, text: str) -> Changes:
    """The same for one file, of which only a part is generated."""
    if not path.is_file():
        return Changes((path.name,), (), (), (), ())
    changed = path.read_bytes() != text.encode()
    return Changes((), (path.name,) if changed else (), (), (), ())


def write(folder: Path, files: Mapping[str, str], changes: Changes) -> None:
    """Make the changes in the folder. The manifest is written last, so an interrupted run shows as drift."""
    for name in sorted((*changes.added, *changes.changed), key=lambda name: (name == NAME, name)):
        _replace(folder / name, files[name].encode())
    for name in changes.removed:
        path = folder / name
        path.unlink()
        _remove_empty(path.parent, folder)


def _files(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and not _IGNORED_FOLDERS.intersection(path.relative_to(folder).parts)
    ]


def _replace(path: Path, content: bytes) -> None:
    """Write another file and rename it, so that a reader never sees half a module."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    temporary.write_bytes(content)
    temporary.replace(path)


def _remove_empty(folder: Path, top: Path) -> None:
    """Remove folders that have nothing in them but the byte code of removed modules."""
    while folder != top:
        cache = folder / "__pycache__"
        if any(path != cache for path in folder.iterdir()):
            return
        if cache.is_dir():
            for path in cache.iterdir():
                path.unlink()
            cache.rmdir()
        folder.rmdir()
        folder = folder.parent
