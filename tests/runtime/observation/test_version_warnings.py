"""A version past the end of its support warns once per process, with the date and the newest version."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime

import pytest

from aftership_tracking import v2024_01, v2026_07
from aftership_tracking.errors import VersionWarning
from aftership_tracking.runtime import registry
from aftership_tracking.runtime.calls import version_warnings
from aftership_tracking.testing import ClientClock

LAST_DAY = datetime(2025, 7, 9, 23, 59, 59, tzinfo=UTC)
DAY_AFTER = datetime(2025, 7, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nobody_was_warned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(version_warnings, "_warned", set())


def test_it_warns_once_and_names_the_line_of_the_caller() -> None:
    with ClientClock(DAY_AFTER), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        v2024_01.AfterShip("k")
        v2024_01.AfterShip("k")
        v2024_01.AsyncAfterShip("k")
    [warning] = caught
    assert warning.category is VersionWarning
    assert str(warning.message) == (
        "version 2024-01 of the API was supported until 2025-07-09, and the oldest supported version "
        "responds instead; the newest version in this package is 2026-07"
    )
    assert warning.filename == __file__


def test_the_last_day_is_still_supported() -> None:
    with ClientClock(LAST_DAY), warnings.catch_warnings():
        warnings.simplefilter("error")
        v2024_01.AfterShip("k")
        v2026_07.AfterShip("k")


def test_a_date_that_is_not_known_warns_nobody() -> None:
    class Unknown(v2024_01.AfterShip):
        SUPPORTED_UNTIL = None

    with ClientClock(datetime(2999, 1, 1, tzinfo=UTC)), warnings.catch_warnings():
        warnings.simplefilter("error")
        Unknown("k")


def test_as_an_error_it_is_raised_for_every_client() -> None:
    for _ in range(2):
        with ClientClock(DAY_AFTER), warnings.catch_warnings():
            warnings.simplefilter("error", VersionWarning)
            with pytest.raises(VersionWarning, match="2025-07-09"):
                v2024_01.AfterShip("k")


def test_a_copy_of_a_client_does_not_warn_again() -> None:
    with ClientClock(DAY_AFTER):
        with pytest.warns(VersionWarning):
            client = v2024_01.AfterShip("k")
        version_warnings._warned.clear()
        client.with_options(timeout=1)


@pytest.mark.parametrize("version", registry.versions())
def test_the_date_is_the_one_of_the_document(version: str) -> None:
    from aftership_tracking import documents

    package = registry.package(version)
    expected = documents.document(version)["info"].get("x-supported-until")
    assert package.AfterShip.SUPPORTED_UNTIL == package.AsyncAfterShip.SUPPORTED_UNTIL == expected
