"""What came in: never more than a limit, and not the page that a browser would show."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from aftership_tracking.csv_files.fetching.errors import FetchError
from aftership_tracking.csv_files.reading import LARGEST

_LONGEST_HEAD: Final = 64 * 1024
# Atomic, because a server may send many comments.
_PAGE = re.compile(
    rb"(?>\s*(?:<\?xml[^>]*>|<!--.*?-->))*+\s*<(?:!doctype\s+html|html\b)", re.IGNORECASE | re.DOTALL
)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class Received:
    """The bytes of a file, as they come in."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._content = bytearray()

    def expect(self, size: int | None) -> None:
        """Refuse the size that a server announces, before anything of the file is read. Raises FetchError."""
        if size is not None and size > LARGEST:
            raise self._too_large(f"has {size:,} bytes")

    def add(self, chunk: bytes) -> None:
        """Take the next bytes. Raises FetchError when there are too many."""
        if len(self._content) + len(chunk) > LARGEST:
            raise self._too_large("goes on after 5 MB")
        self._content += chunk

    def complete(self) -> bytes:
        """All bytes. Raises FetchError if they cannot be a CSV file."""
        content = bytes(self._content)
        if not content.strip():
            raise FetchError(
                f"{self._name} is empty.", "refused", hint="The file from before was not replaced."
            )
        if _PAGE.match(_as_ascii(content)):
            raise FetchError(
                f"{self._name} is a web page, perhaps for a login, and not a CSV file.",
                "refused",
                hint="Use an address that points straight at the file.",
            )
        return content

    def _too_large(self, what: str) -> FetchError:
        return FetchError(f"{self._name} {what}, and the limit is 5 MB.", "refused", hint="Split the file.")


def _as_ascii(content: bytes) -> bytes:
    """The beginning of a content, without a mark, so that letters of HTML can be found in it."""
    head = content[:_LONGEST_HEAD]
    if head.startswith(_UTF_16):
        return head[2:].replace(b"\0", b"")
    return head.removeprefix(b"\xef\xbb\xbf")


def digest(content: bytes) -> str:
    """The SHA-256 of a content, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
