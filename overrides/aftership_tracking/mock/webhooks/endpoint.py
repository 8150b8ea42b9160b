"""The settings of a webhook URL.

They are immutable: a change of settings makes a new endpoint, and deliveries that have started continue with
the old one, as documented.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from aftership_tracking.mock.documents.served_versions import is_version
from aftership_tracking.mock.webhooks.chaos import LONGEST_WAIT
from aftership_tracking.webhooks.event_codes import EVENTS, TAGS, UPDATE
from aftership_tracking.webhooks.sending.headers import Pairs
from aftership_tracking.webhooks.sending.sender import is_url

TRIGGERS = tuple(tag for tag in TAGS if tag != "Pending")
"""The statuses that can be chosen for `tracking_update`. Pending cannot."""
MOST_HEADERS = 5
DOCUMENTED_PORTS = frozenset({80, 443, 8080})
PRESENTATIONS = ("basic", "form")
# Headers that every delivery has already.
_OWN_HEADERS = frozenset(
    {
        "aftership-hmac-sha256",
        "as-webhook-version",
        "user-agent",
        "accept",
        "accept-encoding",
        "content-type",
        "content-length",
        "transfer-encoding",
        "host",
        "connection",
    }
)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


@dataclass(frozen=True, slots=True)
class OAuthSettings:
    """How the sender gets an access token before it delivers: client credentials of OAuth 2.0.

    Only the grant type is documented. Everything else is an argument here.

    Args:
        token_url: the token endpoint.
        client_id: the id of the sender at the receiver's token service.
        client_secret: the secret of that id.
        presentation: "basic" sends id and secret in the Authorization header, "form" among the form's fields.
        scope: the scope to request, if any.
        prefix: the word before the token in the Authorization header; empty for the bare token.
        lifetime: seconds that a token is used when the response has no `expires_in`.
        renew_on_401: drop the token when a receiver responds 401, so that the next attempt gets a new one.
        deliver_without: deliver without Authorization if no token came; otherwise the attempt fails.

    Raises:
        ValueError: a value cannot be used.
    """

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    presentation: str = "basic"
    scope: str | None = None
    prefix: str = "Bearer"
    lifetime: float = 3600.0
    renew_on_401: bool = True
    deliver_without: bool = False

    def __post_init__(self) -> None:
        _check_url(self.token_url, "token_url")
        if self.presentation not in PRESENTATIONS:
            raise ValueError(f"presentation is one of {', '.join(PRESENTATIONS)}")
        if not self.client_id or not self.client_secret:
            raise ValueError("OAuth needs a client id and a client secret")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One URL and what is sent to it. Made by `Webhooks.add`, which explains the settings."""

    number: int
    url: str = field(repr=False)  # it may hold a secret
    version: str | None
    secret: str = field(repr=False)
    events: frozenset[str]
    tags: frozenset[str]
    headers: Pairs = field(repr=False)
    oauth: OAuthSettings | None
    pending_after: timedelta
    edits: bool
    api_key: str | None = field(repr=False)

    def wants(self, event: str, tag: str, api_key: str) -> bool:
        """Whether an event of an account goes to this URL."""
        if event not in self.events or self.api_key not in (None, api_key):
            return False
        return event != UPDATE or tag in self.tags


def make_endpoint(
    number: int,
    url: str,
    *,
    version: str | None,
    secret: str,
    events: Collection[str],
    tags: Collection[str],
    headers: Mapping[str, str] | Iterable[tuple[str, str]],
    oauth: OAuthSettings | None,
    pending_after: timedelta,
    edits: bool,
    api_key: str | None,
    documented_ports: bool,
) -> Endpoint:
    """Check the settings of a URL. Raises ValueError, and never with a secret in its message."""
    _check_url(url, "url")
    if documented_ports:
        parts = urlsplit(url)
        if (parts.port or (443 if parts.scheme == "https" else 80)) not in DOCUMENTED_PORTS:
            raise ValueError("the service takes only URLs with the ports 80, 443 and 8080")
    if version is not None and not is_version(version):
        raise ValueError("version is written YYYY-MM; None is a URL from before the versions")
    if not secret.strip():
        raise ValueError("the secret of a webhook must not be empty")
    _check_known("event", events, EVENTS)
    _check_known("tag", tags, TRIGGERS)
    if not timedelta(0) < pending_after <= LONGEST_WAIT:
        raise ValueError(f"pending_after must be above 0, and at most {LONGEST_WAIT.days} days")
    listed: Any = headers.items() if isinstance(headers, Mapping) else headers
    pairs: Pairs = tuple(listed)
    _check_headers(pairs, oauth)
    return Endpoint(
        number,
        url,
        version,
        secret,
        frozenset(events),
        frozenset(tags),
        pairs,
        oauth,
        pending_after,
        edits,
        api_key,
    )


def _check_url(url: str, name: str) -> None:
    if not is_url(url):
        raise ValueError(f"{name} must be an http or https URL")


def _check_known(what: str, given: Collection[str], known: tuple[str, ...]) -> None:
    if isinstance(given, str):
        raise TypeError(f"a collection of {what}s is needed, not one string")
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise ValueError(f"{unknown[0]!r} is not a {what} to choose; there are: {', '.join(known)}")


def _check_headers(pairs: Pairs, oauth: OAuthSettings | None) -> None:
    if len(pairs) > MOST_HEADERS:
        raise ValueError(f"a URL may have {MOST_HEADERS} headers of its own, not {len(pairs)}")
    for name, value in pairs:
        if _TOKEN.fullmatch(name) is None:
            raise ValueError(f"{name!r} is not the name of a header")
        if any(letter in value for letter in "\r\n\0"):
            raise ValueError(f"the value of the header {name} spans lines")
        if name.lower() in _OWN_HEADERS:
            raise ValueError(f"the header {name} belongs to the sender")
        if oauth is not None and name.lower() == "authorization":
            # What the service does with both is not documented.
            raise ValueError("a URL has either OAuth or an Authorization header of its own")
