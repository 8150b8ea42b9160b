"""What a comparison finds, before it is known which operations it reaches and so what it means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference between two values, without a direction."""

    kind: str
    """The kind of a row in `rules.value_rules`."""
    subject: str
    pointer: str
    """In the new document; for what is gone, where it would stand."""
    old: str = ""
    new: str = ""
    note: str = ""
    property: str = ""
    """The name of a property right below the model, empty for anything deeper."""
    moved: str = ""
    """Where its value is now, as a path from the object that it belonged to; several with commas."""
    doubtful: tuple[str, ...] = ()
    """The beginnings of those paths where nothing may be: null, an empty list, a key that is left out."""


def rule_id(area: str, kind: str) -> str:
    """The id of a rule: a rule for a property leaves that word out of its id for a parameter."""
    return f"{area}-{kind.removeprefix('property-') if area == 'parameter' else kind}"


def format_value(value: Any) -> str:
    """A JSON value in a sentence: strings bare, lists with commas, nothing as `none`."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {format_value(item)}" for key, item in sorted(value.items()))
    if isinstance(value, list | tuple):
        return ", ".join(format_value(item) for item in value) or "none"
    return str(value)


def join_words(words: Iterable[str], last: str = "and") -> str:
    """Join words to `a, b and c`."""
    *first, end = list(words) or [""]
    return f"{', '.join(first)} {last} {end}" if first else end
