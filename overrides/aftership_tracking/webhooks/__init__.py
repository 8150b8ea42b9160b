"""Receiving webhooks: verify a delivery, read it as a typed event, route it, answer it.

    from aftership_tracking.webhooks import Verifier

    verifier = Verifier(os.environ["AFTERSHIP_WEBHOOK_SECRET"])
    event = verifier.parse(body, headers)

Nothing here needs an HTTP library, and everything loads on first use: verifying alone loads no models.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Only checkers read this.
    from aftership_tracking.webhooks.addresses import OUTGOING_ADDRESSES as OUTGOING_ADDRESSES
    from aftership_tracking.webhooks.addresses import AddressCheck as AddressCheck
    from aftership_tracking.webhooks.deliveries import Delivery as Delivery
    from aftership_tracking.webhooks.deliveries import Reply as Reply
    from aftership_tracking.webhooks.diagnosis import Finding as Finding
    from aftership_tracking.webhooks.diagnosis import diagnose as diagnose
    from aftership_tracking.webhooks.errors import AddressError as AddressError
    from aftership_tracking.webhooks.errors import BodyTooLargeError as BodyTooLargeError
    from aftership_tracking.webhooks.errors import InvalidEnvelopeError as InvalidEnvelopeError
    from aftership_tracking.webhooks.errors import InvalidJsonError as InvalidJsonError
    from aftership_tracking.webhooks.errors import MalformedSignatureError as MalformedSignatureError
    from aftership_tracking.webhooks.errors import MissingSignatureError as MissingSignatureError
    from aftership_tracking.webhooks.errors import PayloadError as PayloadError
    from aftership_tracking.webhooks.errors import SignatureMismatchError as SignatureMismatchError
    from aftership_tracking.webhooks.errors import StaleEventError as StaleEventError
    from aftership_tracking.webhooks.errors import TokenError as TokenError
    from aftership_tracking.webhooks.errors import UnknownVersionError as UnknownVersionError
    from aftership_tracking.webhooks.errors import VerificationError as VerificationError
    from aftership_tracking.webhooks.errors import WebhookError as WebhookError
    from aftership_tracking.webhooks.event import Event as Event
    from aftership_tracking.webhooks.gateway import gateway_event as gateway_event
    from aftership_tracking.webhooks.gateway import gateway_reply as gateway_reply
    from aftership_tracking.webhooks.headers import read_headers as read_headers
    from aftership_tracking.webhooks.oauth import TokenIssuer as TokenIssuer
    from aftership_tracking.webhooks.order import Position as Position
    from aftership_tracking.webhooks.receiver import Receiver as Receiver
    from aftership_tracking.webhooks.router import Router as Router
    from aftership_tracking.webhooks.signature import HEADER as HEADER
    from aftership_tracking.webhooks.signature import VERSION_HEADER as VERSION_HEADER
    from aftership_tracking.webhooks.signature import sign as sign
    from aftership_tracking.webhooks.verifier import Verified as Verified
    from aftership_tracking.webhooks.verifier import Verifier as Verifier

_HOMES = {
    "addresses": ("OUTGOING_ADDRESSES", "AddressCheck"),
    "deliveries": ("Delivery", "Reply"),
    "diagnosis": ("Finding", "diagnose"),
    "errors": (
        "AddressError",
        "BodyTooLargeError",
        "InvalidEnvelopeError",
        "InvalidJsonError",
        "MalformedSignatureError",
        "MissingSignatureError",
        "PayloadError",
        "SignatureMismatchError",
        "StaleEventError",
        "TokenError",
        "UnknownVersionError",
        "VerificationError",
        "WebhookError",
    ),
    "event": ("Event",),
    "gateway": ("gateway_event", "gateway_reply"),
    "headers": ("read_headers",),
    "oauth": ("TokenIssuer",),
    "order": ("Position",),
    "receiver": ("Receiver",),
    "router": ("Router",),
    "signature": ("HEADER", "VERSION_HEADER", "sign"),
    "verifier": ("Verified", "Verifier"),
}
_OWN = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    home = _OWN.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found: object = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(_OWN)
