"""What is wrong with a path, with a file in which the package remembers something, or with its disk."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from aftership_tracking.errors import StorageError, UsageError

__all__ = ["check_path", "reported_errors", "storage_error"]

E = TypeVar("E", bound=StorageError)

_IN_USE = (
    "it is in use by another process",
    "Try again when that process has ended, or give each process a file of its own.",
)
_FULL = ("the disk is full", "Make room on the disk, and try again.")
_NO_ACCESS = (
    "it cannot be opened or written",
    "Check the permissions of the file and of its directory.",
)
_DAMAGED = (
    "it is damaged, or not a database",
    "Move it away, and a new one is made; or give another file.",
)
_BROKEN_DISK = ("the disk failed", "Give a file on a disk of this machine that works.")

# The middle of SQLite's names of errors, such as SQLITE_BUSY_SNAPSHOT.
_BY_SQLITE_NAME = {
    "BUSY": _IN_USE,
    "LOCKED": _IN_USE,
    "FULL": _FULL,
    "CANTOPEN": _NO_ACCESS,
    "READONLY": _NO_ACCESS,
    "PERM": _NO_ACCESS,
    "AUTH": _NO_ACCESS,
    "CORRUPT": _DAMAGED,
    "NOTADB": _DAMAGED,
    "IOERR": _BROKEN_DISK,
}
_BY_NUMBER = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EACCES: _NO_ACCESS,
    errno.EPERM: _NO_ACCESS,
    errno.EROFS: _NO_ACCESS,
}


def check_path(path: object, what: str) -> Path:
    """Return the path of a file. Raises UsageError if there can never be such a file.

    `what` names the file for the caller: `the journal`.
    """
    if not isinstance(path, str | os.PathLike) or not isinstance(os.fspath(path), str):
        raise UsageError(f"the path of {what} must be a string or a pathlib.Path; this is {path!r}")
    given, wrong = Path(path), None
    # A directory that cannot be looked into is a trouble of the machine, which opening the file reports.
    with suppress(OSError):
        if "\0" in str(given):
            wrong = "the name contains a zero byte"
        elif given.is_dir():
            wrong = "it is a directory"
        elif not given.absolute().parent.is_dir():
            wrong = f"there is no directory {given.absolute().parent}"
    if wrong is not None:
        raise UsageError(
            f"{what} cannot be in the file {str(given)!r}: {wrong}.",
            hint="Give a file on a disk of this machine, in a directory that exists.",
        )
    return given


def storage_error(what: str, error: Exception, kind: type[E] = StorageError) -> E:  # type: ignore[assignment]
    """Return the error to raise for one of SQLite or of the system, with what to do about it.

    `what` names the file, with its path: it is in the message. So is the original message, because those of
    SQLite and of the system contain nothing that is stored.
    """
    reason, hint = _find_reason(error)
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return kind(f"{what} cannot be used: {f'{reason} ({said})' if reason else said}.", hint=hint)


def _find_reason(error: Exception) -> tuple[str, str]:
    name = getattr(error, "sqlite_errorname", "")
    known = _BY_NUMBER.get(error.errno or 0) if isinstance(error, OSError) else None
    known = known or _BY_SQLITE_NAME.get(f"{name}__".split("_")[1])
    return known or ("", "If the file is damaged, move it away, and a new one is made.")


class reported_errors:  # noqa: N801 - used as a function in `with`, like `suppress`
    """A block in which errors of SQLite and of the system become a `StorageError`, with the original as its
    cause.

    It is a class because an interrupt between two lines of a generator would leave what its caller holds.
    """

    __slots__ = ("_kind", "_what")

    def __init__(self, what: str, kind: type[StorageError] = StorageError) -> None:
        self._what = what
        self._kind = kind

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError) or (error is not None and type(error).__module__ == "sqlite3"):
            raise storage_error(self._what, error, self._kind) from error  # type: ignore[arg-type]
