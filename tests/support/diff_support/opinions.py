"""What two differs say of the same spots, and where they do not agree on what breaks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from diff_support.plain import Plain, Spot
from generator.diff import Change, Direction, Level

SILENT = "nothing"
_FACETS = ("type", "required", "enum", "format", "pattern")
_GONE = ("property-removed", "property-moved", "property-renamed")
_WORDS = ("enum-meaning-changed", "enum-name-changed")
_ROOTED = ("operation-added", "operation-removed", "request-wrapper-changed")


@dataclass(frozen=True)
class Opinion:
    """What one differ says of one spot."""

    spot: Spot
    breaking: bool | None
    """None: the spot is mentioned, and the verdict is at another one."""
    what: str

    @property
    def verdict(self) -> str:
        return f"{self.what}, {'breaking' if self.breaking else 'not breaking'}"


def ours(change: Change, old: Plain, new: Plain) -> Iterator[Opinion]:
    """A change at every spot where it is seen. Descriptions do not count: the other differ ignores them."""
    if change.level is Level.INFO or change.rule.id.endswith(_WORDS):
        return
    breaking = change.level is Level.BREAKING
    renamed = "renamed" in change.rule.id and "enum" not in change.rule.id
    for reach in change.reaches:
        request = reach.request if reach.direction is not Direction.WEBHOOK else reach.method
        side = "request" if reach.direction is Direction.REQUEST else "response"
        if "query-parameter" in change.rule.id or change.rule.id.startswith("parameter"):
            location = "path" if change.subject == "id" else "query"
            yield Opinion(Spot(request, side, f"{location}.{change.subject}"), breaking, change.rule.id)
            if renamed:
                yield Opinion(Spot(request, side, f"{location}.{change.new}"), None, change.rule.id)
            continue
        model, _, name = change.subject.partition(".")
        if model in old.used or model in new.used:
            used = old.used if change.rule.id.endswith(_GONE) else new.used
            if "model-replaced" in change.rule.id:
                model = change.new
            for spot in used.get(model, ()):
                if (spot.request, spot.side) == (request, side):
                    yield Opinion(_below(spot, name), breaking, change.rule.id)
            for spot in new.used.get(model, ()) if renamed else ():
                if (spot.request, spot.side) == (request, side):
                    yield Opinion(_below(spot, change.new), None, change.rule.id)
        elif change.rule.id == "response-wrapper-changed":
            yield Opinion(Spot(request, side, "data"), breaking, change.rule.id)
        elif change.rule.id in _ROOTED:
            yield Opinion(Spot(request, side), breaking, change.rule.id)
        else:
            yield Opinion(Spot(request, side, f"({change.rule.id})"), breaking, change.rule.id)


def theirs(finding: Mapping[str, Any], old: Plain, new: Plain) -> Opinion:
    """A finding of the other differ. Its path leads through the plain document."""
    _, path, verb, *rest = finding["path"]
    event = not path.startswith(("/trackings", "/couriers", "/courier-", "/estimated", "/last_", "/notif"))
    request = path.removeprefix("/") if event else f"{verb.upper()} {path}"
    value = finding["after"] if finding["before"] is None else finding["before"]
    path_in_value, facet, side = "", "operation", "request"
    if rest[:1] == ["parameters"]:
        sides = [new, old] if finding["before"] is None else [old, new]
        named = value if isinstance(value, Mapping) and "name" in value else None
        for one in sides:
            listed = one.raw["paths"].get(path, {}).get(verb, {}).get("parameters", [])
            if named is None and rest[1] < len(listed):
                named = listed[rest[1]]
        assert named is not None
        path_in_value, facet = f"{named['in']}.{named['name']}", "parameter"
        more, below = _value_path(rest[3:])
        path_in_value, facet = path_in_value + more, below or facet
    elif rest == ["deprecated"]:
        path_in_value = "(operation-deprecated)"
    elif rest:
        side = "request" if rest[0] == "requestBody" else "response"
        path_in_value, facet = _value_path(rest[rest.index("schema") + 1 :] if "schema" in rest else [])
        if facet == "required":
            path_in_value = f"{path_in_value}.{value}".lstrip(".")
        facet = f"{side} {facet or 'property'}"
    verbs = {"add": "added", "remove": "removed", "replace": "replaced", "rename": "renamed"}
    breaking = finding["type"] == "breaking"
    return Opinion(Spot(request, side, path_in_value), breaking, f"{facet} {verbs[finding['action']]}")


def disagreements(one: Iterable[Opinion], other: Iterable[Opinion]) -> Iterator[tuple[Spot, str, str]]:
    """The spots where only one of two says that it breaks, and those that only the other knows.

    An opinion on a whole holds for its parts as long as there is no other, and vice versa. What is found
    inside of a whole that breaks is not a disagreement, whatever the verdict there.
    """
    books = [_book(one), _book(other)]
    for spot in sorted(books[0].own.keys() | books[1].own.keys()):
        first, second = (book.opinion(spot) for book in books)
        if first is None:
            assert second is not None
            yield spot, SILENT, second.verdict
        elif first.breaking is None or (first.breaking and first.spot in spot.above()):
            continue
        elif second is None:
            if first.breaking:
                yield spot, first.verdict, SILENT
        elif first.breaking != second.breaking and not (second.breaking and second.spot in spot.above()):
            yield spot, first.verdict, second.verdict


@dataclass(frozen=True)
class _Book:
    """All opinions of one differ, the gravest where there are several."""

    own: dict[Spot, Opinion]
    parts: dict[Spot, Opinion]
    """Of each spot, the gravest of what is inside of it."""

    def opinion(self, spot: Spot) -> Opinion | None:
        for at in (spot, *spot.above()):
            if at in self.own:
                return self.own[at]
        return self.parts.get(spot)


def _book(opinions: Iterable[Opinion]) -> _Book:
    own: dict[Spot, Opinion] = {}
    parts: dict[Spot, Opinion] = {}
    for opinion in sorted(opinions, key=_gravity):
        own.setdefault(opinion.spot, opinion)
        for whole in opinion.spot.above():
            parts.setdefault(whole, opinion)
    return _Book(own, parts)


def _gravity(opinion: Opinion) -> tuple[bool, bool, Spot, str]:
    return (opinion.breaking is None, not opinion.breaking, opinion.spot, opinion.what)


def _value_path(path: list[Any]) -> tuple[str, str]:
    """Turn a path through a schema into a path through the value, and the keyword that it ends in."""
    path_in_value, facet, keys = "", "", iter(path)
    for key in keys:
        if key == "properties":
            path_in_value += f".{next(keys)}"
        elif key == "items":
            path_in_value += "[]"
        elif key in ("anyOf", "oneOf", "allOf"):
            next(keys, None)
        elif key in _FACETS:
            facet = key
        elif not isinstance(key, int) and not facet:
            facet = re.sub(r"\W", "", key)
    return path_in_value.lstrip("."), facet


def _below(spot: Spot, name: str) -> Spot:
    return Spot(spot.request, spot.side, f"{spot.path}.{name}".strip("."))
