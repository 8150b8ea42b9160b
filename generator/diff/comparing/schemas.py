"""Two schemas compared, one level deep: what is below a reference is left to the pair of its components.

So a change in a model that many operations share is found once. A comparison returns what differs and which
pairs of components lie below; which operations those pairs reach is worked out in `reach`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from generator.diff.comparing import certainty, constraints, remarks
from generator.diff.comparing.alternatives import (
    Fields,
    Part,
    Shape,
    component,
    describe_type,
    match_parts,
    read_fields,
    read_shape,
    resolve_shape,
)
from generator.diff.comparing.constraints import Subject
from generator.diff.comparing.finding import Finding, join_words
from generator.diff.comparing.moves import Move
from generator.document import pointer as pointers
from generator.document.document import Document
from generator.document.schema_walk import Property

_FEW = 5
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
        old = Side(self.old.resolve(f"#/components/schemas/{before}"), f"/components/schemas/{before}")
        new = Side(self.new.resolve(f"#/components/schemas/{after}"), f"/components/schemas/{after}")
        replaced = before != after and (after in self._schemas(self.old) or before in self._schemas(self.new))
        subject = Subject(before if replaced else after, new.pointer, renamed_values=self._renames(*names))
        found = combine(
            [
                *remarks.compare_defaults(old.value, new.value, subject),
                self.schemas(old, new, subject, skip=frozenset(skip)),
            ]
        )
        findings = found.findings
        if replaced:
            # Both models exist elsewhere, so what the other one has besides did not change.
            fields = read_fields(self.new, new.value, new.pointer)
            besides = [
                one
                for one in findings
                if one.kind in _NOT_REPORTED_OF_ANOTHER_MODEL and not _comes_all_the_same(one, fields)
            ]
            findings = tuple(one for one in findings if one.kind not in _NOT_REPORTED_OF_ANOTHER_MODEL)
            if not envelope:
                note = " ".join((*([f"Seen at `{path}`."] if path else []), *_describe_besides(besides)))
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
        before, after = read_shape(old.value, old.pointer), read_shape(new.value, new.pointer)
        names = _both_named(before, after)
        if names is not None and self._is_comparable(names):
            siblings = (before.parts[0].schema, after.parts[0].schema)
            return Differences(
                (*_nullability(before, after, subject), *constraints.compare(*siblings, subject)),
                {names: subject.name},
            )
        before = resolve_shape(self.old, old.value, old.pointer)
        after = resolve_shape(self.new, new.value, new.pointer)
        matched, relation = match_parts(before, after)
        findings = [*_nullability(before, after, subject)]
        if relation:
            finding = subject.found(
                f"property-type-{relation}", describe_type(old.value), describe_type(new.value)
            )
            note = f"The value moved to `{moved}`." if moved else ""
            findings.append(replace(finding, note=note, moved=moved))
        return combine([*findings, *(self._parts(one, other, subject, skip) for one, other in matched)])

    def _parts(self, old: Part, new: Part, subject: Subject, skip: frozenset[str]) -> Differences:
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
                parts.append(self.schemas(before.below(key), after.below(key), inner))
        elif old.kind == new.kind == "array":
            one, other = _items(before), _items(after)
            parts.append(self.schemas(one, other, _inner(subject, "[]", "items")))
        return combine(parts)

    def _objects(self, old: Part, new: Part, subject: Subject, skip: frozenset[str]) -> Differences:
        """Compare the properties of two objects: first what the old one had, then what the new one added."""
        before = read_fields(self.old, old.schema, old.pointer)
        after = read_fields(self.new, new.schema, new.pointer)
        top = subject.name.partition(".")[0]
        moves = self._moves_on(component_of(old.pointer), component_of(new.pointer), top)
        renames = {
            move.source: move for move in moves if move.how == "rename" and _took_over(move, before, after)
        }
        level = _Level(subject, new.pointer)
        parts: list[Differences | Finding] = []
        for name, (value, pointer) in sorted(before.properties.items()):
            if name in skip:
                continue
            if name in renames:
                target = renames[name].target
                other = Side(*after.properties[target])
                parts.append(self._compare_renamed_property(name, target, Side(value, pointer), other, level))
                parts.extend(_presence(before, after, name, target, level.property(target, name)))
            elif name in after.properties:
                inner, one, other = level.property(name), Side(value, pointer), Side(*after.properties[name])
                parts.extend(_presence(before, after, name, name, inner))
                parts.extend(remarks.compare(one.value, other.value, inner))
                parts.append(self.schemas(one, other, inner, moved=_find_target(moves, name)))
            else:
                parts.append(_report_removed_property(name, value, moves, level))
        renamed_to = {move.target for move in renames.values()}
        for name, (value, _) in sorted(after.properties.items()):
            if name not in before.properties and name not in renamed_to and name not in skip:
                kind = "required-property-added" if name in after.required else "property-added"
                parts.append(level.property(name).found(kind, new=describe_type(value)))
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

    def _is_comparable(self, names: Pair) -> bool:
        """Whether a pair says more than "another type": one name, or two models of one kind."""
        if names[0] == names[1]:
            return True
        kinds = []
        for document, name in zip((self.old, self.new), names, strict=True):
            shape = resolve_shape(document, {"$ref": f"#/components/schemas/{name}"}, "")
            kinds.append({part.kind for part in shape.parts})
        return kinds[0] == kinds[1]

    def _moves_on(self, *names: str) -> list[Move]:
        return [move for name in dict.fromkeys(names) for move in self._moves.get(name, ())]

    def _renames(self, *names: str) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for move in self._moves_on(*names):
            found[move.source] = (*found.get(move.source, ()), move.target)
        return found

    def _schemas(self, document: Document) -> Mapping[str, Any]:
        found: Mapping[str, Any] = (document.raw.get("components") or {}).get("schemas") or {}
        return found


@dataclass(frozen=True, slots=True)
class _Level:
    """An object whose properties are compared."""

    subject: Subject
    pointer: str

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
    shape = read_shape(value, "")
    return component(shape.parts[0].schema) if len(shape.parts) == 1 else ""


def _both_named(old: Shape, new: Shape) -> Pair | None:
    """The two components, when each side is nothing but one reference, null aside."""
    if len(old.parts) == len(new.parts) == 1 and old.parts[0].component and new.parts[0].component:
        return old.parts[0].component, new.parts[0].component
    return None


def _nullability(old: Shape, new: Shape, subject: Subject) -> Iterator[Finding]:
    if old.nullable != new.nullable:
        kind = "property-became-nullable" if new.nullable else "property-became-not-nullable"
        yield subject.found(kind)


def _presence(before: Fields, after: Fields, name: str, target: str, subject: Subject) -> Iterator[Finding]:
    """Whether the property must be there, and whether a full response has it."""
    old = Property(*before.properties[name], name in before.required)
    new = Property(*after.properties[target], target in after.required)
    if old.required != new.required:
        yield subject.found("property-became-required" if new.required else "property-became-optional")
    yield from certainty.compare(old, new, subject, may_be_null=read_shape(*new[:2]).nullable)


def _took_over(move: Move, before: Fields, after: Fields) -> bool:
    """Whether the target of a move came when its source went."""
    return (
        move.source in before.properties
        and move.source not in after.properties
        and move.target in after.properties
        and move.target not in before.properties
    )


def _report_removed_property(name: str, value: Any, moves: Iterable[Move], level: _Level) -> Finding:
    """A property that is gone: moved elsewhere, or removed."""
    inner = level.property(name)
    moved = [move for move in moves if _first_property(move.source) == name]
    if not moved:
        return inner.found("property-removed", describe_type(value))
    targets = ", ".join(dict.fromkeys(move.target for move in moved))
    found = inner.found("property-moved", describe_type(value), targets)
    note = _describe_items(moved[0], is_list=describe_type(value).startswith("list of "))
    return replace(found, note=note, moved=targets)


def _comes_all_the_same(finding: Finding, fields: Fields) -> bool:
    """Whether a property is no longer required, and yet in every full response."""
    name = finding.subject.partition(".")[2]
    return (
        finding.kind == "property-became-optional"
        and name in fields.properties
        and certainty.is_sure(Property(*fields.properties[name], required=False))
    )


def _describe_besides(findings: Iterable[Finding]) -> Iterator[str]:
    """What a model has more, and what of it may be absent, in sentences."""
    names: dict[str, list[str]] = {}
    for one in findings:
        names.setdefault(one.kind, []).append(f"`{one.subject.partition('.')[2]}`")
    added = names.get("property-added", [])
    if added:
        few = len(added) <= _FEW
        yield f"It also has {join_words(added)}." if few else f"It has {len(added)} properties more."
    optional = names.get("property-became-optional", [])
    if optional:
        yield f"It need not have {join_words(optional, 'or')}."


def _find_target(moves: Iterable[Move], name: str) -> str:
    """Where the value of a property is now, for a property that stays but changes its type."""
    targets = [move.target for move in moves if move.source == name and move.target != name]
    return ", ".join(dict.fromkeys(targets))


def _describe_items(move: Move, *, is_list: bool) -> str:
    """What a move does to the items of a list, where the new path does not show it."""
    if move.how == "first":
        return "Only the first one fits there."
    return "Each one went to an item of its own." if is_list and "[]" in move.target else ""


def _first_property(path: str) -> str:
    """The property that a path begins with."""
    return path.partition(".")[0].removesuffix("[]")


def _items(side: Side) -> Side:
    return side.below("items") if "items" in side.value else Side({}, side.pointer)


def _inner(subject: Subject, mark: str, key: str) -> Subject:
    return Subject(subject.name + mark, pointers.child(subject.pointer, key))
