"""Hints about paths that lead nowhere, or not where the caller thinks."""

from __future__ import annotations

import re

from aftership_tracking.mock.documents.operation import ApiOperation
from aftership_tracking.mock.documents.served_versions import ServedVersions
from aftership_tracking.mock.hints.hint import Hint, ranges

ROOT = b"tracking"
_LEGACY = re.compile(rb"v[1-4]")
_LIST = "GET /trackings?tracking_numbers=NUMBER, then the same call with its id: /trackings/{id}"
# What the changelog names instead of operations that were removed, by resource and method.
_INSTEAD = {
    ("trackings", None): f"Call {_LIST}",
    ("last_checkpoints", None): "Read checkpoints of GET /trackings/{id}",
    ("notifications", "get"): "Read the receivers of GET /trackings/{id}",
    ("notifications", None): "Write the receivers with PUT /trackings/{id}",
    ("couriers", "list_all"): "Call GET /couriers, which lists all couriers from 2025-04 on",
}


def lost(served: ServedVersions, method: str, path: bytes) -> list[Hint]:
    """Return the hints about a path without an operation, or with a slash too many."""
    segments = path.split(b"/")[1:]
    if segments and _LEGACY.fullmatch(segments[0]):
        return [_legacy(served, segments[0].decode())]
    if len(segments) >= 2 and segments[-1] == b"":
        shorter = _lookup(served, method, segments[:-1])
        if shorter is not None:
            return [
                Hint(
                    id="trailing-slash",
                    sentence="path: ends with a slash, so it is another path",
                    advice=f"Call {method} {shorter.template} without the slash",
                    source="inferred",
                )
            ]
    if segments and segments[0] != ROOT:
        return _without_root(served, method, segments)
    if len(segments) < 2:
        return []
    if served.version_for(segments[1].decode("ascii", "replace")) is None:
        return _without_version(served, method, segments)
    return _in_other_versions(served, method, segments)


def _legacy(served: ServedVersions, name: str) -> Hint:
    newest = served.versions[-1]
    return Hint(
        id="legacy-path",
        sentence=f"path: /{name}/ is the API before 2023-10, which this mock does not serve",
        advice=f"Call /tracking/{newest}/... with the header as-api-key"
        + ("; or start the mock with --legacy v4" if name == "v4" else ""),
        source="documented",
    )


def _without_root(served: ServedVersions, method: str, segments: list[bytes]) -> list[Hint]:
    newest = served.versions[-1].encode()
    for rest in (segments, segments[1:]):
        found = _lookup(served, method, [ROOT, newest, *rest])
        if found is not None:
            return [_begin(served, method, found)]
    return []


def _without_version(served: ServedVersions, method: str, segments: list[bytes]) -> list[Hint]:
    newest = served.versions[-1].encode()
    found = _lookup(served, method, [ROOT, newest, *segments[1:]])
    return [] if found is None else [_begin(served, method, found)]


def _begin(served: ServedVersions, method: str, found: ApiOperation) -> Hint:
    return Hint(
        id="path-without-version",
        sentence="path: does not begin with /tracking/ and a version",
        advice=f"Call {method} /tracking/{served.versions[-1]}{found.template}",
        source="documented",
    )


def _in_other_versions(served: ServedVersions, method: str, segments: list[bytes]) -> list[Hint]:
    having = []
    found = None
    for version in served.versions:
        operation = _lookup(served, method, [ROOT, version.encode(), *segments[2:]])
        if operation is not None:
            having.append(version)
            found = operation
    own = served.version_for(segments[1].decode("ascii", "replace")) or ""
    if found is None or own in having:  # with the path at hand, it is what the path names that is not there
        return []
    is_gone = having[-1] < own
    instead = _INSTEAD.get((found.resource, found.action)) or _INSTEAD.get((found.resource, None))
    return [
        Hint(
            id="path-of-other-versions",
            sentence=f"path: {own} has no {method} {found.template}; {ranges(having, served.versions)}"
            f" {'have' if len(having) > 1 else 'has'} it",
            advice=instead if is_gone and instead else f"Call /tracking/{having[-1]}{found.template}",
            source="documented",
        )
    ]


def older(served: ServedVersions, path: bytes, version: str) -> list[Hint]:
    """Return the hint about a version that another one serves; none if the requested one did."""
    if path.startswith(f"/tracking/{version}/".encode()):
        return []
    segments = path.split(b"/")[1:]
    if len(segments) < 2 or segments[0] != ROOT or segments[1] == version.encode():
        return []
    if served.version_for(segments[1].decode("ascii", "replace")) != version:
        return []
    return [
        Hint(
            id="version-no-longer-served",
            sentence=f"path: {segments[1].decode('ascii')} is older than all that the mock serves, so"
            f" {version} served the request",
            advice="Read as-api-version of the response, and call the version that you mean",
            source="documented",
        )
    ]


def _lookup(served: ServedVersions, method: str, segments: list[bytes]) -> ApiOperation | None:
    if len(segments) < 3 or segments[0] != ROOT:
        return None
    version = served.version_for(segments[1].decode("ascii", "replace"))
    match = None if version is None else served.load(version)[1].find(method, segments[2:])
    return None if match is None else match.operation
