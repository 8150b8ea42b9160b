"""Where on the site each class, function and constant of the package stands, and links from page to page."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generator.site.python_api import prose


@dataclass(frozen=True, kw_only=True, slots=True)
class Location:
    """A heading with an address of its own."""

    page: str
    """The path of the page below the source folder, such as `reference/python/errors.md`."""
    anchor: str
    words: str
    """What a link to it says: a name without what is in front of it."""


@dataclass(frozen=True, slots=True)
class Locations:
    """The locations of everything that has one."""

    by_path: Mapping[str, Location]
    """By the path of the thing in the source."""
    by_name: Mapping[str, Sequence[Location]]
    """By the name that prose uses, such as `UsageError`; a name may have several locations."""

    def target_of(self, path: str, page: str) -> str | None:
        """Return the target of a link from a page to a thing, or None if it has no location."""
        location = self.by_path.get(path)
        return None if location is None else target(location, page)

    def link(self, path: str, page: str) -> str | None:
        """Return a link from a page to a thing, or None if it has no location."""
        location = self.by_path.get(path)
        return None if location is None else prose.code_link(location.words, target(location, page))

    def target_of_name(self, name: str, page: str) -> str | None:
        """Return the target of a name in prose, or None if it is unknown or has several meanings here."""
        locations = self.by_name.get(name, ())
        here = [location for location in locations if location.page == page]
        chosen = here if len(here) == 1 else locations
        return target(chosen[0], page) if len(chosen) == 1 else None


def target(location: Location, page: str) -> str:
    """Return what a link on a page says to get to a location."""
    return (
        f"#{location.anchor}"
        if location.page == page
        else f"{relative(location.page, page)}#{location.anchor}"
    )


def relative(other: str, page: str) -> str:
    """Return the path of another page as a link on this one says it."""
    return posixpath.relpath(other, posixpath.dirname(page))
