"""A partner app by hand, against a mock in the same process."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from aftership_tracking.mock import (
    ManualClock,
    Mock,
    MockApp,
    MockMerchant,
    MockOAuth,
    MockRequest,
    MockResponse,
)
from aftership_tracking.runtime.auth.hmac_recipe import HmacRecipe
from contract_support.document.installed import ReadOnce

READ, WRITE, COURIERS = "aftership:tracking:read", "aftership:tracking:write", "aftership:courier:read"

BACK, OTHER_BACK = "http://127.0.0.1:8000/back", "http://127.0.0.1:8000/other?kind=1"

APP = MockApp(
    client_id="app",
    client_secret="s3cret of the app",
    redirect_uris=[BACK],
    scopes=[READ, WRITE],
    app_url="http://127.0.0.1:8000/install",
    hmac=HmacRecipe(),
)

SECOND = MockApp(client_id="second", client_secret="other", redirect_uris=[BACK, OTHER_BACK], scopes=[READ])

VERIFIER = "v" * 64


class Partner:
    """A mock with two apps and two merchants, and a browser without a window."""

    def __init__(self, **options: Any) -> None:
        self.clock = ManualClock()
        oauth = MockOAuth(
            apps=[APP, SECOND], merchants=["anna", MockMerchant(name="ben", key="k-b")], **options
        )
        self.mock = Mock(clock=self.clock, documents=ReadOnce, tokens=oauth)

    def url(self, **query: str | None) -> str:
        wanted = {"response_type": "code", "client_id": "app", "state": "s&1", **query}
        sent = {name: value for name, value in wanted.items() if value is not None}
        return f"http://mock/oauth/authorize?{urlencode(sent)}"

    def approve(self, merchant: str = "anna", scopes: Any = None, **query: str | None) -> dict[str, str]:
        """What the app receives."""
        location = self.mock.oauth.approve(self.url(**query), merchant, scopes)
        return dict(parse_qsl(urlsplit(location).query, keep_blank_values=True))

    def send(self, path: str = "/oauth/token", app: MockApp = APP, **form: str) -> MockResponse:
        basic = base64.b64encode(f"{app.client_id}:{app.client_secret.replace(' ', '+')}".encode()).decode()
        headers = {"authorization": f"Basic {basic}"}
        return self.mock.handle(MockRequest.to("POST", path, headers=headers, body=urlencode(form).encode()))

    def exchange(self, code: str, app: MockApp = APP, **form: str) -> MockResponse:
        return self.send(app=app, grant_type="authorization_code", code=code, **form)

    def renew(self, token: str, app: MockApp = APP, **form: str) -> MockResponse:
        return self.send(app=app, grant_type="refresh_token", refresh_token=token, **form)

    def connect(self, merchant: str = "anna", **query: str | None) -> dict[str, Any]:
        response = self.exchange(self.approve(merchant, **query)["code"])
        assert response.status == 200, response
        found: dict[str, Any] = response.json
        return found

    def call(self, token: str, method: str = "GET", **parts: Any) -> MockResponse:
        headers = {"authorization": f"Bearer {token}"}
        return self.mock.handle(
            MockRequest.to(method, "/tracking/2024-01/trackings", headers=headers, **parts)
        )


def refusal(response: MockResponse) -> tuple[int, str, str]:
    """Status, code and hint; the body holds the code only."""
    assert set(response.json) == {"error"}
    return response.status, response.json["error"], response.headers["as-mock-hint"]
