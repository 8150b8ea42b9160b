"""The named faults of the mock, with both clients: the promised result after the promised number of requests.

`python -m tests.faults` prints them as a table too.
"""

from __future__ import annotations

from typing import Any

import pytest

from aftership_tracking import documents
from fault_support import profiles
from fault_support.profiles import PROFILES, PROMISES, Played, Promise, format_played, play
from version_sample import sample


@pytest.mark.parametrize("version", sample(documents.versions()))
@pytest.mark.parametrize("profile", PROFILES)
def test_profile(profile: str, version: str) -> None:
    for variant in profiles.VARIANTS:
        played = play(profile, version, variant)
        assert played.complaint == "", format_played(played)


def test_every_profile_has_a_promise_and_no_other_has() -> None:
    assert set(PROMISES) == set(PROFILES)


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"profile": "made-up"}, "nothing is promised about this profile"),
        ({"result": "2 trackings"}, "promised 3 trackings after 3 requests"),
        ({"requests": 2}, "promised 3 trackings after 3 requests"),
        ({"fired": False}, "no rule of the profile fired"),
    ],
)
def test_a_broken_promise_is_found(changed: dict[str, Any], complaint: str) -> None:
    as_promised = {
        "profile": "gateway-page",
        "version": "2026-07",
        "variant": "sync",
        "result": "3 trackings",
        "requests": 3,
        "fired": True,
    }
    assert Played(**as_promised).complaint == ""
    assert Played(**{**as_promised, **changed}).complaint == complaint


def test_versions_that_count_pages_have_their_own_promise() -> None:
    promise = Promise(result="ValidationError", by_number=("3 trackings", 2))
    assert promise.of("2024-01") == ("3 trackings", 2)
    assert promise.of("2026-07") == ("ValidationError", 2)
