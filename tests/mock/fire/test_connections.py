"""Many, slow and half-open connections, and the end of a busy mock."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket

from fire_support.gunner import read_response
from fire_support.target import Target, target
from patience import PATIENCE

GOOD = b"GET /tracking/2024-10/trackings HTTP/1.1\r\nhost: mock\r\nas-api-key: k\r\n\r\n"
POST = (
    b"POST /tracking/2024-10/trackings HTTP/1.1\r\nhost: mock\r\nas-api-key: k\r\ncontent-length: 50\r\n\r\n{"
)


async def _status(reader: asyncio.StreamReader) -> int | None:
    async with asyncio.timeout(PATIENCE):
        response = await read_response(reader, None)
        return None if response is None else response.status


async def _500_connections(mock: Target) -> None:
    opened = [await asyncio.open_connection("127.0.0.1", mock.port) for _ in range(500)]
    try:
        await _talk(opened)
    finally:
        for _, writer in opened:
            writer.close()


async def _talk(opened: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]) -> None:
    # Half of them say only a part of what they want, and keep waiting.
    for index, (_, writer) in enumerate(opened):
        writer.write(GOOD if index % 2 else (POST if index % 4 else GOOD[:30]))
    statuses = [await _status(reader) for reader, _ in opened[1::2]]
    assert statuses == [200] * 250
    late = [await _status(reader) for reader, _ in opened[::2]]
    assert late == [408] * 250


def test_500_connections_of_which_half_never_finish() -> None:
    with target(read_timeout=5.0) as mock:
        asyncio.run(_500_connections(mock))


async def _half_open(mock: Target) -> None:
    for sent, status in ((GOOD, 200), (POST, 400), (GOOD[:30], 400), (b"", None)):
        reader, writer = await asyncio.open_connection("127.0.0.1", mock.port)
        writer.write(sent)
        writer.write_eof()
        assert await _status(reader) == status
        assert await _status(reader) is None
        writer.close()


def test_a_caller_who_sends_no_more_gets_a_response() -> None:
    with target() as mock:
        asyncio.run(_half_open(mock))


async def _silent(mock: Target) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", mock.port)
    assert await _status(reader) is None
    writer.close()


def test_a_caller_who_says_nothing_is_disconnected() -> None:
    with target(read_timeout=1.0) as mock:
        asyncio.run(_silent(mock))


def test_a_mock_that_hangs_ends_on_sigterm() -> None:
    with target("hang") as mock, socket.create_connection(("127.0.0.1", mock.port)) as caller:
        caller.sendall(GOOD.replace(b"trackings", b"couriers"))
        caller.settimeout(0.5)
        with contextlib.suppress(TimeoutError):
            caller.recv(1)  # It hangs.
        mock.process.send_signal(signal.SIGTERM)
        assert mock.process.wait(PATIENCE) == 128 + signal.SIGTERM
