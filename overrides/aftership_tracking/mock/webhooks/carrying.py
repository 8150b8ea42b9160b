"""Carries one delivery to its receiver, with an access token where the URL wants one."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from aftership_tracking.mock.webhooks.delivery import Delivery
from aftership_tracking.mock.webhooks.tokens import TokenError, Tokens
from aftership_tracking.webhooks.sending.sender import Sender, as_response

UNAUTHORIZED = 401


class Carried(NamedTuple):
    """The answer, or why there was none."""

    status: int | None
    error: str | None = None


def carry(delivery: Delivery, transport: Sender, tokens: Tokens, wall: datetime) -> Carried:
    """Make one attempt. It never raises: whatever goes wrong is a failed attempt."""
    request, oauth = delivery.request, delivery.endpoint.oauth
    if oauth is not None:
        try:
            authorization = tokens.authorization(oauth, transport, wall)
        except TokenError as error:
            if not oauth.deliver_without:
                return Carried(None, str(error))
        else:
            request = request._replace(headers=(*request.headers, ("authorization", authorization)))
    try:
        status = as_response(transport(request)).status
    except Exception as error:  # noqa: BLE001 - a transport may be anybody's
        # Only the kind of the error: its text may hold the URL.
        return Carried(None, type(error).__name__)
    if status == UNAUTHORIZED and oauth is not None and oauth.renew_on_401:
        tokens.forget(oauth)
    return Carried(status)
