"""CPU of the mock for one list over HTTP, beside a fixed response of the same size by uvicorn; and its start.

Prism 5 is measured beside it with the same document if it is in `node_modules` (`npm install --no-save
@stoplight/prism-cli@5`). Its lists are the example of the document, so it gets one of the same size.
"""

from __future__ import annotations

import json
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from aftership_tracking import documents
from benchmarks.figure import Figure

PRISM = Path(__file__).resolve().parents[1] / "node_modules" / ".bin" / "prism"
VERSION = "2026-07"
LIST = f"/tracking/{VERSION}/trackings?limit=20"
# Prism leaves out the path of the server.
PRISM_LIST = "/trackings?limit=20"
REQUESTS = 300
WARM_UP = 3
ROUNDS = 7
STARTS = 5
MOCK = (sys.executable, "-m", "aftership_tracking.cli", "mock", "--seed", "1")
FIXED = """
import sys, uvicorn
body = open(sys.argv[1], "rb").read()
headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
uvicorn.run(app, port=int(sys.argv[2]), log_level="error", access_log=False, lifespan="off")
"""


class Connection:
    """A connection that stays open, with as little work for the caller as possible."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, path: str) -> None:
        self._process = process
        self._port = port
        self._path = path
        end = time.monotonic() + 60
        while True:
            try:
                self._open()
                break
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.01)

    def _open(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self._port))
        self._file = self._socket.makefile("rb")

    def send(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """Send a request; return status and body."""
        head = f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nas-api-key: k\r\n"
        if body:
            head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
        self._socket.sendall(f"{head}\r\n".encode() + body)
        status, size = int(self._file.readline().split()[1]), 0
        while (line := self._file.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                size = int(value)
        return status, self._file.read(size)

    def cpu(self) -> float:
        """CPU seconds that the server has used, in all its threads that still run."""
        threads = Path(f"/proc/{self._process.pid}/task").glob("*/schedstat")
        return sum(int(each.read_text().split()[0]) for each in threads) / 1e9

    def seconds_of_a_list(self) -> float:
        # A server may have closed it while the others had their turn.
        self.close()
        self._open()
        before = self.cpu()
        for _ in range(REQUESTS):
            status, _ = self.send("GET", self._path)
            if status != 200:
                raise RuntimeError(f"a list got status {status}")
        return (self.cpu() - before) / REQUESTS

    def close(self) -> None:
        self._file.close()
        self._socket.close()


@contextmanager
def _server(command: Sequence[str], port: int, path: str = LIST) -> Iterator[Connection]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            connection = Connection(process, port, path)
            try:
                yield connection
            finally:
                connection.close()
        finally:
            process.send_signal(signal.SIGTERM)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def _fill(mock: Connection, count: int) -> bytes:
    """Create so many parcels on their way, and return what the list of them is."""
    for index in range(count):
        body = {
            "tracking_number": f"ITOD-{index % 5 + 1}-{index:05d}",
            "slug": "testing-courier",
            "title": f"Parcel {index}",
            "custom_fields": {"shop": "north"},
        }
        status, response = mock.send("POST", LIST.partition("?")[0], json.dumps(body).encode())
        if status != 201:
            raise RuntimeError(f"a create got {status}: {response[:200]!r}")
    # At their speed the parcels arrive at once.
    time.sleep(0.2)
    return mock.send("GET", LIST)[1]


def _prism(folder: Path, body: bytes, port: int) -> list[str]:
    """The command of Prism, with a document whose list has the same body as its example."""
    document: dict[str, Any] = json.loads(json.dumps(documents.document(VERSION)))
    responses = document["paths"]["/trackings"]["get"]["responses"]
    content = responses["200"]["content"]["application/json"]
    content.pop("examples", None)
    content["example"] = json.loads(body)
    path = folder / "document.json"
    path.write_text(json.dumps(document), "utf-8")
    return [str(PRISM), "mock", "--port", str(port), "-v", "fatal", str(path)]


def _seconds(count: int) -> dict[str, float]:
    """CPU seconds for each server and one list of so many trackings: the median of turns that alternate."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        port = _free_port()
        mock = stack.enter_context(_server([*MOCK, "--speed", "100000", "--port", str(port)], port))
        body = _fill(mock, count)
        (folder / "body.json").write_bytes(body)
        port = _free_port()
        fixed = [sys.executable, "-c", FIXED, str(folder / "body.json"), str(port)]
        servers = {"mock": mock, "uvicorn": stack.enter_context(_server(fixed, port))}
        if PRISM.exists():
            port = _free_port()
            servers["Prism 5"] = stack.enter_context(_server(_prism(folder, body, port), port, PRISM_LIST))
        taken: dict[str, list[float]] = {name: [] for name in servers}
        for turn in range(WARM_UP + ROUNDS):
            for name, server in servers.items():
                seconds = server.seconds_of_a_list()
                if turn >= WARM_UP:
                    taken[name].append(seconds)
    return {name: statistics.median(values) for name, values in taken.items()}


def _start() -> float:
    """CPU seconds of the command from its start to its first response."""
    taken = []
    for _ in range(STARTS):
        port = _free_port()
        with _server([*MOCK, "--port", str(port)], port) as mock:
            mock.send("GET", LIST)
            taken.append(mock.cpu())
    return statistics.median(taken)


def figures() -> list[Figure]:
    if not PRISM.exists():
        sys.stderr.write("Prism is not in node_modules, so the mock is measured without it.\n")
    found = []
    for count, what in ((20, "20 trackings"), (0, "no trackings")):
        seconds = _seconds(count)
        row = f"the mock: one list of {what} over HTTP, against a fixed response by uvicorn"
        base = seconds.pop("uvicorn")
        found += [Figure(row, name, each / base) for name, each in seconds.items()]
    row = "the mock: from its start to the first response, in seconds of CPU"
    found.append(Figure(row, "aftership mock", _start(), "under 1"))
    return found
