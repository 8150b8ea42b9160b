"""Lets pages of other sites call the API, where a test of a browser needs that. Never the control API."""

from __future__ import annotations

from dataclasses import replace

from aftership_tracking.mock.wire.message import MockRequest, MockResponse

_ANY = {"access-control-allow-origin": "*"}
_METHODS = "GET, POST, PUT, PATCH, DELETE"
_LONGEST = "600"
_NEEDED = "access-control-request-method"


class CrossOrigin:
    """Cross-origin resource sharing for any origin, without cookies."""

    def preflight(self, request: MockRequest) -> MockResponse | None:
        """Return the response to a preflight request; None for any other request."""
        if request.method != "OPTIONS" or _NEEDED not in request.headers:
            return None
        wanted = request.headers.get("access-control-request-headers", "")
        headers = {
            **_ANY,
            "access-control-allow-methods": _METHODS,
            "access-control-allow-headers": wanted or "*",
            "access-control-max-age": _LONGEST,
            "vary": "access-control-request-headers",
        }
        return MockResponse(204, headers, b"")

    def permit(self, response: MockResponse) -> MockResponse:
        """Let pages read a response and all its headers."""
        names = ", ".join(response.headers)
        return replace(response, headers={**response.headers, **_ANY, "access-control-expose-headers": names})
