"""What the official SDK needs to decode a page and to get one tracking. Runs in the peers' own environment:
python official_sdk.py < page
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parent))

from timing import mebibytes, seconds_by_turns  # type: ignore[import-not-found]  # by path: no package here
from tracking import Client, Configuration  # type: ignore[import-not-found]  # only in the peers' environment
from tracking.models import GetTrackingsResponse  # type: ignore[import-not-found]
from tracking.request import ApiClient  # type: ignore[import-not-found]

CALLS = 100


def main() -> None:
    body = sys.stdin.buffer.read()

    def decode() -> object:
        # What its client does: read the JSON, then build the model from data.
        return GetTrackingsResponse.from_dict({"response_header": {}, "data": json.loads(body)["data"]})

    seconds = seconds_by_turns({"json.loads": lambda: json.loads(body), "official SDK": decode}, rounds=15)
    figures = {
        "ratio": seconds["official SDK"] / seconds["json.loads"],
        "mebibytes": mebibytes(decode),
        "get": one_get(json.loads(body)["data"]["trackings"][0]),
    }
    print(json.dumps(figures))


def one_get(tracking: dict[str, object]) -> float:
    """CPU of one get over a transport that responds at once, against bare httpx and json.loads."""
    content = json.dumps({"meta": {"code": 200}, "data": tracking}, separators=(",", ":")).encode()
    headers = {"content-type": "application/json", "as-api-version": "2026-07"}

    def respond(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=content, headers=headers, request=request)

    transport = httpx.MockTransport(respond)
    bare = httpx.Client(transport=transport, headers={"as-api-key": "k"})
    # All clients of the SDK share this HTTP client.
    ApiClient._client = httpx.Client(transport=transport)
    client = Client(Configuration(api_key="k"))

    def bare_calls() -> None:
        for _ in range(CALLS):
            json.loads(bare.get("https://api.aftership.com/tracking/2026-07/trackings/1").content)

    def client_calls() -> None:
        for _ in range(CALLS):
            client.tracking.get_tracking_by_id("1")

    seconds = seconds_by_turns({"httpx": bare_calls, "client": client_calls}, rounds=15)
    return float(seconds["client"] / seconds["httpx"])


if __name__ == "__main__":
    main()
