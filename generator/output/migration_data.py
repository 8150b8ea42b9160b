"""Writes `data/moves.json`: what the package must know to take stored data from one version to another.

`x-move` says what a schema did with its data. This module makes that concrete for each kind of value, in both
directions: at which path of the value a move acts, and which fields have to be removed because the other
version does not have them. It walks over the older and the newer schema side by side, so it also finds what
is inside of something that was renamed.

Up is the direction from the older to the newer version, down is the way back. A move goes up from its
sources, which are paths in older data, to its targets, which are paths in newer data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, NamedTuple

from generator.client.render import PACKAGE
from generator.document.changelog_lines import ChangelogLine, changelog_lines
from generator.document.document import Document
from generator.document.json_text import json_text
from generator.document.moves import DeclaredMove
from generator.document.schema_walk import Property, SchemaWalk
from generator.errors import SpecError
from generator.output.enum_moves import VALUE_CONVERSIONS, value_names
from generator.output.parameter_renames import parameter_renames

# What is read and stored first, then what is sent.
KINDS = (
    "Tracking",
    "Checkpoint",
    "Courier",
    "WebhookEvent",
    "TrackingCreate",
    "TrackingUpdate",
    "CourierDetect",
    "EstimatedDeliveryDateRequest",
    "EstimatedDeliveryDateResult",
)
"""The schemas whose data can be migrated, where a version has them."""

_SEGMENT = re.compile(r"\[\]|[^.\[\]]+")
_INTO_ONE_OBJECT = frozenset({"wrap", "by-position"})
FIELD_CONVERSIONS = frozenset(
    {"rename", "merge", "unwrap", "first", "null-when-empty", "wrap", "gather", "by-position", "drop"}
)
"""The conversions of the fields of an object."""
# These conversions can write a null that the data did not have.
_CAN_WRITE_NULL = frozenset({"wrap", "by-position", "first", "gather", "merge"})

_DEEPEST = 20  # a schema may contain itself

_Path = tuple[str, ...]
"""Field names from the root of a value; `[]` stands for the items of a list."""
_Fields = Mapping[str, Property]


def render_moves(documents: Sequence[Document]) -> dict[str, str]:
    """The file `moves.json`, by its path below `generated/`; no file where no version has one of the kinds.

    `documents` are all versions, oldest first. Raises `SpecError`.
    """
    if not any(kind in SchemaWalk(document).named for kind in KINDS for document in documents):
        return {}
    lines = {document.version: changelog_lines(document) for document in documents}
    return {f"{PACKAGE}/data/moves.json": migration_data(documents, lines)}


def migration_data(documents: Sequence[Document], lines: Mapping[str, Sequence[ChangelogLine]]) -> str:
    """The content of `moves.json`: `documents` are all versions, oldest first, `lines` their changelog lines.

    Raises `SpecError` for a move that cannot be executed on data.
    """
    walks = [SchemaWalk(document) for document in documents]
    content = {
        "versions": [document.version for document in documents],
        "kinds": [kind for kind in KINDS if any(kind in walk.named for walk in walks)],
        "telling": {
            document.version: _distinctive_fields(walk)
            for document, walk in zip(documents, walks, strict=True)
        },
        "steps": [
            _step(older, newer, [move for line in lines[newer.document.version] for move in line.moves])
            for older, newer in pairwise(walks)
        ],
    }
    return json_text(content)


def _distinctive_fields(walk: SchemaWalk) -> dict[str, list[str]]:
    """For each kind the fields that no other schema has: data with one of them is of that kind."""
    fields = {name: set(walk.properties(schema)) for name, schema in walk.named.items()}
    # A schema with the same fields, such as that of a newest checkpoint, holds data of the same kind.
    same = {
        kind: {kind, *(name for name in fields if name not in KINDS and fields[name] == fields[kind])}
        for kind in KINDS
        if kind in fields
    }
    return {
        kind: sorted(
            fields[kind] - {key for name in fields if name not in same[kind] for key in fields[name]}
        )
        for kind in KINDS
        if kind in fields
    }


def _step(older: SchemaWalk, newer: SchemaWalk, moves: Sequence[DeclaredMove]) -> dict[str, Any]:
    """Everything about the step between two neighbouring versions."""
    entries = _MoveEntries()
    kinds = {}
    for kind in KINDS:
        if kind in older.named and kind in newer.named:
            comparison = _KindComparison(older, newer, moves, entries)
            comparison.compare_kind(kind)
            kinds[kind] = {"up": comparison.up.to_json(), "down": comparison.down.to_json()}
    between = {"from": older.document.version, "to": newer.document.version}
    return between | {"moves": entries.entries, "kinds": kinds} | parameter_renames(older, newer, moves)


@dataclass(slots=True)
class _MoveEntries:
    """The moves of a step that act on any kind. Other parts of the file refer to them by their number."""

    entries: list[dict[str, Any]] = field(default_factory=list)

    def number(self, entry: dict[str, Any]) -> int:
        """The number of an entry, which is added if it is new."""
        if entry not in self.entries:
            self.entries.append(entry)
        return self.entries.index(entry)


@dataclass(slots=True)
class _Direction:
    """What one direction does to data of a kind. All paths are paths in the data that goes in."""

    moves: dict[_Path, list[int]] = field(default_factory=dict)
    """The numbers of the moves that act at each path."""
    removed: list[_Path] = field(default_factory=list)
    """The fields that the version on the other side does not have and that no move takes there."""

    def to_json(self) -> dict[str, Any]:
        """Innermost paths first: a move further out would take away what is inside."""
        ordered = sorted(self.moves, key=lambda path: (-len(path), path))
        return {
            "remove": sorted(_dotted(path) for path in self.removed),
            "at": [[_dotted(path), self.moves[path]] for path in ordered],
        }


class _Pair(NamedTuple):
    """The same part of a value in both versions: its schema, and its path."""

    older_schema: Any
    older_path: _Path
    newer_schema: Any
    newer_path: _Path

    def inside(self, older: str, older_schema: Any, newer: str, newer_schema: Any) -> _Pair:
        """A field of this part, or its items, under its name in either version."""
        return _Pair(older_schema, (*self.older_path, older), newer_schema, (*self.newer_path, newer))


@dataclass(slots=True)
class _KindComparison:
    """Walks over both versions of one kind side by side, and collects what each direction has to do."""

    older: SchemaWalk
    newer: SchemaWalk
    moves: Sequence[DeclaredMove]
    entries: _MoveEntries
    up: _Direction = field(default_factory=_Direction)
    down: _Direction = field(default_factory=_Direction)

    def compare_kind(self, kind: str) -> None:
        """Walk over the schema of this name and everything in it."""
        pair = _Pair(self.older.named[kind], (), self.newer.named[kind], ())
        self._compare(pair, frozenset({kind}), ())

    def _compare(self, pair: _Pair, names: frozenset[str], inherited: Sequence[DeclaredMove]) -> None:
        """Visit one part of the value.

        `names` are names under which the part is known in both versions. `inherited` are moves of a schema
        further out that act inside of this part.
        """
        older, newer = self.older.resolve(pair.older_schema), self.newer.resolve(pair.newer_schema)
        if len(pair.older_path) > _DEEPEST:
            return
        known_as = (names | older.components) & (names | newer.components)
        declared = [move for move in self.moves if move.on in known_as]
        older_fields = self.older.properties(older.schema)
        newer_fields = self.newer.properties(newer.schema)
        if not older_fields:
            self._record_value_renames(declared, pair)
            declared = []
        here, inside = _by_depth((*inherited, *declared))
        self._record_moves(here, older_fields, newer_fields, pair)
        remaining = _remaining_fields(here, older_fields, newer_fields)
        self._record_removals(here, remaining, older_fields, newer_fields, pair)
        for source, target in remaining.items():
            field_pair = pair.inside(source, older_fields[source].schema, target, newer_fields[target].schema)
            self._compare(field_pair, frozenset(), inside.get(target, ()))
        if "items" in older.schema and "items" in newer.schema:
            item_pair = pair.inside("[]", older.schema["items"], "[]", newer.schema["items"])
            self._compare(item_pair, frozenset(), inside.get("[]", ()))

    def _record_value_renames(self, moves: Sequence[DeclaredMove], pair: _Pair) -> None:
        """Record the moves of an enum. A value that is dropped stays in the data, because enums are open."""
        for move in moves:
            _refuse_other_conversion(move, VALUE_CONVERSIONS, self.newer.document)
            if move.how != "drop":
                self._record(_entry(move, "values", value_names(move)), pair)

    def _record_moves(
        self, moves: Sequence[DeclaredMove], older_fields: _Fields, newer_fields: _Fields, pair: _Pair
    ) -> None:
        """Record the moves that act on the fields of an object. Dropped fields are only removed."""
        for move in moves:
            _refuse_other_conversion(move, FIELD_CONVERSIONS, self.newer.document)
            if move.how != "drop":
                _refuse_other_objects(move, self.newer.document)
                details = self._details(move, older_fields, newer_fields)
                self._record(_entry(move, move.how, details), pair)

    def _record(self, entry: dict[str, Any], pair: _Pair) -> None:
        """Note that a move acts on a part of the value, in both directions."""
        number = self.entries.number(entry)
        self.up.moves.setdefault(pair.older_path, []).append(number)
        self.down.moves.setdefault(pair.newer_path, []).append(number)

    def _record_removals(
        self,
        moves: Sequence[DeclaredMove],
        remaining: Mapping[str, str],
        older_fields: _Fields,
        newer_fields: _Fields,
        pair: _Pair,
    ) -> None:
        """Note the fields that only one of the two versions has, and that no move takes to the other."""
        for move in moves:
            if move.how == "drop":
                self.up.removed += [(*pair.older_path, *_segments(path)) for path in move.sources]
        taken, filled = _taken_fields(moves), _filled_fields(moves)
        self.up.removed += [
            (*pair.older_path, key) for key in older_fields if key not in taken and key not in remaining
        ]
        self.down.removed += [
            (*pair.newer_path, key)
            for key in newer_fields
            if key not in filled and (key not in older_fields or key in taken)
        ]

    def _details(self, move: DeclaredMove, older_fields: _Fields, newer_fields: _Fields) -> dict[str, Any]:
        """What a conversion must know about the fields that it reads and writes."""
        if move.how not in _CAN_WRITE_NULL:
            return {}
        target_name = _first_segment(move.targets[0])
        target = self.newer.resolve(newer_fields[target_name].schema)
        details: dict[str, Any] = {
            "never-null-up": [] if target.nullable else [target_name],
            "never-null-down": [
                key for key in move.sources if not self.older.resolve(older_fields[key].schema).nullable
            ],
        }
        if move.how == "wrap":
            inner = self.newer.properties(target.schema)
            keys = [path.rpartition(".")[2] for path in move.targets]
            details["never-null-keys"] = [
                key for key in keys if not self.newer.resolve(inner[key].schema).nullable
            ]
        elif move.how == "first":
            source = self.older.resolve(older_fields[move.sources[0]].schema)
            item = set(self.older.properties(self.older.resolve(source.schema["items"]).schema))
            whole = set(self.newer.properties(target.schema))
            details |= {"drop-up": sorted(item - whole), "drop-down": sorted(whole - item)}
        elif move.how == "gather":
            details["lists"] = [
                key for key in move.sources if "items" in self.older.resolve(older_fields[key].schema).schema
            ]
            details["at-most"] = target.schema.get("maxItems")
        return details


def _by_depth(moves: Sequence[DeclaredMove]) -> tuple[list[DeclaredMove], dict[str, list[DeclaredMove]]]:
    """The moves that act on the fields of an object, and by the name of a field those that act inside it."""
    here: list[DeclaredMove] = []
    inside: dict[str, list[DeclaredMove]] = {}
    for move in moves:
        name = _common_segment(move)
        if name is None:
            here.append(move)
        else:
            inside.setdefault(name, []).append(_without_segment(move, name))
    return here, inside


def _taken_fields(moves: Sequence[DeclaredMove]) -> set[str]:
    """The fields of the older version whose data a move takes away."""
    return {_first_segment(path) for move in moves for path in move.sources}


def _filled_fields(moves: Sequence[DeclaredMove]) -> set[str]:
    """The fields of the newer version that a move fills."""
    return {_first_segment(move.targets[0]) for move in moves if move.how != "drop"}


def _remaining_fields(
    moves: Sequence[DeclaredMove], older_fields: _Fields, newer_fields: _Fields
) -> dict[str, str]:
    """The fields that exist in both versions with the same content: the newer name by the older one."""
    remaining: dict[str, str] = {}
    for move in moves:
        target = _first_segment(move.targets[0]) if move.targets else ""
        if move.how == "merge":  # the target was there before
            remaining[target] = target
        elif move.how in ("rename", "null-when-empty"):
            remaining[move.sources[0]] = target
    taken, filled = _taken_fields(moves), _filled_fields(moves)
    return remaining | {
        key: key for key in older_fields if key in newer_fields and key not in taken and key not in filled
    }


def _entry(move: DeclaredMove, how: str, details: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "on": move.on,
        "how": how,
        "from": list(move.sources),
        "to": list(move.targets),
        "lost-up": list(move.lost_up),
        "lost-down": list(move.lost_down),
        **details,
    }


def _refuse_other_conversion(move: DeclaredMove, known: frozenset[str], document: Document) -> None:
    """Refuse a conversion that nothing here knows, instead of leaving it out of the data."""
    if move.how not in known:
        raise SpecError(
            f"{move.how} on {move.on} is not a conversion of {', '.join(sorted(known))}.",
            file=document.location("").file,
            hint="Choose one of these, or write the move on what it is for.",
        )


def _refuse_other_objects(move: DeclaredMove, document: Document) -> None:
    """Refuse a move between the fields of different objects, which no conversion of the package can do."""
    inner = {"unwrap": move.sources, "gather": move.targets}.get(
        move.how, move.targets if move.how in _INTO_ONE_OBJECT else ()
    )
    outer = [path for path in (*move.sources, *move.targets) if path not in inner]
    inner_depth = 3 if move.how == "gather" else 2
    if any(len(_segments(path)) > 1 for path in outer) or any(
        len(_segments(path)) != inner_depth for path in inner
    ):
        raise SpecError(
            f"{move.how} on {move.on} from {', '.join(move.sources)} cannot be executed on data.",
            file=document.location("").file,
            hint="Write the move on the schema that has the fields, or choose wrap or unwrap.",
        )


def _common_segment(move: DeclaredMove) -> str | None:
    """The first segment of all paths of a move, if it is the same and every path goes on after it."""
    paths = [_segments(path) for path in (*move.sources, *move.targets)]
    first = {path[0] for path in paths}
    return first.pop() if len(first) == 1 and all(len(path) > 1 for path in paths) else None


def _without_segment(move: DeclaredMove, first: str) -> DeclaredMove:
    """The move with paths that begin after their first segment."""
    sources, targets, lost_up, lost_down = (
        tuple(path.removeprefix(first).removeprefix(".") for path in paths)
        for paths in (move.sources, move.targets, move.lost_up, move.lost_down)
    )
    return replace(move, sources=sources, targets=targets, lost_up=lost_up, lost_down=lost_down)


def _segments(path: str) -> list[str]:
    return _SEGMENT.findall(path)


def _first_segment(path: str) -> str:
    return _segments(path)[0]


def _dotted(path: _Path) -> str:
    """A path as it is written in the file: `stops[].zip`."""
    return ".".join(path).replace(".[]", "[]")
