"""Servers of a feed, and the command that fetches it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fault_support.certificates import write_certificate
from fetch_support.feed import CONTENT
from fetch_support.servers import SftpServer, WebServer, response, sftp_server, web_server
from tests.cli.conftest import Run


@pytest.fixture(autouse=True)
def no_login(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AFTERSHIP_CSV_USER", "AFTERSHIP_CSV_PASSWORD", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return write_certificate(tmp_path_factory.mktemp("tls"), "127.0.0.1")


@pytest.fixture
def web(certificate: Any) -> Iterator[WebServer]:
    with web_server(certificate[1]) as served:
        served.responses["/feed.csv"] = response(CONTENT)
        yield served


@pytest.fixture
def fetch(run: Run, certificate: Any) -> Run:
    """The command, with the certificate of the server."""
    return lambda *arguments: run("csv", "fetch", *arguments, "--ca-file", certificate[0])


@pytest.fixture
def plain() -> Iterator[WebServer]:
    with web_server() as served:
        yield served


@pytest.fixture
def files(tmp_path: Path) -> Iterator[SftpServer]:
    folder = tmp_path / "remote"
    folder.mkdir()
    (folder / "feed.csv").write_bytes(CONTENT)
    with sftp_server(folder) as served:
        yield served


@pytest.fixture
def get(run: Run, files: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command, with the login and the host key of the server."""
    monkeypatch.setenv("AFTERSHIP_CSV_USER", "feed")
    monkeypatch.setenv("AFTERSHIP_CSV_PASSWORD", "correct")
    hosts = files.known_hosts(tmp_path / "hosts")
    return lambda *arguments: run("csv", "fetch", *arguments, "--known-hosts", hosts)
