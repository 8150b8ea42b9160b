"""All couriers that are known, and what finds them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from aftership_tracking import documents
from aftership_tracking.couriers.live_file import read_file
from aftership_tracking.couriers.number_formats import (
    FormatMatch,
    NumberFormat,
    normalize_number,
    read_formats,
)
from aftership_tracking.couriers.records import Courier, SlugGroup, Source
from aftership_tracking.couriers.search import SearchIndex, compact, split
from aftership_tracking.couriers.snapshots import join_live, read_couriers, read_groups
from aftership_tracking.errors import UsageError

__all__ = ["Directory", "find_meant", "load"]

_CLOSE = 0.8
"""The similarity of `difflib` from which one slug is close to another: nobody meant what is less so."""
_LONGEST_SLUG = 100
"""Nothing is close to what is longer, and looking would take long."""


class Directory:
    """The couriers that are known. It is iterable, and `len` is their number. `load` makes it.

    Nothing here calls the API, and nothing here says that a courier does not exist: lists grow.
    """

    def __init__(
        self,
        couriers: Mapping[str, Courier],
        groups: Mapping[str, SlugGroup],
        version: str,
        live: Source | None,
    ) -> None:
        self._couriers = couriers
        self._groups = groups
        self.version: str = version
        """The API version whose names the additional fields have."""
        self.live: Source | None = live
        """When and from where the live list came. None: there is none."""

    def __iter__(self) -> Iterator[Courier]:
        return iter(self._couriers.values())

    def __len__(self) -> int:
        return len(self._couriers)

    def __contains__(self, slug: object) -> bool:
        return slug in self._couriers

    def __repr__(self) -> str:
        live = "" if self.live is None else f", live list of {self.live.seen}"
        return f"<Directory of {len(self)} couriers{live}>"

    @property
    def groups(self) -> Mapping[str, SlugGroup]:
        """The slug groups by name. Calls take one as `slug_group`, never together with a slug."""
        return dict(self._groups)

    def get(self, slug: str) -> Courier | None:
        """Return the courier with a slug. None: it is not known, which does not mean that there is none."""
        return self._couriers.get(slug)

    def find(self, name: str) -> tuple[Courier, ...]:
        """Return the couriers that are called so: by slug, name or another name, whatever the case, the
        accents and the signs between words. Several have the same name. Empty: nobody is known by it.
        """
        return tuple(self._couriers[slug] for slug in self._slugs_by_name.get(compact(name), ()))

    def search(self, text: str, *, limit: int = 10) -> tuple[Courier, ...]:
        """Return the couriers that fit what somebody typed, the best one first; a guess, so let a person
        choose.

        Words may be begun, almost right, or one too many: `dhl paket` finds the couriers of DHL, although no
        list has that name.

        Args:
            text: Words of a slug or name.
            limit: The most couriers that are returned.
        Raises: UsageError for a limit below 1.
        """
        if limit < 1:
            raise UsageError(f"limit must be at least 1, not {limit}")
        return tuple(self._index.find(text, limit))

    def number_formats(self, slug: str) -> tuple[NumberFormat, ...]:
        """Return the known forms of a courier's numbers. Empty: not documented, as for most couriers."""
        return tuple(each for each in self._formats if slug in each.slugs)

    def fits(self, number: str) -> tuple[FormatMatch, ...]:
        """Return which known forms a number has, those with a right check digit first, those with a wrong one
        last.

        It is a hint, and never a reason to refuse a number: only the API detects couriers
        (`couriers.detect`).
        """
        number = normalize_number(number)
        found = [
            FormatMatch(slug=slug, check_digit=each.fits_check_digit(number), format=each)
            for each in self._formats
            if each.fits(number)
            for slug in each.slugs
        ]
        rank: dict[Any, int] = {True: 0, None: 1, False: 2}
        return tuple(sorted(found, key=lambda match: rank[match.check_digit]))

    @cached_property
    def _slugs_by_name(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {}
        for courier in self:
            for name in (courier.slug, courier.name, *courier.aliases):
                found.setdefault(compact(name), {})[courier.slug] = None
        found.pop("", None)
        return {name: tuple(slugs) for name, slugs in found.items()}

    @cached_property
    def _index(self) -> SearchIndex:
        return SearchIndex(self)

    @cached_property
    def _formats(self) -> tuple[NumberFormat, ...]:
        return tuple(read_formats(documents.data("detection")))


def find_meant(directory: Directory, text: str) -> str | None:
    """Return the slug that was probably meant by a wrong slug or by a name; None if none is close.

    Who is called so was meant, however close the slug of another one is: the first one, if several are.
    """
    if text in directory or len(text) > _LONGEST_SLUG:
        return None
    called = directory.find(text)
    if called:
        return called[0].slug
    close = get_close_matches(text.casefold(), [each.slug for each in directory], 1, _CLOSE)
    if not close and " " in text:
        # A name, not a slug. Of a slug with a single right word nothing is to be guessed.
        close = [each.slug for each in directory.search(text, limit=1) if _has_words(each, text)]
    return close[0] if close else None


def _has_words(courier: Courier, text: str) -> bool:
    """Whether a courier has the first of these words, and half of them or what is close to them.

    A search finds more, for a person who chooses: somebody whose name has one word of many.
    """
    own = {word for name in (courier.slug, courier.name, *courier.aliases) for word in split(name)}
    words = split(text)
    right = sum(bool(get_close_matches(word, own, 1, _CLOSE)) for word in words)
    return len(words[0]) > 2 and words[0] in own and 2 * right >= len(words)


def load(
    *, file: str | os.PathLike[str] | None = None, version: str | None = None, use_live: bool = True
) -> Directory:
    """Return the directory of couriers. Nothing is sent. Keep it: each call reads the files again.

    Args:
        file: The live list of an account that `sync` stored. Default: `default_file()`, if it is there.
        version: The API version whose names the additional fields get. Default: the newest.
        use_live: False leaves the live list out.
    Raises: UsageError for a version that is not installed and for a given file that is not there;
        StorageError for a file that is not a list of couriers.
    """
    versions = documents.versions()
    version = versions[-1] if version is None else version
    if version not in versions:
        raise UsageError(f"there is no version {version!r}; there are: {', '.join(versions)}")
    groups = read_groups()
    couriers = read_couriers(version, groups)
    live = read_file(file) if use_live else None
    if live is not None:
        couriers = join_live(couriers, live, version)
    return Directory(couriers, groups, version, None if live is None else live.source)
