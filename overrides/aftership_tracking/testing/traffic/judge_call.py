"""`judge`: does one call fit the document of a version, and what of it did it exercise."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import aftership_tracking.documents as installed_documents
from aftership_tracking.errors import UsageError
from aftership_tracking.mock.documents.api import Api
from aftership_tracking.mock.documents.router import Router
from aftership_tracking.mock.documents.served_versions import ServedVersions, is_version
from aftership_tracking.testing.events import NEWEST
from aftership_tracking.testing.traffic.records import (
    Finding,
    Judgment,
    TrafficRequest,
    TrafficResponse,
    read_request,
    read_response,
)
from aftership_tracking.testing.traffic.request_judge import RequestJudge
from aftership_tracking.testing.traffic.response_judge import ResponseJudge

_ROOTED = re.compile(r"(?:/[^/]+)*?/tracking/([^/]+)(/.*)?", re.DOTALL)
_SECRET_HEADERS = re.compile(r"(?i)(?:.*-)?(?:api-key|authorization|cookie|set-cookie|token|signature-.*)")
_SHORTEST_SECRET = 6
_PLACEHOLDER = re.compile(r"\{.*\}")


def judge(request: Any, response: Any = None, version: str = NEWEST) -> Judgment:
    """Return what is wrong with a call by the document of a version, and what of the document it used.

        judgment = judge(sent, received, "2026-07")
        assert judgment.ok, str(judgment)

    Only constraints that are documented count; what is merely believed about the service does not. The
    findings hold no values.

    Args:
        request: a `TrafficRequest`, a request of httpx or requests, or an object with `method`, `url`,
            `headers` and `content` or `body`.
        response: a `TrafficResponse`, a response of httpx or requests, or an object with `status_code`,
            `headers` and `content`; None to judge the request alone.
        version: the version that judges, YYYY-MM; by default the newest one. A request that was sent to
            another version breaks it, and its response is not judged.

    Raises:
        UsageError: there is no document of that version, or request or response cannot be read.
    """
    received = None if response is None else read_response(response)
    return judge_call(read_request(request), received, version, frozenset())


def judge_call(
    sent: TrafficRequest, received: TrafficResponse | None, version: str, more_secrets: Collection[str]
) -> Judgment:
    """Judge a call as `judge` does. `more_secrets` are those of other calls, which are not shown either.

    Raises:
        UsageError: there is no document of that version.
    """
    api, router = load_version(version)
    wanted = api.version
    headers = _lower(sent.headers)
    secrets = secrets_of(headers).union(more_secrets)
    if received is not None:
        secrets |= secrets_of(_lower(received.headers))
    version_sent, segments, query = split_url(sent.url)
    status = None if received is None else received.status
    findings = []
    if version_sent != wanted:
        findings.append(_wrong_version(version_sent, wanted))
    match = None if version_sent is None else router.find(sent.method.upper(), segments)
    if match is None or match.operation is None:
        allowed = None if match is None else match.allowed
        findings.append(_no_operation(sent.method, segments, api, allowed))
        return Judgment(version=wanted, operation=None, findings=tuple(findings), status=status)
    of_request = RequestJudge(api, match.operation, secrets)
    of_request.judge(match, query, headers, sent.body)
    of_response = ResponseJudge(api, match.operation, secrets)
    if received is not None and version_sent == wanted:
        of_response.judge(received.status, _lower(received.headers), received.body)
    elif received is not None:
        of_response.not_judged.append("the response is that of another version")
    return Judgment(
        version=wanted,
        operation=match.operation.id,
        findings=(*findings, *of_request.findings, *of_response.findings),
        status=status,
        code=of_response.code,
        parameters=frozenset(of_request.parameters),
        request_fields=frozenset(of_request.fields),
        response_fields=frozenset(of_response.fields),
        not_judged=(*of_request.not_judged, *of_response.not_judged),
    )


def load_version(version: str) -> tuple[Api, Router]:
    """Return the document of a version, or of the newest one. It is shared with the mocks of this process.

    Raises:
        UsageError: there is no document of that version.
    """
    known = _served().versions
    wanted = known[-1] if version == NEWEST else version
    if wanted not in known:
        raise UsageError(f"there is no document of version {wanted!r}; there are: {', '.join(known)}")
    return _served().load(wanted)


def split_url(url: str) -> tuple[str | None, tuple[bytes, ...], bytes]:
    """Return the version that a URL names, the segments behind it, and the query. For a path without
    `/tracking/{version}/` the version is None, and the segments are all of its segments.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return None, (), b""
    found = _ROOTED.fullmatch(parts.path)
    if found is None:
        return None, tuple(parts.path.encode("utf-8", "replace").split(b"/")[1:]), b""
    rest = (found[2] or "").encode("utf-8", "replace")
    return found[1], tuple(rest.split(b"/")[1:]), parts.query.encode("utf-8", "replace")


def secrets_of(headers: Mapping[str, str]) -> set[str]:
    """Return the values of headers that carry secrets, and their parts."""
    values = [text for name, text in headers.items() if _SECRET_HEADERS.fullmatch(name)]
    parts = {part for text in values for part in (text, *re.split(r"[\s;,=]+", text))}
    return {part for part in parts if len(part) >= _SHORTEST_SECRET}


@cache
def _served() -> ServedVersions:
    return ServedVersions(installed_documents, None)


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): text for name, text in headers.items()}


def _wrong_version(sent: str | None, wanted: str) -> Finding:
    if sent is None:
        reason = f"the API lives under /tracking/{wanted}/"
    else:
        named = f"version {sent}" if is_version(sent) else "a version that is not YYYY-MM"
        reason = f"it was sent to {named}, and {wanted} judges"
    return Finding(side="request", kind="break", location="version", reason=reason)


def _no_operation(
    method: str, segments: tuple[bytes, ...], api: Api, allowed: tuple[str, ...] | None
) -> Finding:
    path = show_path(segments, _literals())
    if allowed is not None:
        shown = (
            method.upper()
            if re.fullmatch(r"GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE", method.upper())
            else "this method"
        )
        reason = f"{path} knows {', '.join(allowed)}, not {shown}"
        return Finding(side="request", kind="break", location="method", reason=reason)
    others = [version for version in _served().versions if _knows(version, method, segments)]
    hint = f"; versions with it: {', '.join(others)}" if others else ""
    reason = f"{api.version} has no path like {path}{hint}"
    return Finding(side="request", kind="break", location="path", reason=reason)


def _knows(version: str, method: str, segments: tuple[bytes, ...]) -> bool:
    match = load_version(version)[1].find(method.upper(), segments)
    return match is not None and match.operation is not None


def show_path(segments: Collection[bytes], literals: Collection[str]) -> str:
    """Return a path as it may be shown: whatever no document declares is `*`, since it may be a secret."""
    shown = [text if (text := part.decode("utf-8", "replace")) in literals else "*" for part in segments]
    return "/" + "/".join(shown[:12])


@cache
def _literals() -> frozenset[str]:
    words = {"tracking", "v3", "v4", ""}
    for version in _served().versions:
        for operation in load_version(version)[0].operations:
            words |= {part for part in operation.template.split("/") if not _PLACEHOLDER.fullmatch(part)}
    return frozenset(words)
