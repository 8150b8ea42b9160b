"""The page where a merchant approves or denies what an app requests.

The service's own page is not documented beyond its purpose: this one stands in for it.
"""

from __future__ import annotations

from aftership_tracking.mock.accounts.oauth.authorization import Authorization, SentBack
from aftership_tracking.mock.console.form_fields import read_needed
from aftership_tracking.mock.console.page import ACTION, Leave, Page, PageRequest, Shown
from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.control.oauth.oauth_control import denied
from aftership_tracking.mock.control.oauth.scope_texts import read_scope_texts
from aftership_tracking.mock.control.sandbox import Sandbox

SCOPE = "scope "
"""The fields of scopes begin with it: a form holds each name once."""


def show(mock: Sandbox, request: PageRequest) -> Shown:
    """Show what is requested, or why nothing can be; what only the app can mend goes straight back to it."""
    found = _read(mock, request)
    if not isinstance(found, Authorization):
        return found
    action = request.form.get(ACTION, "") if request.error else ""
    values = {
        "app": found.app,
        "target": found.redirect_uri,
        "merchants": list(mock.oauth.merchants.values()),
        "chosen": request.typed(action, "merchant", mock.oauth.suggested(found.app.client_id).name),
        "scopes": [
            {
                "name": scope,
                "field": f"{SCOPE}{scope}",
                "text": read_scope_texts(mock).get(scope, ""),
                "is_on": not action or f"{SCOPE}{scope}" in request.form,
            }
            for scope in found.scopes
        ],
    }
    return Page(template="console/authorize.html", values=values, leads_elsewhere=True)


def act(mock: Sandbox, request: PageRequest) -> Shown:
    """Approve or deny, and send the browser back to the app."""
    found = _read(mock, request)
    if not isinstance(found, Authorization):
        return found
    action = read_needed(request.form, ACTION)
    if action == "deny":
        return Leave(url=denied(found))
    if action != "approve":
        raise ControlError("wrong-value", f"{ACTION}: approve or deny, not {action!r}")
    allowed = [scope for scope in found.scopes if f"{SCOPE}{scope}" in request.form]
    return Leave(url=mock.oauth.consent(found, read_needed(request.form, "merchant"), allowed))


def _read(mock: Sandbox, request: PageRequest) -> Authorization | Page | Leave:
    try:
        found = mock.oauth.read(request.query, request.repeated)
    except ControlError as error:
        values = {"message": error.message}
        return Page(template="console/authorize_refused.html", values=values, status=400)
    return Leave(url=found.location) if isinstance(found, SentBack) else found
