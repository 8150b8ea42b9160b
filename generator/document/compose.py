"""The one door to a document: base plus every change up to a version.

`spec/openapi.yaml` is the base and says its own version. `spec/changes/<version>.yaml` are overlays, one for
each later version. The composer sets what every version has of its own: `info.version`, the dates in `info`,
and the version inside the server URLs; an action must not touch these.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from generator.document import overlay as overlays
from generator.document import pointer as pointers
from generator.document.changes import Change, read_changes, refuse_dangling, verify
from generator.document.document import Document
from generator.document.source import Mark, Source, shown
from generator.document.yaml_reader import read
from generator.errors import SpecError

_VERSION = re.compile(r"\d{4}-\d{2}\Z")
_DATES = ("x-released", "x-supported-until")


class UnknownVersionError(SpecError):
    """A version was asked for that no file describes."""

    def __init__(self, version: str, known: Sequence[str], file: str) -> None:
        super().__init__(
            f'There is no API version "{version}".', file=file, cure=f"Known are {', '.join(known)}."
        )


def versions(spec_dir: Path) -> tuple[str, ...]:
    """All API versions that can be composed, oldest first. Raises `SpecError`."""
    return _versions(spec_dir, _base_version(read(spec_dir / "openapi.yaml")))


def compose(spec_dir: Path, version: str) -> Document:
    """The document of one API version. Raises `SpecError`; an unknown version names the known ones."""
    return compose_each(spec_dir, (version,))[0]


def compose_each(spec_dir: Path, wanted: Sequence[str]) -> list[Document]:
    """The documents of several API versions, oldest first, for little more than the newest alone costs.

    Raises `SpecError`; an unknown version names the known ones.
    """
    base = read(spec_dir / "openapi.yaml")
    first = _base_version(base)
    known = _versions(spec_dir, first)
    for version in wanted:
        if version not in known:
            raise UnknownVersionError(version, known, shown(spec_dir))
    if not wanted:
        return []
    target = overlays.Target(base.value, base.marks)
    _check_servers(base, target, first)
    current = first
    found: list[Document] = []
    actions: dict[str, tuple[int, ...]] = {}
    for later in known[1 : known.index(max(wanted)) + 1]:
        change = read(spec_dir / "changes" / f"{later}.yaml")
        overlays.check_shape(change)
        changes = read_changes(change)
        # What comes next changes value and marks, so that a document that stays needs its own.
        marks = target.marks.copy() if current in wanted else target.marks
        before = Document(current, copy.deepcopy(target.value), marks, dict(actions))
        if current in wanted:
            found.append(before)
        removed = overlays.apply(target, change)
        _set_version(change, target, current, later)
        actions[change.file] = tuple(mark.place.line for mark in change.marks.find(("actions",)).items)
        after = Document(later, target.value, target.marks, actions)
        refuse_dangling(change, removed, after)
        verify(changes, change, before, after)
        current = later
    return [*found, Document(current, target.value, target.marks, actions)]


def changes_of(spec_dir: Path, version: str) -> tuple[Change, ...]:
    """The changelog lines of one version; the base has none. Raises `SpecError`."""
    path = spec_dir / "changes" / f"{version}.yaml"
    if not _VERSION.match(version) or not path.is_file():
        known = versions(spec_dir)
        if version not in known:
            raise UnknownVersionError(version, known, shown(spec_dir))
        return ()
    source = read(path)
    overlays.check_shape(source)
    return read_changes(source)


def _base_version(base: Source) -> str:
    info = base.value.get("info") if isinstance(base.value, dict) else None
    version = info.get("version") if isinstance(info, dict) else None
    if not isinstance(version, str) or not _VERSION.match(version):
        raise _error(
            base, "/info/version", "info.version must be an API version.", 'Write it as text: "2024-01".'
        )
    return version


def _versions(spec_dir: Path, first: str) -> tuple[str, ...]:
    later = sorted(path.stem for path in (spec_dir / "changes").glob("*.yaml"))
    for name in later:
        if not _VERSION.match(name) or name <= first:
            raise SpecError(
                "The name of a change is its API version, later than the base.",
                file=shown(spec_dir / "changes" / f"{name}.yaml"),
                cure=f"Name it like YYYY-MM.yaml, after {first}.",
            )
    return (first, *later)


def _set_version(change: Source, target: overlays.Target, current: str, version: str) -> None:
    """Move `info` and the server URLs on to `version`."""
    own = change.value["info"]
    if own["version"] != version:
        raise _error(
            change,
            "/info/version",
            f'The file is named {version}, its version is "{own["version"]}".',
            "Make them equal.",
        )
    info = target.value.get("info")
    if not isinstance(info, dict) or info.get("version") != current:
        raise _error(
            change, "/actions", "An action changes info.version.", "Leave it out; the composer sets it."
        )
    _check_servers(change, target, current)
    info_mark = target.marks.find(("info",))
    _put(info, info_mark, "version", version, change.marks.find(("info", "version")))
    for key in _DATES:
        if key in own:
            _put(info, info_mark, key, own[key], change.marks.find(("info", key)))
        elif key in info:  # the date of the version before
            del info[key]
            del info_mark.fields[key]
    for server in target.value["servers"]:
        server["url"] = server["url"].replace(current, version)


def _put(values: dict[str, Any], marks: Mark, key: str, value: Any, mark: Mark) -> None:
    values[key] = copy.deepcopy(value)
    marks.fields[key] = mark.copy()


def _check_servers(source: Source, target: overlays.Target, version: str) -> None:
    """Every server URL must contain the version, or the next version could not replace it."""
    servers = target.value.get("servers")
    if not isinstance(servers, list) or not servers:
        raise _error(source, "", "The document names no servers.", f"Add one whose url contains {version}.")
    for index, server in enumerate(servers):
        url = server.get("url") if isinstance(server, dict) else None
        if not isinstance(url, str) or version not in url:
            place = target.marks.find(("servers", index, "url")).place
            raise SpecError(
                f"The server url must contain the version {version}.",
                file=place.file,
                line=place.line,
                column=place.column,
                pointer=pointers.child("", "servers", index, "url"),
                cure="The client and the composer rely on it.",
            )


def _error(source: Source, pointer: str, message: str, cure: str = "") -> SpecError:
    place = source.place(pointer)
    return SpecError(
        message, file=place.file, line=place.line, column=place.column, pointer=pointer, cure=cure
    )
