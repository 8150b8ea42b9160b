"""`python -m examples.partner_app`: one command, which starts a mock and ends it."""

from __future__ import annotations

import re
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from docs_support.pages import ROOT
from patience import PATIENCE, wait_until
from receiver_support.redis_server import free_port
from tests.oauth.conftest import COMMAND, write_apps


def responds(url: str) -> bool:
    try:
        return httpx.get(url, timeout=PATIENCE).status_code == 200
    except httpx.ConnectError:
        return False


def test_one_command_runs_app_and_mock_and_ends_both(tmp_path: Path) -> None:
    apps, tokens = write_apps(tmp_path, free_port()), tmp_path / "tokens.db"
    command = [*COMMAND, "--apps", str(apps), "--tokens", str(tokens)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline().startswith("AFTERSHIP_BASE_URL is not set: a mock was started")
            line = process.stdout.readline()
            found = re.fullmatch(r"The partner app is at (\S+)/, the mock at (\S+)/_mock/\n", line)
            assert found is not None, line
            home, mock = found.groups()
            wait_until(lambda: responds(home), "the partner app responds")
            assert "I am anna" in httpx.get(home, timeout=PATIENCE).text
            [app] = httpx.get(f"{mock}/_mock/oauth", timeout=PATIENCE).json()["apps"]
            assert app["app_url"] == f"{home}/install"
            assert stat.S_IMODE(tokens.stat().st_mode) == 0o600
        finally:
            process.terminate()
            process.wait(PATIENCE)
    assert process.returncode == 0
    with closing(httpx.Client(timeout=PATIENCE)) as client, pytest.raises(httpx.ConnectError):
        client.get(mock)


def test_a_file_that_is_not_right_ends_it_in_a_sentence(tmp_path: Path) -> None:
    apps = write_apps(tmp_path, free_port())
    apps.write_text(apps.read_text("utf-8").replace("client_id", "client_ids"), "utf-8")
    done = subprocess.run(
        [*COMMAND, "--apps", str(apps)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 1
    assert "there is no field 'client_ids'; did you mean client_id?" in done.stderr
    assert done.stderr.endswith("The mock did not start.\n")
    assert "Traceback" not in done.stderr


def test_a_missing_package_is_said_with_the_command_that_installs_it() -> None:
    program = (
        "import runpy, sys; sys.modules['fastapi'] = None; "
        "runpy.run_module('examples.partner_app', run_name='__main__')"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "pip install fastapi uvicorn" in ended.stderr
    assert "Traceback" not in ended.stderr
