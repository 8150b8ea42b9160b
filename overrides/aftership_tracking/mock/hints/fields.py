"""Hints about the fields of a body that was taken: what was ignored, and what nobody documents as allowed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from aftership_tracking.mock.documents.api import Api
from aftership_tracking.mock.documents.conversion import convert_name
from aftership_tracking.mock.documents.operation import ApiOperation
from aftership_tracking.mock.documents.schema_node import SchemaNode
from aftership_tracking.mock.documents.served_versions import ServedVersions
from aftership_tracking.mock.documents.time_formats import fits_time
from aftership_tracking.mock.documents.validation import Finding
from aftership_tracking.mock.hints.hint import Hint, HintSource, plain, ranges, shown
from aftership_tracking.mock.hints.rules import describe_rule, mark_of

TimePaths = tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
"""Where times are in a body (`*` for the items of a list), and the shapes that each may have."""

_ITEMS = "*"
KNOWN_BY: dict[str, tuple[HintSource, str]] = {
    "sdk": ("sdk", "the official clients say so"),
    "inferred": ("inferred", "a later version documents it"),
    "observed": ("observed", "recorded responses suggest it"),
}
"""How a constraint that is not documented is known, by its mark: the source of a hint, and in words."""
TIME_EXAMPLES = {
    "date": "2024-02-09",
    "compact-date": "20240209",
    "local": "2024-02-09T17:00:00",
    "zoned": "2024-02-09T17:00:00+01:00",
    "spaced": "2024-02-09 17:00:00",
    "time-of-day": "17:00:00",
}
"""How each shape of a time looks."""


def ignored(document: Mapping[str, Any], name: str, finding: Finding) -> Hint:
    """Return the hint about a field of the wrong type, which this version ignores."""
    return Hint(
        id="ignored-field",
        sentence=f"body {name}: {describe_rule(document, finding)}; this version ignores such a field",
        advice="From 2024-10 on the request is refused",
        source="documented",
    )


def unknown_slug(suggestion: str) -> Hint:
    """Return the hint about a body that names a courier which does not exist.

    Args:
        suggestion: the question for the slug that was probably meant; empty if none is close.
    """
    return replace(plain("state: no courier has this slug"), advice=suggestion)


def taken(api: Api, name: str, finding: Finding) -> Hint:
    """Return the hint about a value that breaks a constraint and was taken."""
    rule = describe_rule(api.document, finding)
    mark = mark_of(api.document, finding)
    if api.is_lenient and mark not in KNOWN_BY:
        return Hint(
            id="lenient",
            sentence=f"body {name}: {rule}; it was taken because the mock is lenient",
            advice="The service refuses it",
            source="documented",
        )
    source, reason = KNOWN_BY.get(mark or "sdk", KNOWN_BY["sdk"])
    return Hint(
        id="undocumented-limit",
        sentence=f"body {name}: {rule} ({reason}); it was taken, because {api.version} documents no such"
        " limit",
        advice="The service may refuse it",
        source=source,
    )


def unknown_fields(
    served: ServedVersions, operation: ApiOperation, version: str, fields: Mapping[str, Any], kind: str
) -> Iterator[Hint]:
    """Yield the hints about the fields that an operation does not know.

    Args:
        kind: the schema of what has the fields, by whose moves a field of another version is renamed.
    """
    known = operation.body_fields
    if known is None:
        return
    for name in fields:
        if name in known:
            continue
        others = [each for each in served.versions if each != version and _has(served, operation, each, name)]
        renamed = [convert_name(name, kind, each, version) for each in others]
        found = next((each for each in renamed if each != name and each in known), None)
        where = (
            f"; {ranges(others, served.versions)} {'have' if len(others) > 1 else 'has'} it" if others else ""
        )
        yield Hint(
            id="unknown-field",
            sentence=f"body {shown(name)}: {version} does not know it and ignores it{where}",
            advice=f"Here it is called {found}" if found else "",
            source="inferred",
        )


def _has(served: ServedVersions, operation: ApiOperation, version: str, name: str) -> bool:
    counterpart = served.load(version)[0].operation(operation.resource, operation.action)
    return counterpart is not None and name in (counterpart.body_fields or ())


def time_paths(node: SchemaNode) -> TimePaths:
    """Return where times are below a schema, as far as `x-time` says and no other rule checks them."""
    return tuple(_time_paths(node, (), frozenset()))


def _time_paths(
    node: SchemaNode, path: tuple[str, ...], seen: frozenset[str]
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    if node.pointer in seen:
        return
    shapes = node.get("x-time")
    if shapes and node.get("pattern") is None and node.get("format") is None:
        yield path, tuple(shapes)
    for name, inner in node.properties.items():
        yield from _time_paths(inner, (*path, name), seen | {node.pointer})
    if node.items is not None:
        yield from _time_paths(node.items, (*path, _ITEMS), seen | {node.pointer})


def odd_times(paths: TimePaths, body: Any) -> Iterator[Hint]:
    """Yield the hints about times that have none of the documented shapes."""
    for path, shapes in paths:
        if any(isinstance(text, str) and text and not fits_time(text, shapes) for text in _at(body, path)):
            name = next(part for part in reversed(path) if part != _ITEMS)
            examples = " or ".join(TIME_EXAMPLES[shape] for shape in shapes if shape in TIME_EXAMPLES)
            yield Hint(
                id="odd-time",
                sentence=f"body {name}: has none of the documented forms of a time; it was taken, because no"
                " page says that the service checks it",
                advice=f"Write it like {examples}",
                source="sdk",
            )


def _at(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    if not path:
        yield value
    elif path[0] == _ITEMS:
        for item in value if isinstance(value, list) else ():
            yield from _at(item, path[1:])
    elif isinstance(value, dict) and path[0] in value:
        yield from _at(value[path[0]], path[1:])
