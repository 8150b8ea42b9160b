"""What the lint believes about the service is what the client does."""

from __future__ import annotations

import httpx
import pytest

from aftership_tracking import v2024_01
from aftership_tracking.errors import ServerError
from aftership_tracking.runtime.wire import headers
from generator.lint.rules.service import ADDRESS, KEY_HEADER, SIGNATURE_HEADERS


def test_the_lint_knows_where_the_client_sends_requests_and_how_it_proves_itself() -> None:
    sent: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(500)

    http = httpx.Client(transport=httpx.MockTransport(respond))
    client = v2024_01.AfterShip(api_key="k", http_client=http, max_retries=0)
    with client, pytest.raises(ServerError):
        client.trackings.get("5b7658cec7c33c0e007de3c5")
    assert str(sent[0].url).startswith(f"{ADDRESS}/2024-01/trackings/")
    assert sent[0].headers[KEY_HEADER] == "k"
    assert {headers.HMAC_SIGNATURE, headers.RSA_SIGNATURE} == SIGNATURE_HEADERS
