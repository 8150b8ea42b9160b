"""The couriers that the mock knows, and which of them a number may belong to. All of it is data."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Any

from aftership_tracking.mock.apis import DocumentSource
from aftership_tracking.mock.grammar import Grammar
from aftership_tracking.mock.shapes import WRITTEN, carried, oldest

COURIER = "Courier"
# Fields that tell apart trackings of couriers that need more than a number.
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
    """Additional fields by the names of a version."""
    found: list[str] = carried({"required_fields": list(names)}, COURIER, WRITTEN, version)["required_fields"]
    return found


class Couriers:
    """Reads its data when it is first asked. The order of the data is the account's order of preference."""

    def __init__(self, source: DocumentSource) -> None:
        self._source = source
        self._shown: dict[str, dict[str, dict[str, Any]]] = {}

    def at(self, version: str) -> dict[str, dict[str, Any]]:
        """Every courier by its slug, in order, as a version has them. Not to be changed.

        They are also the couriers that an account has activated: all that the mock knows.
        """
        shown = self._shown.get(version)
        if shown is None:
            # The list of facts has the fields of the oldest version.
            shown = self._shown[version] = {
                slug: carried(record, COURIER, oldest(), version) for slug, record in self._records.items()
            }
        return shown

    def knows(self, slug: str) -> bool:
        return slug in self._records

    def required_fields(self, slug: str) -> list[str]:
        """The additional fields that a courier needs; none for an unknown one."""
        found: list[str] | None = self.at(WRITTEN).get(slug, {}).get("required_fields")
        return found or []

    def detect(
        self, tracking_number: str, *, among: Collection[str] = (), group: str | None = None
    ) -> list[str]:
        """The couriers whose number format fits, in the account's order. Check digits are not looked at."""
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
