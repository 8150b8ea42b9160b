"""How a command ends: the same codes for every command, a promise to scripts. Nothing is imported here, so it
works without `typer`.
"""

from __future__ import annotations

DONE = 0
FAILED = 1
"""No, partly, or it could not be done: a check that fails, an invalid request, a file that cannot be read."""
USAGE = 2
"""Called wrongly, or a package of an extra is missing. Nothing was sent."""
AUTH = 3
"""The key is missing, wrong, or may not do this."""
NOT_FOUND = 4
LIMITED = 5
"""The rate limit of the service refused it."""
SERVICE = 6
"""The service failed, or could not be reached."""
INTERRUPTED = 130
"""Ctrl-C."""

MISSING_PACKAGE = USAGE
INSTALL = "python -m pip install 'aftership-tracking-client[{extras}]'"
"""The hint for a missing package."""

KINDS = {
    FAILED: "failed",
    USAGE: "usage",
    AUTH: "auth",
    NOT_FOUND: "not_found",
    LIMITED: "limited",
    SERVICE: "service",
    INTERRUPTED: "interrupted",
}
"""The name of each code, in errors that are written as JSON."""
