"""Adds parcels: one with a journey, or many from a template."""

from __future__ import annotations

from aftership_tracking.mock.console.form_fields import (
    listed_accounts,
    read_json_object,
    read_key,
    read_needed,
    read_text,
    read_whole,
    without_none,
)
from aftership_tracking.mock.console.page import ACTION, Page, PageRequest, Redirect, join_path
from aftership_tracking.mock.control import actions
from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.control.parcel_list import name_account
from aftership_tracking.mock.control.sandbox import Sandbox
from aftership_tracking.mock.parcels.substatus import SUBTAGS

OWN, NONE = "own", "none"
"""The life that the number has by itself; and none, so that the parcel stays Pending."""
EXAMPLE = '{\n  "slug": "dhl",\n  "tag": "InTransit",\n  "title": "Order {n}"\n}'


def show(mock: Sandbox, _: PageRequest) -> Page:
    """Show the forms."""
    values = {
        "accounts": listed_accounts(mock),
        "journeys": mock.journeys,
        "subtags": SUBTAGS,
        "example": EXAMPLE,
        "takes_any_key": mock.parcels.takes_any_key,
    }
    return Page(template="console/new_parcels.html", values=values)


def act(mock: Sandbox, request: PageRequest) -> Redirect:
    """Add one parcel, or many."""
    key = _read_account(mock, request)
    if request.form.get(ACTION) == "seed":
        count = read_whole(request.form, "count")
        if count is None:
            raise ControlError("missing-field", "count: is needed")
        template = read_json_object(request.form, "template")
        ids = actions.seed(mock, {"count": count, "template": template, "key": key})
        to = f"console/parcels?account={name_account(key)}"
        return Redirect(to=to, note=f"{len(ids)} {'parcel was' if len(ids) == 1 else 'parcels were'} added.")
    return _create(mock, request, key)


def _create(mock: Sandbox, request: PageRequest, key: str) -> Redirect:
    form = request.form
    number = read_needed(form, "tracking_number")
    journey = read_text(form, "journey") or OWN
    if journey not in (OWN, NONE):
        mock.check_journey(journey)
    fields = without_none(
        tracking_number=number,
        slug=read_text(form, "slug"),
        title=read_text(form, "title"),
        **read_json_object(form, "fields"),
    )
    [identifier] = mock.seed([fields], key=key)
    if journey != NONE:
        mock.follow(identifier, None if journey == OWN else journey, key=key)
    to = join_path("console/parcels", name_account(key), identifier)
    return Redirect(to=to, note=f"{number} was added.")


def _read_account(mock: Sandbox, request: PageRequest) -> str:
    typed = read_text(request.form, "new_key")
    chosen = read_key(mock, request.form)
    if typed is not None and chosen is not None:
        raise ControlError("contradiction", "account: choose one, or give the API key of another, not both")
    found = typed or chosen
    if found is None:
        raise ControlError("missing-field", "account: choose one, or give the API key of another")
    return found
