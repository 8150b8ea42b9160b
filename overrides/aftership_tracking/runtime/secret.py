"""A string that is never printed."""

from __future__ import annotations

from typing import NoReturn

__all__ = ["MASK", "Secret"]

MASK = "***"
_SHORTEST = 8


class Secret:
    """Holds a key. Only `reveal` and `recent` return it; repr, str, format and pickle do not."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the string itself, for immediate use."""
        return self._text

    def recent(self) -> str:
        """Return the string as it was last used, without reading it from its source again."""
        return self._text

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret cannot be pickled")

    def erase(self, content: bytes) -> bytes:
        """Return the content with every copy of the secret masked: a server may echo what it received."""
        plain = self._text.encode()
        # A key of a few letters, as tests use it, is part of many words and not a secret.
        if len(plain) < _SHORTEST:
            return content
        return content.replace(plain, MASK.encode())
