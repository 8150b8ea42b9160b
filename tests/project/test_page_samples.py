"""Every Python sample of README.md and docs/ passes a strict type checker, and is run by a test.

pyright reads the same modules, and the examples, against the installed wheel: `tests/project/check_wheel`.
"""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIServer

import httpx
import pytest

import aftership_tracking
from aftership_tracking import AfterShip
from aftership_tracking.mock import Mock
from aftership_tracking.testing import SECRET, signed_event
from docs_support.pages import ROOT, Sample, module_text, pages, read_programs, read_samples, write_modules
from docs_support.type_checker import check_types

# Who runs the samples of a page. Nothing else may have a sample.
RUN_BY = {
    "README.md": "tests/project/test_page_samples.py",
    "docs/authentication.md": "tests/mock/accounts/test_docs_authentication.py",
    "docs/calls.md": "tests/runtime/test_runtime_docs.py",
    "docs/csv.md": "tests/cli/csv/test_csv_page.py",
    "docs/couriers.md": "tests/couriers/test_docs_couriers.py",
    "docs/data-out.md": "tests/data_out/test_docs_data_out.py",
    "docs/errors.md": "tests/robustness/test_errors_page.py",
    "docs/inspecting.md": "tests/project/test_page_samples.py",
    "docs/connections.md": "tests/runtime/test_docs_connections.py",
    "docs/contacts.md": "tests/cli/test_contacts_page.py",
    "docs/limits.md": "tests/runtime/limits/test_limits_client.py",
    "docs/mcp.md": "tests/mcp_server/test_docs_mcp.py",
    "docs/migrate-data.md": "tests/migration/test_migration_function.py",
    "docs/mock.md": "tests/project/test_page_samples.py",
    "docs/oauth.md": "tests/oauth/test_docs_oauth.py",
    "docs/observing.md": "tests/runtime/observation/test_docs_observing.py",
    "docs/other-tools.md": "tests/exports/test_other_tools_page.py",
    "docs/reading.md": "tests/recipes/test_reading_docs.py",
    "docs/testing.md": "tests/testing/test_docs_testing.py",
    "docs/webhook-inbox.md": "tests/webhooks/test_docs.py",
    "docs/webhook-receivers.md": "tests/webhooks/test_docs.py",
    "docs/webhook-reference.md": "tests/project/test_page_samples.py",
    "docs/webhooks.md": "tests/project/test_page_samples.py",
    "docs/writing.md": "tests/recipes/test_writing_docs.py",
}
# Samples that say they are not run, as page and reason.
NOT_RUN: list[tuple[str, str]] = []


def test_samples_and_examples_pass_mypy(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    modules = write_modules(tmp_path)
    assert len(modules) >= 30
    done = check_types(pytestconfig, "mypy-of-pages", *modules, ROOT / "examples")
    assert done.returncode == 0, done.stdout + done.stderr
    # The same run refuses a wrong type, and names the line of the page.
    readme = tmp_path / "page_readme.py"
    text = readme.read_text("utf-8")
    planted = text.replace("limit=50", 'limit="50"')
    assert planted != text
    readme.write_text(planted, "utf-8")
    done = check_types(pytestconfig, "mypy-of-pages", readme)
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    line = next(number for number, one in enumerate(lines, 1) if "limit=50" in one)
    assert f'page_readme.py:{line}: error: Argument "limit"' in done.stdout


def test_every_page_with_samples_is_run() -> None:
    found = {str(page.relative_to(ROOT)) for page in pages() if read_samples(page)}
    assert found == set(RUN_BY)
    for page, test in RUN_BY.items():
        assert Path(page).name in (ROOT / test).read_text("utf-8")


def test_no_sample_is_overlooked() -> None:
    for page in pages():
        fences = re.findall(r"^ *```python", page.read_text("utf-8"), re.MULTILINE)
        assert len(read_samples(page)) == len(fences)


def test_samples_that_are_not_run() -> None:
    marked = [(one.page, one.not_run) for page in pages() for one in read_samples(page) if one.not_run]
    assert marked == NOT_RUN


def test_samples_do_not_guard_what_is_always_sent() -> None:
    always = "id|tag|tracking_number|checkpoints|created_at"
    guard = re.compile(rf"assert \w+(\.tracking)?\.({always})\b *($|#|is not)", re.MULTILINE)
    texts = [page.read_text("utf-8") for page in pages()]
    texts += [example.read_text("utf-8") for example in (ROOT / "examples").rglob("*.py")]
    assert [found.group() for text in texts for found in guard.finditer(text)] == []


def run(samples: list[Sample], names: dict[str, Any] | None = None) -> dict[str, Any]:
    names = {"__name__": "sample"} if names is None else names
    exec(compile(module_text(samples), samples[0].page, "exec"), names)
    return names


@pytest.fixture
def _calls_reach_a_mock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What a sample sends to the mock on port 4010 arrives at one in this process."""
    with httpx.Client(transport=Mock().transport()) as http:
        monkeypatch.setattr(
            aftership_tracking,
            "AfterShip",
            lambda **settings: AfterShip(**settings, http_client=http),
            raising=False,
        )
        yield


@pytest.mark.usefixtures("_calls_reach_a_mock")
def test_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    for samples in read_programs(ROOT / "README.md").values():
        run(samples)
    printed = capsys.readouterr().out
    assert "Pending" in printed
    assert "ITOD-3-6436426452526" in printed
    assert "4004" in printed


@pytest.mark.usefixtures("_calls_reach_a_mock")
def test_inspecting_runs() -> None:
    (samples,) = read_programs(ROOT / "docs" / "inspecting.md").values()
    names = run(samples)
    assert names["result"].status == 200
    assert not names["explanation"].ok


def test_mock_runs(capsys: pytest.CaptureFixture[str]) -> None:
    for samples in read_programs(ROOT / "docs" / "mock.md").values():
        run(samples)
    assert capsys.readouterr().out == "503\n"


def test_webhook_reference_runs() -> None:
    (samples,) = read_programs(ROOT / "docs" / "webhook-reference.md").values()
    names = run(samples)
    assert names["reply"].status == 200
    assert names["client"] == "aftership"


def test_webhooks_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    receiver, *others = read_programs(ROOT / "docs" / "webhooks.md").values()
    statuses: list[int] = []

    def serve_once(server: WSGIServer) -> None:
        """Instead of for ever: one delivery, which a thread sends."""

        def send() -> None:
            event = signed_event(tag="Delivered")
            url = f"http://127.0.0.1:{server.server_port}/"
            statuses.append(httpx.post(url, content=event.body, headers=dict(event.headers)).status_code)

        sender = threading.Thread(target=send)
        sender.start()
        try:
            server.handle_request()
        finally:
            sender.join()
            server.server_close()

    monkeypatch.setattr(WSGIServer, "serve_forever", serve_once)
    monkeypatch.setenv("AFTERSHIP_WEBHOOK_SECRET", SECRET)
    (sample,) = receiver
    # Any free port: another program may have 8080.
    exec(compile(sample.code.replace("8080", "0"), sample.page, "exec"), {"__name__": "sample"})
    assert statuses == [200]
    assert "delivered: " in capsys.readouterr().out
    for samples in others:
        run(samples)
    assert "tracking_update" in capsys.readouterr().out
