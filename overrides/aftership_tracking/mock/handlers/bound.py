"""Keeps requests within a size. The service documents none: limit and answer are the mock's own."""

from __future__ import annotations

from aftership_tracking.mock.exchange import Exchange
from aftership_tracking.mock.refusal import Refusal

MOST_BODY = 1024 * 1024
INVALID_REQUEST = 400


class Bound:
    """Refuses bodies beyond one mebibyte. A server shell should stop reading there as well."""

    def __call__(self, exchange: Exchange) -> None:
        if len(exchange.request.body) > MOST_BODY:
            raise Refusal(
                (INVALID_REQUEST,), f"body: more than {MOST_BODY} bytes, which is the mock's own limit"
            )
