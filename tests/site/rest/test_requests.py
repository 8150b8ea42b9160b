"""The requests that pages show are accepted: curl and Python send them to the mock, which judges them."""

from __future__ import annotations

import importlib
import json
import shlex
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from aftership_tracking.errors import ApiError
from aftership_tracking.mock import Mock
from generator.site.rest import Sources
from generator.site.rest.reading.records import Operation, Version
from generator.site.rest.reading.version_reader import read_version
from generator.site.rest.requests import curl, python_call
from generator_support.documents import as_document, parcels
from version_sample import sample

VERSIONS = sample(
    ("2024-01", "2024-04", "2024-07", "2024-10", "2025-01", "2025-04", "2025-07", "2026-01", "2026-07")
)
NOT_THERE = {404, 4004}
"""The mock has none of the objects whose ids the document has as examples: the request itself is right."""


def _operations(sources: Sources, version: str) -> tuple[Version, tuple[Operation, ...]]:
    found = sources.reference.version(version)
    assert found.operations
    return found, found.operations


def _send(command: str) -> httpx.Response:
    """Send what curl would send."""
    words = shlex.split(command.replace("\\\n", " "))
    assert words[:2] == ["curl", "-sS"]
    method, url, content = "GET", "", None
    headers: dict[str, str] = {}
    rest = words[2:]
    while rest:
        word = rest.pop(0)
        if word == "-X":
            method = rest.pop(0)
        elif word == "-H":
            name, _, value = rest.pop(0).partition(": ")
            headers[name] = value.replace("$AFTERSHIP_API_KEY", "any-key")
        elif word == "-d":
            content = rest.pop(0)
        else:
            url = word.replace("$AFTERSHIP_BASE_URL", "http://mock")
    with httpx.Client(transport=Mock().transport()) as http:
        return http.request(method, url, headers=headers, content=content)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_mock_accepts_every_curl(sources: Sources, version: str) -> None:
    found, operations = _operations(sources, version)
    for one in operations:
        response = _send(curl(found, one))
        code = response.json()["meta"]["code"]
        assert response.is_success or code in NOT_THERE, (one.address, response.text)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_mock_accepts_every_call_of_python(sources: Sources, version: str) -> None:
    found, operations = _operations(sources, version)
    package = importlib.import_module(f"aftership_tracking.v{version.replace('-', '_')}")
    refused = []
    for one in operations:
        with httpx.Client(transport=Mock().transport()) as http:
            client = package.AfterShip(api_key="any-key", http_client=http)
            try:
                eval(python_call(found, one), {"client": client})
            except ApiError as error:
                refused += [] if error.code in NOT_THERE else [(one.address, error)]
    assert refused == []


def test_a_request_stands_on_its_page(sources: Sources, pages: dict[str, str]) -> None:
    found, operations = _operations(sources, sources.reference.newest.name)
    for one in operations:
        page = pages[f"reference/rest/{found.name}/{one.resource}.md"]
        assert curl(found, one) in page
        assert python_call(found, one) in page


HOSTILE = """$(touch x) `id` \\ " ' ; & |\n $HOME"""


def test_a_hostile_example_stays_inside_the_quotes_of_a_shell(tmp_path: Path) -> None:
    raw = _fill(parcels())
    version = read_version(as_document(raw))
    seen = set()
    for one in version.operations:
        script = f"curl() {{ printf '%s\\0' \"$@\"; }}\n{curl(version, one)}"
        environment = {"AFTERSHIP_BASE_URL": "http://mock", "AFTERSHIP_API_KEY": "key"}
        shell = subprocess.run(
            ["sh", "-c", script], env=environment, cwd=tmp_path, capture_output=True, check=True
        )
        words = shell.stdout.decode().split("\0")
        urls = [word for word in words if word.startswith("http://mock/")]
        assert len(urls) == 1
        if quote(HOSTILE, safe="") in urls[0]:
            seen.add("url")
        if "-d" in words:
            assert json.loads(words[words.index("-d") + 1]) == HOSTILE
            seen.add("body")
    assert seen == {"url", "body"}
    assert list(tmp_path.iterdir()) == []


def _fill(value: Any, key: str = "") -> Any:
    """The document with hostile examples of parameters and bodies."""
    if isinstance(value, dict):
        filled = {name: _fill(inner, name) for name, inner in value.items()}
        if "in" in value and "name" in value:
            filled["example"] = HOSTILE
        if key == "application/json":
            filled.pop("examples", None)
            filled["example"] = HOSTILE
        return filled
    return [_fill(one) for one in value] if isinstance(value, list) else value
