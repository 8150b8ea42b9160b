"""What the server of the mock writes to a connection, and when."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from uvicorn.server import ServerState

from aftership_tracking.mock import Mock
from aftership_tracking.mock.wire.http_server import MockProtocol, build_server
from contract_support.document.installed import ReadOnce

HEAD = b"%s /tracking/2026-07/trackings HTTP/1.1\r\nhost: mock\r\nas-api-key: k\r\n%s\r\n"
LIST = HEAD % (b"GET", b"")


class Wire(asyncio.Transport):
    """Keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.is_closed = False

    def write(self, data: Any) -> None:
        self.written.append(bytes(data))

    def close(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


class Line:
    """One connection to a mock, without a network."""

    def __init__(self, mock: Mock) -> None:
        config = build_server(mock, sets_up_logging=False).config
        config.load()
        self.wire = Wire()
        self.protocol = MockProtocol(config=config, server_state=ServerState(), app_state={})
        self.protocol.connection_made(self.wire)

    async def send(self, data: bytes) -> list[bytes]:
        self.wire.written.clear()
        self.protocol.data_received(data)
        await settle()
        return list(self.wire.written)


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture
def mock() -> Mock:
    return Mock(documents=ReadOnce)


def test_requests_in_one_piece_get_their_responses_in_their_order(mock: Mock) -> None:
    async def talk() -> None:
        both = b"".join(await Line(mock).send(LIST + LIST.replace(b"trackings", b"couriers")))
        assert both.count(b"HTTP/1.1 200 OK\r\n") == 2
        assert both.index(b'"trackings"') < both.index(b'"couriers"')

    asyncio.run(talk())


def test_a_caller_who_waits_for_permission_to_send_gets_it(mock: Mock) -> None:
    async def talk() -> None:
        line = Line(mock)
        body = b'{"tracking_number": "PARCEL0001", "slug": "usps"}'
        expecting = b"expect: 100-continue\r\ncontent-length: %d\r\n" % len(body)
        assert await line.send(HEAD % (b"POST", expecting)) == [b"HTTP/1.1 100 Continue\r\n\r\n"]
        assert b"".join(await line.send(body)).startswith(b"HTTP/1.1 201 ")

    asyncio.run(talk())


@pytest.mark.parametrize(("drop", "status"), [("during", b"HTTP/1.1 200 OK\r\n"), ("after", b"")])
def test_a_lost_connection_closes_behind_what_was_sent(mock: Mock, drop: Any, status: bytes) -> None:
    async def talk() -> None:
        line = Line(mock)
        mock.faults.add(drop=drop)
        written = b"".join(await line.send(LIST))
        assert written.startswith(status)
        assert bool(written) is bool(status)
        assert line.wire.is_closed
        line.protocol.connection_lost(None)
        await settle()

    asyncio.run(talk())


def test_who_left_before_the_mock_looked_is_not_served(mock: Mock) -> None:
    async def talk() -> None:
        line = Line(mock)
        line.protocol.data_received(LIST)
        line.protocol.connection_lost(None)
        await settle()
        assert (len(mock.journal), line.wire.written) == (0, [])

    asyncio.run(talk())


def test_a_body_is_read_whether_it_comes_at_once_or_later(mock: Mock) -> None:
    async def talk() -> None:
        body = b'{"tracking_number": "PARCEL%04d", "slug": "usps"}'
        for number, at in enumerate((0, 5, len(body))):
            line, sent = Line(mock), body % number
            request = HEAD % (b"POST", b"content-length: %d\r\n" % len(sent)) + sent
            cut = len(request) - at
            assert await line.send(request[:cut]) == [] or not at
            written = line.wire.written if not at else await line.send(request[cut:])
            assert b"".join(written).startswith(b"HTTP/1.1 201 "), at

    asyncio.run(talk())
