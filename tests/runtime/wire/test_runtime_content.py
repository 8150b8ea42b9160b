"""Bodies are unpacked while they arrive, completely or not at all, and never larger than allowed."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest

from aftership_tracking.errors import DecodeError
from aftership_tracking.runtime.wire.content import Body, check_size, read_body

TEXT = b'{"meta": {"code": 200}, "data": {}}' * 20


def bare(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(content) + packer.flush()


def drops(content: bytes) -> Iterator[bytes]:
    return (content[at : at + 1] for at in range(len(content)))


PACKED = {
    "": TEXT,
    "identity": TEXT,
    "gzip": gzip.compress(TEXT),
    "X-GZIP": gzip.compress(TEXT),
    "deflate": zlib.compress(TEXT),
    "deflate ": bare(TEXT),
    "deflate, gzip": gzip.compress(zlib.compress(TEXT)),
}


@pytest.mark.parametrize("encoding", PACKED)
@pytest.mark.parametrize("cut", [lambda content: [content], drops], ids=["whole", "drops"])
def test_each_encoding_however_it_arrives(encoding, cut):
    assert read_body(cut(PACKED[encoding]), encoding, len(TEXT)) == TEXT


@pytest.mark.parametrize("encoding", PACKED)
def test_one_byte_more_than_allowed_is_too_large(encoding):
    with pytest.raises(DecodeError, match="more than"):
        read_body([PACKED[encoding]], encoding, len(TEXT) - 1)


@pytest.mark.parametrize("encoding", [name for name in PACKED if name not in ("", "identity")])
@pytest.mark.parametrize("left", [1, 5, -1])
def test_a_body_that_ends_early_is_an_error(encoding, left):
    with pytest.raises(DecodeError, match=r"end is missing|damaged"):
        read_body([PACKED[encoding][:left]], encoding, len(TEXT))


def test_a_bare_body_that_begins_almost_like_a_wrapped_one():
    stored = b"\x08\x02\x00\xfd\xffab" + b"\x03\x00"
    assert read_body([stored], "deflate", 2) == b"ab"


def test_a_missing_body_is_an_empty_one():
    assert read_body([], "gzip", 10) == b""
    assert read_body([gzip.compress(b"")], "gzip", 10) == b""


@pytest.mark.parametrize("cut", [lambda content: [content], drops], ids=["whole", "drops"])
def test_members_of_gzip_are_one_body(cut):
    packed = gzip.compress(b"one ") + gzip.compress(b"") + b"\0\0\0" + gzip.compress(b"two") + b"\0"
    assert read_body(cut(packed), "gzip", 7) == b"one two"
    with pytest.raises(DecodeError, match="more than 6 bytes"):
        read_body(cut(packed), "gzip", 6)


def test_members_that_are_cut_or_damaged_or_too_many():
    member = gzip.compress(b"a")
    with pytest.raises(DecodeError, match="end is missing"):
        read_body([member + member[:-1]], "gzip", 100)
    with pytest.raises(DecodeError, match="damaged"):
        read_body([member + b"no member"], "gzip", 100)
    with pytest.raises(DecodeError, match="too many pieces"):
        read_body([gzip.compress(b"") * 101], "gzip", 5000)


@pytest.mark.parametrize("packed", [gzip.compress(b"a") + b"\0", zlib.compress(b"a")], ids=["gzip", "zlib"])
def test_bytes_after_the_end_are_neither_stored_nor_read_for_ever(packed):
    body = Body("deflate" if packed[0] == 0x78 else "gzip", 10_000_000)
    body.add(packed)
    nothing = bytes(1_000_000)
    tracemalloc.start()
    try:
        for _ in range(9):
            body.add(nothing)
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
        with pytest.raises(DecodeError, match="more than"):
            body.add(bytes(2_000_000))
    finally:
        tracemalloc.stop()
    assert body.whole() == b"a"


def test_a_decompression_bomb_is_refused_early():
    bomb = gzip.compress(bytes(50_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(DecodeError, match="more than 1000000 bytes"):
            read_body([bomb], "gzip", 1_000_000)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_encodings_that_were_not_requested():
    with pytest.raises(DecodeError, match="'br', which was not requested"):
        Body("br", 10)
    with pytest.raises(DecodeError, match="too many times"):
        Body(", ".join(["gzip"] * 6), 10)


def test_error_for_damage_does_not_hold_the_content():
    with pytest.raises(DecodeError, match="damaged") as caught:
        read_body([gzip.compress(TEXT)[:-8] + b"\xff" * 8], "gzip", len(TEXT))
    assert caught.value.__context__ is None


def test_size_of_a_body_that_was_already_read():
    assert check_size(b"ab", 2) == b"ab"
    with pytest.raises(DecodeError):
        check_size(b"abc", 2)
