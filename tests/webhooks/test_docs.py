"""The code of docs/webhook-receivers.md runs as it stands there."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from receiver_support.events import delivery, event_body, event_id, signed_headers
from receiver_support.loopback import ROOT

PAGE = ROOT / "docs" / "webhook-receivers.md"
SECRET = "the webhook secret"


def test_the_samples_run_and_do_what_they_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for sample in re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL):
        exec(sample, names)
    for number, tag in enumerate(("Delivered", "InTransit")):
        body = event_body(number, tag=tag)
        for _ in range(2):
            reply = names["receiver"].receive(delivery(body, headers=signed_headers(body, SECRET)))
            assert reply.status == 200
    assert capsys.readouterr().out == "ZX0\n"
    names["store"].close()
    connection = sqlite3.connect("events.db")
    assert connection.execute("SELECT tag FROM parcels").fetchall() == [("InTransit",)]
    keys = connection.execute("SELECT key FROM aftership_events WHERE done").fetchall()
    connection.close()
    assert {key for (key,) in keys} == {event_id(0), event_id(1)}
