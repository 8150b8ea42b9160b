"""A file that sets up a mock when it starts: the same bodies as those of the control API, in TOML or JSON.

[clock]
set = 2026-07-01T00:00:00Z

[[seed]]
key = "any-key"
count = 450
template = { slug = "dhl", tag = "InTransit" }

[[faults]]
operation = "trackings.create"
drop = "after"
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from aftership_tracking.mock.control import actions
from aftership_tracking.mock.control.bodies import Body, read_as, read_object
from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.control.sandbox import Sandbox


class _Settings(Body):
    clock: dict[str, Any] | None = None
    seed: list[dict[str, Any]] = msgspec.field(default_factory=list)
    faults: list[dict[str, Any]] = msgspec.field(default_factory=list)
    webhooks: list[dict[str, Any]] = msgspec.field(default_factory=list)


def set_up(mock: Sandbox, path: Path) -> None:
    """Do what a file says: first the clock, then trackings, faults and webhooks.

    Raises:
        ControlError: the file cannot be read, or something in it cannot be done; the message says where.
    """
    settings = read_as(_read(path), _Settings)
    if settings.clock is not None:
        actions.move_clock(mock, settings.clock, "clock")
    for index, body in enumerate(settings.seed):
        actions.seed(mock, body, f"seed[{index}]")
    for index, body in enumerate(settings.faults):
        actions.add_faults(mock, body, f"faults[{index}]")
    for index, body in enumerate(settings.webhooks):
        actions.add_webhook(mock, body, f"webhooks[{index}]")


def restore_file(mock: Sandbox, path: Path) -> None:
    """Go back to the snapshot in a file.

    Raises:
        ControlError: the file cannot be read, or is not a snapshot.
    """
    mock.restore(read_object(_read_bytes(path)))


def _read(path: Path) -> Any:
    raw = _read_bytes(path)
    if path.suffix.lower() == ".json":
        return read_object(raw)
    try:
        return _as_json(tomllib.loads(raw.decode("utf-8")))
    except RecursionError:
        raise ControlError("not-toml", "it is nested too deep") from None
    except ValueError as error:
        # It is not TOML, not UTF-8, or has a number of more digits than Python reads.
        raise ControlError("not-toml", f"it is not TOML: {error}; a JSON file ends in .json") from None


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ControlError("no-file", f"it cannot be read: {error.strerror}") from None


def _as_json(value: Any) -> Any:
    """TOML has times, and JSON has not."""
    if isinstance(value, dict):
        return {name: _as_json(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
