"""What holds for every page: its links lead somewhere, and nothing in it is active, secret or unlabelled."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from page_support.console import HOSTILE, SECRET, Console
from page_support.pages import find_active, find_faults, read_page


def pages(console: Console) -> dict[str, Any]:
    """Every page that links lead to, from the first one on, by its path."""
    found: dict[str, Any] = {}
    waiting = [""]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        response = console.client.get(f"/_mock/{path}")
        assert response.status_code == 200, (path, response.text)
        if not response.headers["content-type"].startswith("text/html"):
            continue
        found[path] = seen = console.see(path)
        for link in seen.root.all("a"):
            target = link.attributes["href"]
            if not target.startswith("#"):
                assert target.startswith("/_mock/"), (path, target)
                waiting.append(target.removeprefix("/_mock/"))
    return found


@pytest.fixture(scope="module")
def every(filled: Console) -> dict[str, Any]:
    return pages(filled)


def search(found: dict[str, Any], find: Callable[[Any], Iterator[str]]) -> dict[str, list[str]]:
    """What a search finds, by the paths of the pages."""
    faults = {path: list(find(seen.root)) for path, seen in found.items()}
    return {path: each for path, each in faults.items() if each}


def test_links_lead_to_every_kind_of_page(every: dict[str, Any]) -> None:
    kinds = {re.sub(r"[0-9a-f-]{10,}.*|\d+$|\?.*", "*", path) for path in every}
    assert {
        "",
        "console/parcels/new",
        "console/parcels/*",
        "console/requests",
        "console/requests/*",
        "console/webhooks",
        "console/webhooks/*",
        "console/faults",
        "console/clock",
    } <= kinds


def test_every_page_can_be_used_by_everybody(every: dict[str, Any]) -> None:
    assert search(every, find_faults) == {}


def test_every_empty_page_can_be_used_by_everybody(console: Console) -> None:
    found = pages(console)
    assert len(found) >= 6
    assert search(found, find_faults) == {}


def test_nothing_hostile_becomes_markup(every: dict[str, Any]) -> None:
    assert search(every, find_active) == {}
    shown = [path for path, seen in every.items() if "alert(1)" in seen.text]
    assert any(path.startswith("console/parcels/") for path in shown)
    assert any(path.startswith("console/requests/") for path in shown)
    assert any(path.startswith("console/webhooks/") for path in shown)
    assert "console/faults" in shown
    # As it was written, and no template looked into it.
    assert any(HOSTILE in seen.text for seen in every.values())


def test_no_page_shows_a_secret(every: dict[str, Any], filled: Console) -> None:
    signature = dict(filled.received[0].headers)["aftership-hmac-sha256"]
    for path, seen in every.items():
        for secret in (
            filled.key,
            "another-key-with-length",
            SECRET,
            "own-header-secret",
            "in-the-url",
            signature,
        ):
            assert secret not in seen.response.text, path


def test_every_response_has_the_policy(every: dict[str, Any], filled: Console) -> None:
    responses = [seen.response for seen in every.values()]
    responses += [filled.client.get(f"/_mock/{path}") for path in ("console/nothing", "console/requests.har")]
    for response in responses:
        policy = response.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe" not in policy
        assert "http" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["cache-control"] == "no-store"


def test_the_checks_find_what_is_planted() -> None:
    planted = (
        "<title>t</title><main></main><h1>a</h1><h1>b</h1><table><tr><th>x</th></tr></table><input name='n'>"
        "<p id='a' onclick='x()'></p><p id='a' style='x'></p><button></button><section></section>"
        "<script>x</script><img src='x'>"
    )
    assert sorted(find_faults(read_page(planted))) == [
        "2 headings of the first level",
        "a button has no text",
        "a header has no scope",
        "a table has no caption",
        "the field {'name': 'n'} has no label",
        "the label of {} is missing",
        "two elements have the id a",
    ]
    assert sorted(find_active(read_page(planted))) == ["<img>", "<p onclick>", "<p style>", "<script>"]
