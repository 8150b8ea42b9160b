"""CHANGELOG.md as far as a release needs it: what is unreleased, what came out last, and a new section.

The headings are a contract: `## Unreleased`, and for each release `## 1.2.3 (2027-01-14)`, newest first. A
pre-release has a section of its own, `## 1.2.3rc1 (2027-01-07)`, which stays when the final release comes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from generator.diff.report.printing import SIGN
from generator.diff.rules.bump import Bump
from generator.errors import RefusedError
from generator.release.numbers import PATTERN

HEADING = "## Unreleased"
FIXES = "### Fixed"

_SECTION = re.compile(r"^## .*$", re.MULTILINE)
_RELEASE = re.compile(rf"^## ({PATTERN}) \(\d{{4}}-\d{{2}}-\d{{2}}\)$", re.MULTILINE)
_MARKED = re.compile(rf"\s*(?:[-*+]\s+)?{SIGN[0]}")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Changelog:
    """The text, and the position of its unreleased part."""

    text: str
    start: int
    """Where the heading of the unreleased part begins."""
    end: int
    """Where the next section begins."""

    @property
    def unreleased(self) -> str:
        """What people wrote since the last release, without the heading."""
        return self.text[self.start + len(HEADING) : self.end].strip()

    @property
    def last_release(self) -> str:
        """The version of the last release, or nothing."""
        return next(iter(self.releases), "")

    @property
    def releases(self) -> tuple[str, ...]:
        """The versions of all releases, newest first."""
        return tuple(match[1] for match in _RELEASE.finditer(self.text, self.end))

    def lines_of(self, version: str) -> str:
        """What stands below the heading of a release. Raises `KeyError` without it."""
        for match in _RELEASE.finditer(self.text, self.end):
            if match[1] == version:
                following = _SECTION.search(self.text, match.end())
                return self.text[match.end() : following.start() if following else None].strip()
        raise KeyError(version)


def read_changelog(text: str) -> Changelog:
    """Find the parts of CHANGELOG.md. Raises `RefusedError` without an unreleased part at its top."""
    section = _SECTION.search(text)
    if section is None or section[0].rstrip() != HEADING:
        raise RefusedError(
            f'CHANGELOG.md does not begin with the section "{HEADING}".', "Put it before all others."
        )
    following = _SECTION.search(text, section.end())
    return Changelog(text, section.start(), following.start() if following else len(text))


def weight(unreleased: str) -> Bump | None:
    """The step that hand-written lines require, or None without any.

    A line with the sign of what breaks is a major step, one below `### Fixed` a patch, any other a minor one.
    Every form of a list in Markdown counts, and the sign without the mark that makes it a picture: a step
    must not become smaller in silence.
    """
    found: set[Bump] = set()
    fixes = False
    for line in _COMMENT.sub("", unreleased).splitlines():
        if line.startswith("#"):
            fixes = line.strip() == FIXES
        elif _MARKED.match(line):
            found.add(Bump.MAJOR)
        elif line.startswith(("- ", "* ", "+ ")):
            found.add(Bump.PATCH if fixes else Bump.MINOR)
        elif line.strip() and not found:
            found.add(Bump.PATCH)  # text that is not a list
    return next((step for step in Bump if step in found), None)


def add_release(changelog: Changelog, version: str, day: str, lines: Sequence[str]) -> str:
    """The text with the unreleased part turned into the section of a release, `lines` in front of it."""
    parts = [f"{HEADING}", f"## {version} ({day})"]
    if lines:
        parts.append("\n".join(f"- {line}" for line in lines))
    if changelog.unreleased:
        parts.append(changelog.unreleased)
    tail = changelog.text[changelog.end :]
    return changelog.text[: changelog.start] + "\n\n".join(parts) + "\n" + (f"\n{tail}" if tail else "")
