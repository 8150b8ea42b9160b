"""A mock whose pages are read and whose forms are sent without a browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx

from aftership_tracking.mock import ManualClock, Mock, MockRequest
from aftership_tracking.mock.control.parcel_list import name_account
from aftership_tracking.webhooks.sending.sender import Outgoing
from contract_support.document.installed import ReadOnce
from page_support.pages import Seen

KEY = "a-key-of-some-length-4711"
SECRET = "the-secret-of-the-webhooks"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> {{ 7 * 7 }}"
OWN = {"origin": "http://127.0.0.1:4010", "sec-fetch-site": "same-origin"}
"""What a browser says of a form of the console."""


@dataclass
class Console:
    """Somebody in front of the console, and a program that calls the API."""

    options: dict[str, Any] = field(default_factory=dict)
    clock: ManualClock = field(default_factory=ManualClock)
    key: str = KEY

    def __post_init__(self) -> None:
        self.mock = Mock(clock=self.clock, **{"documents": ReadOnce, **self.options})
        self.client = httpx.Client(transport=self.mock.transport(), base_url="http://127.0.0.1:4010")
        self.received: list[Outgoing] = []
        self.mock.webhooks.transport = self._receive

    def _receive(self, request: Outgoing) -> int:
        self.received.append(request)
        return 200

    @property
    def account(self) -> str:
        return name_account(self.key)

    def see(self, path: str = "", status: int = 200) -> Seen:
        response = self.client.get(f"/_mock/{path}")
        assert response.status_code == status, response.text
        return Seen(response)

    def send(self, path: str, /, **form: str) -> httpx.Response:
        # A browser says what it sends also where it is nothing.
        headers = {**OWN, "content-type": "application/x-www-form-urlencoded"}
        return self.client.post(f"/_mock/{path}", content=urlencode(form), headers=headers)

    def act(self, path: str, /, **form: str) -> Seen:
        """Send a form that is done, and read the page after it."""
        response = self.send(path, **form)
        assert response.status_code == 303, Seen(response).alert()
        return Seen(self.client.get(response.headers["location"]))

    def refused(self, path: str, expected: int = 400, /, **form: str) -> Seen:
        """Send a form that is refused, and read the page that says so."""
        response = self.send(path, **form)
        assert response.status_code == expected, response.text
        return Seen(response)

    def call(self, method: str, path: str, **parts: Any) -> Any:
        """Call the API."""
        parts.setdefault("key", self.key)
        return self.mock.handle(MockRequest.to(method, f"/tracking/2026-07{path}", **parts))

    def create(self, number: str = "PARCEL0001", **fields: Any) -> str:
        body = {"tracking_number": number, "slug": "usps", **fields}
        response = self.call("POST", "/trackings", json=body)
        assert response.status == 201, response
        identifier: str = response.json["data"]["id"]
        return identifier

    def parcel(self, identifier: str) -> str:
        """The path of the page of a parcel."""
        return f"console/parcels/{self.account}/{identifier}"

    def fill(self) -> None:
        """Let every page have something to show, and something hostile."""
        self.mock.webhooks.add(
            "http://127.0.0.1:1/hook?token=in-the-url", secret=SECRET, headers={"x-own": "own-header-secret"}
        )
        checkpoint = {"checkpoint_time": "2024-02-06T00:00:00Z", "tag": "InTransit", "message": HOSTILE}
        [identifier] = self.mock.seed(
            [
                {
                    "tracking_number": "HOSTILE<b>1",
                    "title": HOSTILE,
                    "slug": "dhl",
                    "created_at": "2024-02-05T00:00:00Z",
                    "checkpoints": [{**checkpoint, "location": HOSTILE}],
                }
            ],
            key=self.key,
        )
        self.mock.follow(identifier, "customs", key=self.key)
        self.mock.put(identifier, tag="OutForDelivery", key=self.key)
        self.create("ANOTHER1", title="Second")
        self.mock.faults.add(429, None, operation="trackings.list", headers={"x-hostile": HOSTILE})
        self.mock.faults.add(operation="trackings.get", drop="after", times=None)
        self.call("GET", "/trackings", headers={"x-hostile": HOSTILE}, key=self.key)
        self.call("GET", f"/trackings/{identifier}")
        self.call("GET", "/couriers?nonsense=%3Cscript%3Ealert(3)%3C/script%3E")
        self.call("POST", "/trackings", json={"tracking_number": HOSTILE, HOSTILE: "x"})
        self.call("GET", "/couriers", key="another-key-with-length")
