"""Follows the path of a field from one version to another, by the data that comes with the package."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from aftership_tracking.documents import data
from aftership_tracking.migration import Loss


def lost_fields(losses: Iterable[Loss], kind: str, version: str) -> set[str]:
    """Return the fields of `version` that are affected by losses of any step, without positions of items."""
    found: set[str] = set()
    for loss in losses:
        found |= _follow(re.sub(r"\[\d+\]", "[]", loss.path), kind, loss.from_version, version)
    return found


def covers(fields: Iterable[str], path: str) -> bool:
    """Whether one of the fields is the path itself, or above or below it."""
    plain = re.sub(r"\[\d+\]", "[]", path)
    return any(_is_below(plain, field) or _is_below(field, plain) for field in fields)


def renamed_paths(path: str, kind: str, start: str, end: str) -> set[str]:
    """Return where the field of a path can be in another version."""
    return _follow(path, kind, start, end)


def _follow(path: str, kind: str, start: str, end: str) -> set[str]:
    facts = data("moves")
    steps = facts["steps"]
    here, there = facts["versions"].index(start), facts["versions"].index(end)
    paths = {path}
    upwards = here < there
    for index in range(here, there) if upwards else range(here - 1, there - 1, -1):
        paths = {name for one in paths for name in _rename(one, steps[index], kind, upwards)}
    return paths


def _rename(path: str, step: dict[str, Any], kind: str, upwards: bool) -> Iterator[str]:
    untouched = True
    for parent, numbers in step["kinds"][kind]["up" if upwards else "down"]["at"]:
        for move in (step["moves"][number] for number in numbers):
            if move["how"] == "values":
                continue
            ends = [
                {f"{parent}.{re.split(r'[.[]', one)[0]}".lstrip(".") for one in move[to]}
                for to in ("from", "to")
            ]
            if move["how"] == "merge":
                ends[0] |= ends[1]
            inputs, outputs = ends if upwards else ends[::-1]
            if any(_is_below(path, one) for one in inputs):
                untouched = False
                yield from outputs
    if untouched:
        yield path


def _is_below(path: str, field: str) -> bool:
    return path == field or path.startswith((f"{field}.", f"{field}["))
