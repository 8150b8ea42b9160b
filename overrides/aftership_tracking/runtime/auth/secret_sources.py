"""The sources of a key or a secret: a string, a file, or a callable that returns it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias, cast

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.secret import MASK, Secret

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["CallableSecret", "SecretInput", "read_secret"]

SecretInput: TypeAlias = "str | Path | Callable[[], str]"
"""A key or a secret: a string, the path of a file that holds it, or a callable that returns it."""

_REMEMBERED = 4


class CallableSecret(Secret):
    """A secret that a callable returns. It is called at each use, so a secret that was changed is picked up.

    The last few secrets are remembered, to mask them in what a server sends.
    """

    __slots__ = ("_call", "_check", "_seen")

    def __init__(self, call: Callable[[], str], check: Callable[[object], str]) -> None:
        super().__init__(MASK)
        self._call = call
        self._check = check
        self._seen: tuple[Secret, ...] = ()

    def reveal(self) -> str:
        """Call the callable and return the secret, for immediate use. Raises UsageError if it cannot be a
        secret, and whatever the callable raises.
        """
        text = self._check(_close_coroutine(self._call()))
        if not self._seen or self._seen[0].reveal() != text:
            older = (seen for seen in self._seen if seen.reveal() != text)
            self._seen = (Secret(text), *older)[:_REMEMBERED]
        return text

    def recent(self) -> str:
        """Return the last secret, or call the callable if there is none yet."""
        return self._seen[0].reveal() if self._seen else self.reveal()

    def erase(self, content: bytes) -> bytes:
        """Return the content with every copy of the last few secrets masked."""
        for seen in self._seen:
            content = seen.erase(content)
        return content


def read_secret(given: object, name: str, check: Callable[[object], str]) -> Secret:
    """Return the secret that was given as `name`.

    `check` returns the string to use, or raises UsageError. A file is read here and not again. A callable is
    called here once, so that mistakes show before the first request. Raises UsageError.
    """
    if isinstance(given, os.PathLike):
        return Secret(check(_content(given, name)))
    if callable(given):
        secret = CallableSecret(cast("Callable[[], str]", given), check)
        secret.reveal()
        return secret
    if given is not None and not isinstance(given, str):
        raise UsageError(
            f"{name} must be a string, a pathlib.Path of a file with that string, or a callable that returns "
            f"it; this is a {type(given).__name__}"
        )
    return Secret(check(given))


def _content(path: os.PathLike[str], name: str) -> str:
    # Imported lazily, because most keys do not come from a file.
    from pathlib import Path

    try:
        # Some editors begin a file with a byte order mark, which is not part of the secret.
        return Path(path).read_text("utf-8-sig")
    except UnicodeDecodeError:
        wrong = "it does not contain text"
    except OSError as error:
        wrong = error.strerror or type(error).__name__
    # Raised outside of the handler, so that it has no context: the error of the decoder holds the bytes.
    raise UsageError(f"{name}: the file {os.fspath(path)} cannot be read: {wrong}")


def _close_coroutine(given: object) -> object:
    """Close a coroutine, so that Python does not warn about it beside the error that follows."""
    close = getattr(given, "close", None)
    if hasattr(given, "__await__") and callable(close):
        close()
    return given
