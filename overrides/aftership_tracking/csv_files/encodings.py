"""Finds out how a file is encoded, by reading all of it. What is not certain is said to be so."""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass
from typing import BinaryIO, Final, Literal, get_args

from aftership_tracking.csv_files.cells import LINE_END

__all__ = ["NAMES", "EncodingName", "GivenEncoding", "Reading", "find_encoding", "measure"]

EncodingName = Literal["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
"""The encodings that files of AfterShip and of spreadsheets have."""
GivenEncoding = Literal["utf-8", "utf-16", "cp1252"]
NAMES: Final = get_args(GivenEncoding)
"""What a caller may say that a file is."""

_CHUNK = 65_536
_SAMPLE = 1_024


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """How a file can be read."""

    encoding: EncodingName | None
    """A codec of Python; None: no known encoding fits."""
    is_certain: bool
    """Whether it is valid UTF-8, begins with a mark, or is what the caller said."""
    problem: tuple[int, int] | None
    """Line and column where it is not UTF-8, or not what the caller said."""
    size: int
    """Bytes."""
    sha256: str
    """Of the bytes."""


def find_encoding(stream: BinaryIO, given: str | None = None) -> Reading:
    """Read a stream from its start, and go back there. It must be seekable.

    `given` is one of `NAMES`: then nothing else is tried.
    """
    head = stream.read(_SAMPLE)
    candidates = _candidates(head, given)
    size, digest = measure(stream)
    first_problem: int | None = None
    for name, is_certain in candidates:
        problem = _find_problem(stream, name)
        if problem is None:
            location = None if first_problem is None else _locate(stream, first_problem, name)
            stream.seek(0)
            return Reading(encoding=name, is_certain=is_certain, problem=location, size=size, sha256=digest)
        if first_problem is None:
            first_problem = problem
    assert first_problem is not None  # noqa: S101 - for type checkers
    # Up to its first wrong byte a file is right.
    location = _locate(stream, first_problem, candidates[0][0])
    stream.seek(0)
    return Reading(encoding=None, is_certain=False, problem=location, size=size, sha256=digest)


def _candidates(head: bytes, given: str | None) -> list[tuple[EncodingName, bool]]:
    """What is tried, in this order, and whether it is certain if it fits."""
    has_mark = head.startswith(codecs.BOM_UTF8)
    if given == "cp1252":
        return [("cp1252", True)]
    if given == "utf-16":
        marked = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        return [("utf-16" if marked else _likelier_order(head), True)]
    if has_mark or given == "utf-8":
        return [("utf-8-sig" if has_mark else "utf-8", True)]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return [("utf-16", True)]
    order = _order(head)
    if order is not None:
        return [(order, False)]
    return [("utf-8", True), ("cp1252", False)]


def _order(head: bytes) -> Literal["utf-16-le", "utf-16-be"] | None:
    """The order of bytes in UTF-16 without a mark: in Western text every second byte is zero."""
    pairs = len(head) // 2
    if pairs < 2:
        return None
    if head[1 : 2 * pairs : 2].count(0) > pairs // 2 and head[: 2 * pairs : 2].count(0) == 0:
        return "utf-16-le"
    if head[: 2 * pairs : 2].count(0) > pairs // 2 and head[1 : 2 * pairs : 2].count(0) == 0:
        return "utf-16-be"
    return None


def _likelier_order(head: bytes) -> Literal["utf-16-le", "utf-16-be"]:
    """The order of what is UTF-16 for certain: zeros are mostly upper bytes, of Western letters."""
    return "utf-16-be" if head[::2].count(0) > head[1::2].count(0) else "utf-16-le"


def measure(stream: BinaryIO) -> tuple[int, str]:
    """Return the number of bytes of a stream, and their SHA-256."""
    stream.seek(0)
    size, digest = 0, hashlib.sha256()
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        digest.update(chunk)
    return size, digest.hexdigest()


def _find_problem(stream: BinaryIO, name: str) -> int | None:
    """The offset of the first byte that does not fit; None if all do."""
    decoder = codecs.getincrementaldecoder(name)()
    stream.seek(0)
    read = 0
    while True:
        chunk = stream.read(_CHUNK)
        read += len(chunk)
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            # Its object begins with what the decoder still had.
            return read - len(error.object) + error.start
        if not chunk:
            return None


def _locate(stream: BinaryIO, offset: int, name: str) -> tuple[int, int]:
    """Line and column of a byte, read in an encoding that fits up to there."""
    decoder = codecs.getincrementaldecoder(name)(errors="replace")
    stream.seek(0)
    line, column, held = 1, 1, ""
    while offset > 0:
        chunk = stream.read(min(_CHUNK, offset))
        offset -= len(chunk)
        text = held + decoder.decode(chunk)
        # A CR at the end of a piece may be half of a line end.
        held = "\r" if text.endswith("\r") and offset else ""
        text = text[: len(text) - len(held)]
        ends = list(LINE_END.finditer(text))
        if ends:
            line, column, text = line + len(ends), 1, text[ends[-1].end() :]
        column += len(text)
    return line, column
