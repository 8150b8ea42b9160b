"""Which exception of the package an error code becomes, for docstrings.

The package decides it again when it reads an answer; a test keeps the two in step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from generator.client.records import Raised

_ALREADY_EXISTS = 4003
_BY_STATUS = {
    404: "NotFoundError",
    400: "ValidationError",
    422: "ValidationError",
    401: "AuthenticationError",
    403: "PermissionDeniedError",
    429: "RateLimitError",
}
_ORDER = (
    "AlreadyExistsError",
    "NotFoundError",
    "ValidationError",
    "AuthenticationError",
    "PermissionDeniedError",
    "RateLimitError",
    "ServerError",
    "ApiError",
)


def exception_name(code: int, status: int) -> str:
    """The class that is raised for a `meta.code` that comes with an HTTP status."""
    if code == _ALREADY_EXISTS:
        return "AlreadyExistsError"
    if status >= 500:
        return "ServerError"
    return _BY_STATUS.get(status, "ApiError")


def raised(codes: Iterable[int], errors: Mapping[str, Any]) -> tuple[Raised, ...]:
    """The exceptions of an operation, most telling first. `errors` is the list `x-errors` of the document."""
    grouped: dict[str, list[int]] = {}
    for code in codes:
        status = errors.get(str(code), {}).get("status", code)
        grouped.setdefault(exception_name(code, int(status)), []).append(code)
    return tuple(Raised(name, tuple(sorted(grouped[name]))) for name in _ORDER if name in grouped)
