"""The usual mistakes, as data and as ways to undo them: other headers, other spellings of a signature, other
forms of the secret, and the changes that frameworks and proxies make to a body.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from aftership_tracking.webhooks.incoming.headers import HeaderValues
from aftership_tracking.webhooks.signature import DIGEST_BYTES

__all__ = [
    "BODY_CAUSES",
    "MALFORMED",
    "OTHER_HEADERS",
    "PRODUCT_HEADERS",
    "SECRET_CAUSES",
    "body_variants",
    "oddities",
    "read_any_spelling",
    "secret_variants",
]

PRODUCT_HEADERS = {
    "am-webhook-signature": "that is how AfterShip Shipping signs, and older accounts of AfterShip Returns",
    "as-signature-hmac-sha256": "that is how AfterShip Returns and Warranty sign, and how requests to the "
    "API are signed",
    "as-signature-rsa-sha256": "that is how requests to the API are signed",
}
OTHER_HEADERS = (
    *PRODUCT_HEADERS,
    "x-aftership-hmac-sha256",
    "x-aftership-signature",
    "aftership-signature",
    "aftership-hmac-sha-256",
    "aftership_hmac_sha256",
    "x-hmac-sha256",
    "x-signature",
)
"""Names that receivers and test senders used by mistake."""

MALFORMED = {
    "doubled": (
        "the signature header comes more than once.",
        "Find what adds a second one on the way. None of them can be trusted.",
    ),
    "empty": ("the signature header is empty.", "Find what empties it on the way."),
    "hex": (
        "the signature is in hexadecimal digits.",
        "AfterShip sends base64. Encode the digest as base64 in the sender, not with hexdigest().",
    ),
    "length": (
        "the signature does not have the 44 characters of HMAC-SHA256 in base64.",
        "Check that the sender uses SHA-256 and standard base64 with padding. Nothing may cut the header.",
    ),
    "not_ascii": ("the signature has characters that are not base64.", "Find what changes it on the way."),
    "not_base64": ("the signature is not standard base64.", "Check how the sender encodes the digest."),
    "prefix": (
        "the signature has a prefix, such as `hmac-sha256=`.",
        "AfterShip Tracking sends no prefix. AfterShip Shipping does, in another header.",
    ),
    "spaces": ("there are spaces around the signature.", "Find what adds them. A web server removes them."),
    "url_safe": (
        "the signature is in base64 for URLs.",
        "AfterShip sends standard base64, with + and / and padding.",
    ),
}
SECRET_CAUSES = {
    "secret-has-spaces": (
        "the secret is right, apart from spaces or a line break around it, here or at the sender.",
        "Remove them.",
    ),
    "secret-in-quotes": (
        "the secret has quotes around it.",
        "Remove them: some readers of environment files do not.",
    ),
    "secret-was-decoded": (
        "the sender decoded the secret before it signed.",
        "Use the secret as it is written, even if it looks like base64 or hexadecimal digits.",
    ),
}
BODY_CAUSES = {
    "body-reserialised": (
        "the body is not as it was sent: it was parsed and written again.",
        "Verify the raw bytes of the request, before anything parses them.",
    ),
    "body-line-end": (
        "a line break at the end of the body was added or lost.",
        "Verify the raw bytes of the request. Editors often add a line break at the end of a file.",
    ),
    "body-line-breaks": ("the line breaks of the body were changed.", "Read and store it in binary mode."),
    "body-mark": ("a byte order mark was added to the body or lost.", "Read and store it in binary mode."),
    "body-charset": (
        "the body was decoded with another charset than UTF-8.",
        "Verify the raw bytes of the request, not the string that a framework decoded.",
    ),
    "body-is-base64": (
        "the body is in base64, as gateways hand it over.",
        "Decode it if the gateway's event says isBase64Encoded. `gateway_event` does.",
    ),
    "body-compressed": (
        "the body is compressed.",
        "Find what decompresses requests, and verify its result.",
    ),
    "body-quoted": (
        "the body is a JSON string that holds JSON.",
        "It was written as JSON twice: verify the inner JSON as it came.",
    ),
    "body-printed": ("the body is the repr of Python bytes.", "Use the bytes themselves, not str(body)."),
    "body-empty": (
        "the body is empty, and the signature is that of another body.",
        "Something read the body before: read it once and store it.",
    ),
}


def read_any_spelling(value: str) -> bytes | None:
    """Return the digest of a signature in any known spelling; None if it has none of them."""
    text = value.strip()
    if text[:12].lower() == "hmac-sha256=":
        text = text[12:]
    elif text[:7].lower() == "sha256=":
        text = text[7:]
    try:
        if len(text) == 2 * DIGEST_BYTES:
            return bytes.fromhex(text)
        plain = text.replace("-", "+").replace("_", "/").rstrip("=")
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except ValueError:
        return None


def secret_variants(secret: str) -> Iterator[tuple[str, bytes]]:
    """Yield the keys that may have been used instead of the secret, each with the code of the cause."""
    stripped = secret.strip()
    if stripped != secret:
        yield "secret-has-spaces", stripped.encode("utf-8", "surrogatepass")
    yield "secret-has-spaces", f"{stripped}\n".encode("utf-8", "surrogatepass")
    if len(stripped) > 2 and stripped[0] == stripped[-1] and stripped[0] in "'\"":
        yield "secret-in-quotes", stripped[1:-1].encode("utf-8", "surrogatepass")
    for decode in (_from_base64, bytes.fromhex):
        try:
            yield "secret-was-decoded", decode(stripped)
        except ValueError:
            continue


def _from_base64(text: str) -> bytes:
    return base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)


def body_variants(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield what the body may have been when it was signed, each with the code of the cause."""
    if not raw:
        return
    for end in (b"\n", b"\r\n"):
        if raw.endswith(end):
            yield "body-line-end", raw[: -len(end)]
        yield "body-line-end", raw + end
    yield "body-line-breaks", raw.replace(b"\r\n", b"\n")
    yield "body-line-breaks", raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    yield "body-mark", raw.removeprefix(_MARK)
    yield "body-mark", _MARK + raw
    for body in _transcode(raw):
        yield "body-charset", body
    yield from _unpack(raw)
    for body in _rewrite(raw):
        yield "body-reserialised", body


_MARK = b"\xef\xbb\xbf"


def _transcode(raw: bytes) -> Iterator[bytes]:
    for wrong in ("latin-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be"):
        for source, target in ((wrong, "utf-8"), ("utf-8", wrong)):
            try:
                yield raw.decode(source).encode(target)
            except UnicodeError:
                continue


def _unpack(raw: bytes) -> Iterator[tuple[str, bytes]]:
    with suppress(binascii.Error):
        yield "body-is-base64", base64.b64decode(raw.strip(), validate=True)
    with suppress(zlib.error):
        # 32 means: detect the header of gzip or of zlib. A small body may become huge, so it is bounded.
        yield "body-compressed", zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(raw, _MOST_BYTES)
    if raw[:2] in (b"b'", b'b"') and raw[-1:] == raw[1:2]:
        with suppress(UnicodeError):
            yield "body-printed", raw[2:-1].decode("unicode_escape").encode("latin-1")
    content = _parse(raw)
    if isinstance(content, str):
        yield "body-quoted", content.encode("utf-8", "surrogatepass")


_MOST_BYTES = 20_000_000


def _rewrite(raw: bytes) -> Iterator[bytes]:
    """Write the body as JSON again, in the styles of common libraries."""
    content = _parse(raw)
    if not isinstance(content, dict):
        return
    yield from _dump(content)
    # JavaScript has one kind of number, and writes 1.0 as 1.
    like_javascript = json.loads(raw, parse_float=_read_number)
    if json.dumps(like_javascript) != json.dumps(content):
        yield from _dump(like_javascript)


def _read_number(text: str) -> float | int:
    number = float(text)
    return int(number) if number.is_integer() and abs(number) < _FIRST_WITH_EXPONENT else number


_FIRST_WITH_EXPONENT = 1e21
"""JavaScript writes this number and larger ones with an exponent."""


def _dump(content: dict[str, Any]) -> Iterator[bytes]:
    for is_sorted in (False, True):
        for is_ascii in (False, True):
            for separators in ((",", ":"), (", ", ": ")):
                for indent in (None, 2, 4):
                    text = json.dumps(
                        content,
                        ensure_ascii=is_ascii,
                        separators=(",", separators[1]) if indent else separators,
                        indent=indent,
                        sort_keys=is_sorted,
                    )
                    yield from _escape(text)


def _escape(text: str) -> Iterator[bytes]:
    """Add the escapes that only some libraries use: of slashes, and of special characters of HTML."""
    html = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    for version in dict.fromkeys((text, html, text.replace("/", "\\/"), html.replace("/", "\\/"))):
        yield version.encode("utf-8", "surrogatepass")


def _parse(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def oddities(raw: bytes, headers: HeaderValues) -> Iterator[tuple[str, str, str]]:
    """Yield what is odd about a delivery: code, text and hint."""
    if not raw:
        yield ("body-empty", "the body is empty.", BODY_CAUSES["body-empty"][1])
        return
    kind, _, parameters = headers.get("content-type", ("",))[0].lower().partition(";")
    charset = parameters.partition("charset=")[2].strip(" \"'")
    if charset and charset not in ("utf-8", "utf8"):
        yield ("charset", "Content-Type names another charset than UTF-8.", BODY_CAUSES["body-charset"][1])
    if kind.strip() not in ("", "application/json"):
        yield (
            "content-type",
            "Content-Type is not application/json.",
            "Check whether the request is from AfterShip, and what changes it on the way.",
        )
    if headers.get("content-encoding"):
        yield (
            "content-encoding",
            "Content-Encoding is set, so the body was or is compressed.",
            BODY_CAUSES["body-compressed"][1],
        )
    content = _parse(raw)
    if content is None:
        yield (
            "body-is-no-json",
            "the body is not JSON.",
            "Check whether it is complete, and whether it is the body of a webhook.",
        )
    elif raw.count(b'": ') > raw.count(b'":') // 2:
        yield (
            "body-looks-reserialised",
            "the body has the spacing that JSON libraries write by default.",
            BODY_CAUSES["body-reserialised"][1],
        )
