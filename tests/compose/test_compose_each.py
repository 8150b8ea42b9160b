"""Several documents at once: the same as one by one, and independent of each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.document.compose import UnknownVersionError, compose, compose_each, versions
from generator.document.document import Document
from generator.document.source import Mark

SPEC = Path(__file__).resolve().parents[2] / "spec"


def locations(mark: Mark) -> object:
    children = mark.children
    if isinstance(children, dict):
        return str(mark.location), {key: locations(child) for key, child in children.items()}
    return str(mark.location), [locations(child) for child in children or ()]


def content(document: Document) -> tuple[object, ...]:
    return document.version, document.to_json(), locations(document.marks), dict(document.actions)


def test_they_equal_what_compose_returns_one_by_one() -> None:
    wanted = versions(SPEC)[::4]

    found = compose_each(SPEC)

    assert [document.version for document in found] == list(versions(SPEC))
    assert [content(document) for document in found if document.version in wanted] == [
        content(compose(SPEC, name)) for name in wanted
    ]


def test_only_the_requested_versions_are_returned_oldest_first() -> None:
    known = versions(SPEC)

    found = compose_each(SPEC, (known[3], known[1]))

    assert [document.version for document in found] == [known[1], known[3]]
    assert compose_each(SPEC, ()) == []


def test_they_share_nothing_that_can_be_changed() -> None:
    old, new = compose_each(SPEC, versions(SPEC)[:2])
    before = content(new)

    old.raw["paths"]["/trackings"]["get"]["summary"] = "Changed."
    old.marks.fields["paths"].fields.clear()

    assert content(new) == before


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(UnknownVersionError, match="2024-02"):
        compose_each(SPEC, ("2024-01", "2024-02"))
