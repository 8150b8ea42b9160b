"""The couriers that the mock knows, and which of them a number may belong to. All of it is data."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cached_property
from typing import Any

from aftership_tracking.mock.apis import DocumentSource
from aftership_tracking.mock.grammar import Grammar

# Query parameters and body fields that tell apart trackings of couriers that need more than a number.
ADDITIONAL_FIELDS = (
    "tracking_account_number",
    "tracking_key",
    "tracking_postal_code",
    "tracking_ship_date",
    "tracking_origin_country",
    "tracking_destination_country",
    "tracking_state",
)


class Couriers:
    """Reads its data when it is first asked. The order of the data is the account's order of preference."""

    def __init__(self, source: DocumentSource) -> None:
        self._source = source

    def all(self) -> list[dict[str, Any]]:
        """Every courier, in order."""
        return list(self._records.values())

    def activated(self) -> list[dict[str, Any]]:
        """The couriers of an account. The mock has activated all that it knows."""
        return self.all()

    def knows(self, slug: str) -> bool:
        return slug in self._records

    def record(self, slug: str) -> dict[str, Any]:
        return self._records[slug]

    def required_fields(self, slug: str) -> list[str]:
        """The additional fields that a courier needs; none for an unknown one."""
        found: list[str] | None = self._records.get(slug, {}).get("required_fields")
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
