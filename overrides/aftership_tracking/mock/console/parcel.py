"""One parcel: what happened to it, what is planned, and what a hand can do."""

from __future__ import annotations

from typing import Any

from aftership_tracking.mock.console.form_fields import read_needed, read_text
from aftership_tracking.mock.console.formats import as_time
from aftership_tracking.mock.console.page import ACTION, Page, PageRequest, Redirect
from aftership_tracking.mock.control import actions
from aftership_tracking.mock.control.parcel_states import TAGS
from aftership_tracking.mock.control.sandbox import Sandbox
from aftership_tracking.mock.parcels.substatus import SUBTAGS, message_of

DONE = {
    "advance": "The parcel is further in its life.",
    "put": "The parcel has this status now.",
    "follow": "The parcel begins this journey now.",
}


def show(mock: Sandbox, request: PageRequest) -> Page:
    """Show the parcel with its checkpoints, the newest first."""
    account = mock.parcels.account(request.parts["account"])
    identifier = request.parts["id"]
    tracking = mock.tracking(identifier, key=account.key)
    values = {
        "account": account,
        "tracking": tracking,
        "checkpoints": list(reversed(tracking.get("checkpoints") or ())),
        "planned": mock.planned(identifier, key=account.key),
        "facts": _facts(tracking),
        "tags": TAGS,
        "subtags": [(each, message_of(each)) for each in SUBTAGS],
        "journeys": mock.journeys,
        "now": mock.clock.now(),
    }
    return Page(template="console/parcel.html", values=values)


def act(mock: Sandbox, request: PageRequest) -> Redirect:
    """Advance the parcel, put it into a status, or let it begin a journey."""
    account = mock.parcels.account(request.parts["account"])
    form, body = request.form, dict[str, Any](key=account.key)
    action = form.get(ACTION, "")
    if action == "advance":
        body["advance"] = read_needed(form, "step")
    elif action == "put":
        status = read_needed(form, "status")
        body["subtag" if "_" in status else "tag"] = status
    else:
        action, body["journey"] = "follow", read_text(form, "journey") or ""
    actions.move_tracking(mock, request.parts["id"], body)
    return Redirect(to=request.path, note=DONE[action])


def _facts(tracking: dict[str, Any]) -> list[tuple[str, str]]:
    """What people look for first, as far as it is known."""
    expected = (tracking.get("latest_estimated_delivery") or {}).get("datetime")
    found = (
        ("Title", tracking.get("title")),
        ("Courier", tracking.get("slug")),
        ("Order", tracking.get("order_number") or tracking.get("order_id")),
        ("Expected", expected),
        ("On time", tracking.get("on_time_status")),
        ("Delivered", tracking.get("shipment_delivery_date")),
        ("Signed by", tracking.get("signed_by")),
        ("Id", tracking.get("id")),
        ("Legacy id", tracking.get("legacy_id")),
        ("Created", f"{as_time(tracking['created_at'])} UTC"),
        ("Updated", f"{as_time(tracking['updated_at'])} UTC"),
    )
    return [(name, str(value)) for name, value in found if value not in (None, "")]
