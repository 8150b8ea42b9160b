"""What the HTTP server cannot read gets the envelope of its version too, and never the server's own words."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from contract_support.document.installed import ReadOnce
from fire_support.gunner import read_response
from fire_support.judge import Response, complaints
from fire_support.target import Target, target
from patience import PATIENCE

NEWEST = ReadOnce.versions()[-1]
HEAD = b" HTTP/1.1\r\nhost: mock\r\nas-api-key: k\r\n"
LIST = b"/tracking/2024-04/trackings"
BODY = b'{"tracking_number":"PARCEL01","slug":"usps"}'


@pytest.fixture(scope="module")
def mock() -> Iterator[Target]:
    with target() as running:
        yield running


async def _send(mock: Target, raw: bytes) -> list[Response]:
    """Send raw bytes, and nothing after them; return all responses."""
    reader, writer = await asyncio.open_connection("127.0.0.1", mock.port, limit=2**20)
    found = []
    try:
        writer.write(raw)
        async with asyncio.timeout(PATIENCE):
            writer.write_eof()
            while (response := await read_response(reader, None)) is not None:
                found.append(response)
    finally:
        writer.close()
    return found


UNREADABLE = {
    "a method that nobody knows": (b"BREW " + LIST + HEAD + b"\r\n", 405, "2024-04"),
    "a method of WebDAV": (b"PROPFIND " + LIST + HEAD + b"\r\n", 405, "2024-04"),
    "a tunnel": (b"CONNECT " + LIST + HEAD + b"\r\n", 405, "2024-04"),
    "a tunnel to a host": (b"CONNECT host:443" + HEAD + b"\r\n", 400, NEWEST),
    "raw bytes in the path": (b"GET " + LIST + b"/\xc3\xa9" + HEAD + b"\r\n", 400, "2024-04"),
    "a long URL": (b"GET " + LIST + b"/" + b"a" * 70_000 + HEAD + b"\r\n", 431, "2024-04"),
    "a URL without an end": (b"GET " + LIST + b"/" + b"a" * 100_000, 431, "2024-04"),
    "a giant header": (b"GET " + LIST + HEAD + b"x: " + b"a" * 90_000 + b"\r\n\r\n", 431, "2024-04"),
    "many headers": (b"GET " + LIST + HEAD + b"x: y\r\n" * 12_000 + b"\r\n", 431, "2024-04"),
    "a broken header": (b"GET " + LIST + HEAD + b"no colon\r\n\r\n", 400, "2024-04"),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n", 400, NEWEST),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, NEWEST),
    "a broken chunk": (b"POST " + LIST + HEAD + b"transfer-encoding: chunked\r\n\r\nzz\r\n", 400, "2024-04"),
    "a body that ends early": (b"POST " + LIST + HEAD + b"content-length: 99\r\n\r\n{}", 400, "2024-04"),
    "two lengths": (
        b"POST " + LIST + HEAD + b"content-length: 1\r\ncontent-length: 2\r\n\r\n{}",
        400,
        "2024-04",
    ),
    "a path without a segment after the version": (b"GET /tracking/2024-04" + HEAD + b"\r\n", 404, "2024-04"),
    "the root": (b"GET /" + HEAD + b"\r\n", 404, NEWEST),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_it_gets_an_envelope(mock: Target, name: str) -> None:
    raw, status, version = UNREADABLE[name]
    (response,) = asyncio.run(_send(mock, raw))
    assert response.status == status
    assert response.headers["as-api-version"] == version
    assert response.headers["as-mock-hint"]
    assert complaints(response, None, None) == []


def test_what_came_before_gets_its_responses_first(mock: Target) -> None:
    good = b"GET " + LIST + HEAD + b"\r\n"
    found = asyncio.run(_send(mock, good * 3 + b"\x00\x01\r\n\r\n"))
    assert [response.status for response in found] == [200, 200, 200, 400]


@pytest.mark.parametrize("offer", [b"h2c", b"websocket", b"made-up"])
def test_a_body_beside_an_offer_of_another_protocol_is_read(mock: Target, offer: bytes) -> None:
    """The HTTP client of Java offers h2c with each first request."""
    path = b"/tracking/2026-07/trackings"
    head = b"POST " + path + HEAD.replace(b": k", b": " + offer) + b"connection: Upgrade, HTTP2-Settings\r\n"
    upgrade = b"upgrade: " + offer + b"\r\nhttp2-settings: AA\r\ncontent-length: %d\r\n\r\n" % len(BODY)
    created, listed = asyncio.run(
        _send(mock, head + upgrade + BODY + b"GET " + path + HEAD.replace(b": k", b": " + offer) + b"\r\n")
    )
    assert created.status == 201
    assert listed.status == 200
    assert b"PARCEL01" in listed.body


def test_a_body_of_10_megabytes_is_refused_and_the_connection_is_good_for_more(mock: Target) -> None:
    size = 10 * 1024 * 1024
    big = b"POST " + LIST + HEAD + b"content-length: %d\r\n\r\n" % size + b" " * size
    found = asyncio.run(_send(mock, big))
    assert [response.status for response in found] == [400]
    assert "limit" in found[0].headers["as-mock-hint"]
