"""The journal: what was requested, what the mock said about it, and each request whole."""

from __future__ import annotations

from aftership_tracking.mock.console.form_fields import listed_accounts, read_text, read_whole
from aftership_tracking.mock.console.page import Page, PageRequest, Raw
from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.control.sandbox import Sandbox
from aftership_tracking.mock.wire.json_body import write_json

PART = 100
SOURCES = {
    "documented": "AfterShip documents it",
    "sdk": "official clients do it so",
    "observed": "recorded responses show it",
    "inferred": "concluded from what is documented",
    "mock": "about the mock itself",
}
"""How a hint is known, in words."""


def show(mock: Sandbox, request: PageRequest) -> Page:
    """Show the newest requests that fit."""
    query = request.query
    operation, key = read_text(query, "operation"), read_text(query, "key")
    status, before = read_whole(query, "status"), read_whole(query, "before")
    mock.check_operation(operation)
    found = mock.journal.find(operation=operation, key=key, status=status)
    if before is not None:
        found = [record for record in found if record.number < before]
    part = found[-PART:][::-1]
    values = {
        "records": part,
        "following": part[-1].number if len(found) > PART else None,
        "count": len(mock.journal),
        "dropped": mock.journal.dropped,
        "filters": {"operation": operation, "key": key, "status": status},
        "is_filtered": any((operation, key, status)),
        "operations": mock.operations,
        "callers": [each.caller for each in listed_accounts(mock) if each.caller],
    }
    return Page(template="console/requests.html", values=values)


def show_one(mock: Sandbox, request: PageRequest) -> Page:
    """Show one request whole."""
    number = read_whole(request.parts, "number")
    for record in mock.journal:
        if record.number == number:
            return Page(template="console/request.html", values={"record": record, "sources": SOURCES})
    raise ControlError("unknown-request", f"number: the journal does not have request {number} any more", 404)


def har(mock: Sandbox, _: PageRequest) -> Raw:
    """The journal as an HTTP Archive."""
    return Raw(body=write_json(mock.har()))
