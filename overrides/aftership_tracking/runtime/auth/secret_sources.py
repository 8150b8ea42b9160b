"""Where a key or a secret comes from: a text, a file, or a callable that knows it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias, cast

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.secret import MASK, Secret

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["AskedSecret", "SecretInput", "read_secret"]

SecretInput: TypeAlias = "str | Path | Callable[[], str]"

_REMEMBERED = 4


class AskedSecret(Secret):
    """A secret that a callable gives. It is asked at each use, so a secret that was changed is picked up.

    The last few are remembered, to mask them in what a server sends.
    """

    __slots__ = ("_ask", "_check", "_seen")

    def __init__(self, ask: Callable[[], str], check: Callable[[object], str]) -> None:
        super().__init__(MASK)
        self._ask = ask
        self._check = check
        self._seen: tuple[Secret, ...] = ()

    def reveal(self) -> str:
        """Ask for the text, for the moment of use. Raises UsageError if it cannot be a secret, and whatever
        the callable raises.
        """
        text = self._check(_awaited_nothing(self._ask()))
        if not self._seen or self._seen[0].reveal() != text:
            older = (seen for seen in self._seen if seen.reveal() != text)
            self._seen = (Secret(text), *older)[:_REMEMBERED]
        return text

    def recent(self) -> str:
        """Return the last answer, or ask if there is none."""
        return self._seen[0].reveal() if self._seen else self.reveal()

    def erase(self, content: bytes) -> bytes:
        """Return the content with every copy of the last few secrets masked."""
        for seen in self._seen:
            content = seen.erase(content)
        return content


def read_secret(given: object, name: str, check: Callable[[object], str]) -> Secret:
    """Return the secret that was given as `name`.

    `check` returns the text to use, or raises UsageError. A file is read here and not again; a callable is
    asked here once, so that what is wrong is known before the first call. Raises UsageError.
    """
    if isinstance(given, os.PathLike):
        return Secret(check(_content(given, name)))
    if callable(given):
        asked = AskedSecret(cast("Callable[[], str]", given), check)
        asked.reveal()
        return asked
    if given is not None and not isinstance(given, str):
        raise UsageError(
            f"{name} must be a text, a pathlib.Path of a file with the text, or a callable that gives it; "
            f"this is a {type(given).__name__}"
        )
    return Secret(check(given))


def _content(path: os.PathLike[str], name: str) -> str:
    # Late, because most keys do not come from a file.
    from pathlib import Path

    try:
        # Some editors begin a file with a mark that is no part of its text.
        return Path(path).read_text("utf-8-sig")
    except UnicodeDecodeError:
        wrong = "it holds no text"
    except OSError as error:
        wrong = error.strerror or type(error).__name__
    # Out here, so that it has no context: the error of the decoder holds the bytes.
    raise UsageError(f"{name}: the file {os.fspath(path)} cannot be read: {wrong}")


def _awaited_nothing(given: object) -> object:
    """Close a coroutine, so that Python does not complain about it beside the error that follows."""
    close = getattr(given, "close", None)
    if hasattr(given, "__await__") and callable(close):
        close()
    return given
