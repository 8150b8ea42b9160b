"""The list of parcels, and the accounts that they belong to."""

from __future__ import annotations

from aftership_tracking.mock.console.form_fields import MOST_ACCOUNTS, read_key, read_text, read_whole
from aftership_tracking.mock.console.page import Page, PageRequest, Redirect
from aftership_tracking.mock.control.parcel_states import TAGS
from aftership_tracking.mock.control.sandbox import Sandbox


def show(mock: Sandbox, request: PageRequest) -> Page:
    """Show a part of the parcels, the newest first."""
    query = request.query
    filters = {name: read_text(query, name) for name in ("text", "tag", "courier", "account")}
    part = mock.parcels.search(
        filters["text"] or "",
        tag=filters["tag"],
        courier=filters["courier"],
        account=filters["account"],
        start=read_whole(query, "start") or 0,
    )
    accounts = mock.parcels.accounts()
    values = {
        "part": part,
        "filters": filters,
        "is_filtered": any(filters.values()),
        "accounts": accounts[:MOST_ACCOUNTS],
        "more_accounts": max(0, len(accounts) - MOST_ACCOUNTS),
        "total": sum(each.parcels for each in accounts),
        "tags": TAGS,
    }
    return Page(template="console/parcels.html", values=values)


def act(mock: Sandbox, request: PageRequest) -> Redirect:
    """Empty an account, or everything."""
    key = read_key(mock, request.form)
    mock.reset(key)
    note = "The account is empty." if key else "Everything is empty. Clock and webhook URLs stay."
    return Redirect(to="", note=note)
