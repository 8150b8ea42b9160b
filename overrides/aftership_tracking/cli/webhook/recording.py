"""Records deliveries in a file, one JSON object per line, and reads them. They are sent again byte for byte.

Authorization headers and cookies are left out. The rest may hold personal data, so only the owner can
read the file.
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
# Headers of one connection or of one recipient. The sender of a copy makes its own.
_HOP_BY_HOP = frozenset(
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


class ReceivedRequest(NamedTuple):
    """A request as it came. Its repr shows neither headers nor body."""

    at: datetime
    method: str
    path: str
    headers: Pairs
    body: bytes

    def __repr__(self) -> str:
        return f"<{self.method} with {len(self.body)} bytes>"


def end_to_end_headers(headers: Pairs) -> Pairs:
    """Return the headers that belong to the delivery, without those of the connection."""
    return tuple((name, value) for name, value in headers if name.lower() not in _HOP_BY_HOP)


class Recording:
    """A file to which each delivery adds a line.

    Raises:
        OSError: the file cannot be written.
    """

    def __init__(self, file: Path) -> None:
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._stream = os.fdopen(number, "a", encoding="ascii")

    def add(self, request: ReceivedRequest) -> None:
        line = {
            "at": request.at.isoformat(),
            "method": request.method,
            "path": request.path,
            "headers": [pair for pair in request.headers if pair[0].lower() not in LEFT_OUT],
            "body": base64.b64encode(request.body).decode(),
        }
        self._stream.write(json.dumps(line) + "\n")
        self._stream.flush()

    def close(self) -> None:
        self._stream.close()


def read_recording(file: Path) -> Iterator[ReceivedRequest]:
    """Yield the deliveries of a file.

    Raises:
        OSError: the file cannot be read.
        ValueError: a line is not a recorded delivery; the message names the line.
    """
    with file.open(encoding="utf-8", errors="replace") as stream:
        for number, line in enumerate(stream, start=1):
            if line.strip():
                try:
                    yield _parse(json.loads(line))
                except (ValueError, KeyError, TypeError, RecursionError):
                    raise ValueError(f"line {number} is not a recorded delivery") from None


def _parse(line: dict[str, object]) -> ReceivedRequest:
    headers, body = line["headers"], line["body"]
    if not isinstance(headers, list) or not isinstance(body, str):
        raise TypeError
    pairs = []
    for name, value in headers:
        if not isinstance(name, str) or not isinstance(value, str):
            raise TypeError
        pairs.append((name, value))
    return ReceivedRequest(
        datetime.fromisoformat(str(line["at"])),
        str(line["method"]),
        str(line["path"]),
        tuple(pairs),
        base64.b64decode(body, validate=True),
    )
