"""`aftership csv fetch` against real servers on loopback: https with a certificate of its own, http, sftp."""

from __future__ import annotations

import asyncio
import base64
import gc
import json
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from aftership_tracking.csv_files.fetching.address import read_address
from fault_support.certificates import write_certificate
from fetch_support.servers import (
    SftpServer,
    WebServer,
    Writer,
    response,
    sftp_server,
    web_server,
)
from tests.cli.conftest import Run

REPOSITORY = Path(__file__).resolve().parents[3]
CONTENT = b"tracking_number,courier\r\n1Z999,ups\r\n"
OTHER = b"tracking_number,courier\r\n1Z998,ups\r\n"
LIMIT = 5 * 1024 * 1024


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


class TestWhatIsWritten:
    def test_the_file_once_and_again_only_when_it_changed(
        self, web: WebServer, fetch: Run, tmp_path: Path
    ) -> None:
        first = fetch(f"{web.url}/feed.csv")
        assert (first.exit_code, first.stdout) == (0, "feed.csv: 36 bytes were fetched.\n")
        assert (tmp_path / "feed.csv").read_bytes() == CONTENT
        when = (tmp_path / "feed.csv").stat().st_mtime_ns

        second = fetch(f"{web.url}/feed.csv")
        assert second.exit_code == 0
        assert "feed.csv: unchanged since 20" in second.stdout
        assert (tmp_path / "feed.csv").stat().st_mtime_ns == when

        web.responses["/feed.csv"] = response(OTHER)
        assert "36 bytes were fetched" in fetch(f"{web.url}/feed.csv").stdout
        assert (tmp_path / "feed.csv").read_bytes() == OTHER
        assert sorted(path.name for path in tmp_path.glob("*feed*")) == [".feed.csv.fetched.json", "feed.csv"]

    def test_a_file_that_was_taken_away_is_not_written_again_unless_requested(
        self, web: WebServer, fetch: Run, tmp_path: Path
    ) -> None:
        fetch(f"{web.url}/feed.csv")
        (tmp_path / "feed.csv").unlink()
        again = fetch(f"{web.url}/feed.csv")
        assert (again.exit_code, again.stderr) == (0, "feed.csv is not there any more; --again writes it.\n")
        assert fetch(f"{web.url}/feed.csv", "--again").exit_code == 0
        assert (tmp_path / "feed.csv").read_bytes() == CONTENT

    def test_json(self, web: WebServer, fetch: Run, tmp_path: Path) -> None:
        results = [
            json.loads(fetch(f"{web.url}/feed.csv?token=abc", "-o", "in.csv", "--json").stdout)
            for web.responses["/feed.csv?token=abc"] in (response(CONTENT), response(CONTENT))
        ]
        assert [one["result"] for one in results] == ["fetched", "unchanged"]
        assert {**results[1], "result": "fetched"} == results[0]
        assert results[0]["source"] == f"{web.url}/feed.csv"
        state = (tmp_path / ".in.csv.fetched.json").read_text("utf-8")
        assert "token" not in state
        assert results[0]["sha256"] in state
        assert fetch(f"{web.url}/feed.csv?token=abc", "-o", "in.csv", "--fields", "result").exit_code == 0

    def test_a_failure_leaves_file_and_state_as_they_were(
        self, web: WebServer, fetch: Run, tmp_path: Path
    ) -> None:
        fetch(f"{web.url}/feed.csv")
        before = {path: path.read_bytes() for path in tmp_path.glob("*feed*")}
        for broken in (
            response(OTHER, length=len(OTHER) + 1),
            response(b""),
            response(b" \r\n"),
            response(b"\xef\xbb\xbf\n<!DOCTYPE html><html>Log in</html>"),
            response(b'<?xml version="1.0"?>\n<!-- a, <b> -->\n<!doctype HTML>'),
            response("\ufeff<html>".encode("utf-16-le")),
            response("\ufeff<html>".encode("utf-16-be")),
            response(b"no", "503 Service Unavailable"),
        ):
            web.responses["/feed.csv"] = broken
            assert fetch(f"{web.url}/feed.csv").exit_code != 0
        assert {path: path.read_bytes() for path in tmp_path.glob("*feed*")} == before

    def test_a_state_that_is_not_one_is_named(self, web: WebServer, fetch: Run, tmp_path: Path) -> None:
        right = {"sha256": "0" * 64, "bytes": 1, "source": "s", "fetched_at": "2026-01-01T00:00:00+00:00"}
        wrong = [{**right, name: value} for name in right for value in (1.5, True, None, [], {}, "\x1b[2J")]
        wrong += [{**right, "bytes": -1}, {**right, "fetched_at": "2026-01-01T00:00:00"}]
        # What the state of a source is, is not looked at: it is shown as JSON only.
        wrong.remove({**right, "source": "\x1b[2J"})
        for text in ("{", "{}", "[]", "[" * 100_000, *map(json.dumps, wrong)):
            (tmp_path / "state").write_text(text, "utf-8")
            result = fetch(f"{web.url}/feed.csv", "--state", "state")
            assert (result.exit_code, web.requests) == (1, [])
            assert result.stderr.startswith("The state file state is not a state of csv fetch. Remove it;")

    def test_the_state_is_not_the_file_itself(self, web: WebServer, fetch: Run, tmp_path: Path) -> None:
        result = fetch(f"{web.url}/feed.csv", "--state", tmp_path / "x" / ".." / "feed.csv")
        assert (result.exit_code, result.stderr) == (
            2,
            "The state file is the fetched file itself. Name another one.\n",
        )
        assert web.requests == []

    def test_a_folder_that_is_not_there(self, web: WebServer, fetch: Run) -> None:
        result = fetch(f"{web.url}/feed.csv", "-o", "nowhere/feed.csv")
        assert (result.exit_code, "nowhere/feed.csv cannot be written: No such file" in result.stderr) == (
            1,
            True,
        )

    @pytest.mark.parametrize("path", ["/", "/?a=1", "/feeds/", "/.hidden", "/%2e%2e", "/a%2Fb%00"])
    def test_a_name_that_is_not_good_for_a_file_is_not_used(
        self, web: WebServer, fetch: Run, path: str
    ) -> None:
        result = fetch(f"{web.url}{path}")
        assert result.exit_code == 2
        assert web.requests == []


class TestLimits:
    def test_a_size_that_is_announced_is_refused_unread(self, web: WebServer, fetch: Run) -> None:
        web.responses["/feed.csv"] = response(b"a", length=LIMIT + 1)
        result = fetch(f"{web.url}/feed.csv")
        assert result.exit_code == 1
        assert "/feed.csv has 5,242,881 bytes, and the limit is 5 MB. Split the file." in result.stderr

    def test_a_stream_without_end_is_cut(self, web: WebServer, fetch: Run) -> None:
        sent = 0

        async def without_end(writer: Writer) -> None:
            nonlocal sent
            writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
            # With an end after all: a TLS connection whose client has left may take everything.
            while sent < 4 * LIMIT:
                writer.write(b"1Z999,ups\r\n" * 1000)
                await writer.drain()
                sent += 11_000

        web.responses["/feed.csv"] = without_end
        result = fetch(f"{web.url}/feed.csv")
        assert (result.exit_code, "goes on after 5 MB" in result.stderr) == (1, True)
        assert sent < 4 * LIMIT  # what the buffers of the connection hold

    def test_five_megabytes_are_taken(self, web: WebServer, fetch: Run, tmp_path: Path) -> None:
        web.responses["/feed.csv"] = response(b"a" * LIMIT)
        assert fetch(f"{web.url}/feed.csv").exit_code == 0
        assert (tmp_path / "feed.csv").stat().st_size == LIMIT

    def test_nothing_compressed_is_taken(self, web: WebServer, fetch: Run) -> None:
        web.responses["/feed.csv"] = response(CONTENT, content_encoding="gzip")
        assert "sends a compressed file" in fetch(f"{web.url}/feed.csv").stderr
        assert "accept-encoding: identity\r\n" in web.requests[0].lower()

    @pytest.mark.parametrize("drip", [b"HTTP/1.1 200 OK\r\nx: ", b"HTTP/1.1 200 OK\r\n\r\n"])
    def test_a_drip_ends_at_the_deadline(self, web: WebServer, fetch: Run, drip: bytes) -> None:
        """In the head of the response too, where each wait is short."""

        async def drop_by_drop(writer: Writer) -> None:
            writer.write(drip)
            while True:
                writer.write(b"a")
                await writer.drain()
                await asyncio.sleep(0.05)

        web.responses["/feed.csv"] = drop_by_drop
        result = fetch(f"{web.url}/feed.csv", "--deadline", "1")
        assert result.exit_code == 6
        assert "/feed.csv was not complete within 1 seconds." in result.stderr

    def test_silence_ends_at_the_timeout(self, web: WebServer, fetch: Run) -> None:
        async def silent(writer: Writer) -> None:
            await asyncio.Event().wait()

        web.responses["/feed.csv"] = silent
        result = fetch(f"{web.url}/feed.csv", "--timeout", "0.5")
        assert (result.exit_code, "did not respond within 0.5 seconds" in result.stderr) == (6, True)


class TestWhereTheRequestGoes:
    def test_a_redirect_on_the_same_server_is_followed(
        self, web: WebServer, fetch: Run, tmp_path: Path
    ) -> None:
        web.responses["/a.csv"] = response(b"", "302 Found", location="b.csv")
        web.responses["/b.csv"] = response(b"", "308 Permanent Redirect", location=f"{web.url}/feed.csv")
        assert fetch(f"{web.url}/a.csv").exit_code == 0
        assert (tmp_path / "a.csv").read_bytes() == CONTENT

    def test_one_to_another_server_is_not(self, web: WebServer, plain: WebServer, fetch: Run) -> None:
        plain.responses["/feed.csv"] = response(CONTENT)
        port = plain.url.rpartition(":")[2]
        for location in (
            f"{plain.url}/feed.csv",  # without encryption
            f"//localhost:{port}/feed.csv",
            f"https://127.0.0.1:{port}/feed.csv",
            f"{web.url.replace('127.0.0.1', 'localhost')}/feed.csv",
            f"{web.url.replace('//', '//feed:secret@')}/feed.csv",
            "ftp://127.0.0.1/feed.csv",
            "file:///etc/passwd",
            "https://[/",
        ):
            web.responses["/a.csv"] = response(b"", "302 Found", location=location)
            result = fetch(f"{web.url}/a.csv")
            assert result.exit_code == 1, location
            assert "secret" not in result.stderr
        assert (plain.requests, {head.split()[1] for head in web.requests}) == ([], {"/a.csv"})

    def test_a_circle_ends(self, web: WebServer, fetch: Run) -> None:
        web.responses["/a.csv"] = response(b"", "302 Found", location="/a.csv")
        result = fetch(f"{web.url}/a.csv")
        assert (result.exit_code, "redirects more than 5 times" in result.stderr) == (1, True)
        assert len(web.requests) == 6

    def test_a_certificate_that_nobody_knows_is_refused(self, web: WebServer, run: Run) -> None:
        result = run("csv", "fetch", f"{web.url}/feed.csv")
        assert result.exit_code == 6
        assert "The certificate of 127.0.0.1 is not trusted: self-signed certificate." in result.stderr
        assert web.requests == []

    def test_a_certificate_of_another_name_is_refused(self, run: Run, tmp_path: Path) -> None:
        authority, context = write_certificate(tmp_path, "feeds.example.com")
        with web_server(context) as served:
            result = run("csv", "fetch", f"{served.url}/feed.csv", "--ca-file", authority)
            assert (result.exit_code, served.requests) == (6, [])
            assert "is not trusted: IP address mismatch" in result.stderr

    def test_the_environment_names_certificates(
        self, web: WebServer, run: Run, certificate: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        assert run("csv", "fetch", f"{web.url}/feed.csv").exit_code == 0

    def test_certificates_that_are_not_there(
        self, web: WebServer, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", "nowhere.pem")
        for more in ([], ["--ca-file", "other.pem"]):
            result = run("csv", "fetch", f"{web.url}/feed.csv", *more)
            assert (result.exit_code, web.requests) == (2, [])
            assert (more[1] if more else "SSL_CERT_FILE") in result.stderr

    def test_http_of_this_machine_needs_no_proxy(
        self, plain: WebServer, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        plain.responses["/feed.csv"] = response(CONTENT)
        assert run("csv", "fetch", f"{plain.url}/feed.csv").exit_code == 0

    @pytest.mark.parametrize(
        ("url", "said"),
        [
            ("http://feeds.example.com/a.csv", "http is refused: it can be read and changed on the way."),
            ("http://127.0.0.1.example.com/a.csv", "http is refused"),
            ("ftp://feeds.example.com/a.csv", "ftp is refused"),
            ("file:///etc/passwd", "file is not supported."),
            ("feeds.example.com/a.csv", "The address has no scheme."),
            ("https:///a.csv", "The address names no host."),
            ("https://feeds.example.com", "The address names no file."),
            ("https://feeds.example.com:x/a.csv", "The address is not a URL."),
            ("https://user:secret@feeds.example.com/a.csv", "The address has a user name or a password"),
            ("sftp://user@feeds.example.com/a.csv", "The address has a user name or a password"),
            ("https://feeds.example.com\\@other.example.com/a.csv", "The address has a space, a backslash"),
            ("https://feeds.example.com/a b.csv", "The address has a space"),
        ],
    )
    def test_addresses_that_are_refused(self, run: Run, url: str, said: str) -> None:
        result = run("csv", "fetch", url, "-o", "out.csv")
        assert result.exit_code == 2
        assert result.stderr.startswith(said)
        assert "secret" not in result.stderr

    @pytest.mark.parametrize("host", ["xn--", "a" * 64, "\udcff"])
    @pytest.mark.parametrize("scheme", ["https", "sftp"])
    def test_names_that_no_host_can_have(self, get: Run, run: Run, scheme: str, host: str) -> None:
        command = get if scheme == "sftp" else lambda *arguments: run("csv", "fetch", *arguments)
        result = command(f"{scheme}://{host}/a.csv")
        assert result.exit_code in (2, 6)
        assert len(result.stderr.splitlines()) == 1

    def test_a_redirect_to_a_name_that_no_host_can_have(self, web: WebServer, fetch: Run) -> None:
        web.responses["/a.csv"] = response(b"", "302 Found", location="https://xn--/b.csv")
        result = fetch(f"{web.url}/a.csv")
        assert (result.exit_code, len(result.stderr.splitlines())) == (6, 1)

    def test_many_comments_are_looked_through_once(self, web: WebServer, fetch: Run) -> None:
        web.responses["/feed.csv"] = response(b"<!-- -->" * 8_000 + b"a")
        assert fetch(f"{web.url}/feed.csv").exit_code == 0

    def test_times_are_numbers(self, web: WebServer, fetch: Run) -> None:
        for option in ("--timeout", "--deadline"):
            result = fetch(f"{web.url}/feed.csv", option, "nan")
            assert (result.exit_code, f"{option} must be a number of seconds" in result.stderr) == (2, True)
        assert web.requests == []


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


@pytest.mark.parametrize(
    ("url", "option"),
    [
        ("https://127.0.0.1/a.csv", "--known-hosts"),
        ("https://127.0.0.1/a.csv", "--identity"),
        ("sftp://127.0.0.1/a.csv", "--ca-file"),
        ("http://127.0.0.1/a.csv", "--ca-file"),
    ],
)
def test_an_option_without_effect_is_refused(run: Run, url: str, option: str) -> None:
    result = run("csv", "fetch", url, option, "file")
    assert (result.exit_code, result.stderr.startswith(f"{option} has an effect only with")) == (2, True)


def test_the_lines_of_the_page_are_commands(run: Run) -> None:
    text = (REPOSITORY / "docs" / "csv-fetch.md").read_text("utf-8")
    lines = re.findall(r"aftership csv fetch (\S+://\S+)([^&\n`]*)", text)
    assert len(lines) == 4
    page = run("csv", "fetch", "--help").stdout
    for url, options in lines:
        assert read_address(url).file_name == "shipments.csv"
        assert [option for option in options.split() if option.startswith("-") and option not in page] == []
    for option in set(re.findall(r"--[a-z][a-z-]+", text.partition("## Every morning")[0])) - {"--keyring"}:
        assert option in page
