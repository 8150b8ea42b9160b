"""Many callers at once: every answer stays one that the document describes, and nothing happens twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from contract_support.api import Api
from contract_support.asgi import Answer, Application, Request, call, call_together, request
from contract_support.odd_requests import answer_complaints
from contract_support.operations import operation_named, server_prefix
from contract_support.run import API_KEY

THREADS = 8
CALLERS = 60

Together = Callable[[Application, Sequence[Request]], list[Answer]]


def in_threads(application: Application, all_sent: Sequence[Request]) -> list[Answer]:
    """Send all requests from a few threads, each with an event loop of its own."""
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(lambda sent: call(application, sent), all_sent))


WAYS: dict[str, Together] = {"tasks": call_together, "threads": in_threads}


def complaints(document: Mapping[str, Any], application: Application, together: Together) -> list[str]:
    """Create, read, change and delete from many callers at once and say what went wrong."""
    prefix = server_prefix(document)
    found: list[str] = []

    def send(step: str, identifier: str, all_sent: Sequence[Request]) -> list[Answer]:
        answers = together(application, all_sent)
        operation = operation_named(document, identifier)
        for answer in answers:
            found.extend(f"{step}: {reason}" for reason in answer_complaints(document, operation, answer))
        return answers

    creation = operation_named(document, "create-tracking")
    change = operation_named(document, "update-tracking-by-id")

    def create(number: str) -> Request:
        body = creation.wrapped({"tracking_number": number, "slug": "usps"})
        return request("POST", f"{prefix}/trackings", body=body, key=API_KEY)

    statuses = Counter(
        answer.status for answer in send("same number", "create-tracking", [create("SAME000001")] * CALLERS)
    )
    if statuses != {201: 1, 400: CALLERS - 1}:
        found.append(f"one number created by {CALLERS} callers gave {dict(statuses)}")

    different = [create(f"OTHER{number:05}") for number in range(CALLERS)]
    answers = send("different numbers", "create-tracking", different)
    identifiers = {creation.unwrapped(answer.json())["id"] for answer in answers if answer.status == 201}
    if len(identifiers) != CALLERS:
        found.append(f"{CALLERS} callers got {len(identifiers)} different ids")
    listed = {tracking["id"] for tracking in Api(document, application).list(limit="200")}
    if not identifiers < listed or len(listed) != CALLERS + 1:
        found.append(f"the list holds {len(listed)} trackings instead of {CALLERS + 1}")

    target = f"{prefix}/trackings/{min(identifiers)}"
    changes = [
        request(
            "PUT",
            target,
            body=change.wrapped({"title": f"title {number}", "note": f"note {number}"}),
            key=API_KEY,
        )
        for number in range(CALLERS // 2)
    ]
    reads = [request("GET", target, key=API_KEY)] * (CALLERS // 2)
    mixed = [sent for pair in zip(changes, reads, strict=True) for sent in pair]
    for answer in send("changes and reads", "get-tracking-by-id", mixed):
        tracking = change.unwrapped(answer.json())
        title, note = tracking["title"], tracking["note"]
        if note is not None and title.removeprefix("title ") != note.removeprefix("note "):
            found.append(f"half of one change and half of another: {title!r}, {note!r}")

    deletions = [request("DELETE", target, key=API_KEY)] * CALLERS
    statuses = Counter(answer.status for answer in send("deletes", "delete-tracking-by-id", deletions))
    if statuses != {200: 1, 404: CALLERS - 1}:
        found.append(f"one tracking deleted by {CALLERS} callers gave {dict(statuses)}")
    return found
