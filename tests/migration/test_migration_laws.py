"""Laws for every value: there and back restores everything but the listed losses, and steps compose."""

from __future__ import annotations

import copy
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftership_tracking.migration.losses import find_differences
from aftership_tracking.migration.moves import convert
from aftership_tracking.migration.steps import kinds, versions
from migration_support.paths import covers, lost_fields
from migration_support.spoiled import spoiled_values
from migration_support.values import validator, values

KINDS = ("Tracking", "Checkpoint", "Courier", "WebhookEvent")
BODIES = ("TrackingCreate", "TrackingUpdate", "CourierDetect", "EstimatedDeliveryDateRequest")
STEPS = list(pairwise(versions()))
few = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)


def check_there_and_back(value: Any, kind: str, start: str, end: str) -> None:
    before = copy.deepcopy(value)
    moved, lost = convert(value, kind, start, end)
    assert value == before
    if kind in KINDS:  # a request body may lack what another version requires
        validator(kind, end).validate(moved)
    back, lost_back = convert(moved, kind, end, start)
    named = lost_fields((*lost, *lost_back), kind, start)
    assert [path for path, _ in find_differences(value, back, "") if not covers(named, path)] == []
    if kind in KINDS:
        validator(kind, start).validate(back)
    # What was carried over once is carried over again, without any further loss.
    again, lost_again = convert(back, kind, start, end)
    assert [
        path
        for path, _ in find_differences(moved, again, "")
        if not covers(lost_fields(lost_back, kind, end), path)
    ] == []
    assert {one for one in lost_again if one.what == "value"} <= {one for one in lost if one.what == "value"}


@pytest.mark.parametrize("kind", [*KINDS, *BODIES])
@few
@given(found=st.data(), ends=st.sampled_from(STEPS))
def test_one_step_up_and_down(kind: str, found: st.DataObject, ends: tuple[str, str]) -> None:
    check_there_and_back(found.draw(values(kind, ends[0])), kind, *ends)


@pytest.mark.parametrize("kind", [*KINDS, *BODIES])
@few
@given(found=st.data(), ends=st.sampled_from(STEPS))
def test_one_step_down_and_up(kind: str, found: st.DataObject, ends: tuple[str, str]) -> None:
    check_there_and_back(found.draw(values(kind, ends[1])), kind, *ends[::-1])


@pytest.mark.parametrize("kind", KINDS)
@few
@given(found=st.data(), ends=st.lists(st.sampled_from(versions()), min_size=2, max_size=2, unique=True))
def test_any_two_versions(kind: str, found: st.DataObject, ends: list[str]) -> None:
    check_there_and_back(found.draw(values(kind, ends[0])), kind, *ends)


@pytest.mark.parametrize("kind", KINDS)
@few
@given(found=st.data(), ends=st.lists(st.sampled_from(versions()), min_size=3, max_size=3))
def test_two_conversions_in_a_row_are_the_same_as_one(
    kind: str, found: st.DataObject, ends: list[str]
) -> None:
    start, middle, end = sorted(ends, reverse=found.draw(st.booleans()))
    value = found.draw(values(kind, start))
    whole, lost = convert(value, kind, start, end)
    half, lost_first = convert(value, kind, start, middle)
    rest, lost_then = convert(half, kind, middle, end)
    assert (rest, (*lost_first, *lost_then)) == (whole, lost)


@pytest.mark.parametrize("kind", KINDS)
@settings(few, max_examples=80)
@given(found=st.data(), ends=st.lists(st.sampled_from(versions()), min_size=2, max_size=2, unique=True))
def test_hostile_values_are_preserved_or_listed(kind: str, found: st.DataObject, ends: list[str]) -> None:
    value = found.draw(spoiled_values(kind, ends[0]))
    before = copy.deepcopy(value)
    moved, lost = convert(value, kind, *ends)
    back, lost_back = convert(moved, kind, ends[1], ends[0])
    assert list(find_differences(before, value, "")) == []
    if not lost and not lost_back:
        assert list(find_differences(value, back, "")) == []


def test_every_kind_is_tried() -> None:
    assert set(kinds()) - {"EstimatedDeliveryDateResult"} == {*KINDS, *BODIES}
