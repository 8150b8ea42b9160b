"""What can be wrong with a delivery.

    WebhookError                       base of all
    ├── VerificationError              it may not be from AfterShip: respond with 401
    │   ├── MissingSignatureError      the signature header is missing
    │   ├── MalformedSignatureError    the signature header is not what AfterShip sends; `problem` says how
    │   ├── SignatureMismatchError     the signature belongs to another body or another secret
    │   ├── StaleEventError            the event is older or newer than `max_age` allows
    │   ├── TokenError                 the OAuth token of the delivery is missing, wrong or expired
    │   └── AddressError               it comes from an address that is not allowed: respond with 403
    ├── PayloadError                   it is genuine and cannot be read: respond with 400
    │   ├── InvalidJsonError           the body is not JSON
    │   ├── InvalidEnvelopeError       the body is JSON and not an event; or, when strict, not as documented
    │   └── UnknownVersionError        only when strict: the version header is missing or not known
    └── BodyError                      the body did not arrive as it should
        ├── BodyTooLargeError          it is larger than `max_body`: respond with 413
        ├── BodyTimeoutError           it began, and took longer than `body_timeout`: respond with 408
        ├── BodyIncompleteError        it ended before its announced length: respond with 400
        └── BodyMissingError           it was announced, and nothing of it came: respond with 400 or 408

A wrong secret in the configuration, or a parsed body instead of bytes, is a `UsageError`: the delivery is not
the cause. No message holds a secret, a digest or any part of a body.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftership_tracking.errors import AfterShipError

if TYPE_CHECKING:
    from aftership_tracking.runtime.surprise import Surprise
    from aftership_tracking.webhooks.incoming.delivery import Delivery

__all__ = [
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
]


class WebhookError(AfterShipError):
    """The base class: a delivery is refused."""

    status: int = 400
    """The HTTP status of a fitting response."""
    code: str = "refused"
    """A stable name of the reason, for logs and metrics."""
    delivery: Delivery | None = None
    """What a `Receiver` refused, as it came: its headers and body hold personal data. None if it was refused
    before its body was read: the address, the token, the length; and outside of a receiver."""


class VerificationError(WebhookError):
    """The delivery does not prove that it comes from AfterShip."""

    status = 401
    code = "unverified"


class MissingSignatureError(VerificationError):
    """The signature header is missing. Never accept such a delivery: a forger just leaves the header out."""

    code = "signature_missing"


class MalformedSignatureError(VerificationError):
    """The signature header does not hold the base64 of 32 bytes exactly once."""

    code = "signature_malformed"

    def __init__(self, message: str, *, problem: str, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.problem = problem
        """`empty`, `doubled`, `not_ascii`, `spaces`, `hex`, `prefix`, `url_safe`, `length` or `not_base64`.
        """


class SignatureMismatchError(VerificationError):
    """The signature is well formed, and no secret makes it from this body."""

    code = "signature_mismatch"


class StaleEventError(VerificationError):
    """The event happened longer ago than `max_age`, or too far in the future."""

    code = "stale"


class TokenError(VerificationError):
    """The `Authorization` header of the delivery holds no valid access token."""

    code = "token"


class AddressError(VerificationError):
    """The delivery comes from an address that is not on the list, or whose address is not certain."""

    status = 403
    code = "address"


class PayloadError(WebhookError):
    """The delivery is genuine, and its body is not a webhook event."""

    code = "payload"


class InvalidJsonError(PayloadError):
    """The body is not JSON."""

    code = "json"


class InvalidEnvelopeError(PayloadError):
    """The body lacks what every event has; or, when strict, it differs from the document."""

    code = "envelope"

    def __init__(
        self, message: str, *, surprises: tuple[Surprise, ...] = (), hint: str | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.surprises = surprises
        """Every difference of the body from the document, with its path."""


class UnknownVersionError(PayloadError):
    """Only when strict: the header does not name a version of this package, or is missing."""

    code = "version"


class BodyError(WebhookError):
    """The body did not arrive as it should."""

    code = "body"


class BodyTooLargeError(BodyError):
    """The body is larger than allowed."""

    status = 413
    code = "too_large"


class BodyTimeoutError(BodyError):
    """The body began to arrive, and took longer than `body_timeout`."""

    status = 408
    code = "body_timeout"


class BodyIncompleteError(BodyError):
    """The body ended before the length that `Content-Length` announces."""

    code = "body_incomplete"


class BodyMissingError(BodyError):
    """A body is announced, and nothing of it came.

    Either something in front of the application has read it, or the client sent nothing. The status is 408 if
    the application waited for it, and 400 if it had ended.
    """

    code = "body_missing"

    def __init__(self, *, waited: bool = False) -> None:
        super().__init__(
            "a body is announced, and nothing of it came: a middleware has read it, or the client sent none",
            hint="Serve the application in front of middleware that reads bodies.",
        )
        if waited:
            self.status = 408
