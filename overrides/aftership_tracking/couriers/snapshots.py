"""Reads the data files of the package into records, and joins them with a live list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from aftership_tracking import documents
from aftership_tracking.couriers.live_file import LiveList
from aftership_tracking.couriers.records import Courier, FieldsHint, SlugGroup, Source
from aftership_tracking.migration import moves

__all__ = ["join_live", "read_couriers", "read_groups"]

_NOTHING = {"", "-", "+"}
"""What the lists write where they have nothing."""


class FieldNames:
    """The names that additional fields of one version have in another."""

    def __init__(self, start: str, end: str) -> None:
        self._start = start
        self._end = end
        self._known: dict[str, str] = {}

    def translate(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the names in the other version; one that no version knows stays."""
        return tuple(self._known.get(name) or self._find(name) for name in names)

    def _find(self, name: str) -> str:
        value = {"required_fields": [name]}
        found: str = moves.convert(value, "Courier", self._start, self._end)[0]["required_fields"][0]
        self._known[name] = found
        return found


def read_groups() -> dict[str, SlugGroup]:
    """Return the slug groups by name."""
    return {
        entry["group"]: SlugGroup(
            name=entry["group"],
            members=tuple(entry["members"]),
            confidence=entry["provenance"],
            note=entry.get("note"),
        )
        for entry in documents.data("slug-groups")["slug-groups"]
    }


def read_couriers(version: str, groups: Mapping[str, SlugGroup]) -> dict[str, Courier]:
    """Return the known couriers by slug, the best known ones first, with the field names of a version."""
    reader = _Reader(version, groups)
    return {
        record["slug"]: reader.courier(record)
        for name in ("couriers", "more-couriers")
        for record in documents.data(name)["couriers"]
    }


class _Reader:
    def __init__(self, version: str, groups: Mapping[str, SlugGroup]) -> None:
        said = documents.data("courier-snapshots")
        self.sources = {
            name: Source(seen=one["seen"], confidence=one["confidence"], what=one["what"])
            for name, one in said["sources"].items()
        }
        self.seen_2020_10 = frozenset(said["seen-2020-10"])
        self.names_2020: Mapping[str, str] = said["names-2020"]
        self.required_2020: Mapping[str, list[str]] = said["required-fields-2020"]
        self.names = FieldNames(documents.versions()[0], version)
        self.groups: dict[str, tuple[str, ...]] = {}
        for group in groups.values():
            for slug in group.members:
                self.groups[slug] = (*self.groups.get(slug, ()), group.name)
        # Most couriers need nothing: they share these.
        self.none_in_2024 = FieldsHint(required=(), optional=None, source=self.sources["2024-08"])
        self.none_in_2020 = {
            name: FieldsHint(required=(), optional=(), source=self.sources[name])
            for name in ("2020-02", "2020-10")
        }

    def courier(self, record: Mapping[str, Any]) -> Courier:
        slug = record["slug"]
        # Records of the list of 2024 have slug, name, other name and required fields only.
        is_short = "optional_fields" not in record
        seen = "2020-10" if slug in self.seen_2020_10 else "2020-02"
        required_2024 = record["required_fields"]
        hints = [self.none_in_2024]
        if required_2024:
            hints = [replace(self.none_in_2024, required=self.names.translate(required_2024))]
        if not is_short:
            required = self.required_2020.get(slug, required_2024)
            optional = record["optional_fields"]
            hint = self.none_in_2020[seen]
            if required or optional:
                hint = replace(
                    hint, required=self.names.translate(required), optional=self.names.translate(optional)
                )
            hints.append(hint)
        return Courier(
            slug=slug,
            name=record["name"],
            aliases=read_aliases(record, self.names_2020.get(slug)),
            phone=_text(record.get("phone")),
            web_url=_text(record.get("web_url")),
            default_language=record.get("default_language"),
            support_languages=_tuple(record.get("support_languages")),
            countries=_tuple(record.get("service_from_country_iso3")),
            hints=tuple(hints),
            groups=self.groups.get(slug, ()),
            source=self.sources["2024-08" if is_short else seen],
        )


def join_live(known: Mapping[str, Courier], live: LiveList, version: str) -> dict[str, Courier]:
    """Return all couriers, those of the live list first. What the live list says wins."""
    names = FieldNames(live.version, version)
    found = {
        record["slug"]: _join(record, known.get(record["slug"]), live, names) for record in live.couriers
    }
    return found | {
        slug: replace(courier, is_live=False) for slug, courier in known.items() if slug not in found
    }


def _join(record: Mapping[str, Any], known: Courier | None, live: LiveList, names: FieldNames) -> Courier:
    slug = record["slug"]
    required, optional = _tuple(record.get("required_fields")), _tuple(record.get("optional_fields"))
    hint = FieldsHint(
        required=None if required is None else names.translate(required),
        optional=None if optional is None else names.translate(optional),
        source=live.source,
    )
    countries = record.get("service_from_country_regions", record.get("service_from_country_iso3"))
    name = record.get("name") or slug
    former = () if known is None else (known.name, *known.aliases)
    aliases = dict.fromkeys((*read_aliases(record), *(each for each in former if each != name)))
    return Courier(
        slug=slug,
        name=name,
        aliases=tuple(aliases),
        phone=_text(record.get("phone")),
        web_url=_text(record.get("web_url")),
        default_language=record.get("default_language"),
        support_languages=_tuple(record.get("support_languages")),
        countries=_tuple(countries),
        hints=(hint, *(() if known is None else known.hints)),
        groups=() if known is None else known.groups,
        is_live=True,
        active=record.get("active") if live.active is None else slug in live.active,
        source=live.source,
    )


def read_aliases(record: Mapping[str, Any], former: str | None = None) -> tuple[str, ...]:
    """Return the other names of a record: one string, with commas between them by habit."""
    other = record.get("other_name")
    names = [] if not other else [name.strip() for name in re.split(r"[,;|]", other)]
    if former is not None:
        names.append(former)
    return tuple(dict.fromkeys(name for name in names if name not in (*_NOTHING, record.get("name"))))


def _text(value: str | None) -> str | None:
    return None if value is None or value.strip() in _NOTHING else value


def _tuple(value: Any) -> tuple[str, ...] | None:
    """The strings of a list. What a service sent instead of one says nothing."""
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else None
