"""A request that the mock refuses: which documented code it gets and why, and how it becomes a response."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aftership_tracking.mock import error_codes
from aftership_tracking.mock.documents.api import Api, ApiError
from aftership_tracking.mock.documents.contents import JSON
from aftership_tracking.mock.exchange import Exchange
from aftership_tracking.mock.hints.hint import Hint, plain

# Responses that the service's documents do not describe: assumed, and the messages are the mock's own.
OUTSIDE_THE_DOCUMENTS = {
    405: ApiError(error_codes.METHOD_NOT_ALLOWED, 405, "BadRequest", "The path does not know this method."),
    408: ApiError(error_codes.REQUEST_TIMEOUT, 408, "BadRequest", "The request did not arrive in time."),
    431: ApiError(error_codes.HEAD_TOO_LARGE, 431, "BadRequest", "The headers of the request are too large."),
}
ASSUMED_CODES: Mapping[str, int] = {
    "content-type": error_codes.INVALID_REQUEST,
    "courier-fields-on-update": error_codes.ADDITIONAL_FIELDS_MISSING,
    "permission": error_codes.FORBIDDEN,
    "signature": error_codes.UNAUTHORIZED,
}
"""Refusals whose code is not documented: what the mock assumes. `Mock(assumed_codes=...)` changes it."""

# The documents say that the message of these codes names the field.
NAMING_A_FIELD = frozenset(
    {error_codes.VALUE_INVALID, error_codes.VALUE_MISSING, error_codes.ADDITIONAL_FIELDS_MISSING}
)


@dataclass(eq=False)
class Refusal(Exception):  # noqa: N818 - a refusal is a response, not a fault of the mock
    """Raised by a handler to end the request with an error envelope.

    `codes` are candidates, best first: the first one that the operation documents is used. `field_name`
    completes messages that name a field. `hint` never holds a value of the request, because it is written to
    a header and to the journal. `is_planned`: a test requested this status; the document may lack it.
    `hints` are what `hint` says, as records, where there is more than the sentence. `assumed` names one of
    `ASSUMED_CODES`: the code of this refusal is not documented.
    """

    codes: Sequence[int]
    hint: str
    field_name: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    is_planned: bool = False
    hints: Sequence[Hint] = ()
    assumed: str | None = None

    def __str__(self) -> str:
        return f"{self.codes[0]}: {self.hint}"


def refuse(exchange: Exchange, refusal: Refusal) -> None:
    """Put the error envelope of a refusal into the exchange."""
    configured = exchange.assumed_codes.get(refusal.assumed or "")
    if configured is None:
        error = _choose_error(exchange, refusal)
    else:
        error = _describe(exchange.api, configured, None)
    message = error.message
    if error.code in NAMING_A_FIELD and refusal.field_name:
        message = f"{message.rstrip('.')}: {refusal.field_name}."
    exchange.status = error.status if refusal.status is None else refusal.status
    exchange.code = error.code
    exchange.envelope = {
        "meta": {"code": error.code, "type": error.type, "message": message},
        "data": dict(refusal.data),
    }
    exchange.content = JSON
    exchange.hints[:] = [*(refusal.hints or [plain(refusal.hint)]), *exchange.hints]
    # The document may lack what was configured.
    exchange.is_planned = refusal.is_planned or configured is not None
    exchange.headers.update(refusal.headers)


def _choose_error(exchange: Exchange, refusal: Refusal) -> ApiError:
    code = None
    if exchange.operation is not None:
        code = exchange.operation.first_documented(list(refusal.codes))
    if code is None:
        # A document may lack codes that another version has.
        code = next((each for each in refusal.codes if each in exchange.api.errors), refusal.codes[0])
    return _describe(exchange.api, code, refusal.status)


def _describe(api: Api, code: int, status: int | None) -> ApiError:
    error = api.errors.get(code) or OUTSIDE_THE_DOCUMENTS.get(code)
    if error is not None:
        return error
    status = status or (code if 400 <= code <= 599 else 400)
    kind = "InternalError" if status >= 500 else "BadRequest"
    return ApiError(code, status, kind, "The request was refused.")
