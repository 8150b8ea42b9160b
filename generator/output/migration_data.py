"""What the package must know to take stored data from one version to another: `data/moves.json`.

`x-move` says what a schema did with its data. Here this becomes concrete for each kind of value: where in it
a move holds, and which fields the other version does not have. Older and newer schema are walked side by
side, so that what lies inside of something renamed is found too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from generator.client.render import PACKAGE
from generator.document.changes import Change
from generator.document.compose import changes_of, compose_each, versions
from generator.document.document import Document
from generator.document.moves import Move
from generator.errors import SpecError
from generator.output.json_text import json_text

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
_ONE_OBJECT = frozenset({"wrap", "by-position"})
# These may make a null where there was none.
_MAKING = frozenset({"wrap", "by-position", "first", "gather", "merge"})

_DEEPEST = 20  # a schema may contain itself

_Path = tuple[str, ...]
_Places = tuple[_Path, _Path]
_Schema = Mapping[str, Any]


def render_moves(spec_dir: Path, composed: Sequence[Document] = ()) -> dict[str, str]:
    """The file `moves.json`, by its path below `generated/`; nothing where no version has one of the kinds.

    `composed` are documents that are there already. Raises `SpecError`.
    """
    names = versions(spec_dir)
    complete = [document.version for document in composed] == list(names)
    documents = composed if complete else compose_each(spec_dir, names)
    if not any(kind in _schemas(document) for kind in KINDS for document in documents):
        return {}
    text = migration_data(documents, {name: changes_of(spec_dir, name) for name in names})
    return {f"{PACKAGE}/data/moves.json": text}


def migration_data(documents: Sequence[Document], changes: Mapping[str, Sequence[Change]]) -> str:
    """The text of `moves.json`, from the documents of all versions (oldest first) and their changes.

    Raises `SpecError` for a move that cannot be carried out.
    """
    content = {
        "versions": [document.version for document in documents],
        "kinds": [kind for kind in KINDS if any(kind in _schemas(document) for document in documents)],
        "telling": {document.version: _telling(document) for document in documents},
        "steps": [
            _step(old, new, [move for change in changes[new.version] for move in change.moves])
            for old, new in pairwise(documents)
        ],
    }
    return json_text(content)


def _telling(document: Document) -> dict[str, list[str]]:
    """For each kind the fields that no other schema has: whoever has one of them is of that kind."""
    fields = {name: set(_properties(document, schema)) for name, schema in _schemas(document).items()}
    return {
        kind: sorted(fields[kind] - {key for name in fields if name != kind for key in fields[name]})
        for kind in KINDS
        if kind in fields
    }


def _step(old: Document, new: Document, moves: Sequence[Move]) -> dict[str, Any]:
    used: list[dict[str, Any]] = []
    kinds = {}
    for kind in KINDS:
        if kind in _schemas(old) and kind in _schemas(new):
            walk = _Walk(old, new, moves, used)
            walk.pair(_schemas(old)[kind], _schemas(new)[kind], ((), ()), frozenset({kind}), ())
            kinds[kind] = {
                "up": {"remove": sorted(map(_text, walk.gone)), "at": _ordered(walk.before)},
                "down": {"remove": sorted(map(_text, walk.come)), "at": _ordered(walk.after)},
            }
    return {"from": old.version, "to": new.version, "moves": used, "kinds": kinds}


def _ordered(places: Mapping[_Path, list[int]]) -> list[list[Any]]:
    """Inner places first: a move further out would carry what lies inside away."""
    return [[_text(path), places[path]] for path in sorted(places, key=lambda path: (-len(path), path))]


@dataclass(slots=True)
class _Walk:
    """Both versions of one kind, side by side."""

    old: Document
    new: Document
    moves: Sequence[Move]
    used: list[dict[str, Any]]
    """The moves that hold anywhere, by number. Shared by the kinds of a step."""
    before: dict[_Path, list[int]] = field(default_factory=dict)
    """By place in the older version: the moves that hold there."""
    after: dict[_Path, list[int]] = field(default_factory=dict)
    gone: list[_Path] = field(default_factory=list)
    """Fields of the older version that the newer one does not have and that go nowhere."""
    come: list[_Path] = field(default_factory=list)

    def pair(
        self, old: _Schema, new: _Schema, places: _Places, names: frozenset[str], inherited: Sequence[Move]
    ) -> None:
        """Visit a place. `inherited` are moves of a schema further out that act inside of this one."""
        old_names, old = _behind(self.old, old)
        new_names, new = _behind(self.new, new)
        if len(places[0]) > _DEEPEST:
            return
        stated = [move for move in self.moves if move.on in (names | old_names) & (names | new_names)]
        fields = _properties(self.old, old), _properties(self.new, new)
        if not fields[0]:
            self._rename_values(stated, places)
            stated = []
        acting: list[Move] = []
        deeper: dict[str, list[Move]] = {}
        for move in (*inherited, *stated):
            prefix = _common(move)
            if prefix is None:
                acting.append(move)
            else:
                deeper.setdefault(prefix, []).append(_below(move, prefix))
        for source, target in self._fields(acting, *fields, places):
            inner = (*places[0], source), (*places[1], target)
            self.pair(fields[0][source], fields[1][target], inner, frozenset(), deeper.get(target, ()))
        if "items" in old and "items" in new:
            inner = (*places[0], "[]"), (*places[1], "[]")
            self.pair(old["items"], new["items"], inner, frozenset(), deeper.get("[]", ()))

    def _fields(
        self, moves: Sequence[Move], old: _Schema, new: _Schema, places: _Places
    ) -> list[tuple[str, str]]:
        """Note what happens to the fields of an object. Returns those that go on, under which names."""
        same: dict[str, str] = {}
        left: set[str] = set()
        filled: set[str] = set()
        for move in moves:
            left |= {_root(path) for path in move.sources}
            if move.how == "drop":
                self.gone += [(*places[0], *_SEGMENT.findall(path)) for path in move.sources]
                continue
            _check(move, self.new)
            self._note(_stated(move, move.how, self._extra(move, old, new)), places)
            target = _root(move.targets[0])
            filled.add(target)
            if move.how == "merge":  # it was there before
                same[target] = target
            elif move.how in ("rename", "null-when-empty"):
                same[move.sources[0]] = target
        same |= {key: key for key in old if key not in left and key in new and key not in filled}
        self.gone += [(*places[0], key) for key in old if key not in left and key not in same]
        self.come += [
            (*places[1], key) for key in new if key not in filled and (key not in old or key in left)
        ]
        return list(same.items())

    def _rename_values(self, moves: Sequence[Move], places: _Places) -> None:
        """The moves of an enum. A value that is dropped stays in the data: enums are open."""
        for move in moves:
            if move.how in ("rename", "merge"):
                self._note(_stated(move, "values", {"back": move.how == "rename"}), places)

    def _note(self, stated: dict[str, Any], places: _Places) -> None:
        if stated not in self.used:
            self.used.append(stated)
        number = self.used.index(stated)
        for noted, place in zip((self.before, self.after), places, strict=True):
            noted.setdefault(place, []).append(number)

    def _extra(self, move: Move, old: _Schema, new: _Schema) -> dict[str, Any]:
        """What a conversion must know about the fields."""
        if move.how not in _MAKING:
            return {}
        stated = new[_root(move.targets[0])]
        target = _behind(self.new, stated)[1]
        extra: dict[str, Any] = {
            "never-null-up": [] if _nullable(self.new, stated) else [_root(move.targets[0])],
            "never-null-down": [key for key in move.sources if not _nullable(self.old, old[key])],
        }
        if move.how == "wrap":
            fields = _properties(self.new, target)
            keys = [path.rpartition(".")[2] for path in move.targets]
            extra["never-null-keys"] = [key for key in keys if not _nullable(self.new, fields[key])]
        elif move.how == "first":
            source = _behind(self.old, old[move.sources[0]])[1]
            item = set(_properties(self.old, _behind(self.old, source["items"])[1]))
            whole = set(_properties(self.new, target))
            extra |= {"drop-up": sorted(item - whole), "drop-down": sorted(whole - item)}
        elif move.how == "gather":
            extra["lists"] = [key for key in move.sources if "items" in _behind(self.old, old[key])[1]]
            extra["at-most"] = target.get("maxItems")
        return extra


def _stated(move: Move, how: str, extra: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "on": move.on,
        "how": how,
        "from": list(move.sources),
        "to": list(move.targets),
        "lost-up": list(move.lost_up),
        "lost-down": list(move.lost_down),
        **extra,
    }


def _check(move: Move, document: Document) -> None:
    """Refuse what no conversion of the package does: fields of different objects."""
    inner = {"unwrap": move.sources, "gather": move.targets}.get(
        move.how, move.targets if move.how in _ONE_OBJECT else ()
    )
    outer = [path for path in (*move.sources, *move.targets) if path not in inner]
    if any(len(_SEGMENT.findall(path)) > 1 for path in outer) or any(
        len(_SEGMENT.findall(path)) != (3 if move.how == "gather" else 2) for path in inner
    ):
        raise SpecError(
            f"{move.how} on {move.on} from {', '.join(move.sources)} cannot be carried out on data.",
            file=document.place("").file,
            cure="Write the move on the schema that has the fields, or choose wrap or unwrap.",
        )


def _common(move: Move) -> str | None:
    """The first segment of all paths, where something follows in each."""
    paths = [_SEGMENT.findall(path) for path in (*move.sources, *move.targets)]
    first = {path[0] for path in paths}
    return first.pop() if len(first) == 1 and all(len(path) > 1 for path in paths) else None


def _below(move: Move, prefix: str) -> Move:
    def cut(paths: Sequence[str]) -> tuple[str, ...]:
        return tuple(path.removeprefix(prefix).removeprefix(".") for path in paths)

    return Move(
        move.on, move.how, cut(move.sources), cut(move.targets), cut(move.lost_up), cut(move.lost_down)
    )


def _root(path: str) -> str:
    found: str = _SEGMENT.findall(path)[0]
    return found


def _text(path: _Path) -> str:
    return ".".join(path).replace(".[]", "[]")


def _schemas(document: Document) -> Mapping[str, Any]:
    found: Mapping[str, Any] = document.raw.get("components", {}).get("schemas", {})
    return found


def _behind(document: Document, schema: _Schema) -> tuple[frozenset[str], _Schema]:
    """The names of the components that a schema refers to, and what stands there. Null is taken away."""
    names: set[str] = set()
    while True:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            if name in names:
                return frozenset(names), {}
            names.add(name)
            schema = document.resolve(schema["$ref"])
            continue
        parts = [part for part in schema.get("anyOf", ()) if part != {"type": "null"}]
        if len(parts) != 1:
            return frozenset(names), schema
        schema = parts[0]


def _nullable(document: Document, schema: _Schema) -> bool:
    stated = _behind(document, schema)[1].get("type", ())
    return {"type": "null"} in schema.get("anyOf", ()) or "null" in stated


def _properties(document: Document, schema: _Schema) -> Mapping[str, Any]:
    return dict(_each(document, schema))


def _each(document: Document, schema: _Schema) -> Iterator[tuple[str, Any]]:
    for part in schema.get("allOf", ()):
        yield from _each(document, _behind(document, part)[1])
    yield from schema.get("properties", {}).items()
