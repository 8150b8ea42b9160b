"""Texts that are left for people: a machine drafts a document, and marks what it cannot write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.document import pointer as pointers

TODO = "TODO:"
"""What they begin with."""


def left_texts(value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """The pointer and the content of every text in a value that is left for people."""
    if isinstance(value, str) and value.startswith(TODO):
        yield pointer, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from left_texts(inner, pointers.child(pointer, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from left_texts(inner, pointers.child(pointer, index))
