"""A document that says the same in other words gives the same draft, byte for byte."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depth import examples
from propose_support import foreign
from propose_support.steps import draft, propose_from
from spec_support import document

VARIANTS: dict[str, Callable[[Any], Any]] = {
    "shuffled": lambda raw: foreign.shuffled(raw, 1),
    "inlined": foreign.inlined,
    "renamed": foreign.renamed,
    "all of it": lambda raw: foreign.shuffled(foreign.inlined(foreign.renamed(raw)), 2),
    "3.0": foreign.as_3_0,
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_other_words_give_the_same_draft(variant: str) -> None:
    raw = foreign.foreign(document("2025-01").raw)
    other = VARIANTS[variant](raw)
    assert other != raw or list(other["paths"]) != list(raw["paths"])
    assert propose_from(other, "2025-01").text == draft("2025-01").text


@settings(max_examples=examples(2), deadline=None)
@given(
    st.sampled_from(["2024-07", "2026-07"]),
    st.integers(0, 2**32),
    st.booleans(),
    st.sampled_from([str.lower, str.upper, lambda name: f"api_{name}V2", lambda name: name[::-1]]),
    st.booleans(),
)
def test_any_mixture_gives_the_same_draft(
    version: str, seed: int, inline: bool, rename: Callable[[str], str], dialect: bool
) -> None:
    raw = foreign.renamed(foreign.foreign(document(version).raw), rename)
    raw = foreign.inlined(raw) if inline else raw
    raw = foreign.as_3_0(raw) if dialect else raw
    assert propose_from(foreign.shuffled(raw, seed), version).text == draft(version).text


def test_another_document_gives_another_draft() -> None:
    """The comparison above can fail."""
    raw = foreign.foreign(document("2025-01").raw)
    raw["components"]["schemas"]["Tracking"]["properties"]["surprise"] = {"type": "string"}
    assert propose_from(raw, "2025-01").text != draft("2025-01").text


def test_descriptions_are_evidence_and_are_not_copied() -> None:
    raw = foreign.foreign(document("2026-01").raw)
    properties = raw["components"]["schemas"]["Checkpoint"]["properties"]
    properties["quite_another_name"] = {**properties.pop("postal_code"), "description": "The postal code."}
    found = [one for one in propose_from(raw, "2026-01").guesses if one.before == "zip"]
    assert [(one.after, one.sure) for one in found] == [("quite_another_name", True)]
    assert "the descriptions are alike" in found[0].reason
    del properties["quite_another_name"]["description"]
    found = [one for one in propose_from(raw, "2026-01").guesses if one.before == "zip"]
    assert [one.sure for one in found] == [False]
