"""CPU of the mock for one list over HTTP, beside Prism 5 and a fixed response of uvicorn; and its start.

Prism gets the same document. Its lists are the example of the document, so it gets the mock's list as one.
Code of Node is compiled while it runs, so servers are warmed up. Without npm there is no Prism, nor a figure.
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
from benchmarks import peers
from benchmarks.figure import Figure
from benchmarks.report import budgets

VERSION = "2026-07"
LIST = f"/tracking/{VERSION}/trackings?limit=20"
# Prism leaves out the path of the server.
PRISM_LIST = "/trackings?limit=20"
REQUESTS = 300
WARM_UP_SECONDS = 25.0
"""For each server."""
LISTS = {20: ("20 trackings", budgets.MOCK_LIST), 0: ("no trackings", budgets.MOCK_EMPTY_LIST)}
BESIDE_PRISM = "the mock: CPU of one list of {}, against Prism 5"
ROUNDS = 7
STARTS = 5
MOCK = (sys.executable, "-m", "aftership_tracking.cli", "mock", "--seed", "1")
_EMPTY = b'{"meta":{"code":200},"data":{"pagination":{},"trackings":[]}}'
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


def _prism(command: Path, folder: Path, body: bytes, port: int) -> list[str]:
    """The command of Prism, with a document whose list has the same body as its example."""
    document: dict[str, Any] = json.loads(json.dumps(documents.document(VERSION)))
    responses = document["paths"]["/trackings"]["get"]["responses"]
    content = responses["200"]["content"]["application/json"]
    content.pop("examples", None)
    content["example"] = json.loads(body)
    path = folder / "document.json"
    path.write_text(json.dumps(document), "utf-8")
    return [str(command), "mock", "--port", str(port), "-v", "fatal", str(path)]


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
        command = peers.prism()
        if command is not None:
            port = _free_port()
            prism = stack.enter_context(_server(_prism(command, folder, body, port), port, PRISM_LIST))
            servers["Prism 5"] = prism
            _check_size(prism.send("GET", PRISM_LIST)[1], body)
        for server in servers.values():
            end = time.monotonic() + WARM_UP_SECONDS
            while time.monotonic() < end:
                server.seconds_of_a_list()
        taken: dict[str, list[float]] = {name: [] for name in servers}
        for _ in range(ROUNDS):
            for name, server in servers.items():
                taken[name].append(server.seconds_of_a_list())
    return {name: statistics.median(values) for name, values in taken.items()}


def _check_size(given: bytes, wanted: bytes) -> None:
    """Refuse to compare responses of different sizes; the same value may be written with other spaces."""
    if not 0.9 * len(wanted) < len(given) < 1.1 * len(wanted):
        raise RuntimeError(
            f"Prism responded with {len(given)} bytes, the mock with {len(wanted)}: {given[:200]!r}"
        )


def _start(command: Sequence[str], path: str) -> tuple[float, float]:
    """CPU seconds and seconds of a command from its start to its first response."""
    port = int(command[command.index("--port") + 1])
    begun = time.monotonic()
    with _server(command, port, path) as server:
        server.send("GET", path)
        return server.cpu(), time.monotonic() - begun


def _starts() -> list[Figure]:
    """The start of the mock, and beside that of Prism in turns."""
    prism, ours, theirs = peers.prism(), [], []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(STARTS):
            ours.append(_start([*MOCK, "--port", str(_free_port())], LIST))
            if prism is not None:
                command = _prism(prism, Path(folder), _EMPTY, _free_port())
                theirs.append(_start(command, PRISM_LIST))
    row = "the mock: from its start to the first response, in seconds"
    cpu, seconds = (statistics.median(each) for each in zip(*ours, strict=True))
    found = [
        Figure(f"{row} of CPU", "aftership mock", cpu, budgets.MOCK_START),
        Figure(row, "aftership mock", seconds, budgets.MOCK_START),
    ]
    if theirs:
        others = statistics.median(each for _, each in theirs)
        found.append(Figure("the same, against Prism 5", "aftership mock", seconds / others))
    return found


def figures() -> list[Figure]:
    found = []
    for count, (what, budget) in LISTS.items():
        seconds = _seconds(count)
        row = f"the mock: one list of {what} over HTTP, against a fixed response by uvicorn"
        base = seconds.pop("uvicorn")
        found += [Figure(row, name, each / base) for name, each in seconds.items()]
        if "Prism 5" in seconds:
            ratio = seconds["mock"] / seconds["Prism 5"]
            found.append(Figure(BESIDE_PRISM.format(what), "mock", ratio, budget))
    return [*found, *_starts()]
