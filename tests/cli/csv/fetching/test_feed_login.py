"""`aftership csv fetch`: logins of https, and sftp."""

from __future__ import annotations

import base64
import gc
import stat
from pathlib import Path

import asyncssh
import pytest

from fetch_support.feed import CONTENT, LIMIT, OTHER
from fetch_support.servers import SftpServer, WebServer, response
from tests.cli.conftest import Run


class TestLogins:
    def expected(self, login: str = "feed:correct") -> str:
        return f"authorization: basic {base64.b64encode(login.encode()).decode()}".lower()

    def test_that_of_the_environment(
        self, web: WebServer, fetch: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        web.responses["/a.csv"] = response(b"", "302 Found", location="/feed.csv")
        monkeypatch.setenv("AFTERSHIP_CSV_USER", "feed")
        monkeypatch.setenv("AFTERSHIP_CSV_PASSWORD", "correct")
        assert fetch(f"{web.url}/a.csv").exit_code == 0
        assert all(self.expected() in head.lower() for head in web.requests)
        monkeypatch.delenv("AFTERSHIP_CSV_USER")
        result = fetch(f"{web.url}/a.csv")
        assert (result.exit_code, "AFTERSHIP_CSV_USER is not" in result.stderr) == (2, True)

    @pytest.mark.parametrize(
        ("user", "password", "said"),
        [
            ("feed:x", "correct", "The user name has a colon, which https cannot send."),
            ("fe\udcffed", "correct", "The user name or the password has bytes that are not UTF-8."),
            ("feed", "corr\udcffect", "The user name or the password has bytes that are not UTF-8."),
        ],
    )
    def test_a_login_that_cannot_be_sent(
        self, web: WebServer, fetch: Run, monkeypatch: pytest.MonkeyPatch, user: str, password: str, said: str
    ) -> None:
        monkeypatch.setenv("AFTERSHIP_CSV_USER", user)
        monkeypatch.setenv("AFTERSHIP_CSV_PASSWORD", password)
        result = fetch(f"{web.url}/feed.csv")
        assert (result.exit_code, result.stderr.startswith(said), web.requests) == (2, True, [])

    def test_that_of_a_profile_goes_to_its_own_server_only(
        self, web: WebServer, fetch: Run, run: Run, no_settings: Path
    ) -> None:
        for name, value in (("csv_host", "127.0.0.1"), ("csv_user", "feed")):
            assert run("config", "set", name, value).exit_code == 0
        assert run("config", "set", "csv_password", text="correct").exit_code == 0
        assert run("config", "set", "csv_password", "correct").exit_code == 2
        assert stat.S_IMODE(no_settings.stat().st_mode) == 0o600
        assert fetch(f"{web.url}/feed.csv").exit_code == 0
        assert self.expected() in web.requests.pop().lower()

        assert run("config", "set", "csv_host", "feeds.example.com").exit_code == 0
        assert fetch(f"{web.url}/feed.csv").exit_code == 0
        assert "authorization" not in web.requests.pop().lower()
        result = fetch(f"{web.url}/feed.csv", "--profile", "default")
        assert (result.exit_code, web.requests) == (2, [])
        assert "The profile default has no login for 127.0.0.1." in result.stderr
        assert fetch(f"{web.url}/feed.csv", "--profile", "other").exit_code == 2

    @pytest.mark.parametrize(
        ("status", "code", "said"),
        [
            ("401 Unauthorized", 3, "Set AFTERSHIP_CSV_USER and AFTERSHIP_CSV_PASSWORD."),
            ("403 Forbidden", 3, "status 403"),
            ("404 Not Found", 4, "status 404"),
            ("429 Too Many Requests", 5, "status 429"),
            ("500 Internal Server Error", 6, "status 500"),
            ("204 No Content", 1, "status 204"),
        ],
    )
    def test_what_the_server_says_has_its_code(
        self, web: WebServer, fetch: Run, status: str, code: int, said: str
    ) -> None:
        web.responses["/feed.csv"] = response(b"", status)
        result = fetch(f"{web.url}/feed.csv?token=secret")
        web.responses["/feed.csv?token=secret"] = response(b"", status)
        result = fetch(f"{web.url}/feed.csv?token=secret")
        assert (result.exit_code, said in result.stderr, "secret" in result.stderr) == (code, True, False)


class TestSftp:
    def test_the_file(self, files: SftpServer, get: Run, tmp_path: Path) -> None:
        assert get(f"{files.url}/feed.csv").stdout == "feed.csv: 36 bytes were fetched.\n"
        assert (tmp_path / "feed.csv").read_bytes() == CONTENT
        assert "unchanged since" in get(f"{files.url}/feed.csv").stdout
        assert get(f"{files.url}/~/feed.csv", "-o", "home.csv").exit_code == 0
        (files.folder / "a b").mkdir()
        (files.folder / "a b" / "ä.csv").write_bytes(OTHER)
        assert get(f"{files.url}/a%20b/%C3%A4.csv").exit_code == 0
        assert (tmp_path / "ä.csv").read_bytes() == OTHER

    def test_a_host_key_must_be_known(self, files: SftpServer, get: Run, run: Run, tmp_path: Path) -> None:
        (tmp_path / "empty").write_text("", "utf-8")
        others = files.known_hosts(tmp_path / "others", asyncssh.generate_private_key("ssh-ed25519"))
        for hosts in (
            ["--known-hosts", "nowhere"],
            ["--known-hosts", "empty"],
            ["--known-hosts", others],
            [],
        ):
            result = run("csv", "fetch", f"{files.url}/feed.csv", *hosts)
            assert result.exit_code == 6
            assert f"does not have the host key that 127.0.0.1 port {files.port} shows." in result.stderr
            assert f"ssh-keyscan -p {files.port} 127.0.0.1" in result.stderr
        assert files.users == []  # nobody got as far as a login
        (tmp_path / ".ssh").mkdir()
        files.known_hosts(tmp_path / ".ssh" / "known_hosts")
        assert run("csv", "fetch", f"{files.url}/feed.csv").exit_code == 0

    def test_settings_and_keys_of_ssh_are_left_alone(
        self, files: SftpServer, get: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A proxy command is a program, and a key that lies around was not named."""
        key = asyncssh.generate_private_key("ssh-ed25519")
        files.user_key = key
        (tmp_path / ".ssh").mkdir()
        key.write_private_key(str(tmp_path / ".ssh" / "id_ed25519"))
        (tmp_path / ".ssh" / "config").write_text("Host *\n  ProxyCommand touch ran\n  User other\n", "utf-8")
        monkeypatch.setenv("AFTERSHIP_CSV_PASSWORD", "wrong")
        result = get(f"{files.url}/feed.csv")
        assert (result.exit_code, result.stderr) == (3, "127.0.0.1 does not let feed in.\n")
        monkeypatch.delenv("AFTERSHIP_CSV_PASSWORD")
        assert get(f"{files.url}/feed.csv").exit_code == 2
        assert get(f"{files.url}/feed.csv", "--identity", tmp_path / ".ssh" / "id_ed25519").exit_code == 0
        assert get(f"{files.url}/feed.csv", "--identity", tmp_path / "hosts").exit_code == 2
        assert (set(files.users), (tmp_path / "ran").exists()) == ({"feed"}, False)

    def test_what_is_not_there(self, files: SftpServer, get: Run, run: Run) -> None:
        assert get(f"{files.url}/other.csv").exit_code == 4
        (files.folder / "folder").mkdir()
        assert get(f"{files.url}/folder").exit_code in (1, 6)
        assert get("sftp://127.0.0.1:9/feed.csv").exit_code == 6

    def test_the_size_is_limited_whatever_the_server_says(self, files: SftpServer, get: Run) -> None:
        (files.folder / "feed.csv").write_bytes(b"a" * (LIMIT + 1))
        result = get(f"{files.url}/feed.csv")
        assert (result.exit_code, "has 5,242,881 bytes" in result.stderr) == (1, True)
        files.lies_about_size = True
        result = get(f"{files.url}/feed.csv")
        assert (result.exit_code, "goes on after 5 MB" in result.stderr) == (1, True)

    @pytest.mark.usefixtures("small_heap")
    def test_a_slow_server_ends(self, files: SftpServer, get: Run, caplog: pytest.LogCaptureFixture) -> None:
        files.pause = 30.0
        result = get(f"{files.url}/feed.csv", "--timeout", "1")
        assert (result.exit_code, "did not respond within 1 seconds" in result.stderr) == (6, True)
        result = get(f"{files.url}/feed.csv", "--deadline", "2")
        assert (result.exit_code, "was not complete within 2 seconds" in result.stderr) == (6, True)
        # Without a handler Python prints such records: "Task exception was never retrieved".
        gc.collect()
        assert [record for record in caplog.records if record.name == "asyncio"] == []

    def test_without_a_login_or_the_package(
        self, files: SftpServer, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        result = run("csv", "fetch", f"{files.url}/feed.csv")
        assert (result.exit_code, result.stderr) == (2, "sftp needs a user name. Set AFTERSHIP_CSV_USER.\n")
        monkeypatch.setitem(__import__("sys").modules, "aftership_tracking.csv_files.fetching.sftp", None)
        result = run("csv", "fetch", f"{files.url}/feed.csv")
        assert (result.exit_code, "aftership-tracking-client[cli,sftp]" in result.stderr) == (2, True)
