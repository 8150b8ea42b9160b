"""What is written as YAML reads back as the same values, here and in other readers."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from generator.document.yaml_reader import parse
from generator.propose.writing.yaml_writer import yaml_text

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    [
        "1e3",
        "yes",
        "on",
        "~",
        "null",
        "0o7",
        "1_000",
        "2027-01-01",
        "a #b",
        "#/c",
        "!x",
        "<<",
        "=",
        "",
        "- a",
        "a: b",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_it_reads_back_as_the_same(value: Any) -> None:
    assert parse(yaml_text(value).encode(), "made.yaml").value == value


@pytest.mark.parametrize("text", ["yes", "on", "2027-01-01", "1_000", "0o7", "~", "1:20", "#a", "=", "<<"])
def test_other_readers_see_a_string_too(text: str) -> None:
    assert yaml.safe_load(yaml_text({text: [text]})) == {text: [text]}
