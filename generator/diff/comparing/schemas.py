"""Two schemas compared, one level deep: what is below a reference is left to the pair of its components.

So a change in a model that many operations share is found once. `edges` names the pairs that were met; whom
they reach is worked out in `reach`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from generator.diff.comparing import constraints as facets
from generator.diff.comparing.alternatives import (
    Part,
    Shape,
    component,
    fields,
    resolved,
    words,
    written,
)
from generator.diff.comparing.constraints import Subject
from generator.diff.comparing.finding import Finding, joined, shown
from generator.diff.moves import Move
from generator.document import pointer as pointers
from generator.document.document import Document

_FEW = 5
_NO_NEWS = frozenset({"property-added", "property-became-optional", "property-meaning-changed"})

Pair = tuple[str, str]
"""The names of two components, the old and the new."""


@dataclass(slots=True)
class Result:
    """What was noticed at one place, and which pairs of components lie below it."""

    findings: list[Finding] = field(default_factory=list)
    edges: dict[Pair, str] = field(default_factory=dict)
    """Each pair with the place where it was met first."""


@dataclass(frozen=True, slots=True)
class Side:
    """A schema, and where it stands."""

    value: Any
    pointer: str

    def below(self, *parts: str | int) -> Side:
        """The schema at the end of `parts`, which must be there."""
        value = self.value
        for part in parts:
            value = value[part]
        return Side(value, pointers.child(self.pointer, *parts))


class Comparison:
    """Compares values of two documents. Holds nothing but its arguments."""

    def __init__(self, old: Document, new: Document, moves: Iterable[Move] = ()) -> None:
        self.old = old
        self.new = new
        self._moves: dict[str, list[Move]] = {}
        for move in moves:
            self._moves.setdefault(move.on, []).append(move)

    def pair(
        self, names: Pair, *, place: str = "", skip: Iterable[str] = (), envelope: bool = False
    ) -> Result:
        """Two components, met at `place`.

        Properties in `skip` are compared elsewhere. The name of an envelope is no news.
        """
        result = Result()
        before, after = names
        old = Side(self.old.resolve(f"#/components/schemas/{before}"), f"/components/schemas/{before}")
        new = Side(self.new.resolve(f"#/components/schemas/{after}"), f"/components/schemas/{after}")
        replaced = before != after and (after in self._schemas(self.old) or before in self._schemas(self.new))
        subject = Subject(before if replaced else after, new.pointer, renamed_values=self._renames(*names))
        self.defaults(old.value, new.value, subject, result)
        self.value(old, new, subject, result, skip=frozenset(skip))
        if replaced:
            # What the other model has besides is no news of its own: it exists elsewhere.
            quiet = [one for one in result.findings if one.kind in _NO_NEWS]
            result.findings = [one for one in result.findings if one.kind not in _NO_NEWS]
            if not envelope:
                note = " ".join(filter(None, (f"Seen at `{place}`." if place else "", *_besides(quiet))))
                result.findings.insert(0, Finding("model-replaced", before, new.pointer, before, after, note))
        elif before != after and not envelope:
            result.findings.insert(0, Finding("model-renamed", after, new.pointer, before, after))
        quieten(result)
        return result

    def value(
        self,
        old: Side,
        new: Side,
        subject: Subject,
        result: Result,
        *,
        skip: frozenset[str] = frozenset(),
        moved: str = "",
    ) -> None:
        """Two schemas at one place; `moved` tells where the value went if the type is another."""
        before, after = written(old.value, old.pointer), written(new.value, new.pointer)
        names = self._both_named(before, after)
        if names is not None and self._comparable(names):
            self._nullable(before.nullable, after.nullable, subject, result)
            siblings = (before.parts[0].schema, after.parts[0].schema)
            result.findings.extend(facets.compare(*siblings, subject))
            result.edges.setdefault(names, subject.name)
            return
        before, after = (
            resolved(self.old, old.value, old.pointer),
            resolved(self.new, new.value, new.pointer),
        )
        self._nullable(before.nullable, after.nullable, subject, result)
        matched, relation = _matched(before, after)
        if relation:
            finding = subject.found(f"property-type-{relation}", words(old.value), words(new.value))
            note = f"The value moved to `{moved}`." if moved else ""
            result.findings.append(replace(finding, note=note, moved=moved))
        for one, other in matched:
            self._part(one, other, subject, result, skip)

    def annotations(self, old: Any, new: Any, subject: Subject, result: Result) -> None:
        """What stands beside a type: description, deprecation, default."""
        self.remarks(old, new, subject, result)
        self.defaults(old, new, subject, result)

    def remarks(self, old: Any, new: Any, subject: Subject, result: Result) -> None:
        """The description, and whether it is deprecated."""
        before, after = _mapping(old), _mapping(new)
        if bool(before.get("deprecated")) != bool(after.get("deprecated")):
            kind = "property-deprecated" if after.get("deprecated") else "property-undeprecated"
            result.findings.append(subject.found(kind, key="deprecated"))
        if before.get("description") != after.get("description") and after.get("description"):
            found = subject.found(
                "property-meaning-changed", before.get("description", ""), after["description"], "description"
            )
            result.findings.append(found)

    def defaults(self, old: Any, new: Any, subject: Subject, result: Result) -> None:
        """What holds where nothing is sent."""
        before, after = _mapping(old), _mapping(new)
        if "default" not in before and "default" not in after:
            return
        one, other = (shown(schema.get("default")) for schema in (before, after))
        if "default" not in before:
            result.findings.append(subject.found("default-added", new=other, key="default"))
        elif "default" not in after:
            result.findings.append(subject.found("default-removed", old=one))
        elif before["default"] != after["default"]:
            result.findings.append(subject.found("default-changed", one, other, "default"))

    def _part(self, old: Part, new: Part, subject: Subject, result: Result, skip: frozenset[str]) -> None:
        if old.component and new.component and not skip and old.kind == new.kind == "object":
            result.edges.setdefault((old.component, new.component), subject.name)
            return
        result.findings.extend(facets.compare(old.schema, new.schema, subject))
        before, after = Side(old.schema, old.pointer), Side(new.schema, new.pointer)
        if old.kind == new.kind == "object":
            self._object(old, new, subject, result, skip)
            key = "additionalProperties"
            if all(isinstance(side.value.get(key), Mapping) for side in (before, after)):
                self.value(before.below(key), after.below(key), _inner(subject, "[*]", key), result)
        elif old.kind == new.kind == "array":
            one, other = Side({}, old.pointer), Side({}, new.pointer)
            one = before.below("items") if "items" in old.schema else one
            other = after.below("items") if "items" in new.schema else other
            self.value(one, other, _inner(subject, "[]", "items"), result)

    def _object(self, old: Part, new: Part, subject: Subject, result: Result, skip: frozenset[str]) -> None:
        before, after = (
            fields(self.old, old.schema, old.pointer),
            fields(self.new, new.schema, new.pointer),
        )
        top = subject.name.partition(".")[0]
        moves = self._of(component_of(old.pointer), component_of(new.pointer), top)
        renamed = {
            move.source: move
            for move in moves
            if move.how == "rename"
            and move.source in before.properties
            and move.source not in after.properties
            and move.target in after.properties
            and move.target not in before.properties
        }
        taken = {move.target for move in renamed.values()}
        level = _Level(subject, new.pointer, skip)
        for name, (value, pointer) in sorted(before.properties.items()):
            inner = level.property(name)
            if name in skip:
                continue
            if name in renamed:
                self._renamed(name, renamed[name], Side(value, pointer), after.properties, level, result)
                required = (name in before.required, renamed[name].target in after.required)
                _requirement(*required, level.property(renamed[name].target, name), result)
            elif name in after.properties:
                _requirement(name in before.required, name in after.required, inner, result)
                one, other = Side(value, pointer), Side(*after.properties[name])
                self.annotations(one.value, other.value, inner, result)
                self.value(one, other, inner, result, moved=_went(moves, name))
            else:
                gone = [move for move in moves if _first(move.source) == name]
                if gone:
                    targets = ", ".join(dict.fromkeys(move.target for move in gone))
                    found = inner.found("property-moved", words(value), targets)
                    note = _apart(gone[0], is_list=words(value).startswith("list of "))
                    result.findings.append(replace(found, note=note, moved=targets))
                else:
                    result.findings.append(inner.found("property-removed", words(value)))
        for name, (value, _) in sorted(after.properties.items()):
            if name not in before.properties and name not in taken and name not in skip:
                kind = "required-property-added" if name in after.required else "property-added"
                result.findings.append(level.property(name).found(kind, new=words(value)))

    def _renamed(
        self,
        name: str,
        move: Move,
        old: Side,
        properties: Mapping[str, tuple[Any, str]],
        level: _Level,
        result: Result,
    ) -> None:
        new = Side(*properties[move.target])
        subject = level.property(move.target, name)
        below = Result()
        self.value(old, new, subject, below)
        converted = any(one.kind == "property-type-changed" for one in below.findings)
        note = f"Its type changed from {words(old.value)} to {words(new.value)}." if converted else ""
        found = Finding(
            "property-renamed", level.property(name).name, new.pointer,
            name, move.target, note, subject.property, move.target,
        )  # fmt: skip
        result.findings.append(found)
        result.findings.extend(one for one in below.findings if one.kind != "property-type-changed")
        result.edges.update(below.edges)

    def _nullable(self, before: bool, after: bool, subject: Subject, result: Result) -> None:
        if before != after:
            kind = "property-became-nullable" if after else "property-became-not-nullable"
            result.findings.append(subject.found(kind))

    def _both_named(self, old: Shape, new: Shape) -> Pair | None:
        """The two components, when each side is nothing but one reference, null aside."""
        if len(old.parts) == len(new.parts) == 1 and old.parts[0].component and new.parts[0].component:
            return old.parts[0].component, new.parts[0].component
        return None

    def _comparable(self, names: Pair) -> bool:
        """Whether a pair tells more than "another type": one name, or two models of one kind."""
        if names[0] == names[1]:
            return True
        kinds = []
        for document, name in zip((self.old, self.new), names, strict=True):
            shape = resolved(document, {"$ref": f"#/components/schemas/{name}"}, "")
            kinds.append({part.kind for part in shape.parts})
        return kinds[0] == kinds[1]

    def _of(self, *names: str) -> list[Move]:
        return [move for name in dict.fromkeys(names) for move in self._moves.get(name, ())]

    def _renames(self, *names: str) -> dict[str, str]:
        return {move.source: move.target for move in self._of(*names)}

    def _schemas(self, document: Document) -> Mapping[str, Any]:
        found: Mapping[str, Any] = (document.raw.get("components") or {}).get("schemas") or {}
        return found


@dataclass(frozen=True, slots=True)
class _Level:
    """An object whose properties are compared."""

    subject: Subject
    pointer: str
    skip: frozenset[str]

    def property(self, name: str, argument: str = "") -> Subject:
        """One property as a subject; `argument` is its old name, when it had another."""
        own = "" if "." in self.subject.name or "[" in self.subject.name else argument or name
        return Subject(
            f"{self.subject.name}.{name}", pointers.child(self.pointer, "properties", name), property=own
        )


def _besides(findings: Iterable[Finding]) -> Iterator[str]:
    """What a model has more, and what of it may be absent, in sentences."""
    names: dict[str, list[str]] = {}
    for one in findings:
        names.setdefault(one.kind, []).append(f"`{one.subject.partition('.')[2]}`")
    added = names.get("property-added", [])
    if added:
        few = len(added) <= _FEW
        yield f"It also has {joined(added)}." if few else f"It has {len(added)} properties more."
    optional = names.get("property-became-optional", [])
    if optional:
        yield f"It need not have {joined(optional, 'or')}."


def quieten(result: Result) -> None:
    """Drop descriptions that changed along with what they describe."""
    changed = {one.subject for one in result.findings if not one.kind.endswith("-meaning-changed")}
    result.findings = [
        one
        for one in result.findings
        if not one.kind.endswith("property-meaning-changed")
        or not any(f"{name}.".startswith(f"{one.subject}.") for name in changed)
    ]


def component_of(pointer: str) -> str:
    """The component that a pointer leads into, or nothing."""
    parts = pointers.split(pointer)
    return parts[2] if parts[:2] == ("components", "schemas") and len(parts) > 2 else ""


def reference(value: Any) -> str:
    """The component that a schema names, null aside, or nothing."""
    shape = written(value, "")
    return component(shape.parts[0].schema) if len(shape.parts) == 1 else ""


def _matched(old: Shape, new: Shape) -> tuple[list[tuple[Part, Part]], str]:
    """The alternatives that belong together, and how the types relate: "", widened, narrowed, changed."""
    before, after = _by_key(old, new), _by_key(new, old)
    matched = [(before[key], after[key]) for key in before if key in after]
    grown = _covers(after, before)
    shrunk = _covers(before, after)
    if grown and shrunk:
        return matched, ""
    return matched, "widened" if grown else "narrowed" if shrunk else "changed"


def _by_key(shape: Shape, other: Shape) -> dict[str, Part]:
    """Parts by type; objects by name where there are several."""
    several = any(sum(part.kind == "object" for part in one.parts) > 1 for one in (shape, other))
    return {
        f"object {part.component}" if several and part.kind == "object" else part.kind: part
        for part in shape.parts
    }


def _covers(wide: Mapping[str, Part], narrow: Mapping[str, Part]) -> bool:
    if "any" in wide:
        return True
    return all(key in wide or (key == "integer" and "number" in wide) for key in narrow)


def _requirement(before: bool, after: bool, subject: Subject, result: Result) -> None:
    if before != after:
        kind = "property-became-required" if after else "property-became-optional"
        result.findings.append(subject.found(kind))


def _went(moves: Iterable[Move], name: str) -> str:
    """Where the value of a property is now, for a property that stays but changes its type."""
    targets = [move.target for move in moves if move.source == name and move.target != name]
    return ", ".join(dict.fromkeys(targets))


def _apart(move: Move, *, is_list: bool) -> str:
    """What a move does to the items of a list, where the new place does not tell."""
    if move.how == "first":
        return "Only the first one has a place there."
    return "Each one went to an item of its own." if is_list and "[]" in move.target else ""


def _first(path: str) -> str:
    """The property that a way begins with."""
    return path.partition(".")[0].removesuffix("[]")


def _inner(subject: Subject, mark: str, key: str) -> Subject:
    return Subject(subject.name + mark, pointers.child(subject.pointer, key))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
