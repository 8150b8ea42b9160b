"""HMAC-SHA256 (RFC 2104) with a key that is prepared once.

It is what `hmac.new(key, digestmod="sha256")` and its `copy()` do. A copy of that object takes four times as
long as the copies of two plain digests, and a receiver makes one for each delivery: a tenth of its time.
"""

from __future__ import annotations

from hashlib import sha256

__all__ = ["KeyedDigest"]

_BLOCK = 64
"""Bytes that SHA-256 takes at a time."""
_INNER = bytes(one ^ 0x36 for one in range(256))
_OUTER = bytes(one ^ 0x5C for one in range(256))


class KeyedDigest:
    """Makes the digests of one key. It holds digests that began with the key, and never the key itself."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes) -> None:
        block = (sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
        self._inner = sha256(block.translate(_INNER))
        self._outer = sha256(block.translate(_OUTER))

    def digest(self, body: bytes) -> bytes:
        """Return the HMAC-SHA256 of a body."""
        inner = self._inner.copy()
        inner.update(body)
        outer = self._outer.copy()
        outer.update(inner.digest())
        return outer.digest()
