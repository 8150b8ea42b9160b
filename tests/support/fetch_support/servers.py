"""A server of https whose responses a test writes, and a server of sftp."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh

Writer = asyncio.StreamWriter
Respond = Callable[[Writer], Awaitable[None]]
HOST = "127.0.0.1"


@contextmanager
def in_loop(start: Callable[[], Coroutine[Any, Any, Any]]) -> Iterator[tuple[asyncio.AbstractEventLoop, Any]]:
    """A loop in a thread of its own, with a server that `start` returns."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        server = asyncio.run_coroutine_threadsafe(start(), loop).result()
        yield loop, server
        asyncio.run_coroutine_threadsafe(_end(server), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(server: Any) -> None:
    server.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def response(body: bytes, status: str = "200 OK", *, length: int | None = None, **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body) if length is None else length}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "connection: close", "", ""]).encode() + body


@dataclass
class WebServer:
    """What it responds, by path; a path that it does not know is a 404."""

    url: str = ""
    responses: dict[str, bytes | Respond] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    """The heads of the requests, as they came in."""

    async def handle(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.requests.append(head)
            path = head.split(" ")[1]
            found = self.responses.get(path, response(b"no", "404 Not Found"))
            if isinstance(found, bytes):
                writer.write(found)
            else:
                await found(writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client has left
        finally:
            writer.close()


@contextmanager
def web_server(context: ssl.SSLContext | None = None) -> Iterator[WebServer]:
    served = WebServer()

    async def start() -> asyncio.Server:
        return await asyncio.start_server(served.handle, HOST, 0, ssl=context)

    with in_loop(start) as (_, server):
        scheme = "https" if context else "http"
        served.url = f"{scheme}://{HOST}:{server.sockets[0].getsockname()[1]}"
        yield served


class _Users(asyncssh.SSHServer):
    def __init__(self, served: SftpServer) -> None:
        self._served = served

    def begin_auth(self, username: str) -> bool:
        self._served.users.append(username)
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("feed", "correct")

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        wanted = self._served.user_key
        return username == "feed" and wanted is not None and key.public_data == wanted.public_data


class _Files(asyncssh.SFTPServer):
    """Reading is as slow as the test wants, and stat says what the test wants."""

    served: SftpServer

    def open(self, *arguments: Any) -> Any:
        file = super().open(*arguments)
        self.served.opened.append(file)
        return file

    async def read(self, file_obj: Any, offset: int, size: int) -> bytes:
        await asyncio.sleep(self.served.pause)
        return super().read(file_obj, offset, size)  # type: ignore[return-value]

    def fstat(self, file_obj: Any) -> Any:
        found = super().fstat(file_obj)
        return asyncssh.SFTPAttrs(size=1) if self.served.lies_about_size else found


@dataclass
class SftpServer:
    """A server of one folder. The user is `feed`, the password `correct`."""

    folder: Path
    host_key: asyncssh.SSHKey = field(default_factory=lambda: asyncssh.generate_private_key("ssh-ed25519"))
    user_key: asyncssh.SSHKey | None = None
    port: int = 0
    pause: float = 0.0
    lies_about_size: bool = False
    users: list[str] = field(default_factory=list)
    opened: list[Any] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"sftp://{HOST}:{self.port}"

    def known_hosts(self, path: Path, key: asyncssh.SSHKey | None = None) -> Path:
        """Write the file in which a client knows the server, or somebody with another key."""
        public = (key or self.host_key).export_public_key().decode()
        path.write_text(f"[{HOST}]:{self.port} {public}", "utf-8")
        return path


@contextmanager
def sftp_server(folder: Path) -> Iterator[SftpServer]:
    served = SftpServer(folder)

    def files(channel: Any) -> asyncssh.SFTPServer:
        made = _Files(channel, chroot=str(folder).encode())
        made.served = served
        return made

    async def start() -> Any:
        return await asyncssh.create_server(
            lambda: _Users(served), HOST, 0, server_host_keys=[served.host_key], sftp_factory=files
        )

    with in_loop(start) as (_, server):
        served.port = server.get_port()
        yield served
    for file in served.opened:
        file.close()  # a client that leaves early does not
