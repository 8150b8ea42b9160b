"""Every rule finds what it is for: one small document without findings, broken once per case.

The cases are in `cases/`, one file per family of rules. A case says what is changed (`set`: pairs of pointer
and value, `-` appends to a list; `drop`: pointers), and the finding it must lead to (`rule`, `at`, words of
the sentence in `says`). Other rules may only report when `also` names them.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from generator.document import pointer as pointers
from generator.document.document import Document
from generator.document.yaml_reader import read
from generator.lint import RULES, LintFinding, lint_document

HERE = Path(__file__).parent
BASE = read(HERE / "base_document.yaml")


@dataclass(frozen=True)
class Case:
    """One fault, and the finding it must lead to."""

    rule: str
    at: str
    says: str
    set: list[tuple[str, Any]] = field(default_factory=list)
    drop: list[str] = field(default_factory=list)
    also: list[str] = field(default_factory=list)


CASES = [
    (file.stem, Case(**case)) for file in sorted((HERE / "cases").glob("*.yaml")) for case in read(file).value
]


def owner_and_key(document: Any, pointer: str) -> tuple[Any, Any]:
    *parents, last = pointers.split(pointer)
    owner = document
    for part in parents:
        owner = owner[int(part)] if isinstance(owner, list) else owner[part]
    return owner, int(last) if isinstance(owner, list) and last != "-" else last


def lint(case: Case | None = None) -> list[LintFinding]:
    raw = copy.deepcopy(BASE.value)
    for pointer, value in case.set if case else ():
        owner, key = owner_and_key(raw, pointer)
        if key == "-":
            owner.append(copy.deepcopy(value))
        else:
            owner[key] = copy.deepcopy(value)
    for pointer in case.drop if case else ():
        owner, key = owner_and_key(raw, pointer)
        del owner[key]
    return lint_document(Document("2024-01", raw, BASE.marks))


def test_the_base_document_has_no_finding() -> None:
    assert [str(finding) for finding in lint()] == []


@pytest.mark.parametrize(
    "case", [case for _, case in CASES], ids=[f"{case.rule}-{at}" for at, (_, case) in enumerate(CASES)]
)
def test_a_rule_finds_its_fault(case: Case) -> None:
    findings = lint(case)
    expected = [one for one in findings if (one.rule, one.pointer) == (case.rule, case.at)]
    assert [one for one in expected if case.says in one.message], findings
    assert {one.rule for one in findings} <= {case.rule, *case.also}, findings


@pytest.mark.parametrize("name", ["from", "class", "from_", "client", "url", "self", "timeout", "locals"])
def test_a_name_of_somebody_elses_api_may_be_a_word_of_python(name: str) -> None:
    parameter = {"name": name, "in": "query", "description": "D.", "schema": {"type": "string"}}
    added = Case("", "", "", set=[("/paths/~1parcels/get/parameters/-", parameter)])

    assert [str(finding) for finding in lint(added)] == []


def test_every_rule_has_a_case_in_the_file_of_its_family() -> None:
    families = {rule.id: rule.check.__module__.rpartition(".")[2] for rule in RULES.values()}
    assert {(family, case.rule) for family, case in CASES} == {
        (family, rule) for rule, family in families.items()
    }


def test_every_sentence_is_followed_by_a_hint() -> None:
    for _, case in CASES:
        for finding in lint(case):
            sentences = finding.message.replace("...", "").split(". ")
            assert len(sentences) >= 2, finding
            assert finding.message.endswith((".", "?")), finding


def test_ids_are_words_and_reasons_one_line() -> None:
    for rule in RULES.values():
        assert rule.id == rule.id.lower()
        assert rule.id.replace("-", "").isalpha()
        assert "\n" not in rule.reason
        assert rule.reason.endswith(".")


def test_a_broken_shape_hides_what_relies_on_it() -> None:
    """A dangling reference is reported alone: the rules that follow references would stumble over it."""
    findings = lint(
        Case(
            rule="",
            at="",
            says="",
            set=[("/components/schemas/ParcelCreate/properties/carrier/$ref", "#/components/schemas/Nobody")],
            drop=["/components/schemas/Stop/description"],
        )
    )
    assert {finding.rule for finding in findings} == {"dangling-reference"}


def test_a_finding_names_file_and_line() -> None:
    pointer = "/components/schemas/Stop/properties/town"
    [finding] = lint(Case(rule="", at="", says="", drop=[f"{pointer}/x-provenance"]))
    lines = (HERE / "base_document.yaml").read_text("utf-8").splitlines()
    assert finding.file.endswith("base_document.yaml")
    assert lines[finding.line - 1].strip().startswith("town:")
    assert str(finding) == (
        f"{finding.file}:{finding.line}: #{pointer}: "
        'The property "town" has no x-provenance. Say how it is known. [property-provenance]'
    )
