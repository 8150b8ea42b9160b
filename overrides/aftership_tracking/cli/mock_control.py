"""What `aftership mock` does for the control API: who may use it, what it begins with, and where it is."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from aftership_tracking.cli.exit_codes import INSTALL
from aftership_tracking.cli.output import stop

if TYPE_CHECKING:
    from aftership_tracking.mock import Mock

TOKEN_VARIABLE = "AFTERSHIP_MOCK_TOKEN"  # noqa: S105 - the name of a variable


def check_address(host: str, token: str | None) -> None:
    """Refuse an address that others can reach, unless the control API needs a token."""
    from aftership_tracking.mock.control.security import is_loopback

    if token is not None and not token.strip():
        raise typer.BadParameter("must not be empty", param_hint="--control-token")
    if token is None and not is_loopback(host):
        raise typer.BadParameter(
            f"others can reach {host}, and control the mock: give a --control-token, or set {TOKEN_VARIABLE}",
            param_hint="--host",
        )


def names_of(host: str, allowed: list[str] | None) -> list[str]:
    """The names that callers may use in their Host header, besides addresses and localhost."""
    return [host, *(allowed or ())]


def prepare(mock: Mock, snapshot: Path | None, config: Path | None) -> None:
    """Begin with a snapshot, and with what a file of settings says."""
    from aftership_tracking.mock.control.errors import ControlError
    from aftership_tracking.mock.control.settings_file import restore_file, set_up

    for option, path, act in (("--snapshot", snapshot, restore_file), ("--config", config, set_up)):
        if path is not None:
            try:
                act(mock, path)
            except ControlError as error:
                stop(f"The mock cannot start: {option} {path}: {error.message}.")


def console_line(url: str) -> str:
    """Where the console is, or what it needs."""
    if find_spec("jinja2") is None:
        return f"The console needs one more package: {INSTALL.format(extras='cli,mock')}"
    return f"Console: {url}/_mock/"


def ready(mock: Mock, url: str) -> dict[str, Any]:
    """What a program has to know of a mock that is ready, for `--json`."""
    return {
        "ready": True,
        "url": url,
        "control": f"{url}/_mock/",
        "versions": list(mock.versions),
        "pid": os.getpid(),
    }
