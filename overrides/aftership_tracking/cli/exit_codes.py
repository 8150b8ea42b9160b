"""How a command ends when something is missing or goes wrong. Nothing is imported here, so it works without
`typer`.
"""

from __future__ import annotations

FAILED = 1
MISSING_PACKAGE = 3
INSTALL = "python -m pip install 'aftership-tracking-client[{extras}]'"
"""The hint for a missing package."""
