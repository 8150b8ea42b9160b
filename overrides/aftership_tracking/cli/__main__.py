"""`python -m aftership_tracking.cli` is the command `aftership`."""

from __future__ import annotations

from aftership_tracking.cli import main

main()
