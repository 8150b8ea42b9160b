"""Our schemas, changed until they have the shapes of the other document; all else stays as it is.

Texts, marks and names of ours are preserved. One component can be needed in two shapes, because the document
no longer has the same at all uses: then one of them stays under its name, and the other one gets a new name.
References are placeholders until all uses are known.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.document.document import Document
from generator.document.schema_walk import PREFIX, as_list, as_mapping, component_of_reference
from generator.propose.merging.new_schemas import SchemaWriter
from generator.propose.merging.scalar_changes import change_flags, change_limits, change_value
from generator.propose.policy import Policy
from generator.propose.reading.shapes import Shape, ShapeReader, Use

Hint = tuple[str, ...]
"""Where a schema is used, in names: what has no name is named after it."""

_HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One object or enum that both documents have, with what only one of them has in it."""

    on: str
    gone: Mapping[str, Use | None]
    """What only ours has: properties, or values of an enum, which have no use."""
    come: Mapping[str, Use | None]
    stayed: Mapping[str, Use | None]
    kind: str
    """`schema`, `enum` or `operation`."""
    previous: Mapping[str, Use | None] = field(default_factory=dict)
    """What stayed, as it was before."""

    def before_of(self, name: str) -> dict[str, Use | None]:
        """What had this name before, if anything."""
        return {name: self.previous[name]} if name in self.previous else {}


@dataclass(slots=True)
class MergedSchemas:
    """What was needed, before names are given."""

    wanted: dict[tuple[str, str], set[Hint]] = field(default_factory=dict)
    """Our components and the shape that each is needed in, with its uses."""
    produced: dict[tuple[str, str], Any] = field(default_factory=dict)
    """Of each of these, and of new shapes under an empty name: the schema, with placeholders."""
    contexts: dict[str, list[Context]] = field(default_factory=dict)
    lost_envelopes: dict[str, str] = field(default_factory=dict)
    """Components that lost an envelope: what was inside under which name."""
    missing: set[tuple[str, str]] = field(default_factory=set)
    """(component, what) that the other document does not describe, and that stays."""


class SchemaMerger:
    """Merges schemas one use at a time; `run` then produces every component that they need."""

    def __init__(
        self,
        ours: Document,
        reader: ShapeReader,
        policy: Policy,
        renames: Mapping[str, Mapping[str, str]],
    ) -> None:
        self._reader = reader
        self._policy = policy
        self._renames = renames
        self._named: Mapping[str, Any] = ours.raw["components"]["schemas"]
        self._own = {name: reader.use(schema).shape for name, schema in self._named.items()}
        self._preferred: dict[str, str] = {}
        self.merged = MergedSchemas()
        self.writer = SchemaWriter(reader, policy, self._reference_for)

    def value(self, raw: Mapping[str, Any], use: Use, hint: Hint) -> dict[str, Any]:
        """Our schema of a value with what the other document says of it; texts and marks stay."""
        own = self._reader.use(raw)
        if own.value == use.value:
            return dict(self._preserve(raw, hint))
        mine, theirs = self._reader.shape(own), self._reader.shape(use)
        name = _component(raw)
        if name:
            reference = self._successor(name, mine, theirs, hint)
            if reference is None:
                return self._replace(raw, use, hint)
            return self._refer(raw, reference, own, use)
        if mine.items and theirs.items and "items" in raw and mine.kinds == theirs.kinds:
            new = copy.copy(dict(raw))
            new["items"] = self.value(raw["items"], theirs.items, (*hint, "[]"))
            return change_value(new, own, use, mine, theirs, self._policy, self._note(hint))
        if mine.values and theirs.values and as_mapping(raw.get("additionalProperties")):
            new = copy.copy(dict(raw))
            new["additionalProperties"] = self.value(
                raw["additionalProperties"], theirs.values, (*hint, "{}")
            )
            return change_value(new, own, use, mine, theirs, self._policy, self._note(hint))
        if mine.is_scalar and theirs.is_scalar and (theirs.enum is None or mine.enum is not None):
            return change_value(dict(raw), own, use, mine, theirs, self._policy, self._note(hint))
        if mine.id == theirs.id:
            return change_value(
                self._preserve(raw, hint), own, use, mine, theirs, self._policy, self._note(hint)
            )
        return self._replace(raw, use, hint)

    def _refer(self, raw: Mapping[str, Any], reference: str, own: Use, use: Use) -> dict[str, Any]:
        """Our reference, alone or in a union with null, to another name or with another null."""
        written = self.writer.nullable({"$ref": reference}, use.nullable)
        forms = ("$ref", "anyOf", "oneOf")
        at = next(key for key in forms if key in raw)
        new: dict[str, Any] = {}
        for key, value in raw.items():
            if key == at:
                new |= written
            elif key not in forms:
                new[key] = value
        change_flags(new, own, use)
        return new

    def run(self) -> MergedSchemas:
        """Produce every component that is needed, and what these need.

        A new one says in its texts where it is used first. That is known when all uses are, so it is written
        again if a better hint came meanwhile. Then the order of the document does not matter.
        """
        written: dict[tuple[str, str], Hint] = {}
        while True:
            hints = {key: first_hint(found) for key, found in self.merged.wanted.items()}
            outdated = [key for key in sorted(hints) if written.get(key) != hints[key]]
            if not outdated:
                return self.merged
            for name, shape in outdated:
                if not name:
                    self.merged.produced[name, shape] = self.writer.component(shape, hints[name, shape])
                elif (name, shape) not in written:
                    self.merged.produced[name, shape] = self._component(name, shape)
                written[name, shape] = hints[name, shape]

    def want(self, name: str, shape: str, hint: Hint) -> str:
        """A placeholder for one of our components in a shape, or under an empty name for a new one."""
        self.merged.wanted.setdefault((name, shape), set()).add(hint)
        return placeholder(name, shape)

    def _reference_for(self, shape: str, hint: Hint) -> str:
        """Where a new schema refers to an object or enum: one of ours if it has the very shape."""
        if shape in self._preferred:
            return self.want(self._preferred[shape], shape, hint)
        return self.want("", shape, hint)

    def _preserve(self, raw: Any, hint: Hint) -> Any:
        """A schema as it is, whose references are to the components as they are."""
        if isinstance(raw, list):
            return [self._preserve(one, hint) for one in raw]
        if not isinstance(raw, dict):
            return raw
        new = {key: self._preserve(value, hint) for key, value in raw.items()}
        name = component_of_reference(raw)
        if name in self._named:
            new["$ref"] = self.want(name, self._own[name], hint)
        return new

    def _replace(self, raw: Mapping[str, Any], use: Use, hint: Hint) -> dict[str, Any]:
        """A value of another kind: the new schema with our texts."""
        return self.writer.finish(self.writer.fresh(use, hint), raw, use)

    def _note(self, hint: Hint) -> Any:
        return lambda what: self.merged.missing.add((".".join(hint), what))

    def _successor(self, name: str, mine: Shape, theirs: Shape, hint: Hint) -> str | None:
        """The reference that takes over from one to this component; None where the kinds differ."""
        if mine.id == theirs.id:
            return self.want(name, theirs.id, hint)
        if mine.is_object and theirs.is_object:
            return self._object_successor(name, mine, theirs, hint)
        if mine.enum is not None and mine.kinds == theirs.kinds:
            if theirs.enum is None:
                self._note(hint)(f"the known values of {name}")
                return self.want(name, mine.id, hint)
            return self.want(name, theirs.id, hint) if set(mine.enum) & set(theirs.enum) else None
        if (
            mine.kinds == theirs.kinds
            and theirs.enum is None
            and not (mine.alternatives or theirs.alternatives)
        ):
            return self.want(name, theirs.id, hint)
        return None

    def _object_successor(self, name: str, mine: Shape, theirs: Shape, hint: Hint) -> str | None:
        renamed = {self._renames.get(name, {}).get(one, one) for one in mine.properties}
        direct = overlap(renamed, theirs.properties)
        raw = self._named[name]
        for inner, schema in sorted(as_mapping(raw.get("properties")).items()):
            below = _component(schema)
            inside = self._reader.shape(self._own[below]).properties if below else {}
            if overlap(inside, theirs.properties) >= max(_HALF, direct):
                self.merged.lost_envelopes[name] = inner
                return self.want(below, theirs.id, hint)
        for inner, use in theirs.properties.items() if len(theirs.properties) == 1 else ():
            if overlap(mine.properties, self._reader.shape(use).properties) >= max(_HALF, direct):
                self._preferred[use.shape] = name
                return self.want("", theirs.id, (*hint[:-1], f"{inner}_envelope"))
        if direct or not mine.properties or not theirs.properties:
            return self.want(name, theirs.id, hint)
        alike = [
            (overlap(self._reader.shape(shape).properties, theirs.properties), one)
            for one, shape in sorted(self._own.items())
            if self._reader.shape(shape).is_object
        ]
        best = max(alike, key=lambda one: one[0], default=(0.0, ""))
        return self.want(best[1], theirs.id, hint) if best[0] >= _HALF else None

    def _component(self, name: str, shape: str) -> Any:
        """One of our components in a shape."""
        raw = self._named[name]
        own = self._reader.use(raw)
        if own.shape == shape:
            return self._preserve(raw, (name,))
        mine, theirs = self._reader.shape(own), self._reader.shape(shape)
        use = Use(shape=shape, nullable=own.nullable, deprecated=own.deprecated, default=own.default)
        if mine.is_object and theirs.is_object:
            return self._object(name, raw, mine, theirs)
        if mine.enum is not None:
            gone, come, stayed = _compare(
                dict.fromkeys(map(str, mine.enum)), dict.fromkeys(map(str, theirs.enum or ()))
            )
            self._add_context(Context(on=name, gone=gone, come=come, stayed=stayed, kind="enum"))
        new = dict(raw)
        if mine.items and theirs.items and "items" in raw:
            new["items"] = self.value(raw["items"], theirs.items, (name, "[]"))
        renames = self._renames.get(name, {})
        return change_value(new, own, use, mine, theirs, self._policy, self._note((name,)), renames)

    def _object(self, name: str, raw: Mapping[str, Any], mine: Shape, theirs: Shape) -> dict[str, Any]:
        renames = self._renames.get(name, {})
        gone, come, stayed = _compare(mine.properties, theirs.properties)
        previous = {one: use for one, use in mine.properties.items() if one in stayed}
        self._add_context(
            Context(on=name, gone=gone, come=come, stayed=stayed, kind="schema", previous=previous)
        )
        properties: dict[str, Any] = {}
        names: dict[str, str] = {}
        for old, schema in as_mapping(raw.get("properties")).items():
            after = old if old in theirs.properties else renames.get(old, "")
            if after in theirs.properties:
                names[old] = after
                properties[after] = self.value(schema, theirs.properties[after], (name, after))
            elif not self._policy.complete:
                names[old] = old
                properties[old] = copy.deepcopy(schema)
                self.merged.missing.add((name, old))
        for after in sorted(set(theirs.properties) - set(properties)):
            use = theirs.properties[after]
            properties[after] = self.writer.property(after, use, (name, after))
        new = {key: value for key, value in raw.items() if key not in ("properties", "required")}
        demanded = {one for one, use in theirs.properties.items() if use.required}
        demanded |= {one for one, use in gone.items() if use and use.required and names.get(one) == one}
        ordered = [names[one] for one in as_list(raw.get("required")) if names.get(one) in demanded]
        required = [*ordered, *sorted(demanded - set(ordered))]
        result: dict[str, Any] = {}
        for key, value in raw.items():  # in the order of ours
            if key == "required" and required:
                result[key] = required
            elif key == "properties" and properties:
                result[key] = properties
            elif key in new:
                result[key] = value
        if required:
            result.setdefault("required", required)
        if properties:
            result.setdefault("properties", properties)
        values = as_mapping(raw.get("additionalProperties"))
        if values and theirs.values:
            result["additionalProperties"] = self.value(values, theirs.values, (name, "{}"))
        elif theirs.values:
            result["additionalProperties"] = self.writer.fresh(theirs.values, (name, "{}"))
        elif values and self._policy.complete:
            del result["additionalProperties"]
        change_limits(result, mine, theirs, self._policy, self._note((name,)))
        return result

    def _add_context(self, context: Context) -> None:
        known = self.merged.contexts.setdefault(context.on, [])
        if context not in known:
            known.append(context)


def first_hint(hints: Iterable[Hint]) -> Hint:
    """The hint that a component is named after: the shortest."""
    return min(hints, key=lambda hint: (len(hint), hint))


def placeholder(name: str, shape: str) -> str:
    """A reference to a component that has no final name yet."""
    return f"{PREFIX}\0{name}\0{shape}"


def read_placeholder(reference: Any) -> tuple[str, str] | None:
    """The component and the shape of a placeholder; None for anything else."""
    if not isinstance(reference, str) or not reference.startswith(f"{PREFIX}\0"):
        return None
    _, name, shape = reference.split("\0")
    return name, shape


def references(value: Any) -> Iterator[dict[str, Any]]:
    """Every object with a `$ref` in a value."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def _component(raw: Any) -> str:
    """The component that a schema refers to, alone or in a union with null."""
    name = component_of_reference(raw)
    if name:
        return name
    for key in ("anyOf", "oneOf"):
        parts = [part for part in as_list(as_mapping(raw).get(key)) if part != {"type": "null"}]
        if len(parts) == 1:
            return component_of_reference(parts[0])
    return ""


def overlap(one: Iterable[str], other: Iterable[str]) -> float:
    """The share of the names of both that both have, from 0 to 1."""
    left, right = set(one), set(other)
    return len(left & right) / len(left | right) if left | right else 0.0


def _compare(
    before: Mapping[str, Use | None], after: Mapping[str, Use | None]
) -> tuple[dict[str, Use | None], dict[str, Use | None], dict[str, Use | None]]:
    """What is gone, what has come, and what stayed."""
    return (
        {key: before[key] for key in sorted(before) if key not in after},
        {key: after[key] for key in sorted(after) if key not in before},
        {key: after[key] for key in sorted(after) if key in before},
    )
