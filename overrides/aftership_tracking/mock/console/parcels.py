"""The list of parcels."""

from __future__ import annotations

from aftership_tracking.mock.console.page import Page, PageRequest
from aftership_tracking.mock.control.sandbox import Sandbox


def show(_mock: Sandbox, _request: PageRequest) -> Page:
    """Show the parcels of all accounts, the newest first."""
    return Page(template="console/parcels.html")
