"""`aftership csv fetch`: addresses, redirects, certificates, and options without effect."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking.csv_files.fetching.address import read_address
from fault_support.certificates import write_certificate
from fetch_support.feed import CONTENT
from fetch_support.servers import WebServer, response, web_server
from tests.cli.conftest import Run

REPOSITORY = Path(__file__).resolve().parents[4]


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
