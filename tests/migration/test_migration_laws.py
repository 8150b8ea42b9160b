"""Laws for every value: there and back restores everything but the listed losses, and steps compose."""

from __future__ import annotations

import copy
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftership_tracking.documents import data
from aftership_tracking.migration.losses import find_differences
from aftership_tracking.migration.moves import convert
from aftership_tracking.migration.steps import kinds, versions
from migration_support.paths import covers, lost_fields
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


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 2)
    | st.sampled_from(["", "a", "NaN"])
    | st.just(float("inf")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "zip", "email"]), inner)
    ),
    max_leaves=8,
)


@st.composite
def spoiled_values(draw: st.DrawFn, kind: str, version: str) -> Any:
    """A value with odd values anywhere, also in fields of other versions."""
    value = draw(values(kind, version))
    names = st.sampled_from(_names(kind))
    for _ in range(draw(st.integers(1, 6))):
        holder = value
        while isinstance(holder, dict | list) and holder and draw(st.booleans()):
            inner = draw(st.sampled_from(list(holder.values()) if isinstance(holder, dict) else holder))
            if not isinstance(inner, dict | list):
                break
            holder = inner
        if isinstance(holder, dict):
            holder[draw(names)] = draw(JSON)
        elif isinstance(holder, list):
            holder.append(draw(JSON))
    return draw(st.sampled_from([value, value, value, draw(JSON)]))


def _names(kind: str) -> list[str]:
    found = {key for version in versions() for key in data("moves")["telling"][version][kind]}
    moved = {
        path.partition(".")[0].removesuffix("[]")
        for step in data("moves")["steps"]
        for move in step["moves"]
        for path in (*move["from"], *move["to"])
    }
    return sorted(found | moved)


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
