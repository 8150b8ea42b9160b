"""From a mock to a server: who may reach it, what it begins with, where it listens, and who learns of it."""

from __future__ import annotations

import json
import os
import signal
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

from aftership_tracking.mock.console.rendering import MISSING
from aftership_tracking.mock.control.security import check_token, is_loopback

if TYPE_CHECKING:
    from aftership_tracking.mock.accounts.oauth.mock_oauth import MockOAuth
    from aftership_tracking.mock.server import Mock

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 4010
TOKEN_VARIABLE = "AFTERSHIP_MOCK_TOKEN"  # noqa: S105 - the name of a variable


class StartError(Exception):
    """Why a mock cannot be served, as a sentence.

    Attributes:
        option: the option that is wrong; None where the options are right and something else is not.
    """

    def __init__(self, message: str, option: str | None = None) -> None:
        super().__init__(message)
        self.option = option


def cannot_start(reason: str) -> StartError:
    """Return the error for something that is wrong and is not an option by itself."""
    return StartError(f"The mock cannot start: {reason}{'' if reason.endswith(('.', '?')) else '.'}")


def check_address(host: str, token: str | None) -> None:
    """Refuse an address that others can reach, unless the control API needs a token.

    Raises:
        StartError: there is none, or nobody could send it.
    """
    try:
        check_token(token)
    except ValueError as error:
        raise StartError(str(error), "--control-token") from None
    if token is None and not is_loopback(host):
        raise StartError(
            f"others can reach {host}, and control the mock: give a --control-token, or set {TOKEN_VARIABLE}",
            "--host",
        )


def prepare(mock: Mock, snapshot: Path | None, config: Path | None) -> None:
    """Begin with a snapshot, and with what a file of settings says.

    Raises:
        StartError: one of them is not right.
    """
    if snapshot is None and config is None:
        return
    # Imported here: few mocks have files.
    from aftership_tracking.mock.control.files.located_file import LocatedError
    from aftership_tracking.mock.control.files.settings_file import restore_file, set_up

    for option, path, act in (("--snapshot", snapshot, restore_file), ("--config", config, set_up)):
        if path is not None:
            try:
                act(mock, path)
            except LocatedError as error:
                raise cannot_start(f"{option} {path}: {error}") from None


def read_apps(path: Path | None) -> MockOAuth | None:
    """Read the file of partner apps; None without one.

    Raises:
        StartError: something in it is not right.
    """
    if path is None:
        return None
    from aftership_tracking.mock.control.files.located_file import LocatedError
    from aftership_tracking.mock.control.oauth.oauth_file import read_oauth_file

    try:
        return read_oauth_file(path)
    except LocatedError as error:
        raise cannot_start(f"--oauth {path}: {error}") from None


def open_listener(host: str, port: int) -> socket.socket:
    """Open the port first, so that the greeting shows a port that works, with its real number.

    Raises:
        StartError: the port cannot be used.
    """
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=1024
        )
    except OSError as error:
        # The library adds the address, which the message has already.
        reason = (error.strerror or str(error)).partition(" (while")[0]
        raise StartError(
            f"Port {port} of {host} cannot be used: {reason}. Try --port 0 for a free one."
        ) from None


def url_of(host: str, listener: socket.socket) -> str:
    port = listener.getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def console_line(url: str) -> str:
    """Where the console is, or what it needs."""
    if find_spec("jinja2") is None:
        return f"No console: {MISSING}"
    return f"Console: {url}/_mock/"


def ready(mock: Mock, url: str) -> dict[str, Any]:
    """What a program has to know of a mock that is ready, for `--json` and `--ready-file`."""
    return {
        "ready": True,
        "url": url,
        "control": f"{url}/_mock/",
        "versions": list(mock.versions),
        "pid": os.getpid(),
    }


@contextmanager
def ready_file(path: Path | None, value: dict[str, Any]) -> Iterator[None]:
    """Write a file that is there, whole, as long as the mock serves.

    Raises:
        StartError: it cannot be written.
    """
    if path is None:
        yield
        return
    try:
        # Whoever waits for the file must not read half of it.
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            json.dump(value, file)
            file.write("\n")
        Path(file.name).replace(path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise StartError(f"The file {path} cannot be written: {reason}.") from None

    def end(number: int, _: FrameType | None) -> NoReturn:
        _remove(path)
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)
        raise SystemExit(128 + number)

    # The server ends itself by the same signal once more, after which nothing runs.
    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        _remove(path)


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def serve(mock: Mock, listener: socket.socket) -> None:
    """Serve until a signal ends it. Ctrl-C is the way to stop, so it is not a failure."""
    from aftership_tracking.mock.wire.http_server import build_server

    with suppress(KeyboardInterrupt):
        build_server(mock).run(sockets=[listener])
