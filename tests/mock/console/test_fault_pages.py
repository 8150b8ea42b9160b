"""Faults: profiles and rules, switched on and off."""

from __future__ import annotations

from typing import Any

import pytest

from aftership_tracking.mock import FaultBody
from aftership_tracking.mock.console import fault_words
from aftership_tracking.mock.pipeline.faults import FaultRule
from page_support.console import KEY, Console

PAGE = "console/faults"


def pressed(console: Console, name: str) -> str:
    """What the switch of a profile says."""
    for card in console.see(PAGE).root.all("li"):
        if card.all("h3") and card.all("h3")[0].whole_text == name:
            return card.all("button")[0].attributes["aria-pressed"]
    raise AssertionError(name)


def test_a_profile_is_switched_on_and_off(console: Console) -> None:
    console.mock.faults.add(500, path="/nothing")
    assert pressed(console, "outage") == "false"
    console.act(PAGE, do="profile", name="outage", on="1")
    assert pressed(console, "outage") == "true"
    assert console.call("GET", "/couriers").status == 503
    # Twice is once.
    console.act(PAGE, do="profile", name="outage", on="1")
    console.act(PAGE, do="profile", name="outage", on="0")
    assert pressed(console, "outage") == "false"
    assert console.call("GET", "/couriers").status == 200
    assert len(console.mock.faults.rules) == 1
    assert "'nope' is unknown" in console.refused(PAGE, do="profile", name="nope", on="1").alert()


def test_a_rule_is_planned_with_everything(console: Console) -> None:
    console.create()
    console.act(
        PAGE,
        do="add",
        operation="trackings.list",
        path="/trackings",
        query="cursor=*",
        account=console.account,
        nth="2",
        times="3",
        chance="0.5",
        status="429",
        code="4290",
        headers="Retry-After: 2\r\n\r\nx-a: b:c",
        body="html",
        delay="3s",
    )
    rule = console.mock.faults.rules[0].rule
    assert rule == FaultRule(
        id=1,
        operation="trackings.list",
        path="/trackings",
        query={"cursor": "*"},
        key=KEY,
        nth=2,
        times=3,
        chance=0.5,
        status=429,
        code=4290,
        headers={"Retry-After": "2", "x-a": "b:c"},
        body=FaultBody(kind="html"),
        delay=3.0,
    )
    text = console.see(PAGE).text
    assert (
        "status 429 code 4290, Retry-After: 2, x-a: b:c, the body is the page of a gateway, 3s late" in text
    )
    assert "trackings.list, /trackings, cursor=*, Account 1 ***4711" in text


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"status": "503", "always": "1"}, [503, 503, 503]),
        ({"status": "503"}, [503, 200, 200]),
        ({"body": "text", "body_text": "<html>", "times": "2"}, [200, 200, 200]),
    ],
)
def test_a_rule_happens_as_often_as_planned(
    console: Console, form: dict[str, str], status: list[int]
) -> None:
    console.act(PAGE, do="add", **form)
    responses = [console.call("GET", "/couriers") for _ in status]
    assert [each.status for each in responses] == status
    if "body_text" in form:
        assert [each.body == b"<html>" for each in responses] == [True, True, False]


def test_a_rule_is_switched_off_on_and_removed(console: Console) -> None:
    console.act(PAGE, do="add", status="503", always="1")
    assert "The rule is off." in console.act(PAGE, do="switch", number="1", on="0").text
    assert console.call("GET", "/couriers").status == 200
    assert "The rule is on." in console.act(PAGE, do="switch", number="1", on="1").text
    assert console.call("GET", "/couriers").status == 503
    assert "1 of 1" in console.see(PAGE).text
    console.act(PAGE, do="remove", number="1")
    assert console.call("GET", "/couriers").status == 200
    assert "there is no fault 1" in console.refused(PAGE, 404, do="switch", number="1", on="1").alert()
    for _ in range(3):
        console.act(PAGE, do="add", status="503")
    console.act(PAGE, do="clear")
    assert console.mock.faults.rules == ()


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "a fault needs something to do"),
        ({"status": "many"}, "status: a whole number is needed"),
        ({"status": "200"}, "a fault needs a status from 400"),
        ({"status": "429", "chance": "often"}, "chance: a number is needed"),
        ({"status": "429", "chance": "nan"}, "chance"),
        ({"status": "429", "query": "cursor"}, "query: write NAME=VALUE"),
        ({"status": "429", "headers": "Retry-After"}, "headers: write NAME:VALUE"),
        ({"operation": "trackings.lst", "status": "429"}, "no served version has 'trackings.lst'"),
        ({"body": "unknown-enum"}, "needs `at`"),
        ({"drop": "after", "status": "429"}, "drops the connection 'after' has neither"),
        ({"delay": "soon"}, "'soon' is not a duration"),
        ({"body": "<b>"}, "body"),
    ],
)
def test_a_rule_that_cannot_be_is_said_and_stays_typed(
    console: Console, form: dict[str, str], sentence: str
) -> None:
    seen = console.refused(PAGE, do="add", path="/x&<y>", **form)
    assert sentence in seen.alert()
    assert seen.value("path") == "/x&<y>"
    for name in ("status", "chance", "query", "headers", "delay"):
        assert seen.value(name) == form.get(name, "")
    assert console.mock.faults.rules == ()


@pytest.mark.parametrize(
    ("fields", "which", "often", "what"),
    [
        ({"status": 503, "code": 503}, "every request", "once", "status 503"),
        ({"code": 4008, "times": 2}, "every request", "twice", "code 4008"),
        (
            {"drop": "during", "times": None},
            "every request",
            "always",
            "the connection is lost in the middle of the response",
        ),
        (
            {"body": FaultBody(kind="unknown-enum", at="data.tag"), "operation": "trackings.get", "nth": 3},
            "trackings.get",
            "once, from match 3 on",
            "data.tag is a value that no document knows",
        ),
        (
            {"body": FaultBody(kind="null"), "chance": 0.1, "times": None},
            "every request",
            "always, with a chance of 10%",
            "the body is null",
        ),
        ({"body": "x" * 70}, "every request", "once", f"the body is '{'x' * 60}'..."),
        ({"delay": 90.0, "path": "/a"}, "/a", "once", "1m 30s late"),
    ],
)
def test_rules_in_words(fields: dict[str, Any], which: str, often: str, what: str) -> None:
    rule = FaultRule(id=1, **fields)
    assert (fault_words.which(rule), fault_words.how_often(rule), fault_words.what(rule)) == (
        which,
        often,
        what,
    )
