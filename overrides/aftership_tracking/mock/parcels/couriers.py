"""The couriers that the mock knows, and which of them a number may belong to. All of it is data."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Any

from aftership_tracking.mock.documents.conversion import CODE_VERSION, convert, oldest
from aftership_tracking.mock.documents.served_versions import DocumentSource
from aftership_tracking.mock.parcels.testing_courier import Grammar

COURIER = "Courier"
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
    """Reads its data on first use. The order of the data is the account's order of preference."""

    def __init__(self, source: DocumentSource) -> None:
        self._source = source
        self._by_version: dict[str, dict[str, dict[str, Any]]] = {}

    def at(self, version: str) -> dict[str, dict[str, Any]]:
        """Every courier by its slug, in order, in the shape of a version. Do not change them.

        Every account has activated all of them.
        """
        found = self._by_version.get(version)
        if found is None:
            # The file of couriers has the fields of the oldest version.
            found = self._by_version[version] = {
                slug: convert(record, COURIER, oldest(), version) for slug, record in self._records.items()
            }
        return found

    def knows(self, slug: str) -> bool:
        return slug in self._records

    def required_fields(self, slug: str) -> list[str]:
        """The additional fields that a courier needs; none for an unknown one."""
        found: list[str] | None = self.at(CODE_VERSION).get(slug, {}).get("required_fields")
        return found or []

    def detect(
        self, tracking_number: str, *, among: Collection[str] = (), group: str | None = None
    ) -> list[str]:
        """Return the couriers whose number format fits, in the account's order. Check digits are ignored."""
        number = tracking_number.upper().replace(" ", "")
        fitting = {slug for slug, pattern in self._formats if pattern.fullmatch(number)}
        if self._s10.fullmatch(number):
            fitting.add(self._s10_countries.get(number[-2:], ""))
        if among:
            fitting &= set(among)
        if group is not None:
            fitting &= self._groups.get(group, frozenset())
        return [slug for slug in self._records if slug in fitting]

    @cached_property
    def grammar(self) -> Grammar:
        return Grammar(self._detection["testing-courier"])

    @cached_property
    def _records(self) -> dict[str, dict[str, Any]]:
        return {record["slug"]: record for record in self._source.data("couriers")["couriers"]}

    @cached_property
    def _detection(self) -> dict[str, Any]:
        found: dict[str, Any] = self._source.data("detection")
        return found

    @cached_property
    def _formats(self) -> list[tuple[str, re.Pattern[str]]]:
        entries = [*self._detection["formats"], self._detection["testing-courier"]]
        return [(entry["slug"], re.compile(entry["pattern"])) for entry in entries]

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
