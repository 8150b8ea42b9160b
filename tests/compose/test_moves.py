"""Changelog lines and moves: what an overlay says about its data must be true."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from generator.document.changelog_lines import changelog_lines
from generator.document.compose import compose
from generator.document.moves import CONVERSIONS, DeclaredMove, read_moves
from generator.errors import SpecError

BASE: dict[str, Any] = {
    "openapi": "3.1.1",
    "info": {"title": "Parcels", "version": "2024-01"},
    "servers": [{"url": "https://api.example.com/2024-01"}],
    "paths": {
        "/parcels": {
            "get": {"operationId": "get-parcels", "parameters": [{"$ref": "#/components/parameters/Town"}]}
        }
    },
    "components": {
        "parameters": {"Town": {"name": "town", "in": "query", "schema": {"type": "string"}}},
        "schemas": {
            "Parcel": {
                "type": "object",
                "properties": {
                    "weight": {"type": ["number", "null"]},
                    "weight_unit": {"anyOf": [{"$ref": "#/components/schemas/Unit"}, {"type": "null"}]},
                    "town": {"type": "string"},
                    "due": {"type": "string"},
                    "until": {"type": "string"},
                    "position": {"type": "array", "items": {"type": "number"}},
                    "next": {"type": "array", "items": {"$ref": "#/components/schemas/Leg"}},
                    "notes": {"type": "object", "additionalProperties": {"type": "string"}},
                    "name": {"type": "string"},
                    "emails": {"type": "array", "items": {"type": "string"}},
                },
            },
            "Leg": {"type": "object", "properties": {"slug": {"type": "string"}}},
            "Unit": {"type": "string", "x-open-enum": {"kg": "Kilogram.", "lb": "Pound."}},
            "Envelope": {
                "type": "object",
                "properties": {"data": {"$ref": "#/components/schemas/EnvelopeData"}},
            },
            "EnvelopeData": {
                "type": "object",
                "properties": {"parcel": {"$ref": "#/components/schemas/Parcel"}},
            },
        },
    },
}
PARCEL = "$.components.schemas.Parcel.properties"
STRING = {"type": "string"}
OBJECT = {"type": "object"}


def drop(*names: str) -> dict[str, Any]:
    listed = ", ".join(f"'{name}'" for name in names)
    return {"target": f"{PARCEL}[{listed}]", "x-count": len(names), "remove": True}


def add(**properties: Any) -> dict[str, Any]:
    return {"target": PARCEL, "update": properties}


def move(how: str, source: Any, target: Any = None, **more: Any) -> dict[str, Any]:
    entry = {"on": "Parcel", "how": how, "from": source, **more}
    return entry if target is None else {**entry, "to": target}


def write_spec(tmp_path: Path, moves: Any, *actions: dict[str, Any]) -> Path:
    """A spec folder with one change, which has these actions and declares these moves."""
    declared = [{**action, "x-change": "one-change"} for action in actions]
    declared[0] |= {"description": "One change."}
    if moves is not None:
        declared[0]["x-move"] = moves
    return write_overlay(tmp_path, declared)


def write_overlay(tmp_path: Path, actions: list[dict[str, Any]]) -> Path:
    """A spec folder whose one overlay has these actions."""
    (tmp_path / "changes").mkdir(exist_ok=True)
    # JSON is YAML, with exactly the content above.
    (tmp_path / "openapi.yaml").write_text(json.dumps(BASE, indent=1))
    overlay = {"overlay": "1.1.0", "info": {"title": "Changes", "version": "2024-04"}, "actions": actions}
    (tmp_path / "changes/2024-04.yaml").write_text(json.dumps(overlay, indent=1))
    return tmp_path


POINT = {"type": "object", "properties": {"x": {"type": "number"}, "y": {"type": "number"}}}
WEIGHT = {
    "type": "object",
    "properties": {"value": {"type": "number"}, "unit": STRING, "net": {"type": "number"}},
}
PEOPLE = {"type": "array", "items": {"type": "object", "properties": {"name": STRING, "email": STRING}}}

TRUE: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "rename": ([move("rename", "town", "city")], [drop("town"), add(city=STRING)]),
    "rename of a value": (
        [{"on": "Unit", "how": "rename", "from": "lb", "to": "pound"}],
        [
            {"target": "$.components.schemas.Unit['x-open-enum'].lb", "remove": True},
            {"target": "$.components.schemas.Unit['x-open-enum']", "update": {"pound": "Pound."}},
        ],
    ),
    "rename of a parameter": (
        [{"on": "get-parcels", "how": "rename", "from": "town", "to": "city"}],
        [{"target": "$.components.parameters.Town.name", "update": "city"}],
    ),
    "rename on several": (
        [{"on": ["Parcel", "get-parcels"], "how": "rename", "from": "town", "to": "city"}],
        [
            drop("town"),
            add(city=STRING),
            {"target": "$.components.parameters.Town.name", "update": "city"},
        ],
    ),
    "merge": ([move("merge", "until", "due")], [drop("until")]),
    "wrap": (
        [
            move(
                "wrap",
                ["weight", "weight_unit"],
                ["weight.value", "weight.unit"],
                **{"lost-down": "weight.net"},
            )
        ],
        [drop("weight", "weight_unit"), add(weight=WEIGHT)],
    ),
    "by-position": (
        [move("by-position", "position", ["point.x", "point.y"])],
        [drop("position"), add(point=POINT)],
    ),
    "first": (
        [move("first", "next", "leg", **{"lost-up": "next[]"})],
        [drop("next"), add(leg={"$ref": "#/components/schemas/Leg"})],
    ),
    "gather": (
        [move("gather", ["name", "emails"], ["people[].name", "people[].email"])],
        [drop("name", "emails"), add(people=PEOPLE)],
    ),
    "unwrap": (
        [{"on": "Envelope", "how": "unwrap", "from": "data.parcel", "to": "data"}],
        [
            {
                "target": "$.components.schemas.Envelope.properties.data['$ref']",
                "update": "#/components/schemas/Parcel",
            }
        ],
    ),
    "null-when-empty": (
        [move("null-when-empty", "notes", "notes")],
        [{"target": f"{PARCEL}.notes", "update": {"description": "Null when empty."}}],
    ),
    "split-value": (
        [{"on": "Unit", "how": "split-value", "from": "lb", "to": ["pound", "troy"], "up": "pound"}],
        [
            {"target": "$.components.schemas.Unit['x-open-enum'].lb", "remove": True},
            {
                "target": "$.components.schemas.Unit['x-open-enum']",
                "update": {"pound": "Pound.", "troy": "Pound of gold."},
            },
        ],
    ),
    "split-value that stays": (
        [{"on": "Unit", "how": "split-value", "from": "lb", "to": ["lb", "troy"], "up": "lb"}],
        [{"target": "$.components.schemas.Unit['x-open-enum']", "update": {"troy": "Pound of gold."}}],
    ),
    "join-values": (
        [{"on": "Unit", "how": "join-values", "from": ["kg", "lb"], "to": "weight", "down": "kg"}],
        [
            {"target": "$.components.schemas.Unit['x-open-enum']['kg', 'lb']", "x-count": 2, "remove": True},
            {"target": "$.components.schemas.Unit['x-open-enum']", "update": {"weight": "Any."}},
        ],
    ),
    "drop": ([move("drop", ["town", "due"])], [drop("town", "due")]),
    "drop of a kind": ([move("drop", "town")], [drop("town"), add(town=OBJECT)]),
}


@pytest.mark.parametrize("name", TRUE)
def test_a_true_move_is_accepted(tmp_path: Path, name: str) -> None:
    moves, actions = TRUE[name]
    spec = write_spec(tmp_path, moves, *actions)
    [change] = changelog_lines(compose(spec, "2024-04"))
    assert {move.how for move in change.moves} == {moves[0]["how"]}


def test_every_conversion_has_a_case() -> None:
    assert {moves[0]["how"] for moves, _ in TRUE.values()} == set(CONVERSIONS)


@pytest.mark.parametrize(
    ("moves", "actions", "says"),
    [
        ([move("rename", "twon", "city")], [drop("town"), add(city=STRING)], "had no twon before"),
        ([move("rename", "town", "city")], [drop("town")], "has no city after the change"),
        ([move("rename", "town", "city")], [add(city=STRING)], "still has town after the change"),
        ([move("rename", "town", "city")], [drop("town"), add(city=OBJECT)], "string cannot become object"),
        ([move("rename", "town", "town")], [drop("town"), add(town=STRING)], "from and to are the same"),
        ([move("drop", "town")], [add(city=STRING)], "still has town after the change"),
        (
            [{**move("drop", "town"), "on": "Box"}],
            [drop("town")],
            '"Box" is not a schema or operation of both',
        ),
        ([move("merge", "until", "late")], [drop("until"), add(late=STRING)], "late was not there before"),
        ([move("wrap", "notes", "box.notes")], [drop("notes"), add(box=OBJECT)], "has no box.notes after"),
        (
            [move("wrap", ["town", "due"], ["a.town", "b.due"])],
            [
                drop("town", "due"),
                add(
                    a={**OBJECT, "properties": {"town": STRING}}, b={**OBJECT, "properties": {"due": STRING}}
                ),
            ],
            "keys of one object",
        ),
        (
            [move("first", "position", "point")],
            [drop("position"), add(point=STRING)],
            "a list and to an object",
        ),
        ([move("by-position", "town", ["p.x", "p.y"])], [drop("town"), add(p=POINT)], "from must be a list"),
        (
            [move("gather", ["name", "emails"], ["point.x", "point.y"])],
            [drop("name", "emails"), add(point=POINT)],
            "keys of the items of one list",
        ),
        ([move("null-when-empty", "town", "town")], [add(city=STRING)], "one object that keeps its path"),
        ([move("merge", "until", "due", **{"lost-up": "x"})], [drop("until")], "had no x before"),
        (
            [move("rename", "town", "city", **{"lost-down": "x"})],
            [drop("town"), add(city=STRING)],
            "has no x after the change",
        ),
        (
            [move("split-value", "town", ["city", "village"], up="city")],
            [drop("town"), add(city=STRING, village=STRING)],
            "it is for the values of an enum",
        ),
        (
            [{"on": "Unit", "how": "join-values", "from": ["lb", "stone"], "to": "kg", "down": "lb"}],
            [{"target": "$.components.schemas.Unit['x-open-enum'].lb", "remove": True}],
            "had no stone before",
        ),
        (
            [{"on": "Unit", "how": "split-value", "from": "lb", "to": ["kg", "stone"], "up": "kg"}],
            [
                {"target": "$.components.schemas.Unit['x-open-enum'].lb", "remove": True},
                {"target": "$.components.schemas.Unit['x-open-enum']", "update": {"stone": "14 lb."}},
            ],
            "kg was there before",
        ),
        (None, [drop("town")], "town of Parcel goes away, and no x-move says where to"),
        (None, [drop("town"), add(town=OBJECT)], "town of Parcel was string and becomes object"),
        (
            None,
            [{"target": "$.components.schemas.Unit['x-open-enum'].lb", "remove": True}],
            "lb of Unit goes away",
        ),
        (
            None,
            [{"target": "$.components.parameters.Town.name", "update": "city"}],
            "town of get-parcels goes away",
        ),
    ],
)
def test_a_false_move_is_refused(
    tmp_path: Path, moves: Any, actions: list[dict[str, Any]], says: str
) -> None:
    spec = write_spec(tmp_path, moves, *actions)
    with pytest.raises(SpecError) as caught:
        compose(spec, "2024-04")
    assert says in str(caught.value)
    assert "2024-04.yaml:" in str(caught.value)
    if moves is not None:
        assert "Action 1: " in str(caught.value)
        assert str(caught.value.pointer).startswith("/actions/0/x-move")


@pytest.mark.parametrize(
    ("moves", "says"),
    [
        (move("rename", "town", "city"), "must be a list of moves"),
        (["town"], "A move is an object"),
        ([move("renam", "town", "city")], 'conversion "renam" is unknown'),
        ([{"how": "rename", "from": "town", "to": "city"}], "A move needs on"),
        ([{**move("rename", "town", "city"), "unit": "kg"}], 'key "unit" is unknown'),
        ([move("rename", ["town", "due"], "city")], "one path in from"),
        ([move("rename", "town")], "one path in to"),
        ([move("wrap", "town", ["a.b", "a.c"])], "as many paths as from in to"),
        ([move("by-position", "position", "point.x")], "two paths or more in to"),
        ([move("drop", "town", "city")], "needs nothing in to"),
        ([move("rename", "$.town", "city")], "must be a path"),
        ([move("rename", 1, "city")], "must be a path"),
        ([move("rename", "town", "city", up="city")], "rename has no choice to make. Leave up out"),
        ([move("split-value", "town", ["a", "b"])], "must say in up which value of to"),
        ([move("split-value", "town", ["a", "b"], up="c")], "says up: c, which is not in to. Choose a or b"),
        ([move("split-value", "town", ["a", "b"], up="a", down="b")], "Leave down out"),
        (
            [move("join-values", ["town", "due"], "city", down="city")],
            "says down: city, which is not in from",
        ),
        ([move("join-values", ["town", "due"], "city")], "must say in down which value of from"),
        ([move("join-values", "town", "city", down="town")], "two paths or more in from"),
    ],
)
def test_a_move_of_another_shape_is_refused(tmp_path: Path, moves: Any, says: str) -> None:
    with pytest.raises(SpecError, match=says):
        compose(write_spec(tmp_path, moves, drop("town"), add(city=STRING)), "2024-04")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ([{}], "Action 1: The action belongs to no change"),
        ([{"x-change": "OneChange"}], "not in kebab-case. Write one-change"),
        ([{"x-change": "one"}], '"one" has no description'),
        ([{"x-change": "one", "description": " "}], "has no description"),
        (
            [{"x-change": "one", "description": "A."}, {"x-change": "one", "description": "B."}],
            "Action 2: description is in the middle",
        ),
        (
            [{"x-change": "one", "description": "A."}, {"x-change": "one", "x-move": []}],
            "x-move is in the middle",
        ),
    ],
)
def test_every_action_belongs_to_a_line(tmp_path: Path, change: list[dict[str, Any]], says: str) -> None:
    actions = [{**add(**{f"new_{number}": STRING}), **declared} for number, declared in enumerate(change)]
    with pytest.raises(SpecError, match=says):
        compose(write_overlay(tmp_path, actions), "2024-04")


def test_what_is_still_referred_to_cannot_be_removed(tmp_path: Path) -> None:
    leg = {"target": "$.components.schemas.Leg", "remove": True}
    with pytest.raises(
        SpecError, match=r"Action 2: It removes #/components/schemas/Leg, but #/comp.*/next/items"
    ):
        compose(write_spec(tmp_path, None, add(more=STRING), leg), "2024-04")
    again = {"target": "$.components.schemas", "update": {"Leg": OBJECT}}
    compose(write_spec(tmp_path, [{"on": "Leg", "how": "drop", "from": "slug"}], leg, again), "2024-04")


def test_one_entry_gives_a_move_for_each_name() -> None:
    found = read_moves({"on": ["A", "B"], "how": "merge", "from": "x", "to": "y"})
    assert found == tuple(DeclaredMove(name, "merge", ("x",), ("y",), ("x",), ()) for name in "AB")


@pytest.mark.parametrize(
    "broken",
    [
        {"components": {"schemas": {"Parcel": {"properties": [], "allOf": 5, "anyOf": {}}, "Leg": 5}}},
        {"components": []},
        {"paths": {"/parcels": {"get": 5, "put": {"parameters": {}}}}},
        {"components": {"schemas": {"Leg": {"anyOf": [{"$ref": "#/components/schemas/Leg"}]}}}},
        {"components": {"schemas": {"Leg": {"properties": {"slug": {"$ref": "#/nowhere"}}}}}},
    ],
)
def test_a_faulty_base_is_left_to_the_lint(tmp_path: Path, broken: dict[str, Any]) -> None:
    spec = write_spec(tmp_path, None, {"target": "$.info", "update": {"summary": "New."}})
    (spec / "openapi.yaml").write_text(json.dumps({**BASE, **broken}))
    assert compose(spec, "2024-04").raw["info"]["summary"] == "New."
