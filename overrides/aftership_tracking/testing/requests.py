"""Requests as a receiver gets them: the documented headers and the signed bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aftership_tracking.testing.events import NEWEST, header_of, webhook_event
from aftership_tracking.webhooks.sending.body_styles import PLAIN, write_body
from aftership_tracking.webhooks.sending.headers import Pairs, delivery_headers

SECRET = "test-webhook-secret"  # noqa: S105 - it guards nothing
"""The secret that the kit signs with, unless you give another one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedRequest:
    """A delivery. It never changes, so it may be sent many times."""

    pairs: Pairs
    """The headers. A name may come twice, as in some faults."""
    body: bytes
    """The raw bytes, which the signature covers."""

    @property
    def headers(self) -> dict[str, str]:
        """The headers as a new mapping for test clients. Of a doubled header it has the last value."""
        return dict(self.pairs)


def signed_request(
    body: bytes | str | Mapping[str, Any],
    secret: str = SECRET,
    *,
    version: str | None = NEWEST,
    style: str = PLAIN,
    headers: Iterable[tuple[str, str]] = (),
) -> SignedRequest:
    """Return a signed delivery of a body.

    Args:
        body: an event, or its bytes as they are sent; a string is encoded as UTF-8.
        secret: the webhook secret.
        version: the value of the version header; None leaves the header out.
        style: how an event is written, one of `STYLES`. Bytes and strings are sent as they are.
        headers: more headers.
    """
    if isinstance(body, Mapping):
        raw = write_body(body, style)
    else:
        raw = body.encode() if isinstance(body, str) else body
    return SignedRequest(pairs=delivery_headers(raw, secret, header_of(version), headers), body=raw)


def signed_event(
    secret: str = SECRET, *, version: str | None = NEWEST, style: str = PLAIN, **options: Any
) -> SignedRequest:
    """Return a signed delivery of a new event.

    Args:
        secret: the webhook secret.
        version: YYYY-MM; None for a URL that is older than webhook versions.
        style: how the event is written, one of `STYLES`.
        options: the other arguments of `webhook_event`, such as `tag="Delivered"`.
    """
    return signed_request(webhook_event(version=version, **options), secret, version=version, style=style)
