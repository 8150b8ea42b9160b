"""Receiving webhooks: verify a delivery, read it as a typed event, give it to a handler, respond.

    from aftership_tracking.webhooks import Verifier

    verifier = Verifier(os.environ["AFTERSHIP_WEBHOOK_SECRET"])
    event = verifier.parse(body, headers)

Nothing here needs an HTTP library, and everything loads on first use: verifying alone loads no models.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Only type checkers read this.
    from aftership_tracking.webhooks.endpoint import Endpoint as Endpoint
    from aftership_tracking.webhooks.errors import AddressError as AddressError
    from aftership_tracking.webhooks.errors import BodyError as BodyError
    from aftership_tracking.webhooks.errors import BodyIncompleteError as BodyIncompleteError
    from aftership_tracking.webhooks.errors import BodyMissingError as BodyMissingError
    from aftership_tracking.webhooks.errors import BodyTimeoutError as BodyTimeoutError
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
    from aftership_tracking.webhooks.events.event import Event as Event
    from aftership_tracking.webhooks.events.order import Position as Position
    from aftership_tracking.webhooks.handling import LastChance as LastChance
    from aftership_tracking.webhooks.incoming.delivery import Delivery as Delivery
    from aftership_tracking.webhooks.incoming.delivery import Reply as Reply
    from aftership_tracking.webhooks.incoming.gateway import gateway_event as gateway_event
    from aftership_tracking.webhooks.incoming.gateway import gateway_reply as gateway_reply
    from aftership_tracking.webhooks.incoming.headers import AnyHeaders as AnyHeaders
    from aftership_tracking.webhooks.incoming.headers import HasItems as HasItems
    from aftership_tracking.webhooks.incoming.headers import HeaderValues as HeaderValues
    from aftership_tracking.webhooks.incoming.headers import read_headers as read_headers
    from aftership_tracking.webhooks.receiver import DeadLetter as DeadLetter
    from aftership_tracking.webhooks.receiver import Handling as Handling
    from aftership_tracking.webhooks.receiver import Receiver as Receiver
    from aftership_tracking.webhooks.router import Fallback as Fallback
    from aftership_tracking.webhooks.router import Router as Router
    from aftership_tracking.webhooks.signature import HEADER as HEADER
    from aftership_tracking.webhooks.signature import VERSION_HEADER as VERSION_HEADER
    from aftership_tracking.webhooks.signature import sign as sign
    from aftership_tracking.webhooks.verification.addresses import OUTGOING_ADDRESSES as OUTGOING_ADDRESSES
    from aftership_tracking.webhooks.verification.addresses import AddressCheck as AddressCheck
    from aftership_tracking.webhooks.verification.diagnosis import Finding as Finding
    from aftership_tracking.webhooks.verification.diagnosis import diagnose as diagnose
    from aftership_tracking.webhooks.verification.oauth_tokens import TokenIssuer as TokenIssuer
    from aftership_tracking.webhooks.verification.verifier import Body as Body
    from aftership_tracking.webhooks.verification.verifier import Secrets as Secrets
    from aftership_tracking.webhooks.verification.verifier import Verified as Verified
    from aftership_tracking.webhooks.verification.verifier import Verifier as Verifier

_NAMES_OF = {
    "endpoint": ("Endpoint",),
    "errors": (
        "AddressError",
        "BodyError",
        "BodyIncompleteError",
        "BodyMissingError",
        "BodyTimeoutError",
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
    "events.event": ("Event",),
    "events.order": ("Position",),
    "handling": ("LastChance",),
    "incoming.delivery": (
        "Delivery",
        "Reply",
    ),
    "incoming.gateway": (
        "gateway_event",
        "gateway_reply",
    ),
    "incoming.headers": ("AnyHeaders", "HasItems", "HeaderValues", "read_headers"),
    "receiver": ("DeadLetter", "Handling", "Receiver"),
    "router": ("Fallback", "Router"),
    "signature": (
        "HEADER",
        "VERSION_HEADER",
        "sign",
    ),
    "verification.addresses": (
        "OUTGOING_ADDRESSES",
        "AddressCheck",
    ),
    "verification.diagnosis": (
        "Finding",
        "diagnose",
    ),
    "verification.oauth_tokens": ("TokenIssuer",),
    "verification.verifier": (
        "Body",
        "Secrets",
        "Verified",
        "Verifier",
    ),
}
_MODULE_OF = {name: module for module, names in _NAMES_OF.items() for name in names}

__all__ = [
    "HEADER",
    "OUTGOING_ADDRESSES",
    "VERSION_HEADER",
    "AddressCheck",
    "AddressError",
    "AnyHeaders",
    "Body",
    "BodyError",
    "BodyIncompleteError",
    "BodyMissingError",
    "BodyTimeoutError",
    "BodyTooLargeError",
    "DeadLetter",
    "Delivery",
    "Endpoint",
    "Event",
    "Fallback",
    "Finding",
    "Handling",
    "HasItems",
    "HeaderValues",
    "InvalidEnvelopeError",
    "InvalidJsonError",
    "LastChance",
    "MalformedSignatureError",
    "MissingSignatureError",
    "PayloadError",
    "Position",
    "Receiver",
    "Reply",
    "Router",
    "Secrets",
    "SignatureMismatchError",
    "StaleEventError",
    "TokenError",
    "TokenIssuer",
    "UnknownVersionError",
    "VerificationError",
    "Verified",
    "Verifier",
    "WebhookError",
    "diagnose",
    "gateway_event",
    "gateway_reply",
    "read_headers",
    "sign",
]


def __getattr__(name: str) -> object:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from aftership_tracking.runtime.lazy_imports import load

    found: object = getattr(load(f"{__name__}.{module}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return list(__all__)
