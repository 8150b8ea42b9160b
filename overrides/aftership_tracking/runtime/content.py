"""The body of an answer, unpacked and never larger than allowed: a few bytes of gzip can become gigabytes."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Protocol

from aftership_tracking.errors import DecodeError

__all__ = ["ACCEPTED", "Body", "check_size", "read_body"]

ACCEPTED = "gzip, deflate"
"""What the client asks for, and all that it can unpack."""


class _Unpacker(Protocol):
    def feed(self, packed: bytes, most: int) -> bytes:
        """Return what the bytes hold. If that is more than `most`, only a little more than that."""
        ...

    def finish(self) -> None:
        """Raise DecodeError if something is missing."""
        ...


class Body:
    """Collects the body of one answer.

    Raises DecodeError as soon as it is larger than `most` bytes, and for an encoding that was not asked for.
    """

    __slots__ = ("_most", "_parts", "_size", "_unpackers")

    def __init__(self, encoding: str, most: int) -> None:
        self._unpackers = [_unpacker(name) for name in _names(encoding)]
        self._most = most
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, part: bytes) -> None:
        """Take the next bytes from the wire."""
        for unpacker in self._unpackers:
            part = unpacker.feed(part, self._most - self._size)
        self._size += len(part)
        if self._size > self._most:
            raise _too_large(self._most)
        self._parts.append(part)

    def whole(self) -> bytes:
        """Return everything."""
        for unpacker in self._unpackers if self._size else ():
            unpacker.finish()
        return self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)


def read_body(parts: Iterable[bytes], encoding: str, most: int) -> bytes:
    """Read a body to its end. Raises DecodeError as `Body` does."""
    body = Body(encoding, most)
    for part in parts:
        body.add(part)
    return body.whole()


def check_size(content: bytes, most: int) -> bytes:
    """Refuse a body that somebody else has read already, if it is too large."""
    if len(content) > most:
        raise _too_large(most)
    return content


def _too_large(most: int) -> DecodeError:
    return DecodeError(
        f"the answer has more than {most} bytes",
        hint="Ask for less at a time (`limit`, `fields`), or allow more: max_response_bytes of the client.",
    )


class _Zlib:
    __slots__ = ("_inflate", "_window")

    def __init__(self, window: int) -> None:
        self._window = window
        self._inflate = zlib.decompressobj(window)

    def feed(self, packed: bytes, most: int) -> bytes:
        # One byte more than allowed tells too large from just large enough.
        try:
            return self._inflate.decompress(packed, most + 1)
        except zlib.error:
            pass
        if self._window == _DEFLATE:
            # Some servers send deflate without the wrapping that the standard asks for.
            self._window = _BARE_DEFLATE
            self._inflate = zlib.decompressobj(_BARE_DEFLATE)
            return self.feed(packed, most)
        raise DecodeError("the answer cannot be unpacked: its compression is damaged")

    def finish(self) -> None:
        if not self._inflate.eof:
            raise DecodeError("the answer cannot be unpacked: its end is missing")


_GZIP, _DEFLATE, _BARE_DEFLATE = 31, 15, -15


def _names(encoding: str) -> list[str]:
    """The encodings in the order in which they are to be undone."""
    if not encoding:
        return []
    names = [name.strip().lower() for name in encoding.split(",")]
    return [name for name in reversed(names) if name not in ("", "identity")]


def _unpacker(name: str) -> _Unpacker:
    if name in ("gzip", "x-gzip"):
        return _Zlib(_GZIP)
    if name == "deflate":
        return _Zlib(_DEFLATE)
    raise DecodeError(f"the answer is encoded as {ascii(name)[:40]}, which was not asked for")
