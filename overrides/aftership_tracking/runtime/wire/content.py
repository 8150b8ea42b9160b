"""Reads and unpacks the body of a response, within a limit: a few bytes of gzip can become gigabytes."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Protocol

from aftership_tracking.errors import DecodeError

__all__ = ["ACCEPTED", "Body", "check_size", "read_body"]

ACCEPTED = "gzip, deflate"
"""The encodings that the client requests, and all that it can unpack."""


class _Unpacker(Protocol):
    def feed(self, packed: bytes, most: int) -> bytes:
        """Return the unpacked bytes. If they are more than `most`, return only a little more than `most`."""
        ...

    def finish(self) -> None:
        """Raise DecodeError if something is missing."""
        ...


class Body:
    """Collects and unpacks the body of one response.

    Raises DecodeError as soon as it is larger than `most` bytes, and for an encoding that was not requested.
    """

    __slots__ = ("_most", "_parts", "_received", "_size", "_unpackers")

    def __init__(self, encoding: str, most: int) -> None:
        self._unpackers = [_unpacker(name) for name in _names(encoding)]
        self._most = most
        self._parts: list[bytes] = []
        self._size = 0
        self._received = 0

    def add(self, part: bytes) -> None:
        """Add the next bytes from the network."""
        self._received += len(part)
        if self._received > self._most + _PACKING:
            # Packed bytes that unpack to nothing would be read for ever.
            raise _too_large(self._most)
        for unpacker in self._unpackers:
            part = unpacker.feed(part, self._most - self._size)
        self._size += len(part)
        if self._size > self._most:
            raise _too_large(self._most)
        self._parts.append(part)

    def whole(self) -> bytes:
        """Return the complete body."""
        for unpacker in self._unpackers if self._received else ():
            unpacker.finish()
        return self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)


def read_body(parts: Iterable[bytes], encoding: str, most: int) -> bytes:
    """Read a body to its end. Raises DecodeError as `Body` does."""
    body = Body(encoding, most)
    for part in parts:
        body.add(part)
    return body.whole()


def check_size(content: bytes, most: int) -> bytes:
    """Return a body that another library has read already. Raises DecodeError if it is too large."""
    if len(content) > most:
        raise _too_large(most)
    return content


def _too_large(most: int) -> DecodeError:
    return DecodeError(
        f"the response has more than {most} bytes",
        hint="Request less at a time (`limit`, `fields`), or allow more: max_response_bytes of the client.",
    )


class _Zlib:
    __slots__ = ("_inflate",)

    def __init__(self, window: int) -> None:
        self._inflate = zlib.decompressobj(window)

    def feed(self, packed: bytes, most: int) -> bytes:
        if self._inflate.eof:
            # zlib would store whatever follows the end.
            return b""
        # One byte more than allowed shows that the body is too large.
        try:
            return self._inflate.decompress(packed, most + 1)
        except zlib.error:
            pass
        raise DecodeError("the response cannot be unpacked: its compression is damaged")

    def finish(self) -> None:
        if not self._inflate.eof:
            raise DecodeError("the response cannot be unpacked: its end is missing")


class _Gzip(_Zlib):
    """One member of gzip or several, perhaps with zeros between them: a server may pack its response in
    pieces.
    """

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
            # Each member costs time, and may contain nothing.
            raise DecodeError("the response cannot be unpacked: it is packed in too many pieces")
        self._inflate = zlib.decompressobj(_GZIP)


class _Deflate(_Zlib):
    """With the header of zlib, or without it: some servers omit the header, although the standard requires
    it.
    """

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
"""How many bytes longer than its content a packed body may be: incompressible content grows a little."""
_MOST_MEMBERS = 100
_MOST_ENCODINGS = 5


def _names(encoding: str) -> list[str]:
    """Return the encodings in the order in which they must be undone."""
    if not encoding:
        return []
    names = [name.strip().lower() for name in encoding.split(",")]
    if len(names) > _MOST_ENCODINGS:
        raise DecodeError("the response is encoded too many times over")
    return [name for name in reversed(names) if name not in ("", "identity")]


def _unpacker(name: str) -> _Unpacker:
    if name in ("gzip", "x-gzip"):
        return _Gzip()
    if name == "deflate":
        return _Deflate()
    raise DecodeError(f"the response is encoded as {ascii(name)[:40]}, which was not requested")
