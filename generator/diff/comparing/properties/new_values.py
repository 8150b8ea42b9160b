"""What a document says about a value that is new, beside its type: limits, forms of times, a default.

Where a value was there before, each of these is compared by itself. Of a new one all are listed, with those
of what is inside of it. A model that was there before is left out: what changed in it is listed anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from generator.diff.comparing.constraints import describe_rules
from generator.diff.comparing.finding import format_value, join_words
from generator.document.schema_walk import Alternative, SchemaWalk, as_mapping


def describe_new_value(walk: SchemaWalk, known: Mapping[str, Any], schema: Any, pointer: str) -> str:
    """What is said about a new value, in sentences; empty if it is nothing.

    `known` are the components of the older document.
    """
    beside = as_mapping(schema)
    words = describe_rules(beside, values=True) if "$ref" in beside else []
    parts = walk.alternatives(schema, pointer).parts
    details = describe_new_parts(walk, known, parts, words)
    return " ".join(filter(None, (details, _default(walk, schema, pointer))))


def describe_new_parts(
    walk: SchemaWalk, known: Mapping[str, Any], parts: Iterable[Alternative], words: Iterable[str] = ()
) -> str:
    """The same for alternatives of a value; `words` are what is known about it already."""
    said = dict(_rules(walk, known, parts, words, "", frozenset()))
    own = said.pop("", "")
    paths: dict[str, list[str]] = {}
    for path, rules in said.items():
        paths.setdefault(rules, []).append(f"`{path}`")
    listed = [*([own] if own else []), *(f"{join_words(alike)} {rules}" for rules, alike in paths.items())]
    return f"In detail: {'; '.join(listed)}." if listed else ""


def _rules(
    walk: SchemaWalk,
    known: Mapping[str, Any],
    parts: Iterable[Alternative],
    words: Iterable[str],
    path: str,
    above: frozenset[str],
) -> Iterator[tuple[str, str]]:
    """The rules of a value and of all that is inside of it, each with its path."""
    parts = tuple(parts)
    rules = [*words]
    for part in parts:
        rules += describe_rules(part.schema, values=part.component not in known)
    if rules:
        yield path, ", ".join(dict.fromkeys(rules))
    for part in parts:
        if part.component not in known and part.component not in above:
            below = above | {part.component} if part.component else above
            for schema, pointer, name in _inside(walk, part, path):
                inner = as_mapping(schema)
                beside = describe_rules(inner, values=True) if "$ref" in inner else []
                yield from _rules(walk, known, walk.alternatives(schema, pointer).parts, beside, name, below)


def _inside(walk: SchemaWalk, part: Alternative, path: str) -> Iterator[tuple[Any, str, str]]:
    """What an object or a list holds: each schema with its pointer and its path."""
    if part.kind == "object":
        for name, declared in sorted(walk.properties(part.schema, part.pointer).items()):
            yield declared.schema, declared.pointer, f"{path}.{name}".lstrip(".")
    elif part.kind == "array" and "items" in part.schema:
        yield part.schema["items"], f"{part.pointer}/items", f"{path}[]"


def _default(walk: SchemaWalk, schema: Any, pointer: str) -> str:
    value = as_mapping(schema).get("default", as_mapping(walk.resolve(schema, pointer).schema).get("default"))
    return "" if value is None else f"Default: {format_value(value)}."
