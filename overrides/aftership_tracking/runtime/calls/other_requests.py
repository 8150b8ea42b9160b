"""Requests that no method describes: what `client.request` was given becomes an operation."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime import registry
from aftership_tracking.runtime.operation import Operation, Path, RateLimit, Retry

__all__ = ["make_operation"]

_SAFE = ("GET", "HEAD")
_METHODS = (*_SAFE, "POST", "PUT", "PATCH", "DELETE")
_VERSION = re.compile(r"\d{4}-\d{2}")


def make_operation(
    version: str, method: object, path: object, body: object
) -> tuple[Operation[Any], tuple[str, ...]]:
    """Return the operation of a request, and the segments of its path.

    A route that the version knows has the rate limit of its operation. All others share one limit, the
    strictest of the version. Raises UsageError for what cannot be sent.
    """
    if not isinstance(method, str) or method.upper() not in _METHODS:
        raise UsageError(f"method must be one of {', '.join(_METHODS)}")
    if body is not None and not isinstance(body, Mapping):
        raise UsageError(
            f"body must be a mapping, the JSON object to send, not a {type(body).__name__}",
            hint="Give a dict; the client writes the JSON.",
        )
    method, segments = method.upper(), _read_segments(path)
    known = registry.match(version, method, segments)
    limits = [operation.limit for operation in registry.operations(version).values()]
    strictest = min(limits, key=lambda limit: limit.requests / limit.seconds, default=_FALLBACK)
    operation: Operation[Any] = Operation(
        "request" if known is None else known.id,
        method,
        tuple(Path(f"segment {number} of the path") for number, _ in enumerate(segments, start=1)),
        returns="",
        unwrap=(),
        retry=Retry.SAFE if method in _SAFE else Retry.NEVER,
        limit=strictest if known is None else known.limit,
        # Here null is what the caller wrote, and is sent.
        clears=tuple(body or ()),
    )
    return operation, segments


_FALLBACK = RateLimit(requests=1, seconds=1.0, shared=True)


def _read_segments(path: object) -> tuple[str, ...]:
    if isinstance(path, str):
        if "?" in path or "#" in path or "://" in path:
            raise UsageError(
                "path must be what follows /tracking/VERSION/, without a host, a query or a fragment",
                hint='Give the query apart: query={"name": "value"}.',
            )
        segments: tuple[Any, ...] = tuple(path.removeprefix("/").split("/"))
    elif isinstance(path, Sequence) and not isinstance(path, bytes | bytearray | memoryview):
        segments = tuple(path)
    else:
        raise UsageError(f"path must be a string or a sequence of its segments, not a {type(path).__name__}")
    if not segments:
        raise UsageError("path is empty")
    if segments[0] == "tracking" and len(segments) > 1 and _VERSION.fullmatch(str(segments[1])):
        raise UsageError(
            "path must begin after /tracking and the version: the client adds both",
            hint="Leave the first two segments out.",
        )
    return segments
