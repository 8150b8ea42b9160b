"""How a request proves who sends it. An authenticator is asked anew for every attempt."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Protocol

from aftership_tracking.runtime.request import Request
from aftership_tracking.runtime.secret import Secret

__all__ = ["ApiKey", "Authenticator", "HmacSignature", "sign_string"]


class Authenticator(Protocol):
    """Anything that can put credentials on a request."""

    def sign(self, request: Request) -> Request:
        """Return the request with its credentials. The URL and the body are final and must not change."""
        ...


class ApiKey:
    """The key alone, in a header."""

    __slots__ = ("_key",)

    def __init__(self, key: Secret) -> None:
        self._key = key

    def sign(self, request: Request) -> Request:
        """Add the key."""
        return request._replace(headers=request.headers.with_values({"as-api-key": self._key.reveal()}))


class HmacSignature:
    """The kind of key that the service calls "AES": nothing is encrypted, the request is signed by
    HMAC-SHA256.

    A signature is valid for three minutes, so the date is that of the attempt and not that of the call.
    """

    __slots__ = ("_key", "_now", "_secret")

    def __init__(self, key: Secret, secret: Secret, now: Callable[[], float]) -> None:
        self._key = key
        self._secret = secret
        self._now = now

    def sign(self, request: Request) -> Request:
        """Add key, date and signature."""
        headers = request.headers.with_values(
            {"as-api-key": self._key.reveal(), "date": http_date(self._now())}
        )
        dated = request._replace(headers=headers)
        digest = hmac.new(
            self._secret.reveal().encode(), sign_string(dated).encode(), hashlib.sha256
        ).digest()
        return dated._replace(headers=headers.with_values({_SIGNATURE: base64.b64encode(digest).decode()}))


_SIGNATURE = "as-signature-hmac-sha256"
_SIGNATURES = (_SIGNATURE, "as-signature-rsa-sha256")


def sign_string(request: Request) -> str:
    """Return the text that is signed. The request must carry its `date` header."""
    has_body = bool(request.body)
    names = sorted(name for name in request.headers if name.startswith("as-") and name not in _SIGNATURES)
    return "\n".join(
        (
            request.method.upper(),
            hashlib.md5(request.body, usedforsecurity=False).hexdigest().upper() if has_body else "",
            request.headers.get("content-type", "") if has_body else "",
            request.headers["date"],
            *(f"{name}:{request.headers[name].strip()}" for name in names),
            request.target,
        )
    )


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def http_date(seconds: float) -> str:
    """Write Unix seconds in the form of HTTP. Not strftime: its names of days follow the locale."""
    import time

    at = time.gmtime(seconds)
    return (
        f"{_DAYS[at.tm_wday]}, {at.tm_mday:02d} {_MONTHS[at.tm_mon - 1]} {at.tm_year:04d} "
        f"{at.tm_hour:02d}:{at.tm_min:02d}:{at.tm_sec:02d} GMT"
    )
