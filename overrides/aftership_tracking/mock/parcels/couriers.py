"""The couriers that the mock knows, and which of them a number may belong to. All of it is data."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property
from itertools import islice
from typing import Any

from aftership_tracking.mock.documents.conversion import CODE_VERSION, convert, oldest
from aftership_tracking.mock.documents.served_versions import DocumentSource
from aftership_tracking.mock.parcels.testing_courier import Grammar

COURIER = "Courier"
_SLUG = re.compile(r"[a-z0-9-]+")
_CLOSE = 0.8
"""The similarity of `difflib` from which one slug is close to another."""
_LONGEST_SLUG = 100
"""Nothing is close to what is longer, and looking would take long."""
_MOST_SLUGS = 3
"""So many wrong slugs of one request are looked at: each takes some milliseconds."""
# Fields that distinguish trackings of couriers that need more than a number.
ADDITIONAL_FIELDS = (
    "tracking_account_number",
    "tracking_key",
    "destination_postal_code",
    "tracking_ship_date",
    "origin_country_region",
    "destination_country_region",
    "destination_state",
)


def names_in(version: str, names: Sequence[str]) -> list[str]:
    """Return additional fields by the names of a version."""
    courier = convert({"required_fields": list(names)}, COURIER, CODE_VERSION, version)
    found: list[str] = courier["required_fields"]
    return found


class Couriers:
    """All couriers. Data is read on first use: most callers need few of them.

    The account's order of preference is that of the activated ones, then that of the data.

    Args:
        activated: slugs of the couriers that every account has activated, or records with the fields of a
            courier of the version of the mock's code; by default the best known ones. A slug that nobody
            knows becomes a courier of which nothing else is known. The testing courier is always one of them.

    Raises:
        ValueError: something in `activated` is not a courier.
    """

    def __init__(
        self, source: DocumentSource, activated: Sequence[str | Mapping[str, Any]] | None = None
    ) -> None:
        self._source = source
        self._chosen = None if activated is None else _read_chosen(activated, source)
        self._added: dict[str, dict[str, Any]] = {}
        self._converted: dict[tuple[str, str], dict[str, Any]] = {}

    def add(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Activate more couriers until `forget_added`, or say something else about known ones.

        Args:
            records: the fields of each, as the mock's code names them, with its slug. What is left out stays
                as it is.
        """
        for each in records:
            slug = each["slug"]
            known = self.record(slug, CODE_VERSION)
            self._forget_converted(slug)
            self._added[slug] = {**known, **each}

    def added(self) -> list[dict[str, Any]]:
        """What `add` added."""
        return list(self._added.values())

    def forget_added(self) -> None:
        """Forget what `add` added."""
        for slug in self._added:
            self._forget_converted(slug)
        self._added.clear()

    def _forget_converted(self, slug: str) -> None:
        self._converted = {name: found for name, found in self._converted.items() if name[0] != slug}

    def record(self, slug: str, version: str) -> dict[str, Any]:
        """A known courier in the shape of a version. Do not change it."""
        found = self._converted.get((slug, version))
        if found is None:
            own = self._added.get(slug) or (self._chosen or {}).get(slug)
            if own is not None:
                found = convert(own, COURIER, CODE_VERSION, version)
            else:
                # The files of couriers have the fields of the oldest version.
                found = convert(self._find(slug) or _unknown(slug), COURIER, oldest(), version)
            self._converted[slug, version] = found
        return found

    def activated(self) -> list[str]:
        """The slugs of the couriers that every account has activated, in the account's order."""
        if self._chosen is None:
            return list(dict.fromkeys([*self._best_known, *self._added]))
        return list(dict.fromkeys([*self._chosen, *self._added, self.grammar.slug]))

    def all(self) -> list[str]:
        """The slugs of all couriers, the activated ones first."""
        return list(dict.fromkeys([*self.activated(), *self._best_known, *self._more]))

    def knows(self, slug: str) -> bool:
        return slug in self._added or slug in (self._chosen or ()) or self._find(slug) is not None

    def suggest(self, slugs: Iterable[str]) -> str:
        """Return the question for the known slug close to one of the first of these; empty if none is."""
        close = next(filter(None, map(self.find_close, islice(slugs, _MOST_SLUGS))), None)
        return f"Did you mean {close}?" if close else ""

    def find_close(self, slug: str) -> str | None:
        """Return the known slug that was probably meant by a wrong one; None if none is close.

        The courier with this name was meant, however close the slug of another one is.
        """
        if len(slug) > _LONGEST_SLUG:
            return None
        text, known = slug.casefold(), self.all()
        called = next((each for each in known if self._name_of(each).casefold() == text), None)
        return called or next(iter(get_close_matches(text, known, 1, _CLOSE)), None)

    def required_fields(self, slug: str) -> list[str]:
        """The additional fields that a courier needs; none for an unknown one."""
        found: list[str] | None = self.record(slug, CODE_VERSION).get("required_fields")
        return found or []

    def detect(
        self, tracking_number: str, *, among: Collection[str] = (), group: str | None = None
    ) -> list[str]:
        """Return the couriers whose number format fits, in the account's order. Check digits are ignored.

        Of couriers that nobody names, only activated ones count. A number of a form that no courier is known
        for may belong to any courier that is named: of most couriers no form is known.
        """
        number = tracking_number.upper().replace(" ", "")
        fitting = {slug for slugs, pattern in self._formats if pattern.fullmatch(number) for slug in slugs}
        if self._s10.fullmatch(number):
            fitting.add(self._s10_countries.get(number[-2:], ""))
        if among:
            named = set(among)
            fitting = fitting & named if fitting or not number else named
        if group is not None:
            fitting &= self._groups.get(group, frozenset())
        return [slug for slug in (self.all() if among or group else self.activated()) if slug in fitting]

    def _name_of(self, slug: str) -> str:
        """The name of a known courier. All versions call that field so."""
        found = self._added.get(slug) or (self._chosen or {}).get(slug) or self._find(slug) or {}
        return str(found.get("name", slug))

    def _find(self, slug: str) -> dict[str, Any] | None:
        return self._best_known.get(slug) or self._more.get(slug)

    @cached_property
    def grammar(self) -> Grammar:
        return Grammar(self._detection["testing-courier"])

    @cached_property
    def _best_known(self) -> dict[str, dict[str, Any]]:
        return self._records("couriers")

    @cached_property
    def _more(self) -> dict[str, dict[str, Any]]:
        return self._records("more-couriers")

    def _records(self, name: str) -> dict[str, dict[str, Any]]:
        return {record["slug"]: record for record in self._source.data(name)["couriers"]}

    @cached_property
    def _detection(self) -> dict[str, Any]:
        found: dict[str, Any] = self._source.data("detection")
        return found

    @cached_property
    def _formats(self) -> list[tuple[tuple[str, ...], re.Pattern[str]]]:
        entries = [*self._detection["formats"], self._detection["testing-courier"]]
        entries = [{**entry, "couriers": [entry["slug"]]} for entry in entries]
        entries += self._detection["recorded"]
        return [(tuple(entry["couriers"]), re.compile(entry["pattern"])) for entry in entries]

    @cached_property
    def _s10(self) -> re.Pattern[str]:
        return re.compile(self._detection["s10"]["pattern"])

    @cached_property
    def _s10_countries(self) -> dict[str, str]:
        found: dict[str, str] = self._detection["s10"]["countries"]
        return found

    @cached_property
    def _groups(self) -> dict[str, frozenset[str]]:
        return {
            entry["group"]: frozenset(entry["members"])
            for entry in self._source.data("slug-groups")["slug-groups"]
        }


def _unknown(slug: str) -> dict[str, Any]:
    """A courier of which only the slug is known; every courier has some name."""
    return {"slug": slug, "name": slug}


def is_slug(slug: str) -> bool:
    """Whether a courier could be called so."""
    return _SLUG.fullmatch(slug) is not None


def _read_chosen(
    activated: Sequence[str | Mapping[str, Any]], source: DocumentSource
) -> dict[str, dict[str, Any] | None]:
    """Return the chosen couriers by slug; None stands for what the data says."""
    found: dict[str, dict[str, Any] | None] = {}
    for each in activated:
        slug = each if isinstance(each, str) else each.get("slug")
        if not isinstance(slug, str) or not is_slug(slug):
            raise ValueError(
                f"{slug!r} is not the slug of a courier; it has small letters, digits and hyphens only"
            )
        found[slug] = None
        if not isinstance(each, str):
            known = source.document(CODE_VERSION)["components"]["schemas"][COURIER]["properties"]
            wrong = [name for name in each if name not in known]
            if wrong:
                raise ValueError(f"{wrong[0]} is not a field of a courier; there are: {', '.join(known)}")
            found[slug] = {**_unknown(slug), **each}
    return found
