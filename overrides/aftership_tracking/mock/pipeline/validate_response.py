"""Checks every response by its own document before it is sent. One that breaks it becomes a 500."""

from __future__ import annotations

from aftership_tracking.mock.error_codes import SERVER_ERROR
from aftership_tracking.mock.exchange import Exchange
from aftership_tracking.mock.refusal import OUTSIDE_THE_DOCUMENTS, Refusal


class ValidateResponse:
    """Checks the body. `finish`, which writes the headers, checks them.

    Raises:
        Refusal: the response breaks its document.
    """

    def __call__(self, exchange: Exchange) -> None:
        operation = exchange.operation
        # A planned success has a body that the test gave.
        if operation is None or (exchange.is_planned and exchange.status < 400):
            return
        response = operation.response_for(exchange.status)
        if response is None:
            # Tests plan any status. Another one that the document lacks is a fault of the mock.
            if exchange.status not in OUTSIDE_THE_DOCUMENTS and not exchange.is_planned:
                hint = f"response: {operation.pointer}/responses lacks {exchange.status}"
                raise Refusal((SERVER_ERROR,), hint)
            return
        declared, sent = response.content, exchange.content
        if declared is None or declared.schema is None or sent is None or sent.kind != declared.kind:
            return
        validators = exchange.api.validators
        if declared.kind == "bytes" or validators.fits(
            declared.schema, exchange.api.unchecked(operation, exchange.envelope)
        ):
            return
        finding = validators.findings(declared.schema, exchange.envelope)[0]
        path = "/".join("*" if isinstance(part, int) else part for part in finding.path)
        hint = f"response {path}: {finding.keyword} by {finding.rule}, the mock broke it"
        raise Refusal((SERVER_ERROR,), hint)
