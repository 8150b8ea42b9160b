"""Warns when the service does not, or will not, serve the version of a client."""

from __future__ import annotations

import sys
import time
import warnings

from aftership_tracking.errors import VersionWarning
from aftership_tracking.runtime import registry

__all__ = ["level_of_the_caller", "warn_of_other_version", "warn_of_support_end"]

# The versions that this process was warned about. A test may clear it.
_warned: set[str] = set()


def warn_of_support_end(version: str, supported_until: str | None, now: float) -> None:
    """Warn, once per process, about a version whose support has ended.

    `supported_until` is the last day, such as "2025-07-09"; None if it is not known, and then nobody is
    warned. `now` is Unix time.
    """
    if supported_until is None or version in _warned:
        return
    # Dates in this form have the order of their strings, and `datetime` is not imported for it.
    if time.strftime("%Y-%m-%d", time.gmtime(now)) <= supported_until:
        return
    newest = registry.newest()
    warnings.warn(
        f"version {version} of the API was supported until {supported_until}, and the oldest supported "
        f"version responds instead; the newest version in this package is {newest}",
        VersionWarning,
        stacklevel=level_of_the_caller(),
    )
    # Not before: whoever turns the warning into an error gets it for every client.
    _warned.add(version)


def warn_of_other_version(version: str, served: str) -> None:
    """Warn that another version responded than the requested one."""
    warnings.warn(
        f"this client uses version {version} of the API and {served} responded; {version} may no longer be "
        "supported",
        VersionWarning,
        stacklevel=level_of_the_caller(),
    )


def level_of_the_caller() -> int:
    """Return the `stacklevel` of the first line outside of this package, seen from the calling function: that
    line is the one to change.
    """
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and _is_ours(frame.f_globals.get("__name__", "")):
        level, frame = level + 1, frame.f_back
    return level


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] == "aftership_tracking"
