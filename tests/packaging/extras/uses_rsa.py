"""`rsa`: requests are signed with the key in AFTERSHIP_API_SECRET."""

import httpx
import two_parcels

from aftership_tracking import AfterShip

signatures = []


def respond(request: httpx.Request) -> httpx.Response:
    signatures.append(request.headers["as-signature-rsa-sha256"])
    return two_parcels.respond(request)


http_client = httpx.Client(transport=httpx.MockTransport(respond))
with AfterShip("any-key", auth="rsa", http_client=http_client) as client:
    assert len(list(client.trackings.list())) == 2
assert len(signatures) == 1
print("done")
