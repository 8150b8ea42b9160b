"""How a webhook is signed: base64 of HMAC-SHA256 over the raw body, keyed with the secret as it is written.

    sign(b'{"event": ...}', secret)

The headers of the delivery, its URL and the number of the attempt are not signed. Nothing of the package is
imported here, so that code that only signs can use it too.
"""

from __future__ import annotations

import binascii
import hmac

__all__ = ["DIGEST_BYTES", "HEADER", "SIGNATURE_LENGTH", "VERSION_HEADER", "sign"]

HEADER = "aftership-hmac-sha256"
"""The header that carries the signature, in every version."""
VERSION_HEADER = "as-webhook-version"
"""The header that names the webhook version, such as 2026-07. It is not signed. URLs older than 2023-10
do not have it."""
DIGEST_BYTES = 32
SIGNATURE_LENGTH = 44
"""Characters of a signature: 32 bytes in base64, with its padding."""


def sign(body: bytes | str, secret: str) -> str:
    """Return the signature of a body, as the header carries it.

    A string is signed as UTF-8. The secret is used as it is written: even one that looks like base64 is not
    decoded. Raises ValueError for a blank secret.
    """
    if not secret.strip():
        raise ValueError("the webhook secret is blank")
    raw = body.encode() if isinstance(body, str) else body
    return encode(hmac.digest(secret.encode(), raw, "sha256"))


def encode(digest: bytes) -> str:
    """Return a digest as the header carries it."""
    return binascii.b2a_base64(digest, newline=False).decode("ascii")
