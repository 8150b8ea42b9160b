"""What a release writes, pyproject.toml and CHANGELOG.md: both, or none of them."""

from __future__ import annotations

import re
import signal
import threading
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from generator.errors import RefusedError

_VERSION = re.compile(
    r"""^(\[project\][^\n]*\n(?:(?!\[)[^\n]*\n)*?version[ \t]*=[ \t]*)(?:"[^"\n]*"|'[^'\n]*')""", re.MULTILINE
)
_ENDINGS = ("SIGTERM", "SIGHUP")


@contextmanager
def written(texts: Mapping[Path, str]) -> Iterator[None]:
    """Write new texts into files that exist, each with the line ends that it has.

    If that or the block fails, or the process is ended by Ctrl-C, SIGTERM or SIGHUP, the files are byte for
    byte as they were before.
    """
    before = {path: path.read_bytes() for path in texts}
    with _ended_by_exceptions():
        try:
            for path, text in texts.items():
                ends = b"\r\n" if b"\r\n" in before[path] else b"\n"
                path.write_bytes(text.encode().replace(b"\n", ends))
            yield
        except BaseException:
            for path, data in before.items():
                path.write_bytes(data)
            raise


def with_version(project: str, version: str) -> str:
    """The text of a pyproject.toml with another version. Raises `RefusedError` if it cannot be replaced."""
    changed = _VERSION.sub(rf'\g<1>"{version}"', project, count=1)
    meant = tomllib.loads(project)
    meant["project"]["version"] = version
    if tomllib.loads(changed) != meant:
        raise RefusedError(
            "The version in pyproject.toml is written in a form that cannot be replaced.",
            f'Write version = "{tomllib.loads(project)["project"]["version"]}" below [project].',
        )
    return changed


@contextmanager
def _ended_by_exceptions() -> Iterator[None]:
    """Let signals that end the process raise `SystemExit`, once, so that what was written is taken back."""
    if threading.current_thread() is not threading.main_thread():
        yield  # no other thread can have handlers
        return
    numbers = [getattr(signal, name) for name in _ENDINGS if hasattr(signal, name)]

    def end(number: int, _: FrameType | None) -> None:
        for one in numbers:
            signal.signal(one, signal.SIG_IGN)
        raise SystemExit(128 + number)

    previous = {one: signal.signal(one, end) for one in numbers if signal.getsignal(one) != signal.SIG_IGN}
    try:
        yield
    finally:
        for one, handler in previous.items():
            signal.signal(one, handler)
