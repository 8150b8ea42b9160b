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

    def is_preflight(self, request: MockRequest) -> bool:
        """Whether a browser asks if a page may send a request."""
        return request.method == "OPTIONS" and _NEEDED in request.headers

    def preflight(self, request: MockRequest) -> MockResponse:
        """Return the response to a preflight request."""
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
