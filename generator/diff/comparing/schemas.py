"""Two schemas compared, one level deep: what is below a reference is left to the pair of its components.

So a change in a model that many operations share is found once. A comparison returns what differs and which
pairs of components lie below; which operations those pairs reach is worked out in `reach`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from generator.diff.comparing import certainty, constraints, remarks
from generator.diff.comparing.alternatives import describe_type, match_parts
from generator.diff.comparing.constraints import Subject
from generator.diff.comparing.finding import Finding
from generator.diff.comparing.moves import Move
from generator.diff.comparing.properties.another_model import comes_all_the_same, describe_besides
from generator.diff.comparing.properties.moved_properties import (
    doubtful_beginnings,
    find_target,
    report_removed_property,
    took_over,
)
from generator.diff.comparing.properties.new_values import describe_new_parts, describe_new_value
from generator.document import pointer as pointers
from generator.document.document import Document
from generator.document.schema_walk import (
    Alternative,
    Alternatives,
    Property,
    SchemaWalk,
    alternatives,
    component_of_reference,
)

_NOT_REPORTED_OF_ANOTHER_MODEL = frozenset(
    {
        *("property-added", "property-became-optional", "property-meaning-changed"),
        "property-became-always-sent",
    }
)

Pair = tuple[str, str]
"""The names of two components, the old and the new."""


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs between two schemas, and which pairs of components lie below them."""

    findings: tuple[Finding, ...] = ()
    pairs: Mapping[Pair, str] = field(default_factory=dict)
    """Each pair with the path where it was met first."""

    def without_implied_descriptions(self) -> Differences:
        """Leave out descriptions that changed along with what they describe."""
        changed = {one.subject for one in self.findings if not one.kind.endswith("-meaning-changed")}
        findings = (
            one
            for one in self.findings
            if not one.kind.endswith("property-meaning-changed")
            or not any(f"{name}.".startswith(f"{one.subject}.") for name in changed)
        )
        return replace(self, findings=tuple(findings))


def combine(parts: Iterable[Differences | Finding]) -> Differences:
    """All differences in the order of the parts. A pair that is met twice has the path of the first time."""
    findings: list[Finding] = []
    pairs: dict[Pair, str] = {}
    for part in parts:
        if isinstance(part, Finding):
            findings.append(part)
        else:
            findings.extend(part.findings)
            for pair, path in part.pairs.items():
                pairs.setdefault(pair, path)
    return Differences(tuple(findings), pairs)


@dataclass(frozen=True, slots=True)
class Side:
    """A schema, and the pointer to it."""

    value: Any
    pointer: str

    def below(self, *parts: str | int) -> Side:
        """The schema at the end of `parts`, which must be there."""
        value = self.value
        for part in parts:
            value = value[part]
        return Side(value, pointers.child(self.pointer, *parts))


class Comparison:
    """Compares schemas of two documents. Holds nothing but its arguments."""

    def __init__(self, old: Document, new: Document, moves: Iterable[Move] = ()) -> None:
        self.old = old
        self.new = new
        self._walks = SchemaWalk(old), SchemaWalk(new)
        self._moves: dict[str, list[Move]] = {}
        for move in moves:
            self._moves.setdefault(move.on, []).append(move)

    def components(
        self, names: Pair, *, path: str = "", skip: Iterable[str] = (), envelope: bool = False
    ) -> Differences:
        """Compare two components that were met at `path`.

        Properties in `skip` are compared elsewhere. The name of an envelope is not reported.
        """
        before, after = names
        remains = self.remains(names)
        old = Side(self.old.resolve(f"#/components/schemas/{before}"), f"/components/schemas/{before}")
        new = Side(self.new.resolve(f"#/components/schemas/{after}"), f"/components/schemas/{after}")
        replaced = before != after and (after in self._walks[0].named or remains)
        # What the old model has elsewhere it did not lose: only this use of it changed.
        own = path if remains else ""
        subject = Subject(
            own or (before if replaced else after), new.pointer, renamed_values=self._renames(*names)
        )
        found = combine(
            [
                *(remarks.compare_descriptions(old.value, new.value, subject) if before == after else ()),
                *remarks.compare_defaults(old.value, new.value, subject),
                self.schemas(old, new, subject, skip=frozenset(skip)),
            ]
        )
        findings = found.findings
        if replaced:
            # Both models exist elsewhere, so what the other one has besides did not change.
            fields = self._walks[1].properties(new.value, new.pointer)
            besides = [
                one
                for one in findings
                if one.kind in _NOT_REPORTED_OF_ANOTHER_MODEL and not comes_all_the_same(one, subject, fields)
            ]
            findings = tuple(one for one in findings if one.kind not in _NOT_REPORTED_OF_ANOTHER_MODEL)
            if not envelope:
                note = " ".join(
                    (*([f"Seen at `{path}`."] if path else []), *describe_besides(besides, subject))
                )
                findings = (
                    Finding("model-replaced", before, new.pointer, before, after, note),
                    *findings,
                )
        elif before != after and not envelope:
            findings = (Finding("model-renamed", after, new.pointer, before, after), *findings)
        return replace(found, findings=findings).without_implied_descriptions()

    def schemas(
        self,
        old: Side,
        new: Side,
        subject: Subject,
        *,
        skip: frozenset[str] = frozenset(),
        moved: str = "",
    ) -> Differences:
        """Compare two schemas of one value; `moved` says where the value went if the type is another."""
        before, after = alternatives(old.value, old.pointer), alternatives(new.value, new.pointer)
        names = _both_named(before, after)
        if names is not None and self._is_comparable(names):
            siblings = (before.parts[0].schema, after.parts[0].schema)
            return Differences(
                (*_nullability(before, after, subject), *constraints.compare(*siblings, subject)),
                {names: subject.name},
            )
        before, after = (
            walk.alternatives(side.value, side.pointer)
            for walk, side in zip(self._walks, (old, new), strict=True)
        )
        matched, relation = match_parts(before, after)
        findings = [*_nullability(before, after, subject)]
        if relation:
            finding = subject.found(
                f"property-type-{relation}", describe_type(old.value), describe_type(new.value)
            )
            fresh = [part for part in after.parts if not any(part is other for _, other in matched)]
            details = describe_new_parts(self._walks[1], self._walks[0].named, fresh)
            note = " ".join(filter(None, (f"The value moved to `{moved}`." if moved else "", details)))
            findings.append(replace(finding, note=note, moved=moved))
        return combine([*findings, *(self._parts(one, other, subject, skip) for one, other in matched)])

    def _parts(
        self, old: Alternative, new: Alternative, subject: Subject, skip: frozenset[str]
    ) -> Differences:
        """Compare two alternatives of one kind."""
        if old.component and new.component and not skip and old.kind == new.kind == "object":
            return Differences(pairs={(old.component, new.component): subject.name})
        parts: list[Differences | Finding] = [*constraints.compare(old.schema, new.schema, subject)]
        before, after = Side(old.schema, old.pointer), Side(new.schema, new.pointer)
        if old.kind == new.kind == "object":
            parts.append(self._objects(old, new, subject, skip))
            key = "additionalProperties"
            if all(isinstance(side.value.get(key), Mapping) for side in (before, after)):
                inner = _inner(subject, "[*]", key)
                parts.append(self._inner_values(before.below(key), after.below(key), inner))
        elif old.kind == new.kind == "array":
            inner = _inner(subject, "[]", "items")
            parts.append(self._inner_values(_items(before), _items(after), inner))
        return combine(parts)

    def _inner_values(self, old: Side, new: Side, subject: Subject) -> Differences:
        """Compare what a list or a map holds."""
        return combine(
            [
                *remarks.compare_descriptions(old.value, new.value, subject),
                *remarks.compare_defaults(old.value, new.value, subject),
                self.schemas(old, new, subject),
            ]
        )

    def _objects(
        self, old: Alternative, new: Alternative, subject: Subject, skip: frozenset[str]
    ) -> Differences:
        """Compare the properties of two objects: first what the old one had, then what the new one added."""
        before, after = (
            walk.properties(part.schema, part.pointer)
            for walk, part in zip(self._walks, (old, new), strict=True)
        )
        top = subject.name.partition(".")[0]
        moves = self._moves_on(component_of(old.pointer), component_of(new.pointer), top)
        renames = {
            move.source: move for move in moves if move.how == "rename" and took_over(move, before, after)
        }
        level = _Level(subject, new.pointer, self._walks[1], new.schema)
        parts: list[Differences | Finding] = []
        for name, (value, pointer, _) in sorted(before.items()):
            if name in skip:
                continue
            if name in renames:
                target = renames[name].target
                other = Side(*after[target][:2])
                parts.append(self._compare_renamed_property(name, target, Side(value, pointer), other, level))
                parts.extend(_presence(before[name], after[target], target, level, name))
            elif name in after:
                inner, one, other = level.property(name), Side(value, pointer), Side(*after[name][:2])
                parts.extend(_presence(before[name], after[name], name, level))
                parts.extend(remarks.compare(one.value, other.value, inner))
                moved = find_target(moves, name)
                found = self.schemas(one, other, inner, moved=moved)
                parts.append(self._with_doubts(found, new) if moved else found)
            else:
                gone = report_removed_property(name, value, moves, level.property(name))
                parts.append(self._with_doubts(Differences((gone,)), new))
        renamed_to = {move.target for move in renames.values()}
        for name, (value, pointer, required) in sorted(after.items()):
            if name not in before and name not in renamed_to and name not in skip:
                kind = "required-property-added" if required else "property-added"
                added = level.property(name).found(kind, new=describe_type(value))
                parts.append(replace(added, note=self.describe_new(Side(value, pointer))))
        return combine(parts)

    def _compare_renamed_property(
        self, name: str, target: str, old: Side, new: Side, level: _Level
    ) -> Differences:
        """Compare a property with the one that took over its value under another name."""
        subject = level.property(target, name)
        below = self.schemas(old, new, subject)
        converted = any(one.kind == "property-type-changed" for one in below.findings)
        note = (
            f"Its type changed from {describe_type(old.value)} to {describe_type(new.value)}."
            if converted
            else ""
        )
        found = Finding(
            "property-renamed", level.property(name).name, new.pointer,
            name, target, note, subject.property, target,
        )  # fmt: skip
        others = (one for one in below.findings if one.kind != "property-type-changed")
        return Differences((found, *others), below.pairs)

    def _with_doubts(self, found: Differences, model: Alternative) -> Differences:
        """The same, with what may be absent on the way to each value that moved inside a model."""
        findings = (
            replace(
                one,
                doubtful=doubtful_beginnings(
                    self._walks[1], model.schema, model.pointer, one.moved.split(", ")
                ),
            )
            if one.moved
            else one
            for one in found.findings
        )
        return replace(found, findings=tuple(findings))

    def describe_new(self, new: Side) -> str:
        """What the new document says about a value that is new, beside its type."""
        return describe_new_value(self._walks[1], self._walks[0].named, new.value, new.pointer)

    def remains(self, names: Pair) -> bool:
        """Whether the old model of a pair is in the new document too, and so lost nothing by itself."""
        return names[0] != names[1] and names[0] in self._walks[1].named

    def _is_comparable(self, names: Pair) -> bool:
        """Whether a pair says more than "another type": one name, or two models of one kind."""
        if names[0] == names[1]:
            return True
        kinds = []
        for walk, name in zip(self._walks, names, strict=True):
            shape = walk.alternatives({"$ref": f"#/components/schemas/{name}"})
            kinds.append({part.kind for part in shape.parts})
        return kinds[0] == kinds[1]

    def _moves_on(self, *names: str) -> list[Move]:
        return [move for name in dict.fromkeys(names) for move in self._moves.get(name, ())]

    def _renames(self, *names: str) -> dict[str, tuple[Move, ...]]:
        found: dict[str, tuple[Move, ...]] = {}
        for move in self._moves_on(*names):
            found[move.source] = (*found.get(move.source, ()), move)
        return found


@dataclass(frozen=True, slots=True)
class _Level:
    """An object whose properties are compared."""

    subject: Subject
    pointer: str
    walk: SchemaWalk
    schema: Mapping[str, Any]

    def required(self, name: str, argument: str) -> Subject:
        """One property as a subject, at the entry that says or could say that it is required."""
        subject = self.property(name, argument)
        return replace(subject, pointer=self.walk.required_entry(self.schema, self.pointer, name))

    def property(self, name: str, argument: str = "") -> Subject:
        """One property as a subject; `argument` is its old name, when it had another."""
        own = "" if "." in self.subject.name or "[" in self.subject.name else argument or name
        return Subject(
            f"{self.subject.name}.{name}", pointers.child(self.pointer, "properties", name), property=own
        )


def component_of(pointer: str) -> str:
    """The component that a pointer leads into, or an empty string."""
    parts = pointers.split(pointer)
    return parts[2] if parts[:2] == ("components", "schemas") and len(parts) > 2 else ""


def reference(value: Any) -> str:
    """The component that a schema names, null aside, or an empty string."""
    shape = alternatives(value, "")
    return component_of_reference(shape.parts[0].schema) if len(shape.parts) == 1 else ""


def _both_named(old: Alternatives, new: Alternatives) -> Pair | None:
    """The two components, when each side is nothing but one reference, null aside."""
    if len(old.parts) == len(new.parts) == 1 and old.parts[0].component and new.parts[0].component:
        return old.parts[0].component, new.parts[0].component
    return None


def _nullability(old: Alternatives, new: Alternatives, subject: Subject) -> Iterator[Finding]:
    if old.nullable != new.nullable:
        kind = "property-became-nullable" if new.nullable else "property-became-not-nullable"
        yield subject.found(kind)


def _presence(
    old: Property, new: Property, name: str, level: _Level, argument: str = ""
) -> Iterator[Finding]:
    """Whether the property must be there, and whether a full response has it."""
    if old.required != new.required:
        kind = "property-became-required" if new.required else "property-became-optional"
        yield level.required(name, argument).found(kind)
    may_be_null = alternatives(*new[:2]).nullable
    yield from certainty.compare(old, new, level.property(name, argument), may_be_null=may_be_null)


def _items(side: Side) -> Side:
    return side.below("items") if "items" in side.value else Side({}, side.pointer)


def _inner(subject: Subject, mark: str, key: str) -> Subject:
    return Subject(subject.name + mark, pointers.child(subject.pointer, key))
