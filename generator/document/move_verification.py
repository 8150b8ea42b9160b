"""Verifies `x-move`: compares what a move claims with the documents before and after its overlay.

Data goes in one direction here: the sources of a move are paths in the older document, its targets are paths
in the newer one.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from generator.document.document import METHODS, Document
from generator.document.moves import DeclaredMove
from generator.document.schema_walk import SchemaWalk, as_list, as_mapping, types

_SCALARS = frozenset({"string", "number", "boolean"})


class FalseClaim(NamedTuple):
    """What a move says that is not true."""

    at: str
    """The key of the move that says it, or for one of several paths `from/1`."""
    sentence: str


def false_claims(move: DeclaredMove, before: Document, after: Document) -> Iterator[FalseClaim]:
    """The claims of a move that are not true, as sentences."""
    older, newer = MoveSubject.find(before, move.on), MoveSubject.find(after, move.on)
    if older is None or newer is None:
        sentence = f'"{move.on}" is not a schema or operation of both versions. '
        yield FalseClaim("on", sentence + _meant(move.on, before, after))
        return
    for at, path in (*_numbered("from", move.sources), *_numbered("lost-up", move.lost_up)):
        if older.kind(path) is None:
            yield FalseClaim(at, f"{move.on} had no {path} before. {_correct(move, path, older)}")
    for at, path in (*_numbered("to", move.targets), *_numbered("lost-down", move.lost_down)):
        if newer.kind(path) is None:
            sentence = f"{move.on} has no {path} after the change. Correct the path, or add what it names."
            yield FalseClaim(at, sentence)
    for at, path in _numbered("from", move.sources):
        if newer.kind(path) is not None and not _may_remain(move, path, older, newer):
            yield FalseClaim(at, f"{move.on} still has {path} after the change. Remove it, or correct from.")
    source_kinds = [kind for path in move.sources if (kind := older.kind(path)) is not None]
    target_kinds = [kind for path in move.targets if (kind := newer.kind(path)) is not None]
    if len(source_kinds) == len(move.sources) and len(target_kinds) == len(move.targets):
        conversion = _Conversion(move, older, newer, source_kinds, target_kinds)
        for problem in _CHECKS[move.how]:
            sentence = problem(conversion) or ""
            if sentence:
                yield FalseClaim("how", f"{move.how} on {move.on}: {sentence}")


def _numbered(key: str, paths: Sequence[str]) -> list[tuple[str, str]]:
    return [(f"{key}/{index}" if len(paths) > 1 else key, path) for index, path in enumerate(paths)]


def _meant(on: str, before: Document, after: Document) -> str:
    """What `on` was to name, as far as the documents say."""
    for document in (before, after):
        for operation in _operations(document):
            if on == f"{operation.get('x-resource')}.{operation.get('x-method')}":
                return f"Write its operationId in on: {operation.get('operationId')}."
    close = difflib.get_close_matches(on, sorted(MoveSubject.names(before) & MoveSubject.names(after)), n=1)
    return f'Did you mean "{close[0]}"?' if close else "Correct on."


def _correct(move: DeclaredMove, path: str, older: MoveSubject) -> str:
    """What a path that is not there was to be, as far as the documents say."""
    inner = path.removeprefix(f"{move.on}.")
    if inner != path:
        return f"A path begins below {move.on}: write {inner}."
    close = difflib.get_close_matches(path, older.keys(), n=1)
    return f'Did you mean "{close[0]}"?' if close else "Correct the path."


def _may_remain(move: DeclaredMove, source: str, older: MoveSubject, newer: MoveSubject) -> bool:
    """Whether the newer version may have something at the path of a source."""
    if move.how == "drop":  # the name may remain, with another kind of value
        return older.kind(source) != newer.kind(source)
    return any(
        target == source or target.startswith((f"{source}.", f"{source}[].")) for target in move.targets
    )


class Unexplained(NamedTuple):
    """Something that goes away or changes its kind, and no move says why."""

    on: str
    key: str
    sentence: str
    hint: str


def unexplained_changes(
    moves: Sequence[DeclaredMove], before: Document, after: Document
) -> Iterator[Unexplained]:
    """What goes away or changes its kind without a move, although its schema or operation remains."""
    explained = {
        (move.on, key)
        for move in moves
        for source in move.sources
        for key in (source, re.split(r"[.\[]", source)[0])
    }
    for name in sorted(MoveSubject.names(before) & MoveSubject.names(after)):
        older, newer = MoveSubject.find(before, name), MoveSubject.find(after, name)
        if older is None or newer is None:
            continue
        for key in sorted(older.keys()):
            if (name, key) in explained:
                continue
            was, becomes = older.kind(key), newer.kind(key)
            if becomes is None:
                sentence = f"{key} of {name} goes away, and no x-move says where to."
            elif "any" not in (was, becomes) and was != becomes:
                sentence = f"{key} of {name} was {was} and becomes {becomes}, and no x-move says how."
            else:
                continue
            yield Unexplained(name, key, sentence, _possible_moves(name, key, older, was, becomes))


def _possible_moves(on: str, key: str, older: MoveSubject, was: str | None, becomes: str | None) -> str:
    """What to write for something that went away, or became something of another kind."""
    others: tuple[str, ...]
    if older.is_enum:
        others = (
            "rename and to, if it has another name",
            "merge and to, if it is part of a value that was there before",
            "split-value, to and up, if it became several",
            "join-values, to and down, if several became one",
        )
    elif older.is_operation:
        others = ("rename and to, if it has another name",)
    elif becomes is None:
        inside = {
            "array": "first, gather or by-position and to, if its items are somewhere else",
            "object": "unwrap and to, if what is in it came out of it",
        }
        others = (
            "rename and to, if it has another name",
            "merge and to, if its value is in a field that was there before",
            inside.get(was or "", "wrap or gather and to, if its value is inside of an object or a list"),
        )
    else:
        conversions = {
            ("array", "object"): f"first and to: {key}, or by-position and to: [{key}.a, {key}.b]",
            ("array", "array"): f"gather and to: '{key}[].name'",
        }
        plain = {"object": f"wrap and to: {key}.name", "array": f"gather and to: '{key}[].name'"}
        found = conversions.get((was or "", becomes)) or plain.get(becomes if was in _SCALARS else "")
        others = (f"{found}, if the value is inside of it",) if found else ()
    drop = f"{{on: {on}, how: drop, from: {key}}} if the old value is lost"
    more = f"; or with how: {'; '.join(others)}" if others else ""
    return f"Add x-move to the first action of its change: {drop}{more}."


def path_of(on: str, document: Document) -> tuple[str, ...]:
    """The keys that lead to what a move names in `on`: an operation, or else a schema."""
    for path, item in as_mapping(document.raw.get("paths")).items():
        for method, operation in as_mapping(item).items():
            if method in METHODS and as_mapping(operation).get("operationId") == on:
                return "paths", path, method
    return "components", "schemas", on


class MoveSubject:
    """What a move names in `on`, in one version: a schema, an enum, or the query parameters of an operation.

    The document may have mistakes that the lint is going to report. Something of a wrong shape is not there.
    """

    def __init__(
        self,
        walk: SchemaWalk,
        fields: Mapping[str, Any],
        *,
        is_enum: bool = False,
        is_operation: bool = False,
    ) -> None:
        self._walk = walk
        self._fields = fields
        self.is_enum = is_enum
        self.is_operation = is_operation

    @classmethod
    def names(cls, document: Document) -> set[str]:
        """Every name that `find` knows."""
        schemas = SchemaWalk(document, strict=False).named
        return set(schemas) | {str(one.get("operationId", "")) for one in _operations(document)}

    @classmethod
    def find(cls, document: Document, name: str) -> MoveSubject | None:
        """The schema or operation of that name, or None."""
        walk = SchemaWalk(document, strict=False)
        schema = walk.named.get(name)
        if isinstance(schema, dict):
            is_enum = any("enum" in part or "x-open-enum" in part for part, _ in walk.flatten(schema))
            return cls(walk, _fields(walk, schema), is_enum=is_enum)
        for operation in _operations(document):
            if operation.get("operationId") == name:
                return cls(walk, _query_parameters(walk, operation), is_operation=True)
        return None

    def keys(self) -> set[str]:
        """The names at the first level."""
        return set(self._fields)

    def kind(self, path: str) -> str | None:
        """What is at a path: object, array, string, number, boolean or any; None if nothing is there."""
        schema: Any = {}
        fields = self._fields
        # The value of an enum may have a dot in it.
        for part in [path] if path in fields else path.split("."):
            name = part.removesuffix("[]")
            if name not in fields:
                return None
            schema = self._walk.resolve(fields[name]).schema
            if part.endswith("[]"):
                if "array" not in types(schema):
                    return None
                schema = self._walk.resolve(schema.get("items", {})).schema
            fields = _fields(self._walk, schema)
        kinds = [kind for kind in types(schema) if kind != "null"]
        if len(kinds) != 1:
            return "object" if fields and not kinds else "any"
        return "number" if kinds == ["integer"] else str(kinds[0])


def _operations(document: Document) -> Iterator[dict[str, Any]]:
    """The operations of a document that may have mistakes."""
    for item in as_mapping(document.raw.get("paths")).values():
        yield from (one for key, one in as_mapping(item).items() if key in METHODS and isinstance(one, dict))


def _query_parameters(walk: SchemaWalk, operation: Mapping[str, Any]) -> dict[str, Any]:
    """The schemas of the query parameters of an operation, by name."""
    parameters = [as_mapping(walk.resolve(one).schema) for one in as_list(operation.get("parameters"))]
    return {one.get("name", ""): one.get("schema", {}) for one in parameters if one.get("in") == "query"}


def _fields(walk: SchemaWalk, schema: Any) -> dict[str, Any]:
    """The schemas of the properties of an object by name, or a string schema for each value of an enum."""
    found: dict[str, Any] = {}
    for part, _ in walk.flatten(schema):
        for value in (*as_list(part.get("enum")), *as_mapping(part.get("x-open-enum"))):
            found[str(value)] = {"type": "string"}
        found |= as_mapping(part.get("properties"))
    return found


@dataclass(frozen=True, slots=True)
class _Conversion:
    """A move whose paths all exist, with the kinds of value that go in and that come out."""

    move: DeclaredMove
    older: MoveSubject
    newer: MoveSubject
    source_kinds: Sequence[str]
    target_kinds: Sequence[str]

    @property
    def target_parents(self) -> set[str]:
        """The paths around the targets."""
        return {_parent(path) for path in self.move.targets}


def _kind_changes(one: _Conversion) -> str | None:
    if one.source_kinds == one.target_kinds:
        return None
    sources, targets = ", ".join(one.source_kinds), ", ".join(one.target_kinds)
    return f"{sources} cannot become {targets}. Choose another conversion, or drop the old value."


def _name_is_the_same(one: _Conversion) -> str | None:
    return "from and to are the same. Leave it out." if one.move.sources == one.move.targets else None


def _is_not_an_enum(one: _Conversion) -> str | None:
    return None if one.older.is_enum and one.newer.is_enum else "it is for the values of an enum."


def _target_was_another_value(one: _Conversion) -> str | None:
    """A value of both versions keeps its meaning, so only a part of what it became may have its name."""
    for target in one.move.targets:
        if target not in one.move.sources and one.older.kind(target) is not None:
            return f"{target} was there before. Name it in from too, or choose merge."
    return None


def _target_is_new(one: _Conversion) -> str | None:
    target = one.move.targets[0]
    return f"{target} was not there before. Choose rename." if one.older.kind(target) is None else None


def _is_not_one_object(one: _Conversion) -> str | None:
    if one.move.sources == one.move.targets and one.source_kinds == ["object"]:
        return None
    return "it is for one object that keeps its path."


def _targets_are_not_in_one_object(one: _Conversion) -> str | None:
    parents = one.target_parents
    if len(parents) == 1 and one.newer.kind(*parents) == "object":
        return None
    return "the targets must be keys of one object."


def _targets_are_not_in_one_list(one: _Conversion) -> str | None:
    parents = one.target_parents
    if len(parents) == 1 and next(iter(parents)).endswith("[]"):
        return None
    return "the targets must be keys of the items of one list."


def _source_is_not_scalar(one: _Conversion) -> str | None:
    return None if set(one.source_kinds) <= _SCALARS else "only plain values can be wrapped."


def _source_is_not_a_list(one: _Conversion) -> str | None:
    return None if one.source_kinds == ["array"] else "from must be a list."


def _is_not_from_list_to_object(one: _Conversion) -> str | None:
    if one.source_kinds == ["array"] and one.target_kinds == ["object"]:
        return None
    return "from must be a list and to an object."


def _target_is_not_around_source(one: _Conversion) -> str | None:
    if _parent(one.move.sources[0]) == one.move.targets[0]:
        return None
    return "to must be the object around from."


def _parent(path: str) -> str:
    return path.rpartition(".")[0]


_CHECKS: Mapping[str, tuple[Callable[[_Conversion], str | None], ...]] = {
    "rename": (_kind_changes, _name_is_the_same),
    "merge": (_kind_changes, _target_is_new),
    "unwrap": (_target_is_not_around_source,),
    "first": (_is_not_from_list_to_object,),
    "null-when-empty": (_kind_changes, _is_not_one_object),
    "wrap": (_kind_changes, _targets_are_not_in_one_object, _source_is_not_scalar),
    "gather": (_targets_are_not_in_one_list,),
    "by-position": (_targets_are_not_in_one_object, _source_is_not_a_list),
    "split-value": (_is_not_an_enum, _target_was_another_value),
    "join-values": (_is_not_an_enum, _target_was_another_value),
    "drop": (),
}
"""What can be wrong with each conversion: every function gives a sentence for its author, or None."""
