"""Access tokens for deliveries: requested from the receiver's token service, and reused until they expire."""

from __future__ import annotations

import base64
import json
import threading
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus, urlencode

from aftership_tracking.mock.webhooks.endpoint import OAuthSettings
from aftership_tracking.webhooks.sending.headers import USER_AGENT
from aftership_tracking.webhooks.sending.retry_schedule import is_accepted
from aftership_tracking.webhooks.sending.sender import DeliveryResponse, Outgoing, Sender, as_response

MOST_MARGIN = timedelta(seconds=30)
"""A token is renewed when a tenth of its lifetime is left, but at most this long before it expires."""


class TokenError(Exception):
    """The token service gave no token. The message holds no secret."""


class Tokens:
    """The tokens of all endpoints, by their settings. Several threads may use it."""

    def __init__(self) -> None:
        self._known: dict[OAuthSettings, tuple[str, datetime]] = {}
        self._lock = threading.Lock()

    def authorization(self, settings: OAuthSettings, sender: Sender, now: datetime) -> str:
        """Return the value of the Authorization header. Raises TokenError."""
        with self._lock:
            known = self._known.get(settings)
        if known is None or now >= known[1]:
            known = _read(_fetch(settings, sender), settings, now)
            with self._lock:
                self._known[settings] = known
        return f"{settings.prefix} {known[0]}".lstrip()

    def forget(self, settings: OAuthSettings) -> None:
        """Get a new token next time."""
        with self._lock:
            self._known.pop(settings, None)

    def clear(self) -> None:
        with self._lock:
            self._known.clear()


def token_request(settings: OAuthSettings) -> Outgoing:
    """Return the request for a token: a form, as in RFC 6749."""
    form = {"grant_type": "client_credentials"}
    if settings.scope is not None:
        form["scope"] = settings.scope
    authorization: tuple[tuple[str, str], ...] = ()
    if settings.presentation == "basic":
        # By the RFC, both are form-encoded before they are joined.
        joined = f"{quote_plus(settings.client_id)}:{quote_plus(settings.client_secret)}"
        authorization = (("authorization", "Basic " + base64.b64encode(joined.encode()).decode()),)
    else:
        form |= {"client_id": settings.client_id, "client_secret": settings.client_secret}
    headers = (
        ("user-agent", USER_AGENT),
        ("accept", "application/json"),
        ("accept-encoding", "identity"),
        ("content-type", "application/x-www-form-urlencoded"),
        *authorization,
    )
    return Outgoing(settings.token_url, headers, urlencode(form).encode())


def _fetch(settings: OAuthSettings, sender: Sender) -> DeliveryResponse:
    try:
        response = as_response(sender(token_request(settings)))
    except Exception as error:  # noqa: BLE001 - a caller's sender may raise anything
        raise TokenError(f"no response from the token service: {type(error).__name__}") from None
    if not is_accepted(response.status):
        raise TokenError(f"the token service responded {response.status}")
    return response


def _read(response: DeliveryResponse, settings: OAuthSettings, now: datetime) -> tuple[str, datetime]:
    try:
        found = json.loads(response.body)
    except ValueError:
        found = None
    body: dict[str, Any] = found if isinstance(found, dict) else {}
    token = body.get("access_token")
    if not isinstance(token, str) or not token or not token.isascii() or not token.isprintable():
        raise TokenError("the response of the token service holds no access_token")
    expires_in = body.get("expires_in")
    seconds = expires_in if isinstance(expires_in, int | float) and not isinstance(expires_in, bool) else -1
    lifetime = timedelta(seconds=seconds if 0 <= seconds < 1e9 else settings.lifetime)
    return token, now + lifetime - min(MOST_MARGIN, lifetime / 10)
