"""Reads request bodies: strict JSON first, then the leniency that some versions have about types."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from aftership_tracking.mock.schemas import Finding

MOST_NESTING = 64


class UnreadableBodyError(ValueError):
    """The body is no JSON that the mock takes. The text says why and holds nothing of the body."""


def read_json(raw: bytes) -> Any:
    """Decode a body.

    NaN, invalid UTF-8, lone surrogates, numbers out of range and trailing text are refused. Of a repeated
    name the last value counts, as in most JSON readers.

    Raises:
        UnreadableBodyError: as above, and for an empty or a very deeply nested body.
    """
    try:
        value = msgspec.json.decode(raw)
    except RecursionError:
        raise UnreadableBodyError("the body is nested too deeply") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        reason = "not JSON" if raw.strip() else "empty"
        raise UnreadableBodyError(f"the body is {reason}") from None
    # Counting brackets is cheap and never too low; only a suspect body is walked.
    if raw.count(b"[") + raw.count(b"{") > MOST_NESTING and _depth(value) > MOST_NESTING:
        raise UnreadableBodyError("the body is nested too deeply")
    return value


def write_json(value: Any) -> bytes:
    """Encode an answer."""
    try:
        return msgspec.json.encode(value)
    except OverflowError:
        # An integer beyond 64 bits that came in and goes out again; rare, so slow is good enough.
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def without(value: Any, path: Sequence[str | int]) -> Any:
    """The value without what stands at a path. Only the containers on the way are copied."""
    first, rest = path[0], path[1:]
    if isinstance(value, dict):
        if not rest:
            return {name: item for name, item in value.items() if name != first}
        return {name: without(item, rest) if name == first else item for name, item in value.items()}
    if not rest:
        return [item for index, item in enumerate(value) if index != first]
    return [without(item, rest) if index == first else item for index, item in enumerate(value)]


def can_be_ignored(finding: Finding, kept_depth: int) -> bool:
    """Whether a finding is about the wrong JSON type of something below a depth."""
    return finding.is_mistyped and len(finding.path) > kept_depth


def without_all(value: Any, findings: Sequence[Finding]) -> Any:
    """The value without what the findings are about, the deepest and last first."""
    for path in sorted({found.path for found in findings}, key=_from_the_end):
        value = without(value, path)
    return value


def _from_the_end(path: tuple[str | int, ...]) -> tuple[Any, ...]:
    # Deep before shallow, and high list indices before low ones, so that no removal moves a later one.
    return (-len(path), *(-part if isinstance(part, int) else 0 for part in path), str(path))


def _depth(value: Any) -> int:
    deepest = 0
    waiting = [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        if isinstance(item, dict):
            waiting.extend((inner, depth + 1) for inner in item.values())
        elif isinstance(item, list):
            waiting.extend((inner, depth + 1) for inner in item)
        else:
            continue
        if depth > deepest:
            deepest = depth
    return deepest
