"""The authenticators for API keys: the key alone, HMAC and RSA signatures. Every attempt is signed anew."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.secret import Secret
from aftership_tracking.runtime.wire.headers import HMAC_SIGNATURE, RSA_SIGNATURE, SIGNATURES
from aftership_tracking.runtime.wire.request import Request

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

__all__ = ["ApiKey", "BearerKey", "HmacSignature", "NoCredentials", "RsaSignature", "sign_string"]


class ApiKey:
    """The key alone, in a header."""

    __slots__ = ("_key",)

    def __init__(self, key: Secret) -> None:
        self._key = key

    def sign(self, request: Request) -> Request:
        """Add the key."""
        return request._replace(headers=request.headers.with_values({"as-api-key": self._key.reveal()}))


class BearerKey:
    """The key as a bearer token, for the operations that take it so. Such a request is not signed."""

    __slots__ = ("_key",)

    def __init__(self, key: Secret) -> None:
        self._key = key

    def sign(self, request: Request) -> Request:
        """Add the key."""
        token = f"Bearer {self._key.reveal()}"
        return request._replace(headers=request.headers.with_values({"authorization": token}))


class NoCredentials:
    """Nothing, for the operations that are open to everybody."""

    __slots__ = ()

    def sign(self, request: Request) -> Request:
        """Return the request as it is."""
        return request


class HmacSignature:
    """The kind of key that the service calls "AES": nothing is encrypted, the request is signed with
    HMAC-SHA256.

    A signature is valid for three minutes, so its date is that of the attempt and not that of the call.
    """

    __slots__ = ("_key", "_now", "_secret")

    def __init__(self, key: Secret, secret: Secret, now: Callable[[], float]) -> None:
        self._key = key
        self._secret = secret
        self._now = now

    def sign(self, request: Request) -> Request:
        """Add key, date and signature."""
        dated = _add_key_and_date(request, self._key, self._now())
        digest = hmac.digest(self._secret.reveal().encode(), sign_string(dated).encode(), "sha256")
        return _add_signature(dated, HMAC_SIGNATURE, digest)


class RsaSignature:
    """The kind of key that signs with RSA: RSASSA-PSS with SHA-256 and a salt of 32 bytes.

    `private_key` is in PEM format, PKCS#1 or PKCS#8, without a password; it is parsed once, and again only
    when a callable returns another one. Raises UsageError if it is anything else, or if the package
    `cryptography` is missing.
    """

    __slots__ = ("_key", "_now", "_parsed", "_private_key")

    def __init__(self, key: Secret, private_key: Secret, now: Callable[[], float]) -> None:
        self._key = key
        self._private_key = private_key
        self._parsed = _parse_private_key(Secret(private_key.recent()))
        self._now = now

    def sign(self, request: Request) -> Request:
        """Add key, date and signature."""
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding

        dated = _add_key_and_date(request, self._key, self._now())
        scheme = padding.PSS(padding.MGF1(hashes.SHA256()), salt_length=_SALT_BYTES)
        signature = self._current_key().sign(sign_string(dated).encode(), scheme, hashes.SHA256())
        return _add_signature(dated, RSA_SIGNATURE, signature)

    def _current_key(self) -> RSAPrivateKey:
        pem = Secret(self._private_key.reveal())
        if pem.reveal() != self._parsed.pem.reveal():
            self._parsed = _parse_private_key(pem)
        return self._parsed.key


class ParsedKey(NamedTuple):
    """A private key, and the PEM that it was parsed from."""

    pem: Secret
    key: RSAPrivateKey


_SALT_BYTES = 32


def _add_key_and_date(request: Request, key: Secret, now: float) -> Request:
    return request._replace(
        headers=request.headers.with_values({"as-api-key": key.reveal(), "date": http_date(now)})
    )


def _add_signature(request: Request, name: str, signature: bytes) -> Request:
    return request._replace(headers=request.headers.with_values({name: base64.b64encode(signature).decode()}))


def _parse_private_key(pem: Secret) -> ParsedKey:
    try:
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError:
        raise UsageError(
            "auth='rsa' needs the package cryptography",
            hint="Install it: python -m pip install 'aftership-tracking-client[rsa]'.",
        ) from None
    found: object = None
    # All exceptions, because the library raises a different class for each kind of mistake.
    with suppress(Exception):
        # Environment variables often contain the line breaks as two characters each.
        found = load_pem_private_key(pem.reveal().replace("\\n", "\n").encode(), password=None)
    # Raised outside of the block above, so that the error has no context: its frames would hold the key.
    if not isinstance(found, RSAPrivateKey):
        raise UsageError(
            "auth='rsa' needs an RSA private key in PEM format without a password (it begins with "
            "'-----BEGIN PRIVATE KEY-----' or '-----BEGIN RSA PRIVATE KEY-----') as api_secret"
        )
    return ParsedKey(pem, found)


def sign_string(request: Request) -> str:
    """Return the string that is signed. The request must have its `date` header."""
    has_body = bool(request.body)
    names = sorted(name for name in request.headers if name.startswith("as-") and name not in SIGNATURES)
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
    """Format Unix seconds as an HTTP date. Without strftime, whose names of days depend on the locale."""
    import time

    at = time.gmtime(seconds)
    return (
        f"{_DAYS[at.tm_wday]}, {at.tm_mday:02d} {_MONTHS[at.tm_mon - 1]} {at.tm_year:04d} "
        f"{at.tm_hour:02d}:{at.tm_min:02d}:{at.tm_sec:02d} GMT"
    )
