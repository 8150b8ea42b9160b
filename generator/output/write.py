"""The one writer that touches the disk: compares, writes what differs, removes what is stale.

It never removes or changes a file that the manifest does not list, unless a generated file belongs in its
place.
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
    """What differs between the folder and what was generated. Paths below the folder, sorted."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    edited: tuple[str, ...]
    """Among the changed ones: files that were not as the last run wrote them."""
    foreign: tuple[str, ...]
    """Files that the generator did not write. They are left alone."""

    @property
    def is_drift(self) -> bool:
        """Whether the folder is anything but what the generator writes."""
        return bool(self.added or self.changed or self.removed or self.foreign)

    @property
    def written(self) -> int:
        """How many files a run adds, changes or removes."""
        return len(self.added) + len(self.changed) + len(self.removed)


def compare(folder: Path, files: Mapping[str, str], known: Mapping[str, str]) -> Changes:
    """Hold the folder against `files`. `known` has the hashes of what the last run wrote. Reads only."""
    present = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    added, changed, edited = [], [], []
    for name, text in sorted(files.items()):
        if name not in present:
            added.append(name)
            continue
        content = present[name].read_bytes()
        if content != text.encode():
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
    changed = path.read_bytes() != text.encode()
    return Changes((), (path.name,) if changed else (), (), (), ())


def write(folder: Path, files: Mapping[str, str], changes: Changes) -> None:
    """Bring the folder to what `changes` says. The manifest comes last: a broken run shows as drift."""
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
    """Write beside the file and rename, so that no reader meets half a module."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    beside.write_bytes(content)
    beside.replace(path)


def _remove_empty(folder: Path, top: Path) -> None:
    """Remove folders that hold nothing more than the byte code of what is gone."""
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
