"""A snapshot brings back the same responses, byte for byte, in this process and in another one."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking.mock import MockOAuth, MockRequest
from patience import PATIENCE

PROGRAM = """
import json, sys
from aftership_tracking.mock import ManualClock, Mock, MockRequest

mock = Mock(clock=ManualClock())
mock.restore(json.load(open(sys.argv[1])))
for method, path, body in json.load(sys.stdin):
    parts = {} if body is None else {"json": body}
    response = mock.handle(MockRequest.to(method, path, key="test-key", **parts))
    print(json.dumps([response.status, dict(response.headers), response.body.decode()]))
"""
CALLS = [
    ("GET", "/tracking/2026-07/trackings?limit=3", None),
    ("GET", "/tracking/2024-01/trackings?limit=3&page=2", None),
    ("GET", "/tracking/2025-04/trackings", None),
    ("GET", "/tracking/2026-07/courier-connections", None),
    ("POST", "/tracking/2026-07/trackings", {"tracking_number": "NEW-1-1", "slug": "usps"}),
    ("GET", "/tracking/2026-07/trackings/unknown", None),
]


def fill(sandbox: Any) -> None:
    """An account with everything: every kind of life, edits, connections, deletions."""
    sandbox.post(
        "seed",
        {
            "key": "test-key",
            "trackings": [
                {"tag": "Expired", "created_at": "2024-01-20T00:00:00Z", "signed_by": "x"},
                {"tag": "Delivered", "created_at": "2024-01-21T00:00:00Z"},
                {"checkpoints": [{"tag": "InTransit", "checkpoint_time": "2024-02-01T00:00:00+02:00"}]},
            ],
        },
        201,
    )
    moving = sandbox.create("ITOD-3-42", "testing-courier", title="T", custom_fields={"a": "b"})
    done = sandbox.create("PARCEL0001", order_promised_delivery_date={"promised_delivery_date": "2024-03-01"})
    gone = sandbox.create("PARCEL0002")
    sandbox.call("DELETE", f"/trackings/{gone['id']}")
    sandbox.call("POST", f"/trackings/{done['id']}/mark-as-completed", json={"reason": "DELIVERED"})
    sandbox.call("POST", f"/trackings/{done['id']}/retrack")
    sandbox.call(
        "POST",
        f"/notifications/{moving['id']}/add",
        "2024-01",
        json={"notification": {"emails": ["a@b.example"]}},
    )
    sandbox.call("POST", "/courier-connections", json={"courier_slug": "usps", "credentials": {"a": "b"}})
    sandbox.post("clock", {"advance": "7m"})
    sandbox.call("GET", "/couriers", headers={"as-api-key": "other-key"})


def responses(sandbox: Any) -> list[tuple[int, dict[str, str], bytes]]:
    found = []
    for method, path, body in CALLS:
        parts = {} if body is None else {"json": body}
        response = sandbox.mock.handle(MockRequest.to(method, path, key="test-key", **parts))
        found.append((response.status, dict(response.headers), response.body))
    return found


def test_restore_gives_the_same_bytes(sandbox: Any, new_sandbox: Any) -> None:
    fill(sandbox)
    snapshot = sandbox.get("snapshot")
    before = responses(sandbox)
    assert [status for status, _, _ in before] == [200, 200, 200, 200, 201, 404]
    # In the same mock, after more has happened; and in a new one.
    sandbox.call("POST", "/trackings", json={"tracking_number": "MORE-1-1", "slug": "usps"})
    sandbox.post("clock", {"advance": "3d"})
    assert sandbox.post("snapshot", snapshot)["restored"]
    assert responses(sandbox) == before
    other = new_sandbox()
    other.post("snapshot", snapshot)
    assert other.get("snapshot") == snapshot
    assert responses(other) == before


def test_restore_in_another_process(sandbox: Any, tmp_path: Path) -> None:
    fill(sandbox)
    file = tmp_path / "snapshot.json"
    file.write_text(json.dumps(sandbox.mock.snapshot()), "utf-8")
    before = [[status, headers, body.decode()] for status, headers, body in responses(sandbox)]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(file)],
        input=json.dumps(CALLS),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert [json.loads(line) for line in done.stdout.splitlines()] == before


def test_parcels_go_on_after_a_restore(sandbox: Any, new_sandbox: Any) -> None:
    fill(sandbox)
    other = new_sandbox()
    other.mock.restore(sandbox.mock.snapshot())
    for each in (sandbox, other):
        each.post("clock", {"advance": "1h"})
    assert [each["tag"] for each in other.trackings()] == [each["tag"] for each in sandbox.trackings()]
    assert other.trackings() == sandbox.trackings()


def test_restored_parcels_are_not_news(sandbox: Any, new_sandbox: Any) -> None:
    fill(sandbox)
    other = new_sandbox()
    sent: list[Any] = []
    other.mock.webhooks.transport = lambda request: sent.append(request) or 200
    other.mock.webhooks.add("http://127.0.0.1:8080/hook", secret="s")
    other.mock.restore(sandbox.mock.snapshot())
    other.mock.webhooks.deliver()
    assert sent == []
    other.post("clock", {"advance": "6m"})
    assert [attempt.tag for attempt in other.mock.webhooks.log] == ["OutForDelivery", "Delivered"]


def test_tokens_and_counts_are_part_of_it(new_sandbox: Any) -> None:
    def make() -> Any:
        oauth = MockOAuth(codes={"code": ["aftership:tracking:read"]})
        return new_sandbox(options={"tokens": oauth, "enforce_limits": True})

    first, second = make(), make()
    form = b"grant_type=authorization_code&code=code"
    token = first.mock.handle(MockRequest("POST", b"/oauth/token", body=form)).json["access_token"]
    headers = {"authorization": f"Bearer {token}"}
    for _ in range(10):
        first.client.get("/tracking/2026-07/trackings", headers=headers)
    second.mock.restore(first.mock.snapshot())
    assert second.client.get("/tracking/2026-07/trackings", headers=headers).status_code == 429
    assert second.mock.handle(MockRequest("POST", b"/oauth/token", body=form)).status == 400


@pytest.mark.parametrize(
    ("change", "code", "status"),
    [
        ({"format": 2}, "not-a-snapshot", 400),
        ({"seed": 7}, "other-seed", 409),
        ({"accounts": 1}, "not-a-snapshot", 400),
        ({"ids": "x"}, "not-a-snapshot", 400),
        ({"ids": [3, [1], None]}, "not-a-snapshot", 400),
        ({"more": 1}, "not-a-snapshot", 400),
        ({"now": "soon"}, "not-a-snapshot", 400),
        ({"now": "0001-01-01T00:00:00Z"}, "wrong-value", 400),
        ({"now": "3000-01-01T00:00:00Z"}, "wrong-value", 400),
    ],
)
def test_another_value_is_refused_and_nothing_is_changed(
    sandbox: Any, change: dict[str, Any], code: str, status: int
) -> None:
    fill(sandbox)
    before = sandbox.get("snapshot")
    assert sandbox.refused("snapshot", {**before, **change}, status)[0] == code
    broken = copy.deepcopy(before)
    del broken["accounts"]["test-key"]["parcels"][0]["slug"]
    assert sandbox.refused("snapshot", broken)[0] == "not-a-snapshot"
    assert sandbox.refused("snapshot", {})[0] == "not-a-snapshot"
    assert sandbox.get("snapshot") == before
