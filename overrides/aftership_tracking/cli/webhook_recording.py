"""Deliveries in a file: one JSON object a line. They are sent again as they came, byte for byte.

Authorization headers and cookies are left out. The rest may hold personal data: the file is for its owner.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

Pairs = tuple[tuple[str, str], ...]

LEFT_OUT = frozenset({"authorization", "proxy-authorization", "cookie"})
# Headers of one connection, or of one recipient. Whoever sends again makes its own.
_OF_THE_WAY = frozenset(
    {
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


class Heard(NamedTuple):
    """A request as it came. Its text shows neither headers nor body."""

    at: datetime
    method: str
    path: str
    headers: Pairs
    body: bytes

    def __repr__(self) -> str:
        return f"<{self.method} with {len(self.body)} bytes>"


def passed_on(headers: Pairs) -> Pairs:
    """The headers that belong to the delivery, not to the way that it took."""
    return tuple((name, value) for name, value in headers if name.lower() not in _OF_THE_WAY)


class Recording:
    """A file that grows by a line for each delivery.

    Raises:
        OSError: the file cannot be written.
    """

    def __init__(self, file: Path) -> None:
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._stream = os.fdopen(number, "a", encoding="ascii")

    def add(self, heard: Heard) -> None:
        line = {
            "at": heard.at.isoformat(),
            "method": heard.method,
            "path": heard.path,
            "headers": [pair for pair in heard.headers if pair[0].lower() not in LEFT_OUT],
            "body": base64.b64encode(heard.body).decode(),
        }
        self._stream.write(json.dumps(line) + "\n")
        self._stream.flush()

    def close(self) -> None:
        self._stream.close()


def read_recording(file: Path) -> Iterator[Heard]:
    """Give the deliveries of a file.

    Raises:
        OSError: the file cannot be read.
        ValueError: a line is no recorded delivery; the text names it.
    """
    with file.open(encoding="utf-8", errors="replace") as stream:
        for number, line in enumerate(stream, start=1):
            if line.strip():
                try:
                    yield _read(json.loads(line))
                except (ValueError, KeyError, TypeError, RecursionError):
                    raise ValueError(f"line {number} is no recorded delivery") from None


def _read(line: dict[str, object]) -> Heard:
    headers, body = line["headers"], line["body"]
    if not isinstance(headers, list) or not isinstance(body, str):
        raise TypeError
    pairs = []
    for name, value in headers:
        if not isinstance(name, str) or not isinstance(value, str):
            raise TypeError
        pairs.append((name, value))
    return Heard(
        datetime.fromisoformat(str(line["at"])),
        str(line["method"]),
        str(line["path"]),
        tuple(pairs),
        base64.b64decode(body, validate=True),
    )
