"""The options of `aftership mock` that have to do with the control API."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from aftership_tracking import documents
from aftership_tracking.cli import main
from patience import PATIENCE

CONFIG = """
[clock]
advance = "1h"

[[seed]]
key = "k"
count = 2
template = { slug = "dhl", tag = "InTransit" }

[[seed]]
key = "k"
trackings = [{ tracking_number = "ONE-1-1", checkpoints = [
    { tag = "Delivered", checkpoint_time = 2024-02-01T10:00:00Z },
] }]

[[faults]]
operation = "trackings.create"
drop = "after"

[[webhooks]]
url = "http://127.0.0.1:1/hook"
secret = "s"
"""


def test_a_program_reads_where_it_is(start_mock: Any, tmp_path: Path) -> None:
    """One line of JSON; and what the files say is done before it."""
    config = tmp_path / "mock.toml"
    # The times of the file have to lie in the past of the clock of the machine, and within 120 days.
    config.write_text(
        CONFIG.replace("checkpoint_time = 2024-02-01T10:00:00Z", f"checkpoint_time = {yesterday()}"), "utf-8"
    )
    with start_mock("--config", str(config), "--control-token", "the-token", "--seed", "5") as (
        ready,
        process,
    ):
        assert (ready["ready"], ready["pid"]) == (True, process.pid)
        assert ready["control"] == f"{ready['url']}/_mock/"
        assert ready["versions"] == list(documents.versions())
        token = {"as-mock-token": "the-token"}
        assert httpx.get(f"{ready['control']}clock", timeout=PATIENCE).status_code == 401
        assert httpx.get(f"{ready['control']}health", timeout=PATIENCE).status_code == 200
        listed = httpx.get(
            f"{ready['url']}/tracking/2026-07/trackings", headers={"as-api-key": "k"}, timeout=PATIENCE
        )
        tags = [each["tag"] for each in listed.json()["data"]["trackings"]]
        assert sorted(tags) == ["Delivered", "InTransit", "InTransit"]
        faults = httpx.get(f"{ready['control']}faults", headers=token, timeout=PATIENCE).json()["faults"]
        webhooks = httpx.get(f"{ready['control']}webhooks", headers=token, timeout=PATIENCE).json()[
            "webhooks"
        ]
        assert (faults[0]["drop"], webhooks[0]["url"]) == ("after", "http://127.0.0.1:1/hook")
        snapshot = httpx.get(f"{ready['control']}snapshot", headers=token, timeout=PATIENCE)
    file = tmp_path / "snapshot.json"
    file.write_bytes(snapshot.content)
    with start_mock("--snapshot", str(file), "--seed", "5") as (ready, _):
        again = httpx.get(
            f"{ready['url']}/tracking/2026-07/trackings", headers={"as-api-key": "k"}, timeout=PATIENCE
        )
        assert again.json()["data"]["trackings"] == listed.json()["data"]["trackings"]


def yesterday() -> str:
    from datetime import UTC, datetime, timedelta

    return (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_pages_and_names_on_request(start_mock: Any) -> None:
    with start_mock("--cors", "--allow-host", "mock.test") as (ready, _):
        url = f"{ready['url']}/tracking/2026-07/couriers"
        headers = {"as-api-key": "k", "origin": "http://app.example"}
        response = httpx.get(url, headers={**headers, "host": "mock.test"}, timeout=PATIENCE)
        assert response.headers["access-control-allow-origin"] == "*"
        assert httpx.get(url, headers={**headers, "host": "evil.test"}, timeout=PATIENCE).status_code == 403
        assert httpx.get(f"{ready['control']}clock", headers=headers, timeout=PATIENCE).status_code == 403


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "mock.test"])
def test_other_addresses_need_a_token(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["mock", "--port", "0", "--host", host])
    assert caught.value.code == 2
    error = capsys.readouterr().err
    assert "--control-token" in error
    assert "AFTERSHIP_MOCK_TOKEN" in error


def test_another_address_with_a_token_from_the_environment(start_mock: Any, monkeypatch: Any) -> None:
    monkeypatch.setitem(os.environ, "AFTERSHIP_MOCK_TOKEN", "of-the-environment")
    with start_mock("--host", "0.0.0.0") as (ready, _):
        url = ready["url"].replace("0.0.0.0", "127.0.0.1")
        assert httpx.get(f"{url}/_mock/clock", timeout=PATIENCE).status_code == 401
        headers = {"authorization": "Bearer of-the-environment"}
        assert httpx.get(f"{url}/_mock/clock", headers=headers, timeout=PATIENCE).status_code == 200


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        (
            "a.toml",
            "[clock]\nadvanse = '1h'",
            "line 2, column 1: clock: there is no field 'advanse'; did you mean advance?",
        ),
        ("a.toml", "[[seed]]\ncount = 1", 'key: say whose trackings they are, {"key": "..."}'),
        (
            "a.toml",
            "[[faults]]\nstatus = 500\n[[faults]]\nstatus = 99",
            "line 3, column 3: faults[1]: a fault needs a status",
        ),
        (
            "a.toml",
            "[[faults]]\nstatus = 500\n[[faults]]\nsttus = 99",
            "line 4, column 1: faults[1]: there is no field 'sttus'",
        ),
        ("a.toml", "[[webhooks]]\nurl = 'x'", "line 1, column 3: webhooks[0]: 'secret' is needed"),
        ("a.toml", "[fault]", "line 1, column 2: the file: there is no field 'fault'; did you mean faults?"),
        ("a.toml", "{}", "it is not TOML"),
        ("a.toml", "x = " + "1" * 5000, "line 1, column 5: a number has too many digits."),
        ("a.toml", "x = " + "[" * 5000, "it is nested too deep"),
        ("a.json", "[]", "has to be a JSON object"),
        ("a.json", '{\n "clock": {}}', "line 2, column 2: clock: give advance, set or speed"),
        ("", "", "it cannot be read"),
    ],
)
def test_a_file_that_is_wrong_stops_the_start_in_one_sentence(
    name: str, text: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / (name or "missing.toml")
    if name:
        file.write_text(text, "utf-8")
    with pytest.raises(SystemExit) as caught:
        main(["mock", "--port", "0", "--config", str(file)])
    assert caught.value.code == 1
    error = capsys.readouterr().err
    assert error.startswith(f"The mock cannot start: --config {file}: ")
    assert words in error
    assert error.count("\n") == 1


def test_a_snapshot_of_another_seed_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from aftership_tracking.mock import Mock

    file = tmp_path / "snapshot.json"
    file.write_text(json.dumps(Mock(seed=9).snapshot()), "utf-8")
    with pytest.raises(SystemExit):
        main(["mock", "--port", "0", "--snapshot", str(file)])
    assert "start it with the seed 9" in capsys.readouterr().err
