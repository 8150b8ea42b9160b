"""Reads and writes JSON bodies."""

from __future__ import annotations

import json
from typing import Any

import msgspec

MAX_DEPTH = 64


class UnreadableBodyError(ValueError):
    """The body is not JSON that the mock accepts. The message says why and holds nothing of the body."""


def read_json(raw: bytes) -> Any:
    """Decode a body.

    NaN, invalid UTF-8, lone surrogates, numbers out of range and anything after the value are refused. Of a
    repeated name the last value counts, as in most JSON readers.

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
    # The number of brackets is cheap to count and never below the depth; only suspect bodies are walked.
    if raw.count(b"[") + raw.count(b"{") > MAX_DEPTH and _depth(value) > MAX_DEPTH:
        raise UnreadableBodyError("the body is nested too deeply")
    return value


def write_json(value: Any) -> bytes:
    """Encode a response. What was written before, and comes as `msgspec.Raw`, is copied."""
    try:
        return msgspec.json.encode(value)
    except OverflowError:
        # An integer beyond 64 bits that a caller sent and the response repeats: rare, so this may be slow.
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


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
