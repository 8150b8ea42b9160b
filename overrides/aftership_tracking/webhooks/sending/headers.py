"""The headers of a delivery, as documented, and the ways in which a signature can be wrong.

There are two classes. A forged one proves nothing, so it has to be refused. Another spelling carries the
right digest, which only the owner of the secret can make: it may be accepted, and may be refused.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping

from aftership_tracking.webhooks.signature import HEADER, VERSION_HEADER, sign

USER_AGENT = "AfterShipTrackingWebhook/4.0.0 (https://www.aftership.com)"
Pairs = tuple[tuple[str, str], ...]
"""Names and values of headers, in their order."""


def delivery_headers(
    body: bytes, secret: str, version: str | None, more: Iterable[tuple[str, str]] = ()
) -> Pairs:
    """Return the headers of a delivery.

    Args:
        body: the bytes that are sent.
        secret: the webhook secret. It is used as it is written, never decoded.
        version: that of the URL; None for a URL that is older than webhook versions, which has no such
            header.
        more: headers that the owner of the URL has configured.
    """
    return (
        ("user-agent", USER_AGENT),
        ("accept", "application/json"),
        ("accept-encoding", "gzip"),
        ("content-type", "application/json"),
        *(() if version is None else ((VERSION_HEADER, version),)),
        (HEADER, sign(body, secret)),
        *more,
    )


def spoil_signature(pairs: Pairs, how: str = "changed") -> Pairs:
    """Return the headers with a signature that has to be refused, in one of the ways of `SPOILS`.

    Raises:
        ValueError: the way is unknown, or the headers have no signature.
    """
    return _rewrite_signature(pairs, how, SPOILS, "spoil")


def respell_signature(pairs: Pairs, how: str) -> Pairs:
    """Return the headers with the right digest, in one of the ways of `SPELLINGS`.

    Raises:
        ValueError: the way is unknown, or the headers have no signature.
    """
    return _rewrite_signature(pairs, how, SPELLINGS, "spell")


def _rewrite_signature(
    pairs: Pairs, how: str, ways: Mapping[str, Callable[[str], Pairs]], verb: str
) -> Pairs:
    if how not in ways:
        raise ValueError(f"the way {how!r} to {verb} a signature is unknown; the ways are: {', '.join(ways)}")
    signature = next((value for name, value in pairs if name == HEADER), None)
    if signature is None:
        raise ValueError(f"the headers have no {HEADER} to {verb}")
    written = ways[how](signature)
    at = pairs.index((HEADER, signature))
    return (*pairs[:at], *written, *pairs[at + 1 :])


def _change(signature: str) -> Pairs:
    return ((HEADER, ("B" if signature[0] == "A" else "A") + signature[1:]),)


def _write_as_hex(signature: str) -> Pairs:
    return ((HEADER, binascii.hexlify(base64.b64decode(signature)).decode()),)


def _write_url_safe(signature: str) -> Pairs:
    # Both alphabets may spell a digest alike. Without the padding it differs in any case.
    return ((HEADER, signature.replace("+", "-").replace("/", "_").rstrip("=")),)


SPOILS: Mapping[str, Callable[[str], Pairs]] = {
    "changed": _change,
    "missing": lambda _: (),
    "empty": lambda _: ((HEADER, ""),),
    "cut": lambda signature: ((HEADER, signature[:20]),),
    # Other bytes in base64, and equal for a receiver that ignores case.
    "case-flipped": lambda signature: ((HEADER, signature.swapcase()),),
    "not-ascii": lambda signature: ((HEADER, "\u00e9" + signature[1:]),),
}
"""The kinds of bad signatures by name. A receiver has to refuse all of them."""
SPELLINGS: Mapping[str, Callable[[str], Pairs]] = {
    "hex": _write_as_hex,
    "url-safe": _write_url_safe,
    "prefixed": lambda signature: ((HEADER, f"hmac-sha256={signature}"),),
    "doubled": lambda signature: ((HEADER, signature), *_change(signature)),
    "other-header": lambda signature: (("as-signature-hmac-sha256", signature),),
}
"""Other spellings of a right signature by name. A receiver may refuse them."""
