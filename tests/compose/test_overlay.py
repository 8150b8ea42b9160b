"""The overlay applier: what it does by the specification, and what it refuses beyond it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from generator.document.overlay import Target, apply
from generator.document.yaml_reader import parse
from generator.errors import SpecError

HEAD = 'overlay: 1.1.0\ninfo: {title: A change, version: "2024-04"}\nactions:\n'

# (name, document, actions, expected result)
TRIPLES: list[tuple[str, Any, str, Any]] = [
    (
        "an object is merged",
        {"a": {"b": 1, "c": 2}},
        "- {target: $.a, update: {c: 3, d: 4}}",
        {"a": {"b": 1, "c": 3, "d": 4}},
    ),
    (
        "merging goes down",
        {"a": {"b": {"c": 1}}},
        "- {target: $, update: {a: {b: {d: 2}}}}",
        {"a": {"b": {"c": 1, "d": 2}}},
    ),
    ("the root is a target", {"a": 1}, "- {target: $, update: {b: 2}}", {"a": 1, "b": 2}),
    ("a primitive is replaced", {"a": {"b": "x"}}, "- {target: $.a.b, update: y}", {"a": {"b": "y"}}),
    (
        "null is a value, not a deletion",
        {"a": {"b": "x"}},
        "- {target: $.a, update: {b: null}}",
        {"a": {"b": None}},
    ),
    ("an item is appended to a list", {"a": [1]}, "- {target: $.a, update: 2}", {"a": [1, 2]}),
    (
        "an object is appended to a list",
        {"a": [{"b": 1}]},
        "- {target: $.a, update: {b: 2}}",
        {"a": [{"b": 1}, {"b": 2}]},
    ),
    ("a list is joined to a list", {"a": [1]}, "- {target: $.a, update: [2, 3]}", {"a": [1, 2, 3]}),
    ("lists below are joined", {"a": {"b": [1]}}, "- {target: $.a, update: {b: [2]}}", {"a": {"b": [1, 2]}}),
    ("a property is removed", {"a": {"b": 1, "c": 2}}, "- {target: $.a.b, remove: true}", {"a": {"c": 2}}),
    (
        "an item is removed by its value",
        {"required": ["x", "y"]},
        "- {target: \"$.required[?@=='x']\", remove: true}",
        {"required": ["y"]},
    ),
    (
        "several items are removed at once",
        {"a": [{"n": 1}, {"n": 2}, {"n": 3}]},
        '- {target: "$.a[?@.n<3]", remove: true, x-count: 2}',
        {"a": [{"n": 3}]},
    ),
    (
        "a wildcard updates all",
        {"a": {"x": {}, "y": {}}},
        "- {target: $.a.*, update: {z: 1}, x-count: 2}",
        {"a": {"x": {"z": 1}, "y": {"z": 1}}},
    ),
    (
        "paths need brackets",
        {"paths": {"/a/{id}": {"get": {}}}},
        "- {target: \"$.paths['/a/{id}'].get\", update: {x-time: [utc]}}",
        {"paths": {"/a/{id}": {"get": {"x-time": ["utc"]}}}},
    ),
    (
        "actions see what earlier ones did",
        {"a": {"type": "string"}},
        '- {target: $.a.type, remove: true}\n- {target: $.a, update: {type: [string, "null"]}}',
        {"a": {"type": ["string", "null"]}},
    ),
    (
        "a copy renames",
        {"a": {"old": {"x": [1]}}},
        "- {target: $.a, update: {new: {}}}\n- {target: $.a.new, copy: $.a.old}\n"
        "- {target: $.a.old, remove: true}",
        {"a": {"new": {"x": [1]}}},
    ),
    (
        "a copy is a copy",
        {"a": {"x": [1]}, "b": {}},
        "- {target: $.b, copy: $.a}\n- {target: $.b.x, update: 2}",
        {"a": {"x": [1]}, "b": {"x": [1, 2]}},
    ),
    (
        "a copy may be adjusted",
        {"a": {"x": "old"}, "b": {}},
        "- {target: $.b, copy: $.a}\n- {target: $.b.x, update: new}",
        {"a": {"x": "old"}, "b": {"x": "new"}},
    ),
    (
        "a reference is changed where it is",
        {"a": {"$ref": "#/x"}},
        "- {target: \"$.a['$ref']\", update: '#/y'}",
        {"a": {"$ref": "#/y"}},
    ),
]

# (actions on {"a": {"b": 1, "c": ["x"], "d": {"x-time": 1}}}, number of the action, words of the sentence)
REFUSED: list[tuple[str, int, str]] = [
    ("- {target: $.nothing, update: 1}", 1, "matches nothing"),
    ("- {target: $.a, update: {z: 1}}\n- {target: $.nothing, remove: true}", 2, "matches nothing"),
    ("- {target: $.a.b, update: 1}", 1, "changes nothing at #/a/b"),
    ("- {target: $.a, update: {b: 1}}", 1, "changes nothing"),
    ("- {target: $.a, update: {}}", 1, "update is empty"),
    ("- {target: $.a.c, update: []}", 1, "update is empty"),
    ("- {target: $.a.c, update: x}", 1, "already has 'x'"),
    ("- {target: $.a, update: {c: [x]}}", 1, "already has 'x'"),
    ("- {target: $.a.b, update: {z: 1}}", 1, "#/a/b is a primitive and cannot be joined with an object"),
    ("- {target: $.a, update: {b: [1]}}", 1, "#/a/b is a primitive and cannot be joined with a list"),
    ("- {target: $.a, update: 5}", 1, "#/a is an object and cannot be joined with a primitive"),
    ("- {target: $.a, update: {c: y}}", 1, "#/a/c is a list and cannot be joined with a primitive"),
    ("- {target: $, update: 5}", 1, "cannot be joined"),
    ("- {target: $, remove: true}", 1, "whole document"),
    ("- {target: $.a}", 1, "The action does nothing"),
    ("- {target: $.a, update: {z: 1}, remove: true}", 1, "update and remove"),
    ("- {target: $.a.b, remove: false}", 1, "only true removes"),
    ("- {target: $.a.d, copy: $.a.nothing}", 1, "matches 0 times"),
    ("- {target: $.a, copy: 5}", 1, "copy is not a JSONPath"),
    ("- {target: $.a, updat: {z: 1}}", 1, '"updat" is unknown'),
    ("- {target: $.a, update: {z: 1}, x-note: hm}", 1, '"x-note" is unknown'),
    ("- {update: {z: 1}}", 1, "an object with a target"),
    ("- just a string", 1, "an object with a target"),
    ("- {target: $.a.b, update: 2}\n- {target: $.a.b, update: 3}", 2, "already written by action 1"),
    ("- {target: $.a, update: {b: 2}}\n- {target: $.a.b, update: 3}", 2, "already written by action 1"),
    ("- {target: $.a, update: {z: 2}}\n- {target: $.a, update: {z: 3}}", 2, "already written by action 1"),
    (
        "- {target: $.a, update: {z: {y: 2}}}\n- {target: $.a.z, remove: true}",
        2,
        "removes what action 1 wrote",
    ),
    ("- {target: $.a.*, update: 1}", 1, "may match several times"),
    ("- {target: $.a.*, remove: true, x-count: 2}", 1, "matches 3 times, not 2"),
    ("- {target: $.a, update: {z: 1}, x-count: 0}", 1, "x-count is 0"),
    ("- {target: $.a, update: {z: 1}, x-count: two}", 1, "x-count is 'two'"),
    ("- {target: $..c, update: y}", 1, "searches everywhere"),
    ("- {target: '$.a.c[0]', update: y}", 1, "counts positions"),
    ("- {target: '$.a.c[0:1]', remove: true}", 1, "counts positions"),
    ("- {target: '$.a.c[-1]', remove: true}", 1, "counts positions"),
    ("- {target: $.a.d.x-time, update: 2}", 1, "Write ['x-time']"),
    ("- {target: a.b, update: 2}", 1, "does not begin with $"),
    ("- {target: '$.a[', update: 2}", 1, "bracket of the path is not closed"),
    ("- {target: '', update: 2}", 1, "does not begin"),
    ("- {target: $.a, update: {z: 1}, x-change: 5}", 1, "x-change 5 is not a string"),
    ("- {target: $.a, update: {z: 1}, description: 5}", 1, "description is not a string"),
    (
        "- {target: $.a, update: {x: 1}, x-change: one}\n- {target: $.a, update: {y: 1}, x-change: two}\n"
        "- {target: $.a, update: {z: 1}, x-change: one}",
        3,
        '"one" was interrupted',
    ),
]


def apply_actions(document: Any, actions: str, head: str = HEAD) -> Target:
    base = parse(json.dumps(document).encode(), "base.yaml")
    target = Target(base.value, base.marks)
    apply(target, parse((head + actions).encode(), "change.yaml"))
    return target


@pytest.mark.parametrize(
    ("document", "actions", "expected"), [triple[1:] for triple in TRIPLES], ids=[t[0] for t in TRIPLES]
)
def test_what_actions_do(document: Any, actions: str, expected: Any) -> None:
    assert apply_actions(document, actions).value == expected


@pytest.mark.parametrize(("actions", "number", "says"), REFUSED)
def test_what_is_refused(actions: str, number: int, says: str) -> None:
    with pytest.raises(SpecError) as caught:
        apply_actions({"a": {"b": 1, "c": ["x"], "d": {"x-time": 1}}}, actions)
    error = caught.value
    assert says in str(error)
    assert f"Action {number}: " in error.message
    assert str(error).startswith(f"change.yaml:{error.line}:")
    # Each action begins with its target on a line of its own.
    assert error.line == 3 + number


@pytest.mark.parametrize(
    ("overlay", "says"),
    [
        ("[]", "An overlay is an object"),
        (HEAD.replace("1.1.0", "1.0.0") + "- {target: $.a, remove: true}", "Overlay 1.1"),
        ("overlay: 1.1.0\nactions: []", "needs info"),
        ("overlay: 1.1.0\ninfo: {title: A, version: 5}\nactions: []", "needs info"),
        ("overlay: 1.1.0\ninfo: {title: A, version: a, author: b}\nactions: []", '"author" is unknown'),
        ("overlay: 1.1.0\ninfo: {title: A, version: a}\nactions: []", "list of actions"),
        ("overlay: 1.1.0\nextends: x\ninfo: {title: A, version: a}\nactions: []", '"extends" is unknown'),
    ],
)
def test_a_file_that_is_not_an_overlay(overlay: str, says: str) -> None:
    with pytest.raises(SpecError, match=says):
        apply_actions({"a": 1}, overlay, head="")


def test_true_is_not_one() -> None:
    assert apply_actions({"a": {"b": 1}}, "- {target: $.a.b, update: true}").value["a"]["b"] is True
    assert apply_actions({"a": [1]}, "- {target: $.a, update: true}").value == {"a": [1, True]}


def test_new_values_are_located_in_the_overlay_and_old_ones_in_the_base() -> None:
    target = apply_actions(
        {"a": {"b": 1, "c": ["x", "y"]}},
        "- target: $.a.c[?@=='x']\n  remove: true\n"
        "- target: $.a\n  update:\n    b: 2\n    z:\n      deep: 3\n",
    )

    def where(*parts: str) -> str:
        return str(target.marks.find(parts).location)

    assert where("a") == "base.yaml:1"
    assert where("a", "c", "0") == "base.yaml:1"
    assert where("a", "b") == "change.yaml:8"
    assert where("a", "z", "deep") == "change.yaml:10"


def test_two_matches_get_values_of_their_own() -> None:
    value = apply_actions({"a": {"x": {}, "y": {}}}, "- {target: $.a.*, update: {z: [1]}, x-count: 2}").value
    assert value["a"]["x"]["z"] is not value["a"]["y"]["z"]
