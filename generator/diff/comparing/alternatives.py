"""Values seen as sets of alternatives, so that every spelling of "string or null" compares alike.

What the alternatives of a schema are says `generator.document.schema_walk`. Null is not one of them: it is
recorded on its own, because it means something else to callers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from generator.diff.comparing.finding import join_words
from generator.document.document import Document
from generator.document.schema_walk import Alternative, Alternatives, Property, SchemaWalk, alternatives


def describe_type(value: Any) -> str:
    """A schema in a few words: `string`, `list of Checkpoint`, `number or null`."""
    shape = alternatives(value, "")
    named = list(dict.fromkeys(_describe_part(part) for part in shape.parts))
    return join_words([*named, "null"] if shape.nullable else named, "or")


def find_properties(document: Document, value: Any, pointer: str, name: str) -> Iterator[Property]:
    """One property in all object alternatives of a value."""
    walk = SchemaWalk(document)
    for part in walk.alternatives(value, pointer).parts:
        if part.kind == "object":
            found = walk.properties(part.schema, part.pointer).get(name)
            if found is not None:
                yield found


def _describe_part(part: Alternative) -> str:
    if part.component:
        return part.component
    if part.kind == "array":
        return f"list of {describe_type(part.schema.get('items') or {})}"
    if part.kind == "object" and isinstance(part.schema.get("additionalProperties"), Mapping):
        return f"map to {describe_type(part.schema['additionalProperties'])}"
    return {"any": "anything", "boolean": "true or false"}.get(part.kind, part.kind)


def match_parts(old: Alternatives, new: Alternatives) -> tuple[list[tuple[Alternative, Alternative]], str]:
    """The alternatives that belong together, and how the types relate: "", widened, narrowed, changed."""
    before, after = _parts_by_key(old, new), _parts_by_key(new, old)
    matched = [(before[key], after[key]) for key in before if key in after]
    grown = _covers(after, before)
    shrunk = _covers(before, after)
    if grown and shrunk:
        return matched, ""
    return matched, "widened" if grown else "narrowed" if shrunk else "changed"


def _parts_by_key(shape: Alternatives, other: Alternatives) -> dict[str, Alternative]:
    """Parts by type; objects by name where there are several."""
    several = any(sum(part.kind == "object" for part in one.parts) > 1 for one in (shape, other))
    return {
        f"object {part.component}" if several and part.kind == "object" else part.kind: part
        for part in shape.parts
    }


def _covers(wide: Mapping[str, Alternative], narrow: Mapping[str, Alternative]) -> bool:
    if "any" in wide:
        return True
    return all(key in wide or (key == "integer" and "number" in wide) for key in narrow)
