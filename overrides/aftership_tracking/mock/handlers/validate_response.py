"""Checks every answer against its own document before it leaves. One that breaks it becomes a 500."""

from __future__ import annotations

from aftership_tracking.mock.envelope import refuse
from aftership_tracking.mock.exchange import Exchange
from aftership_tracking.mock.refusal import Refusal

SERVER_ERROR = 500


class ValidateResponse:
    """Judges the body. The headers are judged by `finish`, which writes them."""

    def __call__(self, exchange: Exchange) -> None:
        operation = exchange.operation
        if operation is None:
            return
        answer = operation.answer_for(exchange.status)
        if answer is None:
            # A 405 stands outside the document. Anything else undeclared is the mock's fault.
            if exchange.status != 405:
                refuse(
                    exchange,
                    Refusal(
                        (SERVER_ERROR,), f"answer: {operation.pointer}/responses lacks {exchange.status}"
                    ),
                )
            return
        if answer.schema is None:
            return
        schemas = exchange.api.schemas
        if schemas.fits(answer.schema, exchange.envelope):
            return
        finding = schemas.findings(answer.schema, exchange.envelope)[0]
        where = "/".join("*" if isinstance(part, int) else part for part in finding.path)
        refuse(
            exchange,
            Refusal(
                (SERVER_ERROR,), f"answer {where}: {finding.keyword} by {finding.rule}, the mock broke it"
            ),
        )
