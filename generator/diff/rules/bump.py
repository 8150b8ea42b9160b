"""Which version of the package comes next.

The policy. Every API version has a package of its own, so code that names one (for instance
`aftership_tracking.v2024_10`) is not affected by a new one. But `aftership_tracking.AfterShip` is the newest
version, so an entry that breaks its callers breaks the callers of the package:

- a breaking change, in a new API version or by a correction of an old one: the next major version;
- a new API version without one, or a warning or a compatible change: the next minor version;
- changes of descriptions only, or none: the next patch version.

Before 1.0 the two upper steps move down by one, as Semantic Versioning allows: breaking is a minor version,
everything else is a patch.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from generator.diff.rules.change import Change, Level

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)\Z")


class Bump(StrEnum):
    """Which number goes up."""

    MAJOR = "major"
    MINOR = "minor"
    PATCH = "patch"


def bump(changes: Iterable[Change], *, new_version: bool) -> Bump:
    """The step that a release needs; `new_version`: an API version was added. For 1.0 and later."""
    levels = {change.level for change in changes}
    if Level.BREAKING in levels:
        return Bump.MAJOR
    if new_version or levels & {Level.WARNING, Level.COMPATIBLE}:
        return Bump.MINOR
    return Bump.PATCH


def next_version(version: str, step: Bump) -> str:
    """The number of the release after `version`. Raises `ValueError` for anything but three numbers."""
    match = _VERSION.match(version)
    if match is None:
        raise ValueError(f'"{version}" is not a version of three numbers.')
    major, minor, patch = map(int, match.groups())
    if major == 0:
        step = Bump.MINOR if step is Bump.MAJOR else Bump.PATCH
    if step is Bump.MAJOR:
        return f"{major + 1}.0.0"
    return f"{major}.{minor + 1}.0" if step is Bump.MINOR else f"{major}.{minor}.{patch + 1}"
