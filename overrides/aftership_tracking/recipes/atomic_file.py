"""Writes files that appear whole or not at all."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

__all__ = ["AtomicFile", "replace_file"]


class AtomicFile:
    """A file that replaces another one when it is complete.

    It is written beside the target, under a name that begins with a dot and ends with `.part`. If the process
    dies, this file stays behind and the target is unchanged.
    """

    def __init__(self, target: str | os.PathLike[str]) -> None:
        # A symbolic link stays, and the file that it points to is replaced.
        self.target = Path(os.path.realpath(target))
        self._part = self.target.with_name(f".{self.target.name}.{secrets.token_hex(4)}.part")
        # Exclusive, so that an existing file or link of this name is never written to.
        self.stream: BinaryIO = self._part.open("xb")

    def commit(self) -> None:
        """Write everything to the disk and replace the target."""
        try:
            self.stream.flush()
            os.fsync(self.stream.fileno())
            self.stream.close()
            _copy_mode(self.target, self._part)
            self._part.replace(self.target)
        except BaseException:
            self.discard()
            raise
        _sync_folder(self.target.parent)

    def discard(self) -> None:
        """Delete what was written."""
        # What could not be written cannot be flushed either.
        with suppress(OSError):
            self.stream.close()
        self._part.unlink(missing_ok=True)


def replace_file(target: str | os.PathLike[str], content: bytes) -> None:
    """Write a file whose content is there already. Raises OSError; the target is unchanged then."""
    file = AtomicFile(target)
    try:
        file.stream.write(content)
    except BaseException:
        file.discard()
        raise
    file.commit()


def _copy_mode(target: Path, part: Path) -> None:
    with suppress(OSError):
        part.chmod(target.stat().st_mode & 0o777)


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power failure, on systems that can open a folder for that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
