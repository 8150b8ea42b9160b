"""Error envelopes: how a refusal becomes an answer."""

from __future__ import annotations

from aftership_tracking.mock.api import Api, ApiError
from aftership_tracking.mock.exchange import Exchange
from aftership_tracking.mock.refusal import Refusal

# Answers that the service's documents do not speak of; the texts are the mock's own.
OUTSIDE = {
    405: ApiError(405, 405, "BadRequest", "The path does not know this method."),
}
# Of these codes the documents say that the message names the field.
NAMING = frozenset({4008, 4009, 4011})


def refuse(exchange: Exchange, refusal: Refusal) -> None:
    """Make the exchange answer with the envelope of a refusal."""
    error = _chosen(exchange, refusal)
    message = error.message
    if error.code in NAMING and refusal.field_name:
        message = f"{message.rstrip('.')}: {refusal.field_name}."
    exchange.status = error.status if refusal.status is None else refusal.status
    exchange.code = error.code
    exchange.envelope = {
        "meta": {"code": error.code, "type": error.type, "message": message},
        "data": dict(refusal.data),
    }
    exchange.hint = refusal.hint
    exchange.headers.update(refusal.headers)


def _chosen(exchange: Exchange, refusal: Refusal) -> ApiError:
    code = None
    if exchange.operation is not None:
        code = exchange.operation.first_documented(list(refusal.codes))
    return _known(exchange.api, refusal.codes[0] if code is None else code, refusal.status)


def _known(api: Api, code: int, status: int | None) -> ApiError:
    error = api.errors.get(code) or OUTSIDE.get(code)
    if error is not None:
        return error
    status = status or (code if 400 <= code <= 599 else 400)
    kind = "InternalError" if status >= 500 else "BadRequest"
    return ApiError(code, status, kind, "The request was refused.")
