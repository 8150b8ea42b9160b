"""Requests of a browser that are not calls of the API: the bare address that people type, and an icon."""

from __future__ import annotations

from aftership_tracking.mock.wire.message import CONTROL_ROOT, MockRequest, MockResponse


def respond_to_visit(request: MockRequest) -> MockResponse | None:
    """Lead a browser from `/` to the pages of the mock, and tell it that there is no `/favicon.ico`.

    Both are for people, so neither is in the journal, where it would be a request that a test did not expect.
    None: it is something else, or not of a browser.
    """
    if request.method not in ("GET", "HEAD"):
        return None
    accepted = request.headers.get("accept", "")
    if request.path == b"/" and "text/html" in accepted:
        target = (request.mount + CONTROL_ROOT).decode("ascii", "replace") + "/"
        headers = {"location": target, "content-length": "0", "cache-control": "no-store"}
        return MockResponse(303, headers, b"")
    if request.path == b"/favicon.ico" and "image/" in accepted:
        return MockResponse(204, {"cache-control": "no-store"}, b"")
    return None
