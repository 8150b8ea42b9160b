"""Records deliveries in a file, one JSON object per line, and reads them. They are sent again byte for byte.

Authorization headers and cookies are left out. The values of other headers that not every delivery has, and
those of the query, are masked, because they may be secret. The rest may hold personal data, so only the owner
can read the file.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from aftership_tracking.webhooks.incoming.delivery import CREDENTIALS
from aftership_tracking.webhooks.signature import HEADER, VERSION_HEADER

Pairs = tuple[tuple[str, str], ...]

MASKED = "[masked]"
# What every delivery has, and what is needed to verify it or to find out why it is refused.
_KNOWN = frozenset(
    {
        *("accept", "accept-encoding", "content-encoding", "content-length", "content-type", "user-agent"),
        *(HEADER, VERSION_HEADER),
    }
)
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


def end_to_end_headers(headers: Pairs, *, with_credentials: bool = False) -> Pairs:
    """Return the headers that belong to the delivery, without those of the connection and masked ones."""
    left_out = _HOP_BY_HOP if with_credentials else _HOP_BY_HOP | CREDENTIALS
    return tuple((name, value) for name, value in headers if name.lower() not in left_out and value != MASKED)


class Recording:
    """A file to which each delivery adds a line.

    Raises:
        OSError: the file cannot be written.
    """

    def __init__(self, file: Path) -> None:
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        # Without a buffer: what could not be written must not be written later.
        self._stream = os.fdopen(number, "ab", buffering=0)

    def add(self, request: ReceivedRequest) -> None:
        """Add a delivery. Raises OSError, if it cannot be written."""
        line = {
            "at": request.at.isoformat(),
            "method": request.method,
            "path": _mask_query(request.path),
            "headers": [
                (name, value if name.lower() in _KNOWN else MASKED)
                for name, value in request.headers
                if name.lower() not in CREDENTIALS
            ],
            "body": base64.b64encode(request.body).decode(),
        }
        self._write(f"{json.dumps(line)}\n".encode("ascii"))

    def _write(self, data: bytes) -> None:
        size = self._stream.seek(0, os.SEEK_END) if self._stream.seekable() else None
        try:
            while data:
                data = data[self._stream.write(data) :]
        except OSError:
            # A torn line would make the whole file unreadable.
            if size is not None:
                with suppress(OSError):
                    self._stream.truncate(size)
            raise

    def close(self) -> None:
        self._stream.close()


def _mask_query(path: str) -> str:
    path, mark, query = path.partition("?")
    masked = []
    for part in query.split("&"):
        name, equals, _ = part.partition("=")
        masked.append(f"{name}={MASKED}" if equals else MASKED if part else "")
    return f"{path}{mark}{'&'.join(masked)}"


def read_recording(file: Path) -> Iterator[ReceivedRequest]:
    """Yield the deliveries of a file.

    Raises:
        OSError: the file cannot be read.
        ValueError: a line is not a recorded delivery; the message names the line.
    """
    with file.open(encoding="utf-8", errors="replace") as stream:
        yield from _parse_lines(stream)


def find_recorded(data: bytes) -> tuple[ReceivedRequest, ...] | None:
    """Return the deliveries of a recording; None if the data is something else, such as a body.

    Raises:
        ValueError: a line after the first is not a recorded delivery; the message names the line.
    """
    lines = data.decode("utf-8", "replace").splitlines()
    try:
        next(_parse_lines(lines[:1]))
    except (ValueError, StopIteration):
        return None
    return tuple(_parse_lines(lines))


def _parse_lines(lines: Iterable[str]) -> Iterator[ReceivedRequest]:
    for number, line in enumerate(lines, start=1):
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
