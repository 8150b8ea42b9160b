"""The applier against the cases in `overlay_cases.yaml`, and two properties that hold for any document."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.document import overlay
from generator.document.overlay import Target
from generator.document.source import Location, Mark, Source
from generator.document.yaml_reader import read
from generator.errors import SpecError

CASES = read(Path(__file__).with_name("overlay_cases.yaml")).value
DOCUMENT = {
    "info": {"title": "Post"},
    "paths": {"/a": {"get": {}}, "/b": {"get": {}}},
    "list": ["a"],
    "x-time": 1,
}
HEAD = {"overlay": "1.1.0", "info": {"title": "Post", "version": "2024-04"}}


def marks(value: Any, line: int = 1) -> Mark:
    """Locations in the shape of the value, all on one line."""
    location = Location("test.yaml", line, 1)
    if isinstance(value, dict):
        return Mark(location, {key: marks(child, line) for key, child in value.items()})
    if isinstance(value, list):
        return Mark(location, [marks(child, line) for child in value])
    return Mark(location)


def source(actions: Any, **head: Any) -> Source:
    value = {**HEAD, **head, "actions": actions}
    return Source("2024-04.yaml", value, marks(value, 2))


def apply(document: Any, actions: Any) -> Any:
    target = Target(copy.deepcopy(document), marks(document))
    overlay.apply(target, source(actions))
    assert_same_shape(target.value, target.marks)
    return target.value


def assert_same_shape(value: Any, mark: Mark) -> None:
    """Every part of a value has its location, and there is not one more."""
    if isinstance(value, dict):
        assert value.keys() == mark.fields.keys()
        for key, child in value.items():
            assert_same_shape(child, mark.fields[key])
    elif isinstance(value, list):
        assert len(value) == len(mark.items)
        for child, below in zip(value, mark.items, strict=True):
            assert_same_shape(child, below)
    else:
        assert mark.children is None


@pytest.mark.parametrize("case", CASES["applied"], ids=lambda case: case["name"])
def test_what_the_specification_requires(case: dict[str, Any]) -> None:
    assert apply(case["before"], case["actions"]) == case["after"]


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: case["name"])
def test_what_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(SpecError) as caught:
        apply(DOCUMENT, case["actions"])
    error = caught.value
    assert case["says"] in str(error)
    assert error.file == "test.yaml"
    if case["actions"]:
        number = len(case["actions"])
        assert f"Action {number}:" in error.message
        assert error.pointer is not None
        assert error.pointer.startswith(f"/actions/{number - 1}")


@pytest.mark.parametrize("case", CASES["unreadable"], ids=lambda case: case["says"])
def test_a_head_that_is_not_of_an_overlay(case: dict[str, Any]) -> None:
    value = {**case["head"], "actions": [{"target": "$", "update": {"a": 1}}]}
    value.setdefault("info", HEAD["info"])
    with pytest.raises(SpecError, match=case["says"]):
        overlay.check_shape(Source("test.yaml", value, marks(value)))


def test_order_matters() -> None:
    first = {"target": "$.paths['/a']", "update": {"x-seen": True}}
    second = {"target": "$.paths[?@['x-seen']]", "update": {"x-more": True}}
    assert apply(DOCUMENT, [first, second])["paths"]["/a"] == {"get": {}, "x-seen": True, "x-more": True}
    with pytest.raises(SpecError, match=r"Action 1: .* matches nothing"):
        apply(DOCUMENT, [second, first])


def test_a_new_value_has_the_location_in_the_overlay() -> None:
    target = Target(copy.deepcopy(DOCUMENT), marks(DOCUMENT))
    overlay.apply(target, source([{"target": "$.info", "update": {"summary": "A"}}]))
    assert target.marks.find(("info", "summary")).location.line == 2
    assert target.marks.find(("info", "title")).location.line == 1


names = st.text("abc-/'\"é ", min_size=1, max_size=4)
scalars = st.none() | st.booleans() | st.integers(-3, 3) | st.text("ab", max_size=2)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(names, values, min_size=1, max_size=4)


@given(objects, st.data())
def test_removing_and_adding_again_restores(document: dict[str, Any], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(document)))
    value = document[name]
    target = Target(copy.deepcopy(document), marks(document))
    overlay.apply(target, source([{"target": f"$[{json.dumps(name, ensure_ascii=False)}]", "remove": True}]))
    assert name not in target.value
    overlay.apply(target, source([{"target": "$", "update": {name: value}}]))
    assert target.value == document
    assert_same_shape(target.value, target.marks)


@given(objects, objects)
def test_applying_is_deterministic_and_leaves_the_overlay_alone(
    document: dict[str, Any], update: dict[str, Any]
) -> None:
    actions = [{"target": "$", "update": {"fresh-key": update}}]
    before = copy.deepcopy(actions)
    once, twice = apply(document, actions), apply(document, actions)
    assert json.dumps(once) == json.dumps(twice)
    assert actions == before
    once["fresh-key"]["x"] = 1
    assert actions == before


@given(objects, names, names, scalars)
def test_independent_actions_commute(document: dict[str, Any], one: str, other: str, value: Any) -> None:
    actions = [
        {"target": "$", "update": {f"1{one}": value}},
        {"target": "$", "update": {f"2{other}": value}},
    ]
    assert apply(document, actions) == apply(document, actions[::-1])
