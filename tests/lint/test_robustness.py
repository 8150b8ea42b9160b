"""The lint judges broken documents, so nothing that is broken may break the lint."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from generator.document import pointer as pointers
from generator.document.document import Document
from generator.document.yaml_reader import read
from generator.lint import lint_document

BASE = read(Path(__file__).parent / "base_document.yaml")
ABSENT = object()
ODD = [
    ABSENT, None, True, 0, -1, 1.5, "", "x", [], [None], ["x"], [{}], {}, {"x": 1}, "$response.body#/", "{x}",
    {"$ref": "#/components/schemas/Meta"}, {"$ref": "#/nowhere"}, {"$ref": 5}, {"type": "null"},
]  # fmt: skip


def every_pointer(value: Any, pointer: str = "") -> Iterator[str]:
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, child in children:
        yield pointers.child(pointer, key)
        yield from every_pointer(child, pointers.child(pointer, key))


def broken(pointer: str, odd: Any) -> Any:
    """The base document with one value replaced or taken out."""
    document = copy.deepcopy(BASE.value)
    *parents, last = pointers.split(pointer)
    owner: Any = document
    for part in parents:
        owner = owner[int(part)] if isinstance(owner, list) else owner[part]
    key: Any = int(last) if isinstance(owner, list) else last
    if odd is ABSENT:
        del owner[key]
    else:
        owner[key] = copy.deepcopy(odd)
    return document


def test_no_broken_value_stops_the_lint() -> None:
    everything = [(pointer, odd) for pointer in every_pointer(BASE.value) for odd in ODD]
    for pointer, odd in random.Random(1).sample(everything, 500):
        document = Document("2024-01", broken(pointer, odd), BASE.marks)
        for finding in lint_document(document):
            assert finding.line > 0
            assert finding.message
