"""Composes the document of an API version: the base, and every overlay up to that version.

This is the only way to a document. `spec/openapi.yaml` is the base and declares its own version.
`spec/changes/<version>.yaml` are overlays, one for each later version. The composer itself sets what differs
in every version: `info.version`, the dates in `info`, and the version in the server URLs. An action must not
change these. It also adds what every operation has (`x-common`).
"""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from generator.document import overlay as overlays
from generator.document import pointer as pointers
from generator.document.changelog_lines import (
    read_changelog_lines,
    refuse_dangling_references,
    verify_moves,
)
from generator.document.common_parts import CommonParts
from generator.document.document import Document
from generator.document.source import Mark, Source, display_path
from generator.document.yaml_reader import read
from generator.errors import SpecError

_VERSION = re.compile(r"\d{4}-(0[1-9]|1[0-2])\Z")
_BARE_REFERENCES = frozenset({"ref", "Ref", "$Ref", "$REF", "REF", "reference", "$reference"})
_DATES = ("x-released", "x-supported-until")


class UnknownVersionError(SpecError):
    """A version was requested that no file describes."""

    def __init__(self, version: str, known: Sequence[str], file: str) -> None:
        super().__init__(
            f'The API version "{version}" is unknown.', file=file, hint=f"Known are {', '.join(known)}."
        )


def versions(spec_dir: Path) -> tuple[str, ...]:
    """All API versions that can be composed, oldest first. Raises `SpecError`."""
    return _versions(spec_dir, _base_version(read(spec_dir / "openapi.yaml")))


def compose(spec_dir: Path, version: str) -> Document:
    """The document of one API version. Raises `SpecError`; an unknown version names the known ones."""
    return compose_each(spec_dir, (version,))[0]


def compose_each(spec_dir: Path, wanted: Sequence[str] | None = None) -> list[Document]:
    """The documents of several API versions, or of all, oldest first.

    It costs little more than the newest one alone, and reads every file once.

    Raises `SpecError`; an unknown version names the known ones.
    """
    base = read(spec_dir / "openapi.yaml")
    first = _base_version(base)
    known = _versions(spec_dir, first)
    if wanted is None:
        wanted = known
    for version in wanted:
        if version not in known:
            raise UnknownVersionError(version, known, display_path(spec_dir))
    if not wanted:
        return []
    _refuse_bare_references(base)
    target = overlays.Target(base.value, base.marks)
    _check_servers(base, target, first)
    common = CommonParts.take(target)
    common.fill(target)
    current = first
    found: list[Document] = []
    earlier: tuple[str, ...] = ()
    overlay: Source | None = None
    actions: dict[str, tuple[int, ...]] = {}
    for later in known[1 : known.index(max(wanted)) + 1]:
        applied, overlay = overlay, read(spec_dir / "changes" / f"{later}.yaml")
        _refuse_bare_references(overlay)
        overlays.check_shape(overlay)
        lines = read_changelog_lines(overlay)
        # The next overlay changes value and marks, so a document that is returned needs its own.
        marks = target.marks.copy() if current in wanted else target.marks
        before = Document(current, copy.deepcopy(target.value), marks, dict(actions), earlier, applied)
        if current in wanted:
            found.append(before)
        removed = overlays.apply(target, overlay)
        _set_version(overlay, target, current, later)
        common.fill(target)
        actions[overlay.file] = tuple(mark.location.line for mark in overlay.marks.find(("actions",)).items)
        earlier = (*earlier, current)
        after = Document(later, target.value, target.marks, actions, earlier)
        refuse_dangling_references(overlay, removed, after)
        verify_moves(lines, overlay, before, after, removed)
        current = later
    return [*found, Document(current, target.value, target.marks, actions, earlier, overlay)]


def _refuse_bare_references(source: Source) -> None:
    """Refuse `ref` where `$ref` is meant. Whatever needs the reference would be reported instead of it."""
    pending: list[tuple[Any, tuple[str | int, ...]]] = [(source.value, ())]
    while pending:
        value, path = pending.pop()
        if isinstance(value, list):
            pending += [(item, (*path, index)) for index, item in enumerate(value)]
        elif isinstance(value, dict):
            pending += [(item, (*path, key)) for key, item in value.items()]
            for key in _BARE_REFERENCES & value.keys():
                if str(value[key]).startswith("#/components/"):
                    pointer = pointers.child("", *path, key)
                    action = f"Action {int(path[1]) + 1}: " if path[0] == "actions" else ""
                    message = f'{action}"{key}" is not a reference.'
                    raise source.error(pointer, message, "Write $ref, with the dollar sign.")


def _base_version(base: Source) -> str:
    info = base.value.get("info") if isinstance(base.value, dict) else None
    version = info.get("version") if isinstance(info, dict) else None
    if not isinstance(version, str) or not _VERSION.match(version):
        raise base.error(
            "/info/version", "info.version must be an API version.", 'Write it as a string: "2024-01".'
        )
    return version


def _versions(spec_dir: Path, first: str) -> tuple[str, ...]:
    changes = spec_dir / "changes"
    for path in sorted(changes.glob("*.*")):
        if path.suffix.lower() in (".yml", ".json", ".yaml") and path.suffix != ".yaml":
            raise SpecError(
                "This file is not read: an overlay ends in .yaml.",
                file=display_path(path),
                hint=f"Rename it to {path.stem}.yaml.",
            )
    later = sorted(path.stem for path in changes.glob("*.yaml"))
    for name in later:
        if not _VERSION.match(name) or name <= first:
            raise SpecError(
                "The name of an overlay is its API version, which is later than the base.",
                file=display_path(spec_dir / "changes" / f"{name}.yaml"),
                hint=f"Name it like YYYY-MM.yaml, after {first}.",
            )
    return (first, *later)


def _set_version(overlay: Source, target: overlays.Target, current: str, version: str) -> None:
    """Write the new version and its dates into `info` and the server URLs of the target."""
    own = overlay.value["info"]
    if own["version"] != version:
        raise overlay.error(
            "/info/version",
            f'The file is named {version}, but its version is "{own["version"]}".',
            "Make them equal.",
        )
    info = target.value.get("info")
    if not isinstance(info, dict) or info.get("version") != current:
        location = target.marks.find(("info", "version")).location
        where = location if location.file == overlay.file else overlay.location("/actions")
        raise where.error(
            "/info/version", "An action changes info.version.", "Leave it out; the composer sets it."
        )
    _check_servers(overlay, target, current)
    info_mark = target.marks.find(("info",))
    if any(key in info and key not in own for key in _DATES):  # what misses it finds this file
        info_mark.location = overlay.location("/info")
    _set_value(info, info_mark, "version", version, overlay.marks.find(("info", "version")))
    for key in _DATES:
        if key in own:
            _set_value(info, info_mark, key, own[key], overlay.marks.find(("info", key)))
        elif key in info:  # the date of the previous version
            del info[key]
            del info_mark.fields[key]
    for server in target.value["servers"]:
        server["url"] = server["url"].replace(current, version)


def _set_value(values: dict[str, Any], marks: Mark, key: str, value: Any, mark: Mark) -> None:
    values[key] = copy.deepcopy(value)
    marks.fields[key] = mark.copy()


def _check_servers(source: Source, target: overlays.Target, version: str) -> None:
    """Refuse a server URL without the version: the composer could not set the next version in it."""
    servers = target.value.get("servers")
    if not isinstance(servers, list) or not servers:
        raise source.error(
            "", "The document does not name a server.", f"Add one whose url contains {version}."
        )
    for index, server in enumerate(servers):
        url = server.get("url") if isinstance(server, dict) else None
        if not isinstance(url, str) or version not in url:
            raise target.marks.find(("servers", index, "url")).location.error(
                pointers.child("", "servers", index, "url"),
                f"The server url must contain the version {version}.",
                f"Write {version} where the version stands; the composer replaces it by that of the file.",
            )
