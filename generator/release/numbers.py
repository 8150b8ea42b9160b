"""Version numbers of releases: three numbers, and for a pre-release its phase, such as `1.2.0rc1`.

PEP 440 orders them: `1.2.0a1`, `1.2.0b1`, `1.2.0rc1`, `1.2.0rc2`, `1.2.0`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from packaging.version import Version

from generator.diff.rules.bump import Bump, next_version
from generator.errors import RefusedError

PATTERN = r"\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?"
"""What a version of ours looks like, as a regular expression."""


class Phase(StrEnum):
    """What kind of pre-release, in their order."""

    ALPHA = "a"
    BETA = "b"
    CANDIDATE = "rc"


def read_number(text: str) -> Version:
    """The version that pyproject.toml says. Raises `RefusedError` for one that no release can have."""
    if re.fullmatch(PATTERN, text) is None or str(Version(text)) != text:
        raise RefusedError(
            f'pyproject.toml says version "{text}".',
            "Write three numbers, and for a pre-release a1, b1 or rc1 after them: 1.2.0, 1.2.0rc1.",
        )
    return Version(text)


def highest_tag(tags: Iterable[str]) -> str:
    """The tag of the highest version, or nothing. Tags that are not those of a release do not count."""
    found = [one for one in tags if re.fullmatch(f"v{PATTERN}", one)]
    return max(found, key=lambda tag: Version(tag[1:]), default="")


def final_of(number: Version) -> Version:
    """The final release that a pre-release leads to; a final release itself."""
    return Version(number.base_version)


def first_number(version: str, phase: Phase | None) -> Version:
    """The version of the first release: that of pyproject.toml, as a pre-release with `phase`.

    Raises `RefusedError` when the version is a pre-release, and not of this phase.
    """
    number = read_number(version)
    if number.pre is None:
        return number if phase is None else Version(f"{number}{phase}1")
    if number.pre[0] != phase:
        raise RefusedError(
            f"pyproject.toml says {number}, a pre-release, and nothing was released before.",
            f"Add --pre {number.pre[0]}, or write {final_of(number)} there.",
        )
    return number


def following_number(
    last: Version, last_final: Version | None, step: Bump | None, phase: Phase | None
) -> Version:
    """The version after `last`.

    `last_final` is the last final one, if there is one, and `step` what everything since
    then requires. Pre-releases count up until the final release that they lead to; a greater step found on
    the way leads to a higher one. Raises `RefusedError` for a phase before that of the last pre-release.
    """
    target = final_of(last)
    if last_final is not None and step is not None:
        target = max(target, Version(next_version(str(last_final), step)))
    if phase is None:
        return target
    if last.pre is None or final_of(last) != target:
        return Version(f"{target}{phase}1")
    latest, count = last.pre
    phases = list(Phase)
    if phases.index(phase) < phases.index(Phase(latest)):
        raise RefusedError(
            f"{target}{phase}1 would come before {last}, which is out.",
            f"Use --pre {latest}, or leave --pre out for the final release.",
            misused=True,
        )
    return Version(f"{target}{phase}{count + 1 if latest == phase else 1}")
