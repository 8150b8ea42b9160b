"""Finds out what a program did that computed another digest than the one of the delivery.

What the program computed tells more than the delivery: each usual mistake gives a digest of its own.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator, Sequence

from aftership_tracking.webhooks.incoming.headers import HeaderValues
from aftership_tracking.webhooks.signature import HEADER
from aftership_tracking.webhooks.verification import known_mistakes

__all__ = ["explain_computed"]

Cause = tuple[str, str, str]
"""Code, text and hint."""

_RAW = "Hash the raw bytes of the request, before anything parses or decodes them."
_HMAC = "Compute HMAC with SHA-256; the secret is the key, and the raw body is the message."
_NAMES = {
    "body-reserialised": ("of the body, parsed and written again.", _RAW),
    "body-charset": ("of the body as a string in another charset: text instead of bytes.", _RAW),
    "body-printed": ("of the repr of the bytes: text instead of bytes.", _RAW),
    "body-is-base64": ("of the body in base64.", _RAW),
    "body-empty": ("of an empty body.", "Something read the body before: read it once and store it."),
}
_CHANGED = ("of a body with other line breaks, or another form of it.", _RAW)


def explain_computed(computed: str, raw: bytes, headers: HeaderValues, secrets: Sequence[str]) -> Cause:
    """Return what a program did that computed this for the delivery. The code begins with `computed-`."""
    text = computed.strip()
    for secret in secrets:
        key = secret.encode("utf-8", "surrogatepass")
        right = hmac.digest(key, raw, "sha256")
        if cause := _compare(text, right, headers):
            return cause
        digest = known_mistakes.read_any_spelling(text)
        if digest is not None and (cause := _find_mistake(digest, key, secret, raw)):
            return cause
    if not known_mistakes.read_any_spelling(text):
        return (
            "computed-unreadable",
            "what your program computed is neither base64 nor hexadecimal digits.",
            "Give the digest that it compares with the header.",
        )
    return (
        "computed-other-secret",
        "your program computed the digest of another body, or with another secret than those given here.",
        "Compare the secret that the program really gets, letter by letter, and the bytes that it hashes.",
    )


def _compare(text: str, right: bytes, headers: HeaderValues) -> Cause | None:
    """Return what is wrong if the digest itself is right."""
    spelled = base64.b64encode(right).decode()
    if text == spelled:
        if HEADER not in headers:
            return (
                "computed-without-header",
                f"your program computed the right digest, and there is no {HEADER} to compare it with.",
                "Refuse such a delivery. A program that skips the check then accepts everything.",
            )
        return (
            "computed-right",
            "your program computed the right digest.",
            f"If it refuses genuine deliveries, it compares with another header: read {HEADER}, as a string "
            "of the same type.",
        )
    if text.lower() == spelled.lower():
        return (
            "computed-case",
            "your program changes the case of the digest.",
            "In base64, case matters: who ignores it accepts other digests too. Compare it as it is.",
        )
    if text == base64.b64encode(right.hex().encode()).decode():
        return (
            "computed-hex",
            "your program computed the right digest, and writes its hexadecimal digits in base64.",
            "In your receiver, encode digest() as base64 instead of hexdigest().",
        )
    if known_mistakes.read_any_spelling(text) != right:
        return None
    if text.lower().removeprefix("sha256=").removeprefix("hmac-sha256=") == right.hex():
        return (
            "computed-hex",
            "your program computed the right digest, and writes it in hexadecimal digits.",
            "The header is in base64: in your receiver, encode digest() as base64 instead of hexdigest().",
        )
    return (
        "computed-spelling",
        "your program computed the right digest, and spells it in another way than the header.",
        "The header is in standard base64, with + and / and padding, and without a prefix.",
    )


def _find_mistake(digest: bytes, key: bytes, secret: str, raw: bytes) -> Cause | None:
    for code, body in _bodies(raw):
        if hmac.digest(key, body, "sha256") == digest:
            what, hint = _NAMES.get(code, _CHANGED)
            return f"computed-{code}", f"your program computed the digest {what}", hint
    if hmac.digest(b"", raw, "sha256") == digest:
        return (
            "computed-secret-empty",
            "your program computed the digest with an empty secret.",
            "It does not get the secret where it runs: look for a variable that is not set there.",
        )
    for code, other in known_mistakes.secret_variants(secret):
        if hmac.digest(other, raw, "sha256") == digest:
            return (
                f"computed-{code}",
                "your program computed the digest with another form of the secret: trimmed, with a line "
                "break, without quotes, or decoded.",
                "Use the secret as it is written in the webhook settings.",
            )
    for other in _algorithms(key, raw):
        if other == digest:
            return (
                "computed-algorithm",
                "your program computed the digest in another way than HMAC-SHA256 of the body.",
                _HMAC,
            )
    return None


def _bodies(raw: bytes) -> Iterator[tuple[str, bytes]]:
    if raw:
        yield "body-empty", b""
    yield "body-printed", repr(raw).encode()
    yield "body-is-base64", base64.b64encode(raw)
    for errors in ("replace", "ignore"):
        yield "body-charset", raw.decode("ascii", errors).encode()
    yield from known_mistakes.body_variants(raw)


def _algorithms(key: bytes, raw: bytes) -> Iterator[bytes]:
    for name in ("sha1", "sha512", "md5"):
        yield hmac.digest(key, raw, name)
    yield hmac.digest(raw, key, "sha256")
    for data in (raw, key + raw, raw + key):
        yield hashlib.sha256(data).digest()
