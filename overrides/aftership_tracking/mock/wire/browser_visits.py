"""Requests of a browser that are not calls of the API: the bare address that people type, an icon, and the
address where a merchant consents to an app.
"""

from __future__ import annotations

from aftership_tracking.mock.wire.message import CONTROL_ROOT, MockRequest, MockResponse

AUTHORIZE_PAGE = "console/oauth/authorize"
"""Below `/_mock/`."""


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


def lead_to_authorize_page(request: MockRequest) -> MockResponse:
    """Lead a browser that an app sent to the page of the mock where a person approves or denies.

    The address of the app's choice and the page differ, so that the cookie of a login covers the page.
    """
    if request.method not in ("GET", "HEAD"):
        headers = {"allow": "GET", "content-length": "0", "cache-control": "no-store"}
        return MockResponse(405, headers, b"")
    target = request.mount + CONTROL_ROOT + b"/" + AUTHORIZE_PAGE.encode()
    location = (target + b"?" + request.query if request.query else target).decode("ascii", "replace")
    headers = {"location": location, "content-length": "0", "cache-control": "no-store"}
    return MockResponse(303, headers, b"")
