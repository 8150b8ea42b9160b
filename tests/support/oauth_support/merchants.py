"""A service with a token endpoint, and the app and the merchant whose tokens tests renew."""

from __future__ import annotations

import threading
from typing import Any

import httpx

from aftership_tracking.mock import Mock, MockOAuth, MockRequest
from aftership_tracking.oauth import OAuthApp, Tokens
from patience import PATIENCE

M = "merchant-1"

READ, COURIERS = "aftership:tracking:read", "aftership:courier:read"

TOKEN_URL = "https://accounts.example/oauth/token"

END = 4e9

SECRETS = ("access-secret-0", "refresh-secret-0", "client-secret-1")

EXPIRED = Tokens(access_token=SECRETS[0], refresh_token=SECRETS[1], expires_at=0.0, scopes=(READ, COURIERS))


class Service(httpx.MockTransport):
    """The mock with a token endpoint, and counters."""

    def __init__(self, **settings: Any) -> None:
        scopes = (READ, COURIERS)
        self.mock = Mock(
            tokens=MockOAuth(
                {"access-new": scopes, "access-few": [COURIERS]},
                refresh_tokens={SECRETS[1]: scopes},
                **settings,
            )
        )
        self.renewals = self.calls = 0
        self.gate: threading.Event | None = None
        super().__init__(self.serve)

    def serve(self, request: httpx.Request) -> httpx.Response:
        is_token = request.url.path == "/oauth/token"
        self.renewals += is_token
        self.calls += not is_token
        found = self.mock.handle(
            MockRequest(
                request.method,
                request.url.raw_path.partition(b"?")[0],
                request.url.query,
                dict(request.headers),
                request.read(),
            )
        )
        if is_token and self.gate is not None:
            self.gate.wait(PATIENCE)
        return httpx.Response(found.status, headers=found.headers, content=found.body)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self.serve(request)


def make_app(**settings: Any) -> OAuthApp:
    return OAuthApp("app-1", SECRETS[2], token_url=TOKEN_URL, **settings)
