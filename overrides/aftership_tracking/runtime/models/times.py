"""Times as the service writes them: the text is the value, and what it says is read from it on demand.

One object of the API mixes zoned times, local times, dates, compact dates and times of day. Turning them all
into
`datetime` would invent midnights and zones. So a field keeps its text and gives what the text really holds:

* `Time`       any of the shapes
* `Timestamp`  a time with a zone, always
* `Date`       a day, always

Equality and hashing are those of the text. Ordering compares what the texts mean: instants with instants,
local times with local times, days with days. Anything else is a `TypeError`, because there is no right
answer.
"""

from __future__ import annotations

import datetime as dt
from typing import NoReturn, TypeAlias

__all__ = ["Date", "Time", "TimeInput", "Timestamp"]

TimeInput: TypeAlias = "dt.datetime | dt.date | str"
"""What a parameter that takes a time accepts: an aware `datetime`, a `date`, or text that is sent as it
is.
"""


class Time(str):
    """A time, a day, or a time of day, in any shape of the API."""

    __slots__ = ()

    @property
    def datetime(self) -> dt.datetime | None:
        """The date and time, aware if the text has a zone and naive if not; None if the text has no time or
        no day.
        """
        return _read_datetime(self)

    @property
    def date(self) -> dt.date | None:
        """The day as written, without moving it to another zone; None if the text has none."""
        return _read_date(self)

    @property
    def time(self) -> dt.time | None:
        """The time of day as written; None if the text has none."""
        moment = _read_datetime(self)
        if moment is not None:
            return moment.timetz()
        return _read_time(self)

    @property
    def is_zoned(self) -> bool:
        """Whether the text says which zone it is in."""
        moment = _read_datetime(self)
        return moment is not None and moment.tzinfo is not None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str.__repr__(self)})"

    def __lt__(self, other: str) -> bool:
        mine, theirs = _comparable(self, other)
        return mine < theirs

    def __le__(self, other: str) -> bool:
        mine, theirs = _comparable(self, other)
        return mine <= theirs

    def __gt__(self, other: str) -> bool:
        mine, theirs = _comparable(self, other)
        return mine > theirs

    def __ge__(self, other: str) -> bool:
        mine, theirs = _comparable(self, other)
        return mine >= theirs

    # Without these, a class that defines an order but no equality would lose its hash.
    __eq__ = str.__eq__
    __hash__ = str.__hash__


class Timestamp(Time):
    """A time with a zone. Texts that break this rule are read as `Time`, so `datetime` can be relied on."""

    __slots__ = ()

    @property
    def datetime(self) -> dt.datetime:
        """The aware date and time. Raises ValueError if the object was made from a text without a zone."""
        moment = _read_datetime(self)
        if moment is None or moment.tzinfo is None:
            raise ValueError(f"not a date and time with a zone: {str(self)!r}")
        return moment

    @property
    def date(self) -> dt.date:
        """The day as written. Raises ValueError if the object was made from a text without a zone."""
        return self.datetime.date()


class Date(Time):
    """A day. Texts that break this rule are read as `Time`, so `date` can be relied on."""

    __slots__ = ()

    @property
    def datetime(self) -> None:
        """Always None: a day has no time, and midnight would be an invention."""
        return None

    @property
    def date(self) -> dt.date:
        """The day. Raises ValueError if the object was made from a text that is no day."""
        day = _read_date(self)
        if day is None:
            raise ValueError(f"not a date: {str(self)!r}")
        return day


def parse_time(text: str) -> Time:
    """Return the text as a `Time`. Raises ValueError if it is in none of the documented shapes."""
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        # A time of day has colons here; without them fromisoformat takes any long number.
        if ":" not in text:
            raise
        dt.time.fromisoformat(text)
    return Time(text)


def parse_timestamp(text: str) -> Timestamp:
    """Return the text as a `Timestamp`. Raises ValueError if it is no time with a zone."""
    if dt.datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("no zone")
    return Timestamp(text)


def parse_date(text: str) -> Date:
    """Return the text as a `Date`. Raises ValueError if it is not of the form 2024-02-06."""
    if len(text) != 10 or text[7] != "-":
        raise ValueError("not a plain date")
    dt.date.fromisoformat(text)
    return Date(text)


def format_time(value: dt.datetime | dt.date) -> str:
    """Write a time in the form of the API: `2024-02-06T10:15:30+00:00`, or `2024-02-06` for a day.

    Parts of a second are cut off. Raises ValueError for a datetime without a zone.
    """
    if isinstance(value, dt.datetime):
        if value.utcoffset() is None:
            raise ValueError(
                "a datetime without a zone: add one (datetime.now(timezone.utc)) or give the text to be sent"
            )
        return value.isoformat(timespec="seconds")
    return value.isoformat()


def _read_datetime(text: str) -> dt.datetime | None:
    plain = str.__str__(text)
    try:
        moment = dt.datetime.fromisoformat(plain)
    except ValueError:
        return _read_odd_datetime(plain)
    # fromisoformat reads a bare day as midnight. The text has a time only if it is longer than a day can be.
    return moment if len(plain) > 10 else None


def _read_date(text: str) -> dt.date | None:
    plain = str.__str__(text)
    try:
        return dt.datetime.fromisoformat(plain).date()
    except ValueError:
        found = _guess(plain)
        return None if found is None else found.date()


def _read_time(text: str) -> dt.time | None:
    plain = str.__str__(text)
    try:
        # Eight digits are a compact day; fromisoformat of time would take some of them for a time of day.
        return dt.time.fromisoformat(plain) if ":" in plain else None
    except ValueError:
        return None


def _read_odd_datetime(text: str) -> dt.datetime | None:
    found = _guess(text)
    return found if found is not None and ":" in text else None


def _guess(text: str) -> dt.datetime | None:
    """Read a spelling that is not ISO 8601, such as `Tue, 06 Feb 2024 10:15:30 GMT` or `6 February 2024`."""
    from dateutil import parser

    # dateutil fills gaps from a default. Two defaults that differ everywhere show whether day, month or year
    # were missing: then the text holds no day, and none is invented.
    try:
        first = parser.parse(text, default=dt.datetime(2001, 1, 1), tzinfos=_zone)  # noqa: DTZ001
        second = parser.parse(text, default=dt.datetime(2004, 2, 2), tzinfos=_zone)  # noqa: DTZ001
    except (ValueError, ArithmeticError, TypeError, LookupError, AttributeError):
        # dateutil documents two of them. Numbers that are too much for `decimal` come as ArithmeticError.
        return None
    return first if first.date() == second.date() else None


def _zone(_name: str | None, offset: int | None) -> dt.tzinfo | None:
    """Take an offset, and no name but those of UTC, whose offset dateutil knows: CST is several zones, and
    dateutil would choose that of this machine. Raises ValueError for an offset of a day or more.
    """
    return None if offset is None else dt.timezone(dt.timedelta(seconds=offset))


def _comparable(mine: str, theirs: object) -> tuple[dt.datetime, dt.datetime]:
    if not isinstance(theirs, str):
        _refuse(mine, theirs)
    first, second = _point(mine), _point(theirs)
    if first is None or second is None or first[0] != second[0]:
        _refuse(mine, theirs)
    return first[1], second[1]


def _point(text: str) -> tuple[str, dt.datetime] | None:
    """Say what kind of time a text is, and give a datetime that orders it within that kind."""
    moment = _read_datetime(text)
    if moment is not None:
        return ("local" if moment.tzinfo is None else "zoned", moment)
    day = _read_date(text)
    if day is not None:
        return ("day", dt.datetime(day.year, day.month, day.day))  # noqa: DTZ001
    clock = _read_time(text)
    if clock is not None and clock.tzinfo is None:
        return ("time of day", dt.datetime.combine(dt.date(2001, 1, 1), clock))
    return None


def _refuse(mine: str, theirs: object) -> NoReturn:
    raise TypeError(
        f"no order between {mine!r} and {theirs!r}: times with a zone, local times, days and times of "
        "day can be compared, each only with its own kind"
    )
