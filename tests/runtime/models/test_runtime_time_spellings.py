"""Times in odd spellings: what is not written is not given."""

# Some of these tests are about times without a zone.
# ruff: noqa: DTZ001
from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aftership_tracking.runtime.models.times import Date, Time, parse_time, parse_timestamp

DAY = dt.date(2024, 2, 6)


@pytest.mark.parametrize(
    "text",
    ["12/11/2024 10:00", "12/11/2024", "10:00 11.12.2024", "06.02.2024", "2-6-2024 10:15 PM", "2024-13-02"],
)
def test_an_order_of_day_and_month_is_never_guessed(text):
    assert (Time(text).date, Time(text).datetime, Time(text).time) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("13.02.2024", dt.date(2024, 2, 13)),
        ("02/13/2024", dt.date(2024, 2, 13)),
        ("5/5/2024", dt.date(2024, 5, 5)),
        ("2024/2/6", DAY),
        ("31/12/1969", dt.date(1969, 12, 31)),
    ],
)
def test_an_order_that_is_certain_is_read(text, day):
    assert (Time(text).date, Time(text).datetime) == (day, None)
    assert Time(f"{text} 10:15").datetime == dt.datetime.combine(day, dt.time(10, 15))


@pytest.mark.parametrize(
    "zone",
    [
        *("PST", "CST", "IST", "(PST)", "America/New_York", "Pacific Standard Time", "local time"),
        *("GMT+3", "UTC-08:00", "GMT+0800 (China Standard Time)"),
    ],
)
def test_a_zone_that_is_not_understood_is_not_dropped(zone):
    """A time without its zone is another time. GMT+3 is east of Greenwich for some and west for others."""
    for text in (f"06 Feb 2024 10:15 {zone}", f"2024-02-06T10:15:00 {zone}"):
        named = Time(text)
        assert (named.date, named.datetime, named.time, named.is_zoned) == (DAY, None, None, False)
        with pytest.raises(TypeError, match="no order"):
            # It is not a day, either.
            _ = named < Date("2024-02-07")


@pytest.mark.parametrize(
    "text",
    [
        *("6 Feb 24", "06/02/24", "240206", "240206 10:15", "24-02-06", "202402061015"),  # no year
        *("Tuesday", "Tue 10:15", "Feb 6", "6 Feb 10:15", "Feb 2024 10:15", "2024-02 10:15", "2024"),
        *("2024-W06", "2024W06", "2024-W06T10:00:00Z", "2024W06-10", "2024-038"),  # no day of a month
        *("6 mars 2024", "6 Mai 2024", "6 Dez 2024", "mar 6 février 2024", "2024年2月6日"),
        *("1707214530", "1707214530123", "between 6 and 8 February 2024", "6 Feb 2024 or 7 Feb 2024"),
        *(
            "٢٠٢٤-٠٢-٠٦",
            "2024-02-30",
            "30 February 2024",
            "31/02/2024",
            "0000-01-01",
            "20240206T2400",
            "today",
        ),
    ],
)
def test_a_day_that_is_not_written_is_not_given(text):
    assert (Time(text).date, Time(text).datetime, Time(text).time) == (None, None, None)
    with pytest.raises(ValueError):
        parse_time(text)


@pytest.mark.parametrize(
    "text",
    [
        *("2024-02-06 24:00", "2024-02-06T24:00:00+00:00", "06 Feb 2024 24:00 GMT"),
        *(
            "2024-02-06T23:59:60Z",
            "6 Feb 2024 25:00",
            "6 Feb 2024 13:15 PM",
            "6 Feb 2024 0:15 am",
            "6 Feb 2024 7:05 PMZ",
        ),
        *("6 Feb 2024 10:15 +00:99", "6 Feb 2024 10:15 +2400"),
        # The separator of a day of XML, which has a zone and no time.
        *("2024-02-06+01:00", "2024-02-06-05:00", "20240206+0100", "2024-02-06Z"),
    ],
)
def test_a_time_that_does_not_exist_is_not_given(text):
    odd = Time(text)
    assert (odd.date, odd.datetime, odd.time) == (DAY, None, None)
    with pytest.raises(ValueError):
        parse_timestamp(text)
    with pytest.raises(TypeError, match="no order"):
        _ = odd < Date("2024-02-07")


@pytest.mark.parametrize("text", ["24:00", "24:00:00", "T24:00", "24:00+01:00"])
def test_hour_24_is_not_midnight_of_the_same_day(text):
    assert Time(text).time is None
    with pytest.raises(ValueError):
        parse_time(text)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("Tue, 06 Feb 2024 10:15:30 +0000", dt.datetime(2024, 2, 6, 10, 15, 30, tzinfo=dt.UTC)),
        ("Tue, 6 Feb 2024 10:15:30 -0800 (PST)", dt.datetime(2024, 2, 6, 18, 15, 30, tzinfo=dt.UTC)),
        ("2024-02-06 10:15:30 UTC", dt.datetime(2024, 2, 6, 10, 15, 30, tzinfo=dt.UTC)),
        ("2024-02-06t10:15:30.25z", dt.datetime(2024, 2, 6, 10, 15, 30, 250_000, tzinfo=dt.UTC)),
        ("Tue Feb  6 10:15:30 2024", dt.datetime(2024, 2, 6, 10, 15, 30)),
        ("Tue Feb  6 10:15:30 UTC 2024", dt.datetime(2024, 2, 6, 10, 15, 30, tzinfo=dt.UTC)),
        ("Tuesday, 6th of February 2024 at 10:15", dt.datetime(2024, 2, 6, 10, 15)),
        ("Feb. 6, 2024 10:15 p.m.", dt.datetime(2024, 2, 6, 22, 15)),
        ("06-FEB-2024 12:00 AM", dt.datetime(2024, 2, 6)),
        ("6. February 2024, 12:00 pm", dt.datetime(2024, 2, 6, 12)),
        ("10:15 2024.02.06", dt.datetime(2024, 2, 6, 10, 15)),
        ("20240206101530", dt.datetime(2024, 2, 6, 10, 15, 30)),
        ("1 Jan 1000 00:00 +0530", dt.datetime(999, 12, 31, 18, 30, tzinfo=dt.UTC)),
    ],
)
def test_a_time_that_is_written_is_read(text, instant):
    assert Time(text).datetime == instant


MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
WORDS = [
    *("Feb", "February", "MAR", "may", "Sept", "Dez", "mars", "Mai", "février", "marzo"),
    *(
        "Tue",
        "Tuesday,",
        "Sat",
        "mar.",
        "at",
        "of",
        "T",
        "am",
        "PM",
        "Z",
        "GMT",
        "UTC",
        "PST",
        "CET",
        "UTC+3",
    ),
    *("W", "th", "-", "/", ".", ",", ":", " ", "  ", "+", "+01:00", "-0530", "(PST)"),
]
NUMBERS = st.one_of(
    st.integers(0, 32).map(str),
    st.integers(0, 60).map("{:02}".format),
    st.integers(1890, 2100).map(str),
    st.integers(0, 10**14).map(str),
)
PIECES = st.lists(st.one_of(st.sampled_from(WORDS), NUMBERS), max_size=14).map("".join)
SEPARATORS = st.sampled_from(["-", "/", ".", " ", ", "])


@st.composite
def likely_times(draw):
    """Texts with the usual parts of a time, in any order and spelling."""
    day, month, year = draw(NUMBERS), draw(st.one_of(st.sampled_from(WORDS[:10]), NUMBERS)), draw(NUMBERS)
    date = draw(SEPARATORS).join(draw(st.permutations([day, month, year])))
    clock = draw(st.sampled_from(["", "10:15", "10:15:30", "7:05 PM", "12:00 am", "24:00", "23:59:60", "9"]))
    zone = draw(st.sampled_from(["", "Z", " GMT", " PST", "+01:00", " -0530", " UTC+3", " Europe/Paris"]))
    weekday = draw(st.sampled_from(["", "Tue, ", "Tuesday ", "mar. "]))
    order = draw(st.sampled_from(["{w}{d} {c}{z}", "{w}{d}T{c}{z}", "{c}{z} {w}{d}", "{w}{d}{z}"]))
    return order.format(w=weekday, d=date, c=clock, z=zone)


def _numbers(text: str) -> list[str]:
    found = re.findall(r"[0-9]+", text)
    # Numbers without separators hold a day, and a time.
    for run in [one for one in found if len(one) in (4, 6, 8, 14)]:
        found += [run[:4], *(run[at : at + 2] for at in range(0, len(run), 2))]
    return found


# Words that name no zone. Any other word may be one.
NO_ZONE = re.compile(
    rf"t|at|of|th|st|nd|rd|[ap]m|[a-z]+day|mon|tues?|wed|thurs?|thu|fri|sat|sun|(?:{'|'.join(MONTHS)})[a-z]*"
)


@given(st.one_of(likely_times(), PIECES, st.text("0123456789-/.: TZWapmFebMar+,", max_size=30)))
@example("12/11/2024 10:00")
@example("2024-02-06T10:15:30 PST")
@example("2024-W06")
@example("2024-02-06+01:00")
def test_whatever_is_given_is_written_in_the_text(text):
    day, instant = Time(text).date, Time(text).datetime
    numbers = _numbers(text)
    values = {int(number) for number in numbers}
    if day is not None:
        assert f"{day.year:04}" in numbers
        assert day.day in values
        if not re.search(MONTHS[day.month - 1], text, re.IGNORECASE):
            assert day.month in values
            order = re.search(r"(?<![0-9])([0-9]{1,2})[-/.]([0-9]{1,2})[-/.][0-9]{4}(?![0-9])", text)
            if order:
                first, second = int(order[1]), int(order[2])
                assert first == second or max(first, second) > 12
    if instant is not None:
        assert day == instant.date()
        hours = {instant.hour}
        if re.search(r"[ap]\.?m", text, re.IGNORECASE):
            hours |= {instant.hour % 12 or 12}
        assert hours & values
        # An hour alone is a time in ISO 8601.
        assert instant.minute in values or instant.minute == 0
        words = [word for word in re.findall(r"[a-z]+", text.lower()) if not NO_ZONE.fullmatch(word)]
        offset = instant.utcoffset()
        if offset is None:
            assert words == []
            assert "+" not in text
        elif offset:
            sign = "-" if offset < dt.timedelta() else r"\+"
            assert re.search(rf"{sign}{abs(offset) // dt.timedelta(hours=1):02}", text)
        else:
            assert {"z", "utc", "gmt", "ut"} & set(words) or re.search(r"[-+]00", text)
