"""The diff of every two neighbouring versions, against what the changelog reference documents.

Each file in `pairs` is written from the reference, one group for each of its rows. A change is

    subject: new        or    old -> new    or    nothing, where the subject is enough

and for what was added or changed its type, the types of everything below it. `?` marks what may be null,
`req` what must be there. `besides` holds the few changes that the reference does not list as such, with the
reason; `unreported` what it lists and the diff does not, with the reason. Nothing else may differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from diff_support.history import VERSIONS, changes, documents
from generator.diff import Change
from generator.document.document import Document
from generator.document.schema_walk import SchemaWalk

LATER = VERSIONS[1:]
PAIRS = Path(__file__).parent / "pairs"
TYPED = ("property-added", "property-type-changed")
"""Rules whose fact is the type in the new document."""


@dataclass(frozen=True)
class Expected:
    """One change that a file lists."""

    rule: str
    subject: str
    level: str
    where: str
    old: str | None = None
    new: str | None = None
    says: str = ""
    type: Any = None
    seen: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()

    def fits(self, change: Change) -> bool:
        """Whether the diff lists exactly this change."""
        return (
            (self.rule, self.subject) == (change.rule.id, change.subject)
            and self.old in (None, change.old)
            and self.new in (None, change.new)
            and self.says in change.text
        )


@dataclass
class Sheet:
    """One file of `pairs`."""

    version: str
    raw: Mapping[str, Any]
    expected: list[Expected] = field(default_factory=list)

    def __post_init__(self) -> None:
        for group in [*self.raw["documented"], *self.raw.get("besides", [])]:
            for subject, facts in group["changes"].items():
                for fact in facts if isinstance(facts, list) else [facts]:
                    self.expected.append(one(group, subject, fact))


def one(group: Mapping[str, Any], subject: str, fact: Any) -> Expected:
    rule = group["rule"]
    named: dict[str, Any] = {}
    if rule.endswith(TYPED):
        named["type"] = fact
    elif isinstance(fact, Mapping):
        named.update(fact)
    elif fact is not None:
        old, arrow, new = fact.partition("->")
        named.update({"old": old.strip(), "new": new.strip()} if arrow else {"new": fact})
    return Expected(
        rule,
        subject,
        group["level"],
        group.get("section") or group["reason"],
        seen=tuple(sorted(group.get("seen", ()))),
        methods=tuple(group.get("methods", ())),
        **named,
    )


@cache
def sheet(version: str) -> Sheet:
    return Sheet(version, yaml.safe_load((PAIRS / f"{version}.yaml").read_text()))


def pairs_of(version: str) -> Iterator[tuple[Expected, Change]]:
    for expected in sheet(version).expected:
        for change in changes(version):
            if expected.fits(change):
                yield expected, change


def type_of(document: Document, value: Any, required: bool = False) -> tuple[str, Any]:
    """A schema as the reference writes it, and the schema itself with references followed."""
    shape = SchemaWalk(document).alternatives(value)
    (part,) = shape.parts
    known = sorted(part.schema.get("x-open-enum") or part.schema.get("enum") or ())
    text = f"{part.kind}{'?' if shape.nullable else ''}{' req' if required else ''}"
    return (f"{text}: {', '.join(map(str, known))}" if known else text), part.schema


def below(document: Document, schema: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    if schema.get("type") == "array":
        _, item = type_of(document, schema["items"])
        yield from below(document, item, f"{path}[]")
    for name, value in (schema.get("properties") or {}).items():
        text, inner = type_of(document, value, name in schema.get("required", ()))
        inner_path = f"{path}.{name}".lstrip(".")
        yield inner_path, text
        yield from below(document, inner, inner_path)


def type_in(document: Document, subject: str) -> Any:
    """The type of `Model.property`, with everything below it when there is something."""
    model, _, name = subject.partition(".")
    owner = document.raw["components"]["schemas"][model]
    text, schema = type_of(document, owner["properties"][name], name in owner.get("required", ()))
    inner = dict(below(document, schema, ""))
    return {"is": text, **inner} if inner else text


def test_every_pair_has_a_sheet() -> None:
    assert sorted(path.stem for path in PAIRS.glob("*.yaml")) == sorted(LATER)
    assert [sheet(version).raw["from"] for version in LATER] == list(VERSIONS[:-1])


@pytest.mark.parametrize("version", LATER)
def test_the_diff_lists_every_documented_change(version: str) -> None:
    met = [expected for expected, _ in pairs_of(version)]
    missing = [expected for expected in sheet(version).expected if met.count(expected) != 1]
    assert missing == []


@pytest.mark.parametrize("version", LATER)
def test_the_diff_lists_nothing_else(version: str) -> None:
    met = {id(change) for _, change in pairs_of(version)}
    assert [change.text for change in changes(version) if id(change) not in met] == []


@pytest.mark.parametrize("version", LATER)
def test_the_diff_judges_and_locates_it_as_documented(version: str) -> None:
    for expected, change in pairs_of(version):
        assert change.level == expected.level, expected
        assert expected.seen in ((), tuple(direction.value for direction in change.directions)), expected
        assert expected.methods in ((), change.methods), expected


@pytest.mark.parametrize("version", LATER)
def test_what_is_new_has_the_documented_type(version: str) -> None:
    for expected in sheet(version).expected:
        if expected.rule.endswith(TYPED) and expected.type is not None:
            assert type_in(documents()[version], expected.subject) == expected.type, expected


def test_what_is_besides_or_unreported_has_a_reason() -> None:
    for version in LATER:
        raw = sheet(version).raw
        assert all(group["reason"] for group in [*raw.get("besides", []), *raw.get("unreported", [])])


@pytest.mark.parametrize("version", VERSIONS[1:])
def test_every_change_is_located_in_the_overlay_that_made_it(version: str) -> None:
    elsewhere = [
        f"{change.location}: {change.text}"
        for change in changes(version)
        if Path(change.location.file).stem != version
    ]
    assert elsewhere == []
