"""The code of docs/webhook-receivers.md and docs/webhook-inbox.md runs as it stands there."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import zlib
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking.testing import signed_event
from aftership_tracking.webhooks import diagnose
from receiver_support.events import delivery, event_body, event_id, signed_headers
from receiver_support.loopback import ROOT

PAGE = ROOT / "docs" / "webhook-receivers.md"
INBOX_PAGE = ROOT / "docs" / "webhook-inbox.md"
SECRET = "the webhook secret"


def run_samples(page: Path) -> dict[str, Any]:
    """Run all samples of a page, one after the other, and return the names that they define."""
    names: dict[str, Any] = {}
    for sample in re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
        exec(sample, names)
    return names


def test_the_samples_run_and_do_what_they_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    names = run_samples(PAGE)
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


def test_the_inbox_handles_with_a_worker_with_asyncio_and_with_celery(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    names = run_samples(INBOX_PAGE)

    def deliver(application: Any, number: int) -> None:
        body = event_body(number, tag="Delivered")
        reply = application._endpoint.accept(delivery(body, headers=signed_headers(body, SECRET)))
        assert reply.status == 200

    deliver(names["application"], 1)
    assert names["worker"].run_once() == 1
    assert capsys.readouterr().out == "ZX1\n"

    async def work_until_empty() -> None:
        stop = asyncio.Event()
        working = asyncio.create_task(names["work"](stop))
        while list(names["inbox"].entries()):
            await asyncio.sleep(0.01)
        stop.set()
        await working

    deliver(names["application"], 2)
    asyncio.run(work_until_empty())
    assert capsys.readouterr().out == "ZX2\n"

    # Without a broker: the task runs when it is queued, and so do its retries.
    names["celery"].conf.task_always_eager = True
    deliver(names["celery_application"], 3)
    assert capsys.readouterr().out == "ZX3\n"
    deliver(names["celery_application"], 3)
    assert capsys.readouterr().out == ""
    failures = iter([ValueError("planned"), None])
    process = names["receiver"].process

    def fail_once(event: Any) -> Any:
        if error := next(failures):
            raise error
        return process(event)

    monkeypatch.setattr(names["receiver"], "process", fail_once)
    deliver(names["celery_application"], 4)
    assert capsys.readouterr().out == "ZX4\n"
    names["inbox"].close()
    names["store"].close()


def test_the_table_of_causes_is_what_the_doctor_says() -> None:
    text = (ROOT / "docs" / "webhooks.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", text.partition("| cause | what")[2], re.MULTILINE)
    sent = signed_event(SECRET)
    renamed = {
        name.replace("aftership-hmac", "x-aftership-hmac"): value for name, value in sent.headers.items()
    }
    cases = {
        "a framework": (json.dumps(json.loads(sent.body), indent=2).encode(), sent.headers, SECRET),
        "a proxy compressed": (zlib.compress(sent.body), sent.headers, SECRET),
        "the secret has a line break": (sent.body, sent.headers, f"{SECRET}\n"),
        "the secret has quotes": (sent.body, sent.headers, f'"{SECRET}"'),
        "the secret was changed": (sent.body, sent.headers, "another"),
        "a proxy or a sender renamed": (sent.body, renamed, SECRET),
    }
    found = {cause: said for cause, said in rows if not cause.startswith("---")}
    assert len(found) == len(cases)
    for begin, (body, headers, secret) in cases.items():
        (says,) = (said for cause, said in found.items() if cause.startswith(begin))
        findings = " ".join(finding.text for finding in diagnose(body, headers, secret))
        for part in re.split(r" Or: .*| \.\.\. ", says):
            assert part in findings, (says, findings)
