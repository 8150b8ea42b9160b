"""The clock and the pace of parcels."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aftership_tracking.mock import SystemClock
from aftership_tracking.mock.console.formats import as_duration, as_json, as_time
from page_support.console import Console

PAGE = "console/clock"


def test_the_clock_is_moved(console: Console) -> None:
    before = console.mock.clock.now()
    assert as_time(before) in console.see(PAGE).text
    console.act(PAGE, do="advance", step="1d")
    console.act(PAGE, do="advance", step="1h30m")
    assert console.mock.clock.now() - before == timedelta(days=1, hours=1, minutes=30)
    assert "2027-01-01 00:00:00 UTC" in console.act(PAGE, do="set", set="2027-01-01T00:00:00Z").text


def test_how_far_it_is_ahead() -> None:
    console = Console(clock=SystemClock())  # type: ignore[arg-type]
    assert "It is that of this machine." in console.see(PAGE).text
    assert "2d ahead of this machine" in console.act(PAGE, do="advance", step="2d10ms").text


def test_the_pace_of_parcels(console: Console) -> None:
    assert "Parcels move as fast as in reality." in console.see(PAGE).text
    assert "Parcels move 60 times as fast as in reality." in console.act(PAGE, do="speed", speed="60").text
    assert console.mock.speed == 60
    assert console.see(PAGE).value("speed") == "60"


@pytest.mark.parametrize(
    ("status", "form", "sentence"),
    [
        (400, {"do": "advance", "step": "soon"}, "'soon' is not a duration"),
        (400, {"do": "advance"}, "step: is needed"),
        (409, {"do": "set", "set": "2020-01-01T00:00:00Z"}, "past"),
        (400, {"do": "set", "set": "tomorrow"}, "is not a time with a zone"),
        (400, {"do": "speed", "speed": "0"}, "from 0.01 to"),
        (400, {"do": "speed", "speed": "fast"}, "a number is needed"),
        (400, {"do": "speed"}, "speed: is needed"),
    ],
)
def test_what_cannot_be_is_said_and_stays_typed(
    console: Console, status: int, form: dict[str, str], sentence: str
) -> None:
    before = console.mock.clock.now()
    seen = console.refused(PAGE, status, **form)
    assert sentence in seen.alert()
    assert console.mock.clock.now() == before
    for name in ("set", "speed"):
        if name in form:
            assert seen.value(name) == form[name]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (0.25, "250ms"),
        (59.6, "1m"),
        (90, "1m 30s"),
        (3600, "1h"),
        (90061, "1d 1h"),
        (86400 * 40, "40d"),
    ],
)
def test_durations_in_words(seconds: float, text: str) -> None:
    assert as_duration(seconds) == as_duration(timedelta(seconds=seconds)) == text


def test_a_long_body_is_cut() -> None:
    assert as_json("x" * 300_000).endswith("\n... 100000 more characters are not shown")
