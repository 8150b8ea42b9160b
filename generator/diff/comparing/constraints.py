"""What a schema says beside its type: limits, patterns, times, known values. Compared key by key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from generator.diff.comparing.finding import Finding, format_value, join_words
from generator.diff.comparing.moves import Move
from generator.document import pointer as pointers

Effect = Literal["tightened", "loosened", "changed"]

_AT_LEAST = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"})
_AT_MOST = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"})
_EITHER = frozenset(
    {
        "pattern", "format", "const", "contentEncoding", "contentMediaType", "propertyNames", "contains",
        "dependentRequired", "dependentSchemas", "if", "then", "else", "not", "x-country",
    }
)  # fmt: skip
CONSTRAINTS = tuple(sorted({*_AT_LEAST, *_AT_MOST, *_EITHER, "multipleOf", "uniqueItems"}))


@dataclass(frozen=True, slots=True)
class Subject:
    """What is compared, and its location in the new document."""

    name: str
    pointer: str
    property: str = ""
    renamed_values: Mapping[str, tuple[Move, ...]] = field(default_factory=dict)
    """Of an enum: each old value with where it went, one move for each of the new values."""

    def found(self, kind: str, old: str = "", new: str = "", key: str = "") -> Finding:
        """A finding about it; `key` leads to a part of it."""
        pointer = pointers.child(self.pointer, key) if key else self.pointer
        return Finding(kind, self.name, pointer, old, new, property=self.property)


def compare(old: Mapping[str, Any], new: Mapping[str, Any], subject: Subject) -> Iterator[Finding]:
    """All differences of two schemas of one type, except those of properties and items."""
    yield from _constraints(old, new, subject)
    yield from _times(old, new, subject)
    yield from _emptiness(old, new, subject)
    yield from _enums(old, new, subject)


def _constraints(old: Mapping[str, Any], new: Mapping[str, Any], subject: Subject) -> Iterator[Finding]:
    timed = "x-time" in old or "x-time" in new
    for key in CONSTRAINTS:
        if key == "format" and timed:  # it follows from the shapes of the time
            continue
        before, after = old.get(key), new.get(key)
        if before != after:
            effect = _effect(key, before, after)
            yield subject.found(f"constraint-{effect}", _describe(key, before), _describe(key, after), key)
    yield from _other_properties(old, new, subject)
    for key in ("anyOf", "oneOf"):
        demands = [_demands(schema.get(key)) for schema in (old, new)]
        if demands[0] != demands[1]:
            effect = _effect(key, *demands)
            yield subject.found(
                f"constraint-{effect}", demands[0] or "no demand", demands[1] or "no demand", key
            )


def _other_properties(old: Mapping[str, Any], new: Mapping[str, Any], subject: Subject) -> Iterator[Finding]:
    """What an object may hold beside its properties; two schemas of it are compared like those of items."""
    ranks, words = [], []
    for schema in (old, new):
        others = schema.get("additionalProperties", True)
        typed = isinstance(others, Mapping) and bool(others)
        ranks.append(0 if others is False else 1 if typed else 2)
        words.append(
            ("no other properties", "other properties of one type", "any other properties")[ranks[-1]]
        )
    if ranks[0] != ranks[1]:
        effect = "tightened" if ranks[1] < ranks[0] else "loosened"
        yield subject.found(f"constraint-{effect}", words[0], words[1], "additionalProperties")


def describe_rules(schema: Mapping[str, Any], *, values: bool) -> list[str]:
    """All that a schema demands beside its type, in a few words each. `values` adds those of an open enum."""
    timed = "x-time" in schema
    declared = [key for key in CONSTRAINTS if schema.get(key) is not None and schema[key] is not False]
    words = [
        f"{_describe(key, schema[key])}{_mark(schema, key)}"
        for key in declared
        if not (key in ("format", "pattern") and timed)  # they spell the forms
    ]
    if timed:
        only = f", and nothing else{_mark(schema, 'pattern')}" if "pattern" in schema else ""
        words.append(f"a time of the form {format_value(schema['x-time'])}{only}")
    if "enum" in schema:
        words.append(f"one of {format_value([value for value in schema['enum'] if value is not None])}")
    if values and "x-open-enum" in schema:
        words.append(f"known values {format_value(sorted(schema['x-open-enum']))}")
    if schema.get("additionalProperties") is False:
        words.append("no other properties")
    demands = [_demands(schema.get(key)) for key in ("anyOf", "oneOf")]
    return [*words, *(f"needs {demand}" for demand in demands if demand)]


def _mark(schema: Mapping[str, Any], key: str) -> str:
    """How a limit is known, if it is not documented."""
    mark = (schema.get("x-constraints") or {}).get(key, "documented")
    return "" if mark == "documented" else f" ({mark})"


def _effect(key: str, before: Any, after: Any) -> Effect:
    if key == "uniqueItems":
        before, after = before or None, after or None
    if before is None:
        return "tightened"
    if after is None:
        return "loosened"
    if key in _AT_LEAST:
        return "tightened" if after > before else "loosened"
    if key in _AT_MOST:
        return "tightened" if after < before else "loosened"
    return "changed"


def _describe(key: str, value: Any) -> str:
    key = key.removeprefix("x-")
    if value is None:
        return f"no {key}"
    return f"{key} `{value}`" if key == "pattern" else f"{key} {format_value(value)}"


def _demands(alternatives: Any) -> str | None:
    """`state or postal_code` for a list of alternatives that only demand properties."""
    if not isinstance(alternatives, list):
        return None
    if not all(isinstance(one, Mapping) and set(one) == {"required"} for one in alternatives):
        return None
    return " or ".join(sorted(" with ".join(sorted(one["required"])) for one in alternatives))


def _times(old: Mapping[str, Any], new: Mapping[str, Any], subject: Subject) -> Iterator[Finding]:
    before, after = list(old.get("x-time") or ()), list(new.get("x-time") or ())
    if bool(before) != bool(after):
        effect = "tightened" if after else "loosened"
        yield subject.found(
            f"constraint-{effect}",
            f"time {format_value(before)}" if before else "any string",
            f"time {format_value(after)}" if after else "any string",
            "x-time",
        )
        return
    added = [shape for shape in after if shape not in before]
    removed = [shape for shape in before if shape not in after]
    if added:
        yield subject.found("time-shape-added", new=format_value(added), key="x-time")
    if removed:
        yield subject.found("time-shape-removed", old=format_value(removed), key="x-time")


def _emptiness(old: Mapping[str, Any], new: Mapping[str, Any], subject: Subject) -> Iterator[Finding]:
    """What the service sends for an empty property here: an empty object, or null."""
    before, after = old.get("x-when-empty") or {}, new.get("x-when-empty") or {}
    for name in sorted(before.keys() | after.keys()):
        was_null, is_null = before.get(name) == "null", after.get(name) == "null"
        if was_null != is_null:
            kind = "property-became-nullable" if is_null else "property-became-not-nullable"
            note = f"When empty, it comes as {'null' if is_null else 'an empty object'}."
            pointer = pointers.child(subject.pointer, "x-when-empty", name)
            yield Finding(kind, f"{subject.name}.{name}", pointer, note=note)


def _enums(old: Mapping[str, Any], new: Mapping[str, Any], subject: Subject) -> Iterator[Finding]:
    before, after = _values(old), _values(new)
    was_closed, is_closed = "enum" in old, "enum" in new
    key = next((name for name in ("enum", "x-open-enum") if name in new), "")
    if is_closed and not was_closed:
        yield subject.found("enum-closed", key=key)
    elif was_closed and not is_closed:
        yield subject.found("enum-opened", key=key)
    elif after and not before:
        yield subject.found("enum-named", new=format_value(sorted(after)), key=key)
    elif before and not after:
        yield subject.found("enum-unnamed", old=format_value(sorted(before)))
    if not before or not after:
        return
    renamed = {
        value: moves
        for value, moves in subject.renamed_values.items()
        if value in before and value not in after and after.keys() >= {move.target for move in moves}
    }
    same_list = was_closed == is_closed  # another list can have no room for meanings
    location = pointers.child(subject.pointer, key)
    inner = Subject(subject.name, location, subject.property)
    for value, moves in renamed.items():
        yield _moved_value(inner, value, moves, "" if is_closed else moves[0].target)
    taken = {move.target for moves in renamed.values() for move in moves if move.target not in before}
    for value in before:
        if value not in after and value not in renamed:
            yield inner.found("enum-value-removed", old=value)
    for value, meaning in after.items():
        if value not in before and value not in taken:
            yield inner.found("enum-value-added", new=value, key="" if is_closed else value)
        elif value in before and before[value] != meaning and (same_list or (before[value] and meaning)):
            kind = "enum-meaning-changed" if before[value] else "enum-meaning-declared"
            yield inner.found(kind, value, meaning or "No longer documented.", "" if is_closed else value)
    yield from _members(old, new, subject, before.keys() & after.keys())


def _members(
    old: Mapping[str, Any], new: Mapping[str, Any], subject: Subject, values: Iterable[str]
) -> Iterator[Finding]:
    """What the document says about the members of the client's enum, of values that stayed."""
    for key, kind, otherwise in (
        ("x-enum-names", "enum-name-changed", "after its value"),
        ("x-enum-levels", "enum-level-changed", "unknown"),
    ):
        before, after = old.get(key) or {}, new.get(key) or {}
        for value in sorted(values):
            one, other = before.get(value, otherwise), after.get(value, otherwise)
            if one != other:
                yield subject.found(kind, value, f"{other}, no longer {one}", key)


def _moved_value(subject: Subject, value: str, moves: tuple[Move, ...], key: str) -> Finding:
    """A value that has another name, became several, or became one with others."""
    targets = join_words(dict.fromkeys(move.target for move in moves))
    choice = moves[0].choice
    if len(moves) > 1:
        note = f"`migrate()` turns it into `{choice}`." if choice else ""
        return replace(subject.found("enum-value-split", value, targets, key), note=note)
    if moves[0].how in ("join-values", "merge"):
        note = f"`migrate()` turns `{targets}` back into `{choice}`." if choice else ""
        return replace(subject.found("enum-value-joined", value, targets, key), note=note)
    return subject.found("enum-value-renamed", value, targets, key)


def _values(schema: Mapping[str, Any]) -> dict[str, str]:
    """Every known value with its meaning, which may be empty."""
    if "enum" in schema:
        meanings = schema.get("x-enum-meanings") or {}
        return {
            format_value(value): meanings.get(format_value(value), "")
            for value in schema["enum"]
            if value is not None
        }
    return dict(schema.get("x-open-enum") or {})
