"""Environments that httpx dislikes: each either works, or gives one UsageError that names the variable."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import runtime_sample as sample

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.wire.certificates import read_certificates
from aftership_tracking.runtime.wire.proxies import ProxyTable, read_proxy_table
from fault_support.responses import envelope, reply, response
from fault_support.server import HostileServer

KEY = "asat_0123456789abcdef0123456789abcdef"
CA = "-----BEGIN CERTIFICATE-----\nnot base64\n-----END CERTIFICATE-----\n"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith("SSL"):
            monkeypatch.delenv(name)


def call_sync(base_url: str) -> str:
    with sample.Sample(KEY, base_url=base_url, max_retries=0, deadline=60) as client:
        return client.parcels.get("p1").id


def call_async(base_url: str) -> str:
    async def run() -> str:
        async with sample.AsyncSample(KEY, base_url=base_url, max_retries=0, deadline=60) as client:
            return (await client.parcels.get("p1")).id

    return asyncio.run(run())


CALLS = [call_sync, call_async]

# What a machine may have set -> it works all the same.
WORKS: dict[str, dict[str, str]] = {
    "network of IPv6 without a proxy": {"NO_PROXY": "fe80::/10"},
    "address of IPv6 in brackets": {"NO_PROXY": "[::1]"},
    "address of IPv6 with a port": {"NO_PROXY": "[::1]:8080,::1"},
    "several networks": {"no_proxy": "10.0.0.0/8, fd00::/8 ,localhost,.internal"},
    "nonsense": {"NO_PROXY": "http://[,:::,*.*,%,//,:80,[x]:y"},
    "everything": {"NO_PROXY": "*", "HTTP_PROXY": "http://127.0.0.1:1"},
    "this host": {"NO_PROXY": "fe80::/10,127.0.0.0/8", "HTTP_PROXY": "http://127.0.0.1:1"},
    "this host among words": {"NO_PROXY": "localhost 127.0.0.1", "HTTP_PROXY": "http://127.0.0.1:1"},
    "this host and port": {"NO_PROXY": "127.0.0.1:{port}", "HTTP_PROXY": "http://127.0.0.1:1"},
    "this host with a scheme": {"NO_PROXY": "http://127.0.0.1", "HTTP_PROXY": "http://127.0.0.1:1"},
    "bad proxy that is not needed": {"NO_PROXY": "127.0.0.1", "HTTP_PROXY": "nonsense://x:y:z"},
    "bad proxy of another scheme": {"HTTPS_PROXY": "socks://127.0.0.1:1080"},
    "empty proxies": {"HTTP_PROXY": "", "ALL_PROXY": " ", "HTTPS_PROXY": ""},
    "other proxies": {"FTP_PROXY": "ftp://127.0.0.1", "RSYNC_PROXY": "???"},
    "proxy of the official SDK, empty": {"AFTERSHIP_TRACKING_SDK_PROXY": " "},
    "netrc that is missing": {"NETRC": "/missing/netrc"},
    "empty certificates": {"SSL_CERT_FILE": "", "SSL_CERT_DIR": "", "SSLKEYLOGFILE": ""},
    "certificates of other programs": {"REQUESTS_CA_BUNDLE": "/missing", "CURL_CA_BUNDLE": "/missing"},
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("case", WORKS)
def test_environment_that_works(case: str, call: Callable[[str], str], monkeypatch: Any) -> None:
    body = envelope({"tracking": {"id": "p1"}})
    with HostileServer([reply(response(body))]) as server:
        for name, value in WORKS[case].items():
            monkeypatch.setenv(name, value.replace("{port}", server.address.rsplit(":", 1)[1]))
        assert call(server.address) == "p1"


# Settings -> the variable that the error names.
REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "scheme without support": ({"HTTP_PROXY": "socks4://127.0.0.1:1080"}, "HTTP_PROXY"),
    "scheme of GNOME": ({"ALL_PROXY": "socks://127.0.0.1:1080/"}, "ALL_PROXY"),
    "lower case": ({"http_proxy": "ftp://user:hunter22@127.0.0.1"}, "http_proxy"),
    "port that is not a number": ({"HTTP_PROXY": "http://127.0.0.1:hunter22"}, "HTTP_PROXY"),
    "no host": ({"HTTP_PROXY": "http://"}, "HTTP_PROXY"),
    "socks without its package": ({"HTTP_PROXY": "socks5://127.0.0.1:1080"}, "HTTP_PROXY"),
    "official SDK": (
        {"AFTERSHIP_TRACKING_SDK_PROXY": "x://user:hunter22@h"},
        "AFTERSHIP_TRACKING_SDK_PROXY",
    ),
    "missing file": ({"SSL_CERT_FILE": "/missing/ca.pem"}, "SSL_CERT_FILE"),
    "folder for a file": ({"SSL_CERT_FILE": "/"}, "SSL_CERT_FILE"),
    "file without certificates": ({"SSL_CERT_FILE": "{empty}"}, "SSL_CERT_FILE"),
    "damaged certificate": ({"SSL_CERT_FILE": "{damaged}"}, "SSL_CERT_FILE"),
    "missing folder": ({"SSL_CERT_DIR": "/missing"}, "SSL_CERT_DIR"),
    "log of keys": ({"SSLKEYLOGFILE": "/missing/keys"}, "SSLKEYLOGFILE"),
    "log of keys beside certificates": (
        {"SSLKEYLOGFILE": "/missing/keys", "SSL_CERT_DIR": "/"},
        "SSLKEYLOGFILE",
    ),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("case", REFUSED)
def test_environment_that_is_refused(
    case: str, call: Callable[[str], str], monkeypatch: Any, tmp_path: Path
) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "damaged").write_text(CA)
    settings, variable = REFUSED[case]
    for name, value in settings.items():
        monkeypatch.setenv(name, value.format(empty=tmp_path / "empty", damaged=tmp_path / "damaged"))
    with pytest.raises(UsageError, match=variable) as caught:
        call("http://127.0.0.1:1")
    assert "hunter22" not in str(caught.value)
    assert caught.value.hint
    assert caught.value.__context__ is None


@pytest.mark.parametrize("kind", [sample.Sample, sample.AsyncSample])
def test_prepare_finds_it_before_the_first_call(kind: Any, monkeypatch: Any) -> None:
    def prepare() -> None:
        client = kind(KEY, base_url="http://127.0.0.1:1")
        try:
            client.prepare()
            client.prepare()
        finally:
            if kind is sample.Sample:
                client.close()

    prepare()
    monkeypatch.setenv("HTTP_PROXY", "socks4://127.0.0.1:1080")
    with pytest.raises(UsageError, match="HTTP_PROXY"):
        prepare()


ROUTES = [
    # NO_PROXY, host, port, and whether it is covered
    ("example.com", "example.com", 443, True),
    ("example.com", "api.example.com", 443, True),
    ("example.com", "notexample.com", 443, False),
    (".example.com", "example.com", 443, False),
    (".example.com", "api.example.com", 443, True),
    ("*.example.com", "api.example.com", 443, True),
    ("EXAMPLE.com", "Example.COM.", 443, True),
    ("example.com:443", "example.com", 443, True),
    ("example.com:8443", "example.com", 443, False),
    ("https://example.com", "example.com", 443, True),
    ("http://example.com", "example.com", 443, False),
    ("10.0.0.0/8", "10.1.2.3", 443, True),
    ("10.0.0.0/8", "11.1.2.3", 443, False),
    ("10.0.0.0/8", "10.example.com", 443, False),
    ("10.1.2.3", "10.1.2.3", 443, True),
    ("fe80::/10", "fe80::1", 443, True),
    ("[fe80::]/10", "fe80::1", 443, True),
    ("fe80::/10", "10.1.2.3", 443, False),
    ("[::1]:443", "::1", 443, True),
    ("[::1]:80", "::1", 443, False),
    ("::1", "0:0::1", 443, True),
    ("", "example.com", 443, False),
    (".", "example.com", 443, False),
    ("*", "example.com", 443, True),
]


@pytest.mark.parametrize(("entry", "host", "port", "covered"), ROUTES)
def test_hosts_without_a_proxy(entry: str, host: str, port: int, covered: bool) -> None:
    table = ProxyTable({"all": ("http://user:hunter22@10.9.9.9:3128", "ALL_PROXY")}, (entry.lower(),))
    found = table.find("https", host, port)
    assert (found is None) is covered
    assert "hunter22" not in repr(table) + repr(found)


def test_proxy_of_the_scheme_comes_before_the_general_one(monkeypatch: Any) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5h://10.0.0.1")
    monkeypatch.setenv("https_proxy", "10.0.0.2:3128")
    table = read_proxy_table(None)
    https, http = table.find("https", "example.com", None), table.find("http", "example.com", None)
    assert https is not None
    assert http is not None
    assert (https.url, https.variable, https.address) == (
        "http://10.0.0.2:3128",
        "https_proxy",
        "10.0.0.2:3128",
    )
    assert (http.url, http.address) == ("socks5://10.0.0.1", "10.0.0.1:1080")


def test_certificates_of_the_environment_are_trusted(monkeypatch: Any) -> None:
    import certifi

    assert read_certificates() is True
    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())
    context = read_certificates()
    assert not isinstance(context, bool)
    assert context.cert_store_stats()["x509_ca"] > 10
