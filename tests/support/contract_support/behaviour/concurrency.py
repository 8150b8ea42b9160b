"""Many callers at once: every response fits the document, and nothing happens twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from contract_support.behaviour.odd_requests import response_complaints
from contract_support.calls.api import API_KEY, Api
from contract_support.calls.asgi import Application, Request, Response, request, send_request, send_together
from contract_support.document.fitting import plain_values
from contract_support.document.operations import operation_named, server_prefix

THREADS = 8
CALLERS = 60

Together = Callable[[Application, Sequence[Request]], list[Response]]


def in_threads(application: Application, all_sent: Sequence[Request]) -> list[Response]:
    """Send all requests from a few threads, each with its own event loop."""
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(lambda sent: send_request(application, sent), all_sent))


WAYS: dict[str, Together] = {"tasks": send_together, "threads": in_threads}


def complaints(document: Mapping[str, Any], application: Application, together: Together) -> list[str]:
    """Create, read, change and delete from many callers at once, and return what went wrong."""
    prefix = server_prefix(document)
    api = Api(document, application)
    found: list[str] = []

    def send(step: str, identifier: str, all_sent: Sequence[Request]) -> list[Response]:
        responses = together(application, all_sent)
        operation = operation_named(document, identifier)
        for response in responses:
            found.extend(f"{step}: {reason}" for reason in response_complaints(document, operation, response))
        return responses

    creation = operation_named(document, "create-tracking")
    change = operation_named(document, "update-tracking-by-id")

    def create(number: str) -> Request:
        body = api.body(creation.identifier, {"tracking_number": number, "slug": "usps"})
        return request("POST", f"{prefix}/trackings", body=body, key=API_KEY)

    statuses = Counter(
        response.status
        for response in send("same number", "create-tracking", [create("SAME000001")] * CALLERS)
    )
    (created,) = creation.success_statuses
    if statuses != {created: 1, 400: CALLERS - 1}:
        found.append(f"one number created by {CALLERS} callers gave {dict(statuses)}")

    different = [create(f"OTHER{number:05}") for number in range(CALLERS)]
    responses = send("different numbers", "create-tracking", different)
    identifiers = {
        creation.unwrap(response.json())["id"] for response in responses if response.status == created
    }
    if len(identifiers) != CALLERS:
        found.append(f"{CALLERS} callers got {len(identifiers)} different ids")
    paging = operation_named(document, "get-trackings").paging
    # One page must hold all of them; how many it can hold is for the document to say.
    largest = {} if paging is None else {paging["limit"]: str(min(paging["max-limit"], 200))}
    listed = {tracking["id"] for tracking in api.list(**largest)}
    if not identifiers < listed or len(listed) != CALLERS + 1:
        found.append(f"the list holds {len(listed)} trackings instead of {CALLERS + 1}")

    target = f"{prefix}/trackings/{min(identifiers)}"
    changes = [
        request(
            "PUT",
            target,
            body=api.body(change.identifier, {"title": f"title {number}", "note": f"note {number}"}),
            key=API_KEY,
        )
        for number in range(CALLERS // 2)
    ]
    reads = [request("GET", target, key=API_KEY)] * (CALLERS // 2)
    mixed = [sent for pair in zip(changes, reads, strict=True) for sent in pair]
    for response in send("changes and reads", "get-tracking-by-id", mixed):
        tracking = change.unwrap(response.json())
        title, note = plain_values(tracking["title"]), plain_values(tracking["note"])
        if note and title[0].removeprefix("title ") != note[0].removeprefix("note "):
            found.append(f"half of one change and half of another: {title}, {note}")

    deletions = [request("DELETE", target, key=API_KEY)] * CALLERS
    statuses = Counter(response.status for response in send("deletes", "delete-tracking-by-id", deletions))
    if statuses != {200: 1, 404: CALLERS - 1}:
        found.append(f"one tracking deleted by {CALLERS} callers gave {dict(statuses)}")
    return found
