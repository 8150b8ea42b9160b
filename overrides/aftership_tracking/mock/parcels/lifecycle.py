"""Lives that people write: journeys by name, and which parcels take which journey.

A lifecycle file is TOML: Python reads it without another package, it has comments, one event is one line, and
nothing in it turns into something else unseen, as `no` and `1:30` do in YAML.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from fnmatch import fnmatchcase
from functools import cache
from os import PathLike
from pathlib import Path

from aftership_tracking.mock.documents.served_versions import DocumentSource
from aftership_tracking.mock.parcels.life import Life, steady_life
from aftership_tracking.mock.parcels.lifecycle_reader import LifecycleError, Table, nearest, read_file
from aftership_tracking.mock.parcels.lifecycle_tables import read_journey, read_location
from aftership_tracking.mock.parcels.substatus import SUBTAGS, tag_of
from aftership_tracking.mock.parcels.testing_courier import Grammar
from aftership_tracking.mock.parcels.tracking_schema import TrackingSchema

INCLUDED = Path(__file__).with_name("journeys.toml")
"""The journeys that every mock knows."""
# A journey that is named like a sub-status leads to it, a step each day.
_LEAD = ("InfoReceived_001", "InTransit_001")


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyChoice:
    """Which journey parcels take that fit all that is given. `*` and `?` are as in file names."""

    journey: str
    number: str | None = None
    courier: str | None = None
    account: str | None = None

    def fits(self, api_key: str, slug: str, tracking_number: str) -> bool:
        wanted = ((self.number, tracking_number), (self.courier, slug), (self.account, api_key))
        return all(pattern is None or fnmatchcase(value, pattern) for pattern, value in wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle:
    """The journeys of a file by name, and its choices; the first choice that fits a parcel counts."""

    journeys: Mapping[str, Life] = field(default_factory=dict)
    choices: tuple[JourneyChoice, ...] = ()

    def choose(self, api_key: str, slug: str, tracking_number: str) -> Life | None:
        """Return the life of a new parcel; None: it stays Pending."""
        for choice in self.choices:
            if choice.fits(api_key, slug, tracking_number):
                return self.life(choice.journey)
        return None

    def life(self, name: str) -> Life:
        """Return a journey by its name: of the file, of those that every mock knows, or a sub-status.

        Raises:
            LookupError: there is no such journey.
        """
        if name in self.journeys:
            return self.journeys[name]
        if name in SUBTAGS:
            return _leading_to(name)
        if name in included():
            return included()[name]
        raise LookupError(f"there is no journey {name!r}{nearest(name, self.names())}")

    def all(self) -> Mapping[str, Life]:
        """All journeys by their names, without those to a sub-status; the file's come first."""
        return {
            **self.journeys,
            **{name: life for name, life in included().items() if name not in self.journeys},
        }

    def names(self) -> tuple[str, ...]:
        """The names of all journeys, without the sub-statuses."""
        return tuple(self.all())


def choose_life(
    grammar: Grammar, lifecycle: Lifecycle, api_key: str, slug: str, tracking_number: str
) -> Life | None:
    """Return the life of a new parcel: what its number says as is documented, else what the file chooses."""
    return grammar.life(slug, tracking_number) or lifecycle.choose(api_key, slug, tracking_number)


def read_lifecycle(path: str | PathLike[str], source: DocumentSource) -> Lifecycle:
    """Read a lifecycle file.

    Raises:
        LifecycleError: it cannot be read, or something in it is not right; the message says where and what
            would be.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise LifecycleError(f"{path}: cannot be read: {reason}") from None
    return parse_lifecycle(text, str(path), source)


def parse_lifecycle(text: str, name: str, source: DocumentSource) -> Lifecycle:
    """Read the text of a lifecycle file. `name` is that of the file, for messages.

    Raises:
        LifecycleError: as `read_lifecycle`.
    """
    file = read_file(text, name)
    root = Table(file.toml.value, file)
    locations = {key: read_location(table) for key, table in root.tables("locations")}
    schema = TrackingSchema(source)
    journeys = {key: read_journey(table, locations, schema) for key, table in root.tables("journeys")}
    found = Lifecycle(journeys=journeys)
    choices = tuple(_read_choice(table, found) for table in root.rows("choose"))
    root.refuse_others()
    return Lifecycle(journeys=journeys, choices=choices)


def _read_choice(table: Table, known: Lifecycle) -> JourneyChoice:
    journey = table.text("journey", is_needed=True)
    try:
        known.life(journey or "")
    except LookupError as error:
        raise table.error("journey", str(error)) from None
    choice = JourneyChoice(
        journey=journey or "",
        number=table.text("number"),
        courier=table.text("courier"),
        account=table.text("account"),
    )
    table.refuse_others()
    return choice


@cache
def included() -> Mapping[str, Life]:
    """The journeys that every mock knows. They are read when one is needed."""
    import aftership_tracking.documents as installed_documents

    return read_lifecycle(INCLUDED, installed_documents).journeys


def _leading_to(subtag: str) -> Life:
    lead = () if tag_of(subtag) in ("Pending", "InfoReceived") else _LEAD
    return steady_life((*lead, subtag), timedelta(days=1))
