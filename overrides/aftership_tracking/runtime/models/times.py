"""Times as the service writes them: the value is the original string, and it is parsed on demand.

One object of the API mixes zoned times, local times, dates, compact dates and times of day. Turning them all
into `datetime` would invent midnights and zones. So a field holds the original string and gives what the
string really contains:

* `Time`       any of the shapes
* `Timestamp`  a time with a zone, always
* `Date`       a day, always

Equality and hashing are those of the string. Ordering compares what the strings mean: instants with instants,
local times with local times, days with days. Any other comparison is a `TypeError`, because it has no correct
result.
"""

from __future__ import annotations

import datetime as dt
from typing import NoReturn, TypeAlias

__all__ = ["Date", "DatetimeInput", "Time", "TimeInput", "Timestamp"]

TimeInput: TypeAlias = "dt.datetime | dt.date | str"
"""What a parameter for a time accepts: an aware `datetime`, a `date`, or a string that is sent unchanged."""
DatetimeInput: TypeAlias = "dt.datetime | str"
"""What a parameter accepts that needs a time of day and a zone: an aware `datetime`, or such a string."""


class Time(str):
    """A time, a day, or a time of day, in any shape of the API."""

    __slots__ = ()

    @property
    def datetime(self) -> dt.datetime | None:
        """The date and time, aware if the string has a zone and naive if not. None if the string has no time
        or no day.
        """
        return _read_datetime(self)

    @property
    def date(self) -> dt.date | None:
        """The day as written, without converting it to another zone; None if the string has none."""
        return _read_date(self)

    @property
    def time(self) -> dt.time | None:
        """The time of day as written; None if the string has none."""
        parsed = _read_datetime(self)
        if parsed is not None:
            return parsed.timetz()
        return _read_time(self)

    @property
    def is_zoned(self) -> bool:
        """Whether the string says which zone it is in."""
        parsed = _read_datetime(self)
        return parsed is not None and parsed.tzinfo is not None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str.__repr__(self)})"

    def __lt__(self, other: str) -> bool:
        mine, theirs = _order_keys(self, other)
        return mine < theirs

    def __le__(self, other: str) -> bool:
        mine, theirs = _order_keys(self, other)
        return mine <= theirs

    def __gt__(self, other: str) -> bool:
        mine, theirs = _order_keys(self, other)
        return mine > theirs

    def __ge__(self, other: str) -> bool:
        mine, theirs = _order_keys(self, other)
        return mine >= theirs

    # Without these, a class that defines an order but no equality would lose its hash.
    __eq__ = str.__eq__
    __hash__ = str.__hash__


class Timestamp(Time):
    """A time with a zone. Strings that break this rule are read as `Time`, so `datetime` is reliable."""

    __slots__ = ()

    @property
    def datetime(self) -> dt.datetime:
        """The aware date and time. Raises ValueError if the object was made from a string without a zone."""
        parsed = _read_datetime(self)
        if parsed is None or parsed.tzinfo is None:
            raise ValueError(f"not a date and time with a zone: {str(self)!r}")
        return parsed

    @property
    def date(self) -> dt.date:
        """The day as written. Raises ValueError if the object was made from a string without a zone."""
        return self.datetime.date()


class Date(Time):
    """A day. Strings that break this rule are read as `Time`, so `date` is reliable."""

    __slots__ = ()

    @property
    def datetime(self) -> None:
        """Always None: a day has no time, and midnight would be an invention."""
        return None

    @property
    def date(self) -> dt.date:
        """The day. Raises ValueError if the object was made from a string that is not a day."""
        day = _read_date(self)
        if day is None:
            raise ValueError(f"not a date: {str(self)!r}")
        return day


def parse_time(text: str) -> Time:
    """Return the string as a `Time`. Raises ValueError if it has none of the documented shapes."""
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        # A time of day must have colons here: without them fromisoformat accepts any long number.
        if ":" not in text:
            raise
        dt.time.fromisoformat(text)
    return Time(text)


def parse_timestamp(text: str) -> Timestamp:
    """Return the string as a `Timestamp`. Raises ValueError if it is not a time with a zone."""
    if dt.datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("no zone")
    return Timestamp(text)


def parse_date(text: str) -> Date:
    """Return the string as a `Date`. Raises ValueError if it does not have the form 2024-02-06."""
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
                "a datetime without a zone: add one (datetime.now(timezone.utc)) or give the string to send"
            )
        return value.isoformat(timespec="seconds")
    return value.isoformat()


def _read_datetime(text: str) -> dt.datetime | None:
    plain = str.__str__(text)
    try:
        parsed = dt.datetime.fromisoformat(plain)
    except ValueError:
        return _read_other_datetime(plain)
    # fromisoformat reads a day without a time as midnight. The string has a time only if it is longer than a
    # day.
    return parsed if len(plain) > 10 else None


def _read_date(text: str) -> dt.date | None:
    plain = str.__str__(text)
    try:
        return dt.datetime.fromisoformat(plain).date()
    except ValueError:
        found = _parse_other_spelling(plain)
        return None if found is None else found.date()


def _read_time(text: str) -> dt.time | None:
    plain = str.__str__(text)
    try:
        # Eight digits are a compact day. time.fromisoformat would read some of them as a time of day.
        return dt.time.fromisoformat(plain) if ":" in plain else None
    except ValueError:
        return None


def _read_other_datetime(text: str) -> dt.datetime | None:
    found = _parse_other_spelling(text)
    return found if found is not None and ":" in text else None


def _parse_other_spelling(text: str) -> dt.datetime | None:
    """Read a spelling that is not ISO 8601, such as `Tue, 06 Feb 2024 10:15:30 GMT` or `6 February 2024`."""
    from dateutil import parser

    # dateutil fills gaps from a default. Two defaults that differ in every part show whether day, month or
    # year were missing: then the string holds no day, and none is invented.
    try:
        first = parser.parse(text, default=dt.datetime(2001, 1, 1), tzinfos=_zone)  # noqa: DTZ001
        second = parser.parse(text, default=dt.datetime(2004, 2, 2), tzinfos=_zone)  # noqa: DTZ001
    except (ValueError, ArithmeticError, TypeError, LookupError, AttributeError):
        # dateutil documents two of these. Numbers that are too large for `decimal` raise ArithmeticError.
        return None
    return first if first.date() == second.date() else None


def _zone(_name: str | None, offset: int | None) -> dt.tzinfo | None:
    """Accept an offset, and no zone name except those of UTC, whose offset dateutil knows. CST means several
    zones, and dateutil would choose the zone of this machine. Raises ValueError for an offset of a day or
    more.
    """
    return None if offset is None else dt.timezone(dt.timedelta(seconds=offset))


def _order_keys(mine: str, theirs: object) -> tuple[dt.datetime, dt.datetime]:
    if not isinstance(theirs, str):
        _refuse(mine, theirs)
    first, second = _order_key(mine), _order_key(theirs)
    if first is None or second is None or first[0] != second[0]:
        _refuse(mine, theirs)
    return first[1], second[1]


def _order_key(text: str) -> tuple[str, dt.datetime] | None:
    """Return the kind of time that a string is, and a datetime that orders it within that kind."""
    parsed = _read_datetime(text)
    if parsed is not None:
        return ("local" if parsed.tzinfo is None else "zoned", parsed)
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
