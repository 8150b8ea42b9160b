"""What went wrong, as a record with a hint. Text of the service is in an envelope of its own."""

from __future__ import annotations

from aftership_tracking import documents, errors
from aftership_tracking.mcp_server.records import Failure, FailureKind, Source
from aftership_tracking.mcp_server.untrusted import clean, wrap

__all__ = ["ToolRefusedError", "cut", "describe"]

_MOST = 400

_KINDS: tuple[tuple[type[Exception], FailureKind], ...] = (
    (errors.AuthenticationError, "auth"),
    (errors.PermissionDeniedError, "auth"),
    (errors.NotFoundError, "not_found"),
    (errors.RateLimitError, "limited"),
    (errors.ServerError, "service"),
    (errors.TransportError, "service"),
    (errors.DecodeError, "service"),
    (errors.ValidationError, "usage"),
    (errors.UsageError, "usage"),
)
_HINTS: dict[FailureKind, str] = {
    "auth": "The user has to check the key of this server: `aftership ping` in a terminal.",
    "limited": "Wait, and call fewer tools.",
    "service": "Try again later. If it stays so, the user can run `aftership ping`.",
    "usage": "Correct the arguments.",
}


class ToolRefusedError(Exception):
    """A tool cannot do what it is called for."""

    def __init__(self, message: str, hint: str, kind: FailureKind = "usage") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.kind: FailureKind = kind


def describe(error: Exception, *, version: str, source: Source) -> Failure:
    """Return the record of an error. What is not foreseen says only that something failed."""
    if isinstance(error, ToolRefusedError):
        return Failure(source=source, kind=error.kind, message=cut(error.message), hint=cut(error.hint))
    kind = _kind_of(error)
    if isinstance(error, errors.ApiError):
        known = documents.error_code(version, error.code) if error.code is not None else None
        return Failure(
            source=source,
            kind=kind,
            code=None if error.code is None else int(error.code),
            http_status=error.status,
            message="The service refused the call." if known is None else str(known["meaning"]),
            hint=_HINTS.get(kind) if known is None else str(known["hint"]),
            retry_after_seconds=error.retry_after,
            # It may repeat what a customer typed.
            service_text=wrap(error.message, without=()),
        )
    if isinstance(error, errors.UsageError):
        return Failure(
            source=source,
            kind=kind,
            message="These arguments cannot be sent.",
            hint=_HINTS[kind],
            refused=wrap(error.message),
        )
    if isinstance(error, errors.AfterShipError):
        # Its message names hosts and proxies, which are nothing for a model.
        message = "The call failed."
        if kind == "service":
            message = "The service could not be reached, or its response could not be read."
        return Failure(source=source, kind=kind, message=message, hint=_HINTS.get(kind))
    return Failure(
        source=source,
        kind="failed",
        message=f"The server failed ({type(error).__name__}).",
        hint="This is a fault of the server: the user can find it in its log.",
    )


def _kind_of(error: Exception) -> FailureKind:
    for cls, kind in _KINDS:
        if isinstance(error, cls):
            return kind
    return "failed"


def cut(text: str) -> str:
    """Return a sentence of ours as a record takes it: visible characters, and not too many."""
    return clean(text)[:_MOST]
