"""What no client can do is refused by the lint; the page for maintainers lists that, and what works."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from generator.lint import RULES
from generator_support.construct_documents import (
    DOOR,
    EITHER,
    LOCKER,
    STRING,
    as_json,
)
from generator_support.constructs import (
    document,
    findings,
    parameter,
    thing,
    with_schemas,
)
from generator_support.documents import ref

ROOT = Path(__file__).resolve().parents[3]


def test_a_property_of_one_of_two_shapes_without_discriminator_is_refused() -> None:
    holder = thing(pickup=EITHER)
    raw = document("/things", "get", response=as_json(ref("Holder")))
    [finding] = findings(with_schemas(raw, Locker=LOCKER, Door=DOOR, Holder=holder))
    assert finding.endswith(
        "The alternatives Locker and Door are both an object. Keep one of them, or add a discriminator. "
        "[union-decodable]"
    )


def test_a_format_of_a_time_without_x_time_names_the_hint() -> None:
    event = thing(at={"anyOf": [STRING | {"format": "date"}, STRING | {"format": "date-time"}]})
    raw = document("/things", "get", response=as_json(ref("Event")))
    found = findings(with_schemas(raw, Event=event))
    assert len(found) == 2
    assert all("stands without x-time. Say which shapes occur." in one for one in found)


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (document("/things/{k}", "get", parameters=[parameter("k", "path", ref("Stop"))]), "parameter-style"),
        (
            document("/things", "get", response={"application/hal+json": {"schema": ref("Stop")}}),
            "body-content",
        ),
        (document("/things", "head", response=as_json(ref("Stop"))), "body-content"),
        (document("/things", "get", response=as_json(ref("Stop")) | {"text/csv": {}}), "body-content"),
    ],
)
def test_what_cannot_work_is_refused_in_one_sentence(raw: Any, rule: str) -> None:
    assert [one.rpartition("[")[2] for one in findings(raw)] == [f"{rule}]"]


def test_the_list_for_maintainers_names_tests_and_rules_that_exist() -> None:
    page = (ROOT / "docs" / "document-constructs.md").read_text("utf-8")
    works, refused = page.partition("## Refused")[::2]
    named = re.findall(r"`(test_\w+)` \|$", works, re.MULTILINE)
    rules = [
        rule for row in refused.splitlines() for rule in re.findall(r"`([\w-]+)`", row.split("|")[-2:][0])
    ]
    assert len(named) > 20
    assert len(rules) > 10
    tests = "\n".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert [name for name in named if f"\ndef {name}(" not in tests] == []
    assert [rule for rule in rules if rule not in RULES] == []
