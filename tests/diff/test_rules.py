"""Every rule is found by the change that it is for, and by nothing else.

The cases are data in `cases/`: one row of the rules of values is tried in a request, a response, a webhook
and a parameter; a rule about operations is one change of `parcels.yaml`.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from generator.diff import RULES, Change, Level, Move, diff
from generator.diff.comparing.finding import rule_id
from generator.diff.report.advice import advice_template
from generator.diff.rules.value_rules import ROWS
from generator.document import pointer as pointers
from generator.document.document import Document
from generator.document.source import Location, Mark
from generator.document.yaml_reader import read

HERE = Path(__file__).parent
PARCELS = read(HERE / "parcels.yaml").value
AREAS = ("request", "response", "webhook", "parameter")
_OUTSIDE = ("description", "deprecated", "x-deprecated")
MODELS = {"request": "ParcelCreate", "response": "Cause", "webhook": "ParcelEvent"}


def document(raw: Any) -> Document:
    return Document("2024-01", raw, Mark(Location("parcels.yaml", 1, 1)))


def ids(changes: Sequence[Change]) -> set[str]:
    return {change.rule.id for change in changes}


# ---- Values ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Value:
    """A thing before and after."""

    kind: str
    old: Any = None
    new: Any = None
    name: str = "thing"
    required: tuple[bool, bool] = (False, False)
    moves: Sequence[Mapping[str, str]] = ()
    parts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    says: str = ""
    also: Sequence[str] = ()


VALUES = [Value(**case) for case in read(HERE / "cases" / "values.yaml").value]
VALUE_CASES = [
    pytest.param(value, area, id=f"{rule_id(area, value.kind)}-{number}")
    for number, value in enumerate(VALUES)
    for area in AREAS
    if rule_id(area, value.kind) in RULES
    and not (area == "parameter" and (value.name != "thing" or value.also or "moved" in value.says))
]


def holding(value: Value, area: str, side: str) -> Document:
    """The document of one side, with the thing in one of its four areas."""
    raw = copy.deepcopy(PARCELS)
    raw["components"]["schemas"] |= value.parts.get(side, {})
    schema, name = (value.old, "thing") if side == "old" else (value.new, value.name)
    required = value.required[side == "new"]
    if schema is not None:
        if area == "parameter":
            outer = {key: schema[key] for key in _OUTSIDE if key in schema}
            inner = {key: item for key, item in schema.items() if key not in outer}
            parameter = {"name": name, "in": "query", "required": required, "schema": inner, **outer}
            raw["paths"]["/parcels"]["get"]["parameters"].append(parameter)
        else:
            model = raw["components"]["schemas"][MODELS[area]]
            model["properties"][name] = schema
            if required:
                model["required"] = [name]
    if area == "webhook":  # not reachable from responses, so that only webhooks are judged
        raw["components"]["schemas"]["ParcelEvent"]["properties"].pop("msg")
    return document(raw)


@pytest.mark.parametrize(("value", "area"), VALUE_CASES)
def test_values(value: Value, area: str) -> None:
    on = "list-parcels" if area == "parameter" else MODELS[area]
    moves = [Move(one.get("on", on), one["from"], one["to"], one.get("how", "rename")) for one in value.moves]
    changes = diff(holding(value, area, "old"), holding(value, area, "new"), moves)
    rule = rule_id(area, value.kind)
    if area == "parameter" and "$ref" in (value.new or {}) and value.kind.startswith("enum-value-"):
        rule = f"request-{value.kind}"  # it belongs to the component, not to the parameter
    assert ids(changes) == {rule} | {rule_id(area, kind) for kind in value.also}
    assert len(changes) == 1 + len(value.also)
    assert any(value.says in change.text for change in changes)
    change = next(change for change in changes if change.rule.id == rule)
    if area != "parameter" and not value.parts:
        assert "thing" in change.subject or "word" in change.subject or value.name in change.subject


# ---- Operations --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Edit:
    """One change of the small document."""

    rule: str
    says: str = ""
    set: Mapping[str, Any] = field(default_factory=dict)
    drop: Sequence[str] = ()
    move: Mapping[str, str] = field(default_factory=dict)
    old: Mapping[str, Any] = field(default_factory=dict)
    moves: Sequence[Mapping[str, str]] = ()


EDITS = [Edit(**case) for case in read(HERE / "cases" / "operations.yaml").value]


def edited(changes: Mapping[str, Any]) -> Document:
    raw = copy.deepcopy(PARCELS)
    for source, target in changes.get("move", {}).items():
        owner, key = owner_and_key(raw, source)
        value = owner.pop(key)
        owner, key = owner_and_key(raw, target)
        owner[key] = value
    for pointer, value in changes.get("set", {}).items():
        owner, key = owner_and_key(raw, pointer)
        if key == "-":
            owner.append(copy.deepcopy(value))
        else:
            owner[key] = copy.deepcopy(value)
    for pointer in changes.get("drop", ()):
        owner, key = owner_and_key(raw, pointer)
        del owner[key]
    return document(raw)


def owner_and_key(raw: Any, pointer: str) -> tuple[Any, Any]:
    *parents, last = pointers.split(pointer)
    owner = raw
    for part in parents:
        owner = owner[int(part)] if isinstance(owner, list) else owner[part]
    return owner, int(last) if isinstance(owner, list) and last != "-" else last


@pytest.mark.parametrize(
    "edit", [pytest.param(edit, id=f"{edit.rule}-{number}") for number, edit in enumerate(EDITS)]
)
def test_operations(edit: Edit) -> None:
    moves = [Move(one["on"], one["from"], one["to"]) for one in edit.moves]
    new = edited({"set": edit.set, "drop": edit.drop, "move": edit.move})
    changes = diff(edited(edit.old), new, moves)
    assert ids(changes) == {edit.rule}, [change.text for change in changes]
    assert any(edit.says in change.text for change in changes), [change.text for change in changes]


# ---- The table itself --------------------------------------------------------------------------------------


def test_every_rule_has_a_case() -> None:
    tried = {edit.rule for edit in EDITS}
    for case in VALUE_CASES:
        value, area = case.values
        tried.add(rule_id(area, value.kind))
    assert set(RULES) == tried


def test_ids_and_levels_are_a_promise() -> None:
    """`rules.txt` is the list that others rely on: change it on purpose, and announce it."""
    listed = [
        f"{rule.id} {rule.level}{' absorbed' if rule.absorbed else ''}"
        for rule in sorted(RULES.values(), key=lambda rule: rule.id)
    ]
    assert listed == (HERE / "rules.txt").read_text("utf-8").splitlines()


def test_every_row_gives_at_least_one_rule() -> None:
    for row in ROWS:
        assert any(rule_id(area, row.kind) in RULES for area in AREAS)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_whoever_must_act_has_advice(rule: Any) -> None:
    assert bool(advice_template(rule)) is (rule.level in (Level.BREAKING, Level.WARNING))
    assert rule.reason
    assert "{subject}" in rule.text or "{old}" in rule.text


@pytest.mark.parametrize(
    ("rule", "level"),
    [
        ("response-enum-value-added", Level.WARNING),
        ("request-required-property-added", Level.BREAKING),
        ("request-property-added", Level.COMPATIBLE),
        ("response-property-added", Level.COMPATIBLE),
        ("response-property-removed", Level.BREAKING),
        ("response-property-became-nullable", Level.BREAKING),
        ("webhook-property-became-nullable", Level.BREAKING),
        ("request-property-became-nullable", Level.COMPATIBLE),
        ("request-constraint-tightened", Level.BREAKING),
        ("response-constraint-tightened", Level.COMPATIBLE),
        ("request-default-changed", Level.BREAKING),
        ("operation-removed", Level.BREAKING),
    ],
)
def test_levels_that_are_promised(rule: str, level: Level) -> None:
    assert RULES[rule].level is level
