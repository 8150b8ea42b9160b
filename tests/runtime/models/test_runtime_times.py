"""Times hold their original string, and say no more than the string does."""

# Some of these tests are about times without a zone.
# ruff: noqa: DTZ001
from __future__ import annotations

import copy
import datetime as dt
import pickle
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftership_tracking.runtime.models.times import (
    Date,
    Time,
    Timestamp,
    format_time,
    parse_date,
    parse_time,
    parse_timestamp,
)

UTC = dt.UTC


@pytest.mark.parametrize(
    ("text", "date", "instant", "clock", "zoned"),
    [
        (
            "2024-02-06T10:15:30+00:00",
            dt.date(2024, 2, 6),
            dt.datetime(2024, 2, 6, 10, 15, 30, tzinfo=UTC),
            None,
            True,
        ),
        (
            "2024-02-06T10:15:30Z",
            dt.date(2024, 2, 6),
            dt.datetime(2024, 2, 6, 10, 15, 30, tzinfo=UTC),
            None,
            True,
        ),
        (
            "2024-02-06T23:15:30-05:00",
            dt.date(2024, 2, 6),
            dt.datetime(2024, 2, 7, 4, 15, 30, tzinfo=UTC),
            None,
            True,
        ),
        ("2024-02-06T10:15:30", dt.date(2024, 2, 6), dt.datetime(2024, 2, 6, 10, 15, 30), None, False),
        ("2024-02-06 14:30:00", dt.date(2024, 2, 6), dt.datetime(2024, 2, 6, 14, 30), None, False),
        ("2024-02-06", dt.date(2024, 2, 6), None, None, False),
        ("20240206", dt.date(2024, 2, 6), None, None, False),
        ("18:00:00", None, None, dt.time(18), False),
        (
            "Tue, 06 Feb 2024 10:15:30 GMT",
            dt.date(2024, 2, 6),
            dt.datetime(2024, 2, 6, 10, 15, 30, tzinfo=UTC),
            None,
            True,
        ),
        ("6 February 2024", dt.date(2024, 2, 6), None, None, False),
        ("February 2024", None, None, None, False),
        ("Tuesday", None, None, None, False),
        ("soon", None, None, None, False),
        ("", None, None, None, False),
        ("99999999999999999999", None, None, None, False),
    ],
)
def test_what_a_string_holds(text, date, instant, clock, zoned):
    time = Time(text)
    assert time == text
    assert (time.date, time.datetime, time.is_zoned) == (date, instant, zoned)
    if instant is not None:
        assert (time.datetime.tzinfo is not None) == zoned
    if clock is not None:
        assert time.time == clock


def test_day_is_not_converted_to_another_zone():
    assert Timestamp("2024-02-06T23:15:30-05:00").date == dt.date(2024, 2, 6)


@pytest.mark.parametrize("text", ["2024-02-06", "2024-02-06T10:15:30", "20240206", "soon", ""])
def test_timestamps_have_a_zone(text):
    with pytest.raises(ValueError):
        parse_timestamp(text)
    with pytest.raises(ValueError, match="zone"):
        Timestamp(text).datetime  # noqa: B018


@pytest.mark.parametrize("text", ["2024-02-06T10:15:30", "20240206", "2024-2-6", "2024-W06-2", "soon", ""])
def test_dates_are_plain(text):
    with pytest.raises(ValueError):
        parse_date(text)


def test_date_has_no_time():
    assert Date("2024-02-06").datetime is None
    assert Date("2024-02-06").date == dt.date(2024, 2, 6)


@pytest.mark.parametrize("text", ["soon", "", "2024-13-01", "2024/02/06", "6 February 2024", "1707214530123"])
def test_other_shapes_are_refused_when_read(text):
    with pytest.raises(ValueError):
        parse_time(text)


def test_order_is_that_of_the_instants_and_not_of_the_strings():
    early, late = Time("2024-02-09T17:00:00+01:00"), Time("2024-02-09T16:30:00+00:00")
    assert str(early) > str(late)
    assert early < late
    assert late > early
    assert early <= late
    assert late >= early
    assert sorted([late, early]) == [early, late]
    assert Time("2024-02-06T09:00:00") < Time("2024-02-06 14:30:00")
    assert Date("2024-02-06") < Time("20240207")
    assert Time("08:00:00") < Time("18:00:00")
    assert early < "2024-02-09T16:30:00+00:00"


@pytest.mark.parametrize(
    "other", ["2024-02-06T10:15:30", "2024-02-06", "18:00:00", "soon", 5, dt.datetime(2024, 2, 6)]
)
def test_no_order_between_kinds(other):
    zoned = Time("2024-02-06T10:15:30+00:00")
    for compare in (
        lambda: zoned < other,
        lambda: zoned <= other,
        lambda: zoned > other,
        lambda: zoned >= other,
    ):
        with pytest.raises(TypeError, match="no order"):
            compare()


def test_naive_and_zoned_datetimes_do_not_compare():
    with pytest.raises(TypeError):
        assert Time("2024-02-06T10:15:30").datetime < Time("2024-02-06T10:15:30Z").datetime


@pytest.mark.parametrize("cls", [Time, Timestamp, Date])
def test_it_is_a_string(cls):
    time = cls("2024-02-06")
    assert time == "2024-02-06"
    assert hash(time) == hash("2024-02-06")
    assert {time: 1}["2024-02-06"] == 1
    assert repr(time) == f"{cls.__name__}('2024-02-06')"
    assert f"{time}" == str(time) == "2024-02-06"
    assert not hasattr(time, "__dict__")
    for copied in (pickle.loads(pickle.dumps(time)), copy.copy(time), copy.deepcopy(time)):
        assert type(copied) is cls
        assert copied == time


@given(st.text())
def test_any_string_is_safe_to_read(text):
    time = Time(text)
    assert isinstance(time.datetime, dt.datetime | None)
    assert isinstance(time.date, dt.date | None)
    assert isinstance(time.time, dt.time | None)


@given(st.datetimes(timezones=st.timezones()))
def test_what_is_written_is_read_back(instant):
    offset = instant.utcoffset()
    if offset is not None and offset.seconds % 60 == 0:
        read = parse_timestamp(format_time(instant)).datetime
        assert read.replace(tzinfo=None) == instant.replace(tzinfo=None, microsecond=0, fold=0)
        assert read.utcoffset() == offset


def test_writing():
    assert format_time(dt.datetime(2024, 2, 6, 10, 15, 30, 999, tzinfo=UTC)) == "2024-02-06T10:15:30+00:00"
    assert format_time(dt.date(2024, 2, 6)) == "2024-02-06"
    with pytest.raises(ValueError, match="zone"):
        format_time(dt.datetime(2024, 2, 6))


def test_an_offset_with_seconds_is_written_as_utc():
    """Zones had such offsets before there was standard time. ISO 8601 cannot write them."""
    berlin = dt.timezone(dt.timedelta(minutes=53, seconds=28))
    assert format_time(dt.datetime(1880, 1, 1, 0, 53, 28, tzinfo=berlin)) == "1880-01-01T00:00:00+00:00"
    odd = dt.timezone(dt.timedelta(microseconds=5))
    assert format_time(dt.datetime(2024, 2, 6, tzinfo=odd)) == "2024-02-05T23:59:59+00:00"
    with pytest.raises(ValueError, match="zone"):
        format_time(dt.datetime(1, 1, 1, tzinfo=berlin))


@pytest.mark.parametrize("zone", ["America/Chicago", "Asia/Tokyo", "UTC"])
def test_names_of_zones_do_not_depend_on_the_machine(monkeypatch, zone):
    """CST means several zones. The zone of the machine must not be used for it, and nothing is printed."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        for name in ("CST", "JST"):
            named = Time(f"Tue, 06 Feb 2024 10:15:30 {name}")
            assert (named.date, named.datetime, named.is_zoned) == (dt.date(2024, 2, 6), None, False)
        assert Time("Tue, 06 Feb 2024 10:15:30 GMT").datetime == dt.datetime(
            2024, 2, 6, 10, 15, 30, tzinfo=UTC
        )
        shifted = Time("Tue, 06 Feb 2024 10:15:30 -0500").datetime
        assert shifted is not None
        assert shifted.utcoffset() == dt.timedelta(hours=-5)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_impossible_offset_is_not_a_time():
    odd = Time("2024-02-06T1:15:30+600:00")
    assert odd.datetime is None
    with pytest.raises(TypeError):
        _ = odd < Time("2024-02-06T10:15:30+00:00")
