"""Judges responses by the documents, with code of the tests alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote

from contract_support.document.installed import ReadOnce
from contract_support.document.operations import Operation, operations
from contract_support.document.schema_checker import SchemaChecker

# Statuses that no document has. `refusal.py` of the mock marks them as assumed.
ASSUMED = (405, 408, 431)


@dataclass(frozen=True)
class Response:
    status: int
    headers: Mapping[str, str]
    body: bytes


@cache
def _checker(version: str) -> SchemaChecker:
    return SchemaChecker(ReadOnce.document(version))


@cache
def _operations(version: str) -> tuple[Operation, ...]:
    return tuple(operations(ReadOnce.document(version)))


def complaints(response: Response, method: str | None, path: str | None) -> list[str]:
    """Return what is wrong with the response to a request. Without a path it has to be a refusal."""
    if response.status >= 500:
        return [f"status {response.status}: {response.headers.get('as-mock-hint')}"]
    version = response.headers.get("as-api-version", "")
    if version not in ReadOnce.versions():
        return [f"as-api-version is {version!r}"]
    found = []
    requested = "" if path is None else unquote("".join(path.split("/")[2:3]), errors="replace")
    if requested in ReadOnce.versions() and requested != version:
        found.append(f"requested {requested}, got {version}")
    if method == "HEAD":
        return found
    if path is not None and requested < ReadOnce.versions()[0]:
        # The oldest version serves those before it.
        path = path.replace(f"/{requested}/", f"/{version}/", 1)
    operation = None if path is None else _operation_of(version, method or "", path)
    if operation is not None and response.status not in ASSUMED:
        return found + _checker(version).response_complaints(
            operation, response.status, response.headers, response.body
        )
    return found + _refusal_complaints(version, response)


def _operation_of(version: str, method: str, path: str) -> Operation | None:
    """The declared operation that a path means: the one with the most literal segments."""
    start = f"/tracking/{version}/"
    if not path.startswith(start):
        return None
    segments = path[len(start) :].split("/")
    fitting = [each for each in _operations(version) if _fits(each.path.strip("/").split("/"), segments)]
    if not fitting:
        return None
    literal = max(each.path.count("/") * 10 - each.path.count("{") for each in fitting)
    best = [each for each in fitting if each.path.count("/") * 10 - each.path.count("{") == literal]
    return next((each for each in best if each.method == method), None)


def _fits(template: list[str], segments: list[str]) -> bool:
    return len(template) == len(segments) and all(
        part.startswith("{") or part == segment for part, segment in zip(template, segments, strict=True)
    )


def _refusal_complaints(version: str, response: Response) -> list[str]:
    """A refusal without an operation has the shape of any error of the version."""
    if not 400 <= response.status < 500:
        return [f"status {response.status} of a request that no operation has"]
    schema = _error_schema(version)
    try:
        envelope = json.loads(response.body)
    except ValueError:
        return [f"the body is not JSON: {response.body[:80]!r}"]
    found = _checker(version).complaints(schema, envelope)
    if response.headers.get("content-type") != "application/json":
        found.append(f"content type is {response.headers.get('content-type')!r}")
    return found


@cache
def _error_schema(version: str) -> Any:
    for operation in _operations(version):
        declared = operation.response_for(404)
        if declared is not None:
            return declared["content"]["application/json"]["schema"]
    raise AssertionError(f"no operation of {version} has an error")
