"""Makes one attempt to deliver, with an access token where the URL requires one."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from aftership_tracking.mock.error_codes import UNAUTHORIZED
from aftership_tracking.mock.webhooks.deliveries import Attempt, Delivery, outcome_of
from aftership_tracking.mock.webhooks.tokens import TokenError, Tokens
from aftership_tracking.webhooks.sending.sender import Outgoing, Sender, as_response, mask_url

MOST_OF_A_MESSAGE = 300
"""Characters of an error's message in a record."""
SHORTEST_HIDDEN = 3
"""Characters. Shorter parts of a URL or header are in every message."""


def make_attempt(
    delivery: Delivery, sender: Sender, tokens: Tokens, *, sent: datetime, wall: datetime
) -> Attempt:
    """Make one attempt and return its record. It never raises: any error is a failed attempt."""
    status, error = _send(delivery, sender, tokens, wall)
    return Attempt(
        endpoint=delivery.endpoint.number,
        url=mask_url(delivery.endpoint.url),
        event_id=delivery.event_id,
        event=delivery.event,
        tag=delivery.tag,
        version=delivery.version,
        kind=delivery.kind,
        attempt=delivery.attempt,
        due=delivery.due,
        sent=sent,
        status=status,
        error=error,
        outcome=outcome_of(delivery, status),
    )


def _send(
    delivery: Delivery, sender: Sender, tokens: Tokens, wall: datetime
) -> tuple[int | None, str | None]:
    """Return the status of the response, or why there was none."""
    request, oauth = delivery.request, delivery.endpoint.oauth
    if oauth is not None:
        try:
            authorization = tokens.authorization(oauth, sender, wall)
        except TokenError as error:
            if not oauth.deliver_without:
                return None, str(error)
        else:
            request = request._replace(headers=(*request.headers, ("authorization", authorization)))
    try:
        status = as_response(sender(request)).status
    except Exception as error:  # noqa: BLE001 - a caller's sender may raise anything
        return None, _shown(error, request)
    if status == UNAUTHORIZED and oauth is not None and oauth.renew_on_401:
        tokens.forget(oauth)
    return status, None


def _shown(error: Exception, request: Outgoing) -> str:
    """Return the class of an error and the start of its message, without what may be a secret in it."""
    message = " ".join(str(error).split()).replace(request.url, mask_url(request.url))
    url = urlsplit(request.url)
    # What `mask_url` leaves out, whole and in parts.
    hidden = {url.netloc.rpartition("@")[0], url.password or "", url.query, url.fragment}
    hidden |= {value for _, value in parse_qsl(url.query)}
    hidden |= {part for _, value in request.headers for part in (value, *value.split())}
    for secret in sorted(hidden, key=len, reverse=True):
        if len(secret) >= SHORTEST_HIDDEN:
            message = message.replace(secret, "***")
    kind = type(error).__name__
    return f"{kind}: {message[:MOST_OF_A_MESSAGE]}" if message else kind
