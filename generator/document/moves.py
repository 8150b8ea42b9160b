"""Where data went: the shape of `x-move`, and its check against the documents before and after a change.

A move is metadata: the applier never executes it. Migration of stored data, the mock's projection and the
recognition of renames rely on it, so it must be true. spec/README.md explains each conversion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from generator.document.document import METHODS, Document
from generator.errors import SpecError

_PATH = re.compile(r"\w[\w -]*(\[\])?(\.\w[\w -]*(\[\])?)*\Z")
_KEYS = frozenset({"on", "how", "from", "to", "lost-up", "lost-down"})

# How many paths `from` and `to` have: one, several (as many as the other side has, or any), or none.
CONVERSIONS: Mapping[str, tuple[str, str]] = {
    "rename": ("one", "one"),
    "merge": ("one", "one"),
    "unwrap": ("one", "one"),
    "first": ("one", "one"),
    "null-when-empty": ("one", "one"),
    "wrap": ("several", "as many"),
    "gather": ("several", "as many"),
    "by-position": ("one", "two or more"),
    "drop": ("several", "none"),
}
"""The conversions that a move can name."""

_NEEDED = {
    "one": "one path",
    "several": "one path or more",
    "two or more": "two paths or more",
    "as many": "as many paths as from",
    "none": "nothing",
}
# What these lose on the way up is what they move.
_LOSING = frozenset({"drop", "merge"})
_DEEPEST = 20
_SCALARS = frozenset({"string", "number", "boolean"})


@dataclass(frozen=True, slots=True)
class Move:
    """One conversion of data from the older version (`up` goes to the newer one)."""

    on: str
    """A component schema, or the operationId whose query parameters are meant."""
    how: str
    sources: tuple[str, ...]
    """Paths in the older version; names of values where `on` is an enum."""
    targets: tuple[str, ...]
    """Paths in the newer version."""
    lost_up: tuple[str, ...]
    """Paths in the older version whose data can be lost on the way up."""
    lost_down: tuple[str, ...]
    """Paths in the newer version whose data can be lost on the way down."""


def read_moves(value: Any) -> tuple[Move, ...]:
    """The moves that one entry of `x-move` describes, one for each name in `on`.

    Raises `ValueError` with a sentence for its author.
    """
    if not isinstance(value, dict):
        raise ValueError("A move is an object with on, how, from and to.")  # noqa: TRY004 - an author's mistake
    unknown = sorted(value.keys() - _KEYS)
    if unknown:
        known = ", ".join(sorted(_KEYS))
        raise ValueError(f'The key "{unknown[0]}" is unknown in a move. Known are {known}.')
    how = str(value.get("how"))
    if how not in CONVERSIONS:
        raise ValueError(f'There is no conversion "{how}". Known are {", ".join(sorted(CONVERSIONS))}.')
    stated = value.get("on")
    names = [stated] if isinstance(stated, str) else stated
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise ValueError("A move must say on which schema or operation it acts.")
    move = Move(names[0], how, *(_paths(value, key) for key in ("from", "to", "lost-up", "lost-down")))
    sources, targets = CONVERSIONS[how]
    if not move.sources or (sources == "one" and len(move.sources) > 1):
        raise ValueError(f"{how} needs {_NEEDED[sources]} in from.")
    fits = {
        "one": len(move.targets) == 1,
        "two or more": len(move.targets) > 1,
        "as many": len(move.targets) == len(move.sources),
        "none": not move.targets,
    }
    if not fits[targets]:
        raise ValueError(f"{how} needs {_NEEDED[targets]} in to.")
    if how in _LOSING and not move.lost_up:
        move = replace(move, lost_up=move.sources)
    return tuple(replace(move, on=name) for name in names)


def _paths(value: Mapping[str, Any], key: str) -> tuple[str, ...]:
    stated = value.get(key, [])
    paths = [stated] if isinstance(stated, str) else stated
    if not isinstance(paths, list) or not all(isinstance(path, str) and _PATH.match(path) for path in paths):
        raise ValueError(f"{key} must be a path such as customers[].name, or a list of paths.")
    return tuple(paths)


def false_claims(move: Move, before: Document, after: Document) -> Iterator[str]:
    """What a move says that is not so, as sentences."""
    old, new = Model.find(before, move.on), Model.find(after, move.on)
    if old is None or new is None:
        yield f'"{move.on}" is no schema or operation of both versions. Correct on.'
        return
    for path in (*move.sources, *move.lost_up):
        if old.kind(path) is None:
            yield f"{move.on} had no {path} before. Correct the path."
    for path in (*move.targets, *move.lost_down):
        if new.kind(path) is None:
            yield f"{move.on} has no {path} after the change. Correct the path, or add what it names."
    for path in move.sources:
        if new.kind(path) is not None and not _may_stay(move, path, old, new):
            yield f"{move.on} still has {path} after the change. Remove it, or correct from."
    if all(old.kind(path) for path in move.sources) and all(new.kind(path) for path in move.targets):
        yield from _unfit_kinds(move, old, new)


def _may_stay(move: Move, path: str, old: Model, new: Model) -> bool:
    if move.how == "drop":  # the name stays, its data cannot
        return old.kind(path) != new.kind(path)
    return any(target == path or target.startswith(f"{path}.") for target in move.targets)


def _unfit_kinds(move: Move, old: Model, new: Model) -> Iterator[str]:
    sources = [old.kind(path) or "" for path in move.sources]
    targets = [new.kind(path) or "" for path in move.targets]
    parents = {_parent(path) for path in move.targets}
    here = f"{move.how} on {move.on}:"
    if move.how in ("rename", "merge", "null-when-empty", "wrap") and sources != targets:
        yield f"{here} {', '.join(sources)} cannot become {', '.join(targets)}. Choose another conversion."
    if move.how == "rename" and move.sources == move.targets:
        yield f"{here} from and to are the same. Leave it out."
    if move.how == "merge" and old.kind(move.targets[0]) is None:
        yield f"{here} {move.targets[0]} was not there before. Choose rename."
    if move.how == "null-when-empty" and (move.sources != move.targets or sources != ["object"]):
        yield f"{here} it is for one object that stays where it is."
    if move.how in ("wrap", "by-position") and (len(parents) != 1 or new.kind(*parents) != "object"):
        yield f"{here} the targets must be keys of one object."
    if move.how == "wrap" and not set(sources) <= _SCALARS:
        yield f"{here} only plain values can be wrapped."
    if move.how == "by-position" and sources != ["array"]:
        yield f"{here} from must be a list."
    if move.how == "first" and (sources != ["array"] or targets != ["object"]):
        yield f"{here} from must be a list and to an object."
    if move.how == "gather" and (len(parents) != 1 or not next(iter(parents)).endswith("[]")):
        yield f"{here} the targets must be keys of the items of one list."
    if move.how == "unwrap" and _parent(move.sources[0]) != move.targets[0]:
        yield f"{here} to must be the object around from."


def unexplained(moves: tuple[Move, ...], before: Document, after: Document) -> Iterator[str]:
    """What disappears from a schema or operation that stays, or changes its kind, without a move."""
    explained = {
        (move.on, key)
        for move in moves
        for path in move.sources
        for key in (path, re.split(r"[.\[]", path)[0])
    }
    for name in sorted(Model.names(before) & Model.names(after)):
        old, new = Model.find(before, name), Model.find(after, name)
        if old is None or new is None:
            continue
        for key in sorted(old.keys()):
            if (name, key) in explained:
                continue
            if new.kind(key) is None:
                yield f"{key} of {name} goes away, and no x-move says where to. Write one, or drop."
            elif not {old.kind(key), new.kind(key)} & {"any"} and old.kind(key) != new.kind(key):
                yield (
                    f"{key} of {name} was {old.kind(key)} and becomes {new.kind(key)}, "
                    "and no x-move says how. Write one, with drop if the old value is lost."
                )


def _parent(path: str) -> str:
    return path.rpartition(".")[0]


class Model:
    """What can be named in a move: the properties of a schema, the values of an enum, query parameters.

    It takes any document, also one that the lint is going to refuse: what has a wrong shape is not there.
    """

    def __init__(self, document: Document, keys: Mapping[str, Any]) -> None:
        self._document = document
        self._keys = keys

    @classmethod
    def names(cls, document: Document) -> set[str]:
        """Every name that `find` knows."""
        return set(_schemas(document)) | {str(one.get("operationId", "")) for one in _operations(document)}

    @classmethod
    def find(cls, document: Document, name: str) -> Model | None:
        """The schema or operation of that name, or None."""
        schema = _schemas(document).get(name)
        if isinstance(schema, dict):
            return cls(document, _properties(document, schema))
        for operation in _operations(document):
            if operation.get("operationId") == name:
                stated = [_behind(document, one) for one in _list(operation.get("parameters"))]
                query = {
                    one.get("name", ""): one.get("schema", {}) for one in stated if one.get("in") == "query"
                }
                return cls(document, query)
        return None

    def keys(self) -> set[str]:
        """The names at the first level."""
        return set(self._keys)

    def kind(self, path: str) -> str | None:
        """What stands at a path: object, array, string, number, boolean or any; None for nothing."""
        schema: dict[str, Any] = {}
        keys: Mapping[str, Any] = self._keys
        # A value of an enum may hold a dot itself.
        for part in [path] if path in keys else path.split("."):
            name = part.removesuffix("[]")
            if name not in keys:
                return None
            schema = _behind(self._document, keys[name])
            if part.endswith("[]"):
                if "array" not in _types(schema):
                    return None
                schema = _behind(self._document, schema.get("items", {}))
            keys = _properties(self._document, schema)
        kinds = [kind for kind in _types(schema) if kind != "null"]
        if len(kinds) != 1:
            return "object" if keys and not kinds else "any"
        return "number" if kinds == ["integer"] else str(kinds[0])


def _schemas(document: Document) -> dict[str, Any]:
    return _dict(_dict(document.raw.get("components")).get("schemas"))


def _operations(document: Document) -> Iterator[dict[str, Any]]:
    for item in _dict(document.raw.get("paths")).values():
        yield from (one for key, one in _dict(item).items() if key in METHODS and isinstance(one, dict))


def _properties(document: Document, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The properties of a schema, or the known values of an enum."""
    found: dict[str, Any] = {}
    for part in _list(schema.get("allOf")):
        found |= _properties(document, _behind(document, part))
    for value in (*_list(schema.get("enum")), *_dict(schema.get("x-open-enum"))):
        found[str(value)] = {"type": "string"}
    return found | _dict(schema.get("properties"))


def _behind(document: Document, value: Any) -> dict[str, Any]:
    """What stands behind references and behind a union with null; nothing for a reference to nowhere."""
    for _ in range(_DEEPEST):
        try:
            found = _dict(document.follow(value)[0])
        except SpecError:  # the lint tells it, and where
            return {}
        parts = [part for part in _list(found.get("anyOf")) if part != {"type": "null"}]
        if len(parts) != 1:
            return found
        value = parts[0]
    return {}  # a union that contains itself


def _types(schema: Mapping[str, Any]) -> list[Any]:
    stated = schema.get("type", [])
    return [stated] if isinstance(stated, str) else _list(stated)


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
