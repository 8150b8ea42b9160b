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

from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from aftership_tracking.mock.control import actions
from aftership_tracking.mock.control.bodies import Body, read_as, read_object
from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.control.files.located_file import LocatedError, read_located
from aftership_tracking.mock.control.sandbox import Sandbox


class _Settings(Body):
    clock: dict[str, Any] | None = None
    seed: list[dict[str, Any]] = msgspec.field(default_factory=list)
    faults: list[dict[str, Any]] = msgspec.field(default_factory=list)
    webhooks: list[dict[str, Any]] = msgspec.field(default_factory=list)


def set_up(mock: Sandbox, path: Path) -> None:
    """Do what a file says: first the clock, then trackings, faults and webhooks.

    Raises:
        LocatedError: the file cannot be read, or something in it cannot be done; the message says where.
    """
    # Whatever else its name says: it is TOML.
    file = read_located(path, "json" if path.suffix.lower() == ".json" else "toml", most_bytes=None)
    if not isinstance(file.value, dict):
        raise file.error("", "it has to be a JSON object")
    try:
        _do(mock, read_as(_as_json(file.value), _Settings))
    except ControlError as error:
        raise file.locate(error.message) from None


def _do(mock: Sandbox, settings: _Settings) -> None:
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
        LocatedError: the file cannot be read, or is not a snapshot.
    """
    try:
        mock.restore(read_object(path.read_bytes()))
    except OSError as error:
        raise LocatedError(f"it cannot be read: {error.strerror}") from None
    except ControlError as error:
        raise LocatedError(error.message) from None


def _as_json(value: Any) -> Any:
    """TOML has times, and JSON has not."""
    if isinstance(value, dict):
        return {name: _as_json(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
