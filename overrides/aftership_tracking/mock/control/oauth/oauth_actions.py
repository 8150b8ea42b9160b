"""What bodies of the control API do with partner apps, and what it shows of them. No secret is in it."""

from __future__ import annotations

from typing import Any

from aftership_tracking.mock.control.bodies import AuthorizeBody, InstallBody, UninstallBody, read_as
from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.control.sandbox import Sandbox


def show(mock: Sandbox) -> dict[str, Any]:
    """The apps, the merchants, and which merchant has connected which app."""
    return {
        "apps": [
            {
                "client_id": app.client_id,
                "name": app.title,
                "redirect_uris": list(app.redirect_uris),
                "scopes": sorted(app.scopes),
                "app_url": app.app_url,
                "signs": app.hmac is not None,
            }
            for app in mock.oauth.apps.values()
        ],
        "merchants": list(mock.oauth.merchants),
        "connections": [
            {
                "client_id": each.client_id,
                "merchant": each.merchant,
                "scopes": list(each.scopes),
                "granted_at": each.granted_at.isoformat(),
                "expires_at": None if each.expires_at is None else each.expires_at.isoformat(),
            }
            for each in mock.oauth.connections
        ],
    }


def install(mock: Sandbox, value: Any) -> str:
    """Return the signed install request of a merchant."""
    body = read_as(value, InstallBody)
    return mock.oauth.install_url(body.client_id, body.merchant)


def authorize(mock: Sandbox, value: Any) -> str:
    """Approve or deny what an app requests, and return where the browser goes."""
    body = read_as(value, AuthorizeBody)
    if not body.approve:
        if body.scopes is not None or body.merchant is not None:
            raise ControlError("contradiction", "approve: who denies names no merchant and no scopes")
        return mock.oauth.deny(body.url)
    if body.merchant is None:
        raise ControlError("missing-field", "merchant: is needed to approve")
    return mock.oauth.approve(body.url, body.merchant, body.scopes)


def uninstall(mock: Sandbox, value: Any) -> int:
    """End the tokens of a merchant, and return how many codes and tokens that were."""
    body = read_as(value, UninstallBody)
    return mock.oauth.uninstall(body.merchant, body.client_id)
