"""Clients of every kind against real servers, as processes: what each gets, and that nobody waits for them.

`WEBHOOK_SERVERS=all` runs all servers. Without it, one of each kind.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from receiver_support.events import event_body, event_id, signed_headers
from receiver_support.loopback import ROOT, post
from receiver_support.servers import CASES, SERVERS, genuine, serve

PAGE = ROOT / "docs" / "webhook-receivers.md"
EXPECTED = {
    "genuine": "200",
    "forged": "401",
    "oversized": "413",
    "oversized in chunks": "413",
    "in chunks": "200",
    "no length": "401",
    "half-open": "400",
    "silent": "408",
    "slow": "408",
    "slow in chunks": "408",
}
# ASGI servers tell nothing to a client that ended its side.
ASGI = {"half-open": "closed"}
# They do not mark the end of a body in chunks for the application.
NO_CHUNKS = {"oversized in chunks": "411", "in chunks": "411", "slow in chunks": "411"}
HELD = {"silent": "held", "slow": "held"}
DIFFERENT: dict[str, dict[str, str]] = {
    "uvicorn": ASGI,
    "hypercorn": ASGI,
    "gunicorn-uvicorn": ASGI,
    # It reads whole bodies first. No worker waits for them.
    "waitress": {**ASGI, **HELD, "oversized": "held", "slow in chunks": "held"},
    "django": {**NO_CHUNKS, **HELD},
    "wsgiref": NO_CHUNKS,
}
SAMPLE = ("uvicorn", "gunicorn-sync", "gunicorn-gthread", "werkzeug")
CHOSEN = tuple(SERVERS) if os.environ.get("WEBHOOK_SERVERS") == "all" else SAMPLE


def expected(server: str) -> dict[str, str]:
    return {**EXPECTED, **DIFFERENT.get(server, {})}


@pytest.mark.parametrize("name", CHOSEN)
def test_every_client_gets_its_response(name: str, tmp_path: Path) -> None:
    with serve(name, tmp_path) as server:
        found = {case: call(server) for case, call in CASES.items()}
        assert found == expected(name), server.log()
        # Whatever they did, a worker is free for the next one.
        assert genuine(server, 7) == "200"
        taken = [event_id(1), event_id(2), event_id(7)]
        assert server.seen() == [one for one in taken if one != event_id(2) or found["in chunks"] == "200"]


@pytest.mark.parametrize("name", [one for one in CHOSEN if one not in ("waitress", "django")])
def test_many_slow_clients_are_ended_and_a_delivery_is_taken(name: str, tmp_path: Path) -> None:
    with serve(name, tmp_path) as server, ThreadPoolExecutor(4) as clients:
        slow = [clients.submit(CASES["slow"], server) for _ in range(4)]
        assert [one.result() for one in slow] == ["408"] * 4
        assert genuine(server) == "200"


@pytest.mark.parametrize("name", CHOSEN)
def test_a_body_that_a_middleware_has_read_is_called_that(name: str, tmp_path: Path) -> None:
    with serve(name, tmp_path, trouble="eaten") as server:
        body = event_body()
        response = post(server.port, "/", body, signed_headers(body))
        assert response.status in (400, 408)
        assert response.body.startswith(b"refused: body_missing: a body is announced, and nothing of it came")
        assert server.seen() == []


def test_the_page_shows_what_was_measured() -> None:
    lines = PAGE.read_text("utf-8").splitlines()
    heads = [number for number, line in enumerate(lines) if line.startswith("| server |")]
    assert len(heads) == 1
    names = [cell.strip() for cell in lines[heads[0]].strip("|").split("|")][1:]
    assert names == list(CASES)
    table = {}
    for line in lines[heads[0] + 2 :]:
        if not line.startswith("|"):
            break
        server, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        table[server] = dict(zip(names, cells, strict=True))
    assert table == {name: expected(name) for name in SERVERS}
