"""Made-up HAR files: nothing raises, every entry is counted, and no report holds the key of the traffic."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking import documents
from aftership_tracking.testing.traffic import FORMATS, check_traffic

SECRET = "CANARYkey"
ENTRIES = 20
PLAIN = [SECRET, "", None, 0, -1, True, 1e308, 10**40, "\ud800", "2024-02-06", "x" * 300]
KEYS = ["tracking", "tracking_number", "data", "meta", "code", "trackings", "checkpoints", "1", "0", SECRET]
KEYS += ["\u00e9", "a/b~c", "id", "tag", "custom_fields", ""]
SEGMENTS = ["trackings", "couriers", "detect", "all", SECRET, "%ff", "%2F", "", "predict"]
HOSTS = [
    "https://api.aftership.com",
    "http://[",
    "https://API.aftership.com",
    "https://api.aftership.com:99999",
]


class Maker:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.one = self.random.choice

    def value(self, depth: int = 0) -> Any:
        kind = self.random.randrange(9) if depth < 5 else 0
        if kind < 3:
            return self.one(PLAIN)
        count = range(self.random.randrange(5))
        if kind < 5:
            return [self.value(depth + 1) for _ in count]
        return {self.one(KEYS): self.value(depth + 1) for _ in count}

    def maybe(self, value: Any) -> Any:
        return value if self.random.random() < 0.95 else self.value()

    def url(self) -> str:
        version = self.one([*documents.versions(), "v4", "x", ""])
        path = "/".join(self.one(SEGMENTS) for _ in range(self.random.randrange(5)))
        names = ["page", "limit", "fields", SECRET, "cursor", "%ff", "", "a[b]"]
        ends = ["", "=", f"={SECRET}", "=%ff", "=1"]
        query = "&".join(self.one(names) + self.one(ends) for _ in range(self.random.randrange(4)))
        return (
            f"{self.one([*HOSTS, f'https://{SECRET}@api.aftership.com'])}/tracking/{version}/{path}?{query}"
        )

    def headers(self) -> Any:
        names = ["as-api-key", "content-type", "Authorization", "x-ratelimit-limit", "cookie"]
        values = [SECRET, "application/json", "text/html"]
        made = [
            self.maybe({"name": self.one(names), "value": self.maybe(self.one(values))}) for _ in range(3)
        ]
        return self.maybe(made)

    def entry(self) -> Any:
        request = {
            "method": self.maybe(self.one(["GET", "POST", "PUT", "DELETE", SECRET])),
            "url": self.maybe(self.url()),
            "headers": self.headers(),
            "postData": self.maybe({"text": json.dumps(self.value())}),
        }
        content = {"text": json.dumps(self.value()), "size": 5, "encoding": self.one([None, "", "base64"])}
        response = {
            "status": self.maybe(self.one([200, 201, 400, 404, 429, 500, 0])),
            "headers": self.headers(),
            "content": self.maybe(content),
        }
        return self.maybe({"request": self.maybe(request), "response": self.maybe(response)})


@pytest.mark.parametrize("seed", range(25))
def test_made_up_traffic(seed: int, tmp_path: Path) -> None:
    maker = Maker(seed)
    # One call names the key, so that it is known as one.
    first = {
        "request": {
            "method": "GET",
            "url": "https://x/",
            "headers": [{"name": "as-api-key", "value": SECRET}],
        }
    }
    path = tmp_path / "calls.har"
    path.write_text(json.dumps({"log": {"entries": [first, *(maker.entry() for _ in range(ENTRIES))]}}))
    report = check_traffic(path, maker.one(documents.versions()))
    counted = report.judged + sum(count for _, count in report.skipped) + len(report.unreadable)
    assert counted == ENTRIES + 1
    for write_report in FORMATS.values():
        assert SECRET.lower() not in write_report(report).lower()
