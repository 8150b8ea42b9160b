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

    __slots__ = ("_most", "_parts", "_size", "_taken", "_unpackers")

    def __init__(self, encoding: str, most: int) -> None:
        self._unpackers = [_unpacker(name) for name in _names(encoding)]
        self._most = most
        self._parts: list[bytes] = []
        self._size = 0
        self._taken = 0

    def add(self, part: bytes) -> None:
        """Take the next bytes from the wire."""
        self._taken += len(part)
        if self._taken > self._most + _PACKING:
            # What is packed and comes to nothing would be read for ever.
            raise _too_large(self._most)
        for unpacker in self._unpackers:
            part = unpacker.feed(part, self._most - self._size)
        self._size += len(part)
        if self._size > self._most:
            raise _too_large(self._most)
        self._parts.append(part)

    def whole(self) -> bytes:
        """Return everything."""
        for unpacker in self._unpackers if self._taken else ():
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
    __slots__ = ("_inflate",)

    def __init__(self, window: int) -> None:
        self._inflate = zlib.decompressobj(window)

    def feed(self, packed: bytes, most: int) -> bytes:
        if self._inflate.eof:
            # zlib would keep what follows the end, however much it is.
            return b""
        # One byte more than allowed tells too large from just large enough.
        try:
            return self._inflate.decompress(packed, most + 1)
        except zlib.error:
            pass
        raise DecodeError("the answer cannot be unpacked: its compression is damaged")

    def finish(self) -> None:
        if not self._inflate.eof:
            raise DecodeError("the answer cannot be unpacked: its end is missing")


class _Gzip(_Zlib):
    """One member or several, with zeros between them or none: a server may pack its answer in pieces."""

    __slots__ = ("_members",)

    def __init__(self) -> None:
        super().__init__(_GZIP)
        self._members = 1

    def feed(self, packed: bytes, most: int) -> bytes:
        found, rest = b"", packed
        while rest and len(found) <= most:
            if self._inflate.eof:
                rest = rest.lstrip(b"\0")
                if not rest:
                    break
                self._begin_member()
            found += super().feed(rest, most - len(found))
            rest = self._inflate.unused_data
        return found

    def _begin_member(self) -> None:
        self._members += 1
        if self._members > _MOST_MEMBERS:
            # Each costs time, and may hold nothing.
            raise DecodeError("the answer cannot be unpacked: it is packed in too many pieces")
        self._inflate = zlib.decompressobj(_GZIP)


class _Deflate(_Zlib):
    """In the wrapping of zlib, or without it: some servers leave out what the standard asks for."""

    __slots__ = ("_head",)

    def __init__(self) -> None:
        super().__init__(_DEFLATE)
        self._head: bytes | None = b""

    def feed(self, packed: bytes, most: int) -> bytes:
        if self._head is not None:
            packed = self._head + packed
            if len(packed) < 2:
                self._head = packed
                return b""
            self._head = None
            if packed[0] & 15 != 8 or (packed[0] << 8 | packed[1]) % 31:
                self._inflate = zlib.decompressobj(_BARE_DEFLATE)
        return super().feed(packed, most)


_GZIP, _DEFLATE, _BARE_DEFLATE = 31, 15, -15
_PACKING = 1024
"""So many bytes longer than the content a packed body may be: what cannot be made smaller grows a little."""
_MOST_MEMBERS = 100
_MOST_ENCODINGS = 5


def _names(encoding: str) -> list[str]:
    """The encodings in the order in which they are to be undone."""
    if not encoding:
        return []
    names = [name.strip().lower() for name in encoding.split(",")]
    if len(names) > _MOST_ENCODINGS:
        raise DecodeError("the answer is encoded too many times over")
    return [name for name in reversed(names) if name not in ("", "identity")]


def _unpacker(name: str) -> _Unpacker:
    if name in ("gzip", "x-gzip"):
        return _Gzip()
    if name == "deflate":
        return _Deflate()
    raise DecodeError(f"the answer is encoded as {ascii(name)[:40]}, which was not asked for")
