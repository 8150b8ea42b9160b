"""The documented rules of signing, implemented again on the bytes of a request, without code of the package.

HMAC (RFC 2104) and RSASSA-PSS (RFC 8017) are written out here, so that they agree with the libraries only if
both are right.
"""

from __future__ import annotations

import base64
import hashlib
from typing import NamedTuple


class Wire(NamedTuple):
    """A request as it was sent. Header names are in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


def read_wire(raw: bytes) -> Wire:
    """Split the bytes of one HTTP/1.1 request."""
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("ascii").split("\r\n")
    method, target, _ = first.split(" ")
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        assert name.lower() not in headers, f"{name} was sent twice"
        headers[name.lower()] = value.strip(" \t")
    return Wire(method, target, headers, body)


def expected_string(wire: Wire) -> str:
    """The SignString of a request."""
    own = ("as-signature-hmac-sha256", "as-signature-rsa-sha256")
    signed = sorted((name, value) for name, value in wire.headers.items() if name.startswith("as-"))
    lines = [wire.method]
    lines.append(hashlib.md5(wire.body).hexdigest().upper() if wire.body else "")
    lines.append(wire.headers["content-type"] if wire.body else "")
    lines.append(wire.headers["date"])
    lines += [f"{name}:{value}" for name, value in signed if name not in own]
    path, mark, query = wire.target.partition("?")
    pairs = query.split("&") if mark else []
    keys = [pair.partition("=")[0] for pair in pairs]
    assert keys == sorted(keys), "a service that does not sort would compute another string"
    lines.append(path + ("?" + "&".join(pairs) if pairs else ""))
    return "\n".join(lines)


def expected_hmac(secret: str, text: str) -> str:
    """HMAC-SHA256 as RFC 2104 defines it."""
    key = secret.encode()
    key = hashlib.sha256(key).digest() if len(key) > 64 else key
    key = key.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key) + text.encode()).digest()
    return base64.b64encode(hashlib.sha256(bytes(byte ^ 0x5C for byte in key) + inner).digest()).decode()


def is_pss(modulus: int, exponent: int, signature: bytes, text: str, salt_length: int = 32) -> bool:
    """RFC 8017, 8.1.2 and 9.1.2, with SHA-256 for the message and for the mask."""
    size = (modulus.bit_length() + 7) // 8
    bits = modulus.bit_length() - 1
    length = (bits + 7) // 8
    if len(signature) != size or int.from_bytes(signature) >= modulus:
        return False
    encoded = pow(int.from_bytes(signature), exponent, modulus).to_bytes(length)
    masked, digest, end = encoded[: length - 33], encoded[length - 33 : -1], encoded[-1]
    unused = 8 * length - bits
    if end != 0xBC or masked[0] >> (8 - unused):
        return False
    mask = b"".join(hashlib.sha256(digest + count.to_bytes(4)).digest() for count in range(length // 32 + 1))
    block = bytearray(one ^ other for one, other in zip(masked, mask, strict=False))
    block[0] &= 0xFF >> unused
    padding = length - salt_length - 34
    if any(block[:padding]) or block[padding] != 1:
        return False
    salt = bytes(block[-salt_length:])
    return hashlib.sha256(bytes(8) + hashlib.sha256(text.encode()).digest() + salt).digest() == digest
