"""The command on a port: curl sees what the faults say; and the script of a QA engineer in curl alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from patience import PATIENCE, wait_until

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = ROOT / "docs" / "testing-with-curl.sh"
CURL = shutil.which("curl") or "curl"
EMPTY_REPLY, PARTIAL_FILE = 52, 18

pytestmark = pytest.mark.skipif(shutil.which("curl") is None and "CI" not in os.environ, reason="needs curl")


@pytest.fixture(autouse=True)
def _reset(served: Any) -> Iterator[None]:
    served.post("reset", {})
    yield
    served.post("reset", {})


def base(served: Any) -> str:
    return str(served.client.base_url).rstrip("/")


def curl(served: Any, *arguments: str, path: str = "/couriers") -> tuple[int, bytes]:
    """The exit code of curl, and what it printed."""
    url = f"{base(served)}/tracking/2026-07{path}"
    command = [CURL, "-sS", "-i", "-H", "as-api-key: test-key", *arguments, url]
    done = subprocess.run(command, capture_output=True, timeout=PATIENCE)
    return done.returncode, done.stdout


def test_a_connection_that_is_lost_before_and_after(served: Any) -> None:
    create = ("-H", "content-type: application/json", "-d", '{"tracking_number": "PARCEL01", "slug": "usps"}')
    for drop, stored in (("before", 0), ("after", 1)):
        served.post("faults", {"operation": "trackings.create", "drop": drop}, 201)
        assert curl(served, *create, path="/trackings") == (EMPTY_REPLY, b"")
        assert len(served.trackings()) == stored
    code, response = curl(served, *create, path="/trackings")
    assert (code, b'"code":4003' in response) == (0, True)


def test_a_connection_that_is_lost_in_the_middle(served: Any) -> None:
    whole = curl(served)[1].partition(b"\r\n\r\n")[2]
    served.post("faults", {"drop": "during"}, 201)
    code, response = curl(served)
    head, _, body = response.partition(b"\r\n\r\n")
    assert code == PARTIAL_FILE
    assert f"content-length: {len(whole)}".encode() in head
    assert body == whole[: len(whole) // 2]


def test_the_server_goes_on_after_lost_connections(served: Any) -> None:
    served.post("faults", {"drop": "after", "times": 20}, 201)
    assert {curl(served)[0] for _ in range(20)} == {EMPTY_REPLY}
    assert curl(served)[0] == 0


def test_a_truncated_body_is_whole_for_http(served: Any) -> None:
    served.post("faults", {"body": {"kind": "truncated"}}, 201)
    code, response = curl(served)
    assert code == 0
    with pytest.raises(ValueError):
        json.loads(response.partition(b"\r\n\r\n")[2])


def test_a_page_of_a_gateway(served: Any) -> None:
    served.post("faults", {"status": 502, "body": "html", "headers": {"Retry-After": "2"}}, 201)
    code, response = curl(served)
    assert (code, response[:12]) == (0, b"HTTP/1.1 502")
    assert b"content-type: text/html" in response
    assert b"retry-after: 2" in response
    assert response.endswith(b"</html>\n")


def test_a_delay_holds_up_nobody_else(served: Any) -> None:
    """One that is longer than any test: the caller gives up, and others are served meanwhile."""
    served.post("faults", {"operation": "couriers.list", "delay": "1h"}, 201)
    command = [CURL, "-sS", "-H", "as-api-key: k", f"{base(served)}/tracking/2026-07/couriers"]
    with subprocess.Popen(command) as waiting:
        wait_until(lambda: served.get("requests")["count"], "the request is there")
        assert served.trackings() == []
        assert waiting.poll() is None
        waiting.kill()
    assert curl(served)[0] == 0


def test_a_browser_of_another_name_is_refused(served: Any) -> None:
    code, response = curl(served, "-H", "Host: evil.example")
    assert (code, response[:12]) == (0, b"HTTP/1.1 403")


def test_a_big_seed_and_snapshot_go_over_the_wire(served: Any) -> None:
    served.post("seed", {"key": "test-key", "count": 3000, "template": {"slug": "dhl"}}, 201)
    snapshot = served.client.get("/_mock/snapshot")
    assert len(snapshot.content) > 1024 * 1024  # longer than any body of the API
    served.post("reset", {})
    served.client.post(
        "/_mock/snapshot", content=snapshot.content, headers={"content-type": "application/json"}
    ).raise_for_status()
    assert len(served.trackings("limit=200")) == 200


@pytest.fixture
def receiver() -> Iterator[str]:
    """`aftership webhook listen`: it checks the signature, and gives the URL."""
    command = [sys.executable, "-m", "aftership_tracking.cli", "webhook", "listen", "--port", "0", "--json"]
    environment = {**os.environ, "AFTERSHIP_WEBHOOK_SECRET": "s3cret"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.kill()


def run_script(served: Any, receiver: str, script: Path = SCRIPT) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "MOCK": base(served),
        "HOOK": receiver,
        "HOOK_SECRET": "s3cret",
    }
    command = ["sh", str(script)]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, env=environment)


def test_the_script_of_the_docs(served: Any, receiver: str) -> None:
    done = run_script(served, receiver)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("all as expected\n")
    assert served.get("webhooks/deliveries?tag=Delivered&outcome=taken")["count"] >= 1
    for webhook in served.get("webhooks")["webhooks"]:
        served.client.delete(f"/_mock/webhooks/{webhook['id']}")


# Another fault than expected, and another expectation than what is sent.
CHANGES = (
    ('"status": 429, "code": 429', '"status": 503, "code": 503', "FAILED: expected 429, got 503"),
    ('"order-7"}, "times"', '"order-8"}, "times"', "FAILED: POST verify"),
)


def test_the_script_finds_what_is_wrong(served: Any, receiver: str, tmp_path: Path) -> None:
    text = SCRIPT.read_text("utf-8")
    for before, after, words in CHANGES:
        assert before in text
        changed = tmp_path / "changed.sh"
        changed.write_text(text.replace(before, after), "utf-8")
        done = run_script(served, receiver, changed)
        assert done.returncode == 1
        assert done.stderr.startswith(words)
        for webhook in served.get("webhooks")["webhooks"]:
            served.client.delete(f"/_mock/webhooks/{webhook['id']}")
