"""Times that are not ISO 8601: the spellings of e-mail, of Unix programs, and of people who write English.

    Tue, 06 Feb 2024 10:15:30 +0000     6 February 2024     Feb 6, 2024 10:15 PM     2024/2/6 10:15
    Tue Feb  6 10:15:30 2024            06-Feb-2024         13.02.2024               20240206101530

A spelling is understood as a whole or not at all, and only what is written in it is given:

* A year has four digits. `6 Feb 24` and `Tuesday` hold no day.
* With the year in front, the month comes next. With the year at the end, day and month can be the other way
  round, so there is a day only if it is the same both ways or if one number is above 12.
* Names of months are English. Others, such as `6 mars 2024`, are not translated.
* A zone is an offset, or UTC, GMT, UT or Z. With any other name there is a day, but no instant. `GMT+3` is
  such a name: programs disagree on its sign.
* 24:00 and a 60th second have no counterpart in Python. There is a day, but no instant.

What a spelling may be is decided here, because dateutil guesses what is not written. Its parser then reads
the name of a month, the time of day and the offset.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

__all__ = ["TimeSpelling", "read_spelling"]


class TimeSpelling(NamedTuple):
    """What a spelling holds."""

    day: dt.date | None = None
    instant: dt.datetime | None = None
    """The day with its time: aware if an offset is written, naive if nothing is written about a zone."""
    is_day: bool = False
    """Whether it is a day and nothing else."""


def read_spelling(text: str) -> TimeSpelling:
    """Return what a string holds that is not ISO 8601. It never raises."""
    if len(text) > _LONGEST:
        return _NOTHING
    text = _put_day_first(" ".join(text.split()))
    found = next(filter(None, (spelling.match(text) for spelling in _DAYS)), None)
    day = None if found is None else _read_day(found)
    if found is None or day is None:
        return _NOTHING
    rest = text[found.end() :]
    if not rest:
        return TimeSpelling(day, is_day=True)
    clock = _CLOCK.fullmatch(rest)
    if clock is not None:
        return TimeSpelling(day, _read_instant(day, clock))
    # `2024-02-06+01:00` is a day of XML. It starts at another instant than the day without a zone.
    return TimeSpelling(day) if _DAY_ZONE.fullmatch(rest) else _NOTHING


_LONGEST = 100
_NOTHING = TimeSpelling()
_FLAGS = re.IGNORECASE | re.ASCII
_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    "oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_WEEKDAY = "(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_TIME = r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?([ap])\.?m\.?)?"
# In `7:05 PMZ` nobody knows what the last letter is.
_OFFSET = r" ?(?:(?<![a-z])(z|utc|gmt|ut)|([+-])(\d{2}):?(\d{2})?(?: ?\([^()]*\))?)"
_NAME = r" ?(\(?[a-z][a-z/_ ]*\)?(?:[+-]\d{1,2}(?::?\d{2})?)?(?: ?\([^()]*\))?)"
_ZONE = rf"(?:{_OFFSET}|{_NAME})"
_DAY_ZONE = re.compile(_OFFSET, _FLAGS)
_DAYS = tuple(
    re.compile(rf"(?:{_WEEKDAY}[.,]? ?,? )?{spelling}(?!\d)", _FLAGS)
    for spelling in (
        r"(?P<year>\d{4})(?P<by>[-/.])(?P<month>\d{1,2})(?P=by)(?P<day>\d{1,2})",
        r"(?P<first>\d{1,2})(?P<by>[-/.])(?P<second>\d{1,2})(?P=by)(?P<year>\d{4})",
        r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?: of |\. ?| |-)"
        rf"(?P<month>{_MONTH})(?:\.,? ?|, ?| |-)(?P<year>\d{{4}})",
        rf"(?P<month>{_MONTH})(?:\. ?| |-)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:, ?| |-)(?P<year>\d{{4}})",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
    )
)
_CLOCK = re.compile(rf"(?:t|,? (?:at )?){_TIME}(?:{_ZONE})?", _FLAGS)
_UNIX = re.compile(rf"({_WEEKDAY} (?:{_MONTH}) \d{{1,2}})( {_TIME}(?:{_ZONE})?) (\d{{4}})", _FLAGS)
_TIME_FIRST = re.compile(rf"({_TIME}),? ([^:]+)", _FLAGS)


def _put_day_first(text: str) -> str:
    """Return the text with the whole day before the time, and with something between them."""
    if len(text) == 14 and text.isascii() and text.isdigit():
        return f"{text[:8]}T{text[8:10]}:{text[10:12]}:{text[12:]}"
    unix = _UNIX.fullmatch(text)
    if unix is not None:
        return f"{unix[1]} {unix[unix.re.groups]}{unix[2]}"
    time_first = _TIME_FIRST.fullmatch(text)
    return text if time_first is None else f"{time_first[time_first.re.groups]} {time_first[1]}"


def _read_day(found: re.Match[str]) -> dt.date | None:
    parts = found.groupdict()
    if "first" in parts:
        first, second = int(parts["first"]), int(parts["second"])
        if first <= 12 and second <= 12 and first != second:
            return None
        day, month = max(first, second), min(first, second)
    else:
        day, month = int(parts["day"]), _month_number(parts["month"])
    try:
        return dt.date(int(parts["year"]), month, day)
    except ValueError:
        return None


def _month_number(month: str) -> int:
    if month.isdigit():
        return int(month)
    from dateutil.parser import parserinfo

    # `_DAYS` accepts no name that dateutil does not know, but it may be followed by a dot.
    return parserinfo().month(month) or 0


def _read_instant(day: dt.date, clock: re.Match[str]) -> dt.datetime | None:
    hour, minute, second, fraction, half, utc, sign, hours, minutes, name = clock.groups()
    # dateutil would ignore a name, take an offset of a day or more for a zone, and 0 am for midnight.
    if name or (half and int(hour) == 0) or (sign and (int(hours) > 23 or int(minutes or 0) > 59)):
        return None
    text = f"{hour}:{minute}:{second or '00'}.{fraction or '0'}"
    text += f" {half}m" if half else ""
    text += f" {sign}{hours}{minutes or '00'}" if sign else " UTC" if utc else ""
    from dateutil import parser

    try:
        return parser.parse(text, default=dt.datetime.combine(day, dt.time()), tzinfos=_zone)
    except (ValueError, OverflowError):
        return None


def _zone(_name: str | None, offset: int | None) -> dt.tzinfo | None:
    return None if offset is None else dt.timezone(dt.timedelta(seconds=offset))
