"""The partner apps of the mock, which merchants have connected them, and links to install them."""

from __future__ import annotations

from aftership_tracking.mock.console.form_fields import read_needed
from aftership_tracking.mock.console.page import ACTION, Leave, Page, PageRequest, Redirect, Shown
from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.control.sandbox import Sandbox


def show(mock: Sandbox, request: PageRequest) -> Page:
    """Show apps and connections."""
    apps = list(mock.oauth.apps.values())
    connections = mock.oauth.connections
    now = mock.clock.now()
    values = {
        "apps": apps,
        "titles": {app.client_id: app.title for app in apps},
        "merchants": list(mock.oauth.merchants.values()),
        "connections": [
            {"about": each, "is_over": each.expires_at is not None and each.expires_at <= now}
            for each in connections
        ],
        "chosen": request.typed("install", "merchant"),
    }
    return Page(template="console/oauth.html", values=values, leads_elsewhere=True)


def act(mock: Sandbox, request: PageRequest) -> Shown:
    """Begin an install in this browser, or uninstall."""
    form = request.form
    action = read_needed(form, ACTION)
    client_id, merchant = read_needed(form, "client_id"), read_needed(form, "merchant")
    if action == "install":
        return Leave(url=mock.oauth.install_url(client_id, merchant))
    if action != "uninstall":
        raise ControlError("wrong-value", f"{ACTION}: install or uninstall, not {action!r}")
    mock.oauth.uninstall(merchant, client_id)
    title = mock.oauth.app(client_id).title
    return Redirect(to=request.path, note=f"{title} has lost its tokens of {merchant}.")
