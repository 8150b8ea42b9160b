"""The API of this tree compared with that of another one: of the last release, or below a pull request."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.diff import Change, Move, diff
from generator.diff.command import moves_between
from generator.document.compose import compose, versions
from generator.document.document import Document
from generator.document.yaml_reader import parse


@dataclass(frozen=True, slots=True)
class Api:
    """The API of this tree and that of the one before."""

    now: Sequence[Document]
    """Every version, oldest first."""
    before: Mapping[str, str]
    """Version to document, as JSON text, in the tree before."""
    moves: Sequence[Move] = ()
    """From the newest version of the tree before to the newest one now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiChanges:
    """What happened to the versions of the API."""

    gone: tuple[str, ...]
    new: tuple[str, ...]
    corrected: Mapping[str, tuple[Change, ...]]
    """Version to changes, for versions that are in both trees and differ in more than words of no effect."""
    came_from: str = ""
    """The version that `entry` starts from: the newest one of the tree before that is still there."""
    entry: tuple[Change, ...] = ()
    """What users of the newest version see when they come from `came_from`."""


def read_api(spec_dir: Path, before: Mapping[str, str]) -> Api:
    """The documents of `spec_dir` beside those of another tree. Raises `SpecError`."""
    known = versions(spec_dir)
    shared = set(before) & set(known)
    moves = moves_between(spec_dir, max(shared), known[-1]) if shared else ()
    return Api([compose(spec_dir, name) for name in known], before, moves)


def compare_api(api: Api) -> ApiChanges:
    """Compare every version of the two trees."""
    now = {document.version: document for document in api.now}
    corrections = {
        name: _corrections(name, text, now[name]) for name, text in api.before.items() if name in now
    }
    new = tuple(sorted(now.keys() - api.before.keys()))
    last = max(api.before.keys() & now.keys(), default="")
    enters = bool(last and new and last < max(new))
    return ApiChanges(
        gone=tuple(sorted(api.before.keys() - now.keys())),
        new=new,
        corrected={name: changes for name, changes in corrections.items() if changes},
        came_from=last if enters else "",
        entry=diff(now[last], now[max(now)], api.moves) if enters else (),
    )


def _corrections(name: str, text: str, now: Document) -> tuple[Change, ...]:
    if json.loads(text) == now.raw:
        return ()
    source = parse(text.encode(), f"API {name} of the tree before")
    return diff(Document(name, source.value, source.marks), now)
