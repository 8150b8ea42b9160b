"""Times as the service writes them: the value is the original string, and it is parsed on demand.

One object of the API mixes zoned times, local times, dates, compact dates and times of day. Turning them all
into `datetime` would invent midnights and zones. So a field holds the original string and gives what the
string really contains:

* `Time`       any of the shapes
* `Timestamp`  a time with a zone, always
* `Date`       a day, always

Nothing is guessed. `12/11/2024` gives no day, because nobody knows which of the two numbers is the month;
`06 Feb 2024 10:15 PST` gives a day and no `datetime`, because names of zones mean different zones in
different countries (only UTC, GMT, UT and Z are understood), and a time without its zone would be another
time. `time_spellings` says which spellings beside ISO 8601 are understood.

Equality and hashing are those of the string. Ordering compares what the strings mean: instants with instants,
local times with local times, days with days. Any other comparison is a `TypeError`, because it has no correct
result.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

if TYPE_CHECKING:
    from aftership_tracking.runtime.models.time_spellings import TimeSpelling

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
        """The date and time, aware if the string has a zone and naive if it names none. None if the string
        has no time or no day, if day or month are not certain, and if it names a zone that is not understood
        (`PST`).
        """
        return _read_datetime(self)

    @property
    def date(self) -> dt.date | None:
        """The day as written, without converting it to another zone; None if the string has none, and if day
        or month are not certain (`12/11/2024`).
        """
        return _read_date(self)

    @property
    def time(self) -> dt.time | None:
        """The time of day as written; None if the string has none, or a zone that is not understood."""
        parsed = _read_datetime(self)
        if parsed is not None:
            return parsed.timetz()
        return _read_time(self)

    @property
    def is_zoned(self) -> bool:
        """Whether the string has a date, a time and an understood zone, so that `datetime` is aware."""
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

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: object) -> Any:
        # A "core schema" of pydantic is plain dicts; see `pydantic_schema`.
        parse = {"type": "no-info", "function": partial(parse_as, cls)}
        return {"type": "function-after", "function": parse, "schema": string_schema(cls)}


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
    if _read_iso(text) is None:
        # A time of day must have colons here: without them fromisoformat accepts any long number.
        if ":" not in text or text.startswith("24"):
            raise ValueError("not a time")
        dt.time.fromisoformat(text)
    return Time(text)


def parse_timestamp(text: str) -> Timestamp:
    """Return the string as a `Timestamp`. Raises ValueError if it is not a time with a zone."""
    found = _read_iso(text)
    if not isinstance(found, dt.datetime) or found.tzinfo is None:
        raise ValueError("no zone")
    return Timestamp(text)


def parse_date(text: str) -> Date:
    """Return the string as a `Date`. Raises ValueError if it does not have the form 2024-02-06."""
    if len(text) != 10 or text[7] != "-":
        raise ValueError("not a plain date")
    dt.date.fromisoformat(text)
    return Date(text)


def check_times(texts: Iterable[object], kind: type[Time]) -> None:
    """Raise ValueError if one of the strings is not a time of that kind. Other objects are skipped.

    It is what `parse_time`, `parse_timestamp` and `parse_date` decide, for the thousands of times of a page:
    nearly all have one form, and no object is made.
    """
    parse, needs_zone = _PARSERS[kind], kind is Timestamp
    is_day = kind is Date
    for text in texts:
        if type(text) is not str:
            continue
        if is_day or text[4:11:3] != "--T" or text[11:13] == "24":
            parse(text)
        elif _from_iso(text).tzinfo is None and needs_zone:
            raise ValueError("no zone")


_PARSERS: dict[type[Time], Callable[[str], Time]] = {
    Time: parse_time,
    Timestamp: parse_timestamp,
    Date: parse_date,
}


def parse_as(kind: type[Time], text: str) -> Time:
    """Return the string as a time of that kind. Raises ValueError if it is not one."""
    return _PARSERS[kind](text)


_MINUTE = dt.timedelta(minutes=1)


def string_schema(kind: type[Time]) -> dict[str, Any]:
    """Return what pydantic needs to know about the strings of a kind."""
    name = {Timestamp: "date-time", Date: "date"}.get(kind)
    return {"type": "str", "metadata": {"pydantic_js_updates": {"format": name}}} if name else {"type": "str"}


def format_time(value: dt.datetime | dt.date) -> str:
    """Write a time in the form of the API: `2024-02-06T10:15:30+00:00`, or `2024-02-06` for a day.

    Parts of a second are cut off. An offset that is not whole minutes is written as UTC.

    Raises ValueError for a datetime without a zone.
    """
    if isinstance(value, dt.datetime):
        offset = value.utcoffset()
        if offset is None:
            raise ValueError(
                "a datetime without a zone: add one (datetime.now(timezone.utc)) or give the string to send"
            )
        if offset % _MINUTE:
            try:
                value = value.astimezone(dt.UTC)
            except OverflowError:
                raise ValueError("a datetime whose zone has no whole minutes, at the end of time") from None
        return value.isoformat(timespec="seconds")
    return value.isoformat()


def _read_datetime(text: str) -> dt.datetime | None:
    plain = str.__str__(text)
    found = _read_iso(plain)
    if found is None:
        return _read_spelling(plain).instant
    return found if isinstance(found, dt.datetime) else None


def _read_date(text: str) -> dt.date | None:
    plain = str.__str__(text)
    found = _read_iso(plain)
    if found is None:
        return _read_spelling(plain).day
    return found.date() if isinstance(found, dt.datetime) else found


def _read_time(text: str) -> dt.time | None:
    plain = str.__str__(text)
    # Eight digits are a compact day; time.fromisoformat would read some of them as a time of day. Some
    # releases of Python read 24:00 as 00:00, which is another time.
    if ":" not in plain or plain.lstrip("Tt").startswith("24"):
        return None
    try:
        return dt.time.fromisoformat(plain)
    except ValueError:
        return None


def _read_iso(text: str) -> dt.datetime | dt.date | None:
    """Return what a string of ISO 8601 holds: a datetime, or a date if it has no time. None for others.

    `fromisoformat` accepts more than that: a week without a day as its Monday, any character between day and
    time (so that the zone of `2024-02-06+01:00` would be one o'clock), and some releases 24:00 as the next
    day.
    """
    try:
        parsed = _from_iso(text)
    except ValueError:
        return None
    if text[4:11:3] == "--T" and text[11:13] != "24":
        # 2024-02-06T..., as nearly all are.
        return parsed
    if text[4] == text[7:8] == "-":
        end = 10
    elif text[:8].isdigit():
        end = 8
    else:
        return None
    if len(text) == end:
        return parsed.date()
    if text[end] not in "T t" or text.startswith("24", end + 1):
        return None
    return parsed


_from_iso = dt.datetime.fromisoformat


def _read_spelling(text: str) -> TimeSpelling:
    # Imported lazily: a program that meets only ISO 8601 does not need it.
    from aftership_tracking.runtime.models.time_spellings import read_spelling

    return read_spelling(text)


def _order_keys(mine: str, theirs: object) -> tuple[dt.datetime, dt.datetime]:
    if not isinstance(theirs, str):
        _refuse(mine, theirs)
    first, second = _order_key(mine), _order_key(theirs)
    if first is None or second is None or first[0] != second[0]:
        _refuse(mine, theirs)
    return first[1], second[1]


def _order_key(text: str) -> tuple[str, dt.datetime] | None:
    """Return the kind of time that a string is, and a datetime that orders it within that kind."""
    plain = str.__str__(text)
    found: dt.datetime | dt.date | None = _read_iso(plain)
    if found is None:
        spelling = _read_spelling(plain)
        # A day with a time that cannot be read is not a day.
        found = spelling.day if spelling.is_day else spelling.instant
    if isinstance(found, dt.datetime):
        return ("local" if found.tzinfo is None else "zoned", found)
    if found is not None:
        return ("day", dt.datetime(found.year, found.month, found.day))  # noqa: DTZ001
    clock = _read_time(text)
    if clock is not None and clock.tzinfo is None:
        return ("time of day", dt.datetime.combine(dt.date(2001, 1, 1), clock))
    return None


def _refuse(mine: str, theirs: object) -> NoReturn:
    raise TypeError(
        f"no order between {mine!r} and {theirs!r}: times with a zone, local times, days and times of "
        "day can be compared, each only with its own kind"
    )
