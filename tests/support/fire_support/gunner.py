"""Sends shots over many connections at once, with a watchdog, and lets each response be judged."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from fire_support.judge import Response, complaints
from fire_support.shots import Shot, shot
from fire_support.target import READ_TIMEOUT, Target
from patience import PATIENCE

CONNECTIONS = 40
WATCHDOG = PATIENCE
MOST_FINDINGS = 20


@dataclass
class Report:
    """What became of the shots. A finding has the number of its shot, so that it can be repeated."""

    seed: int
    kinds: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    silent: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    has_hung: bool = False

    def add(self, one: Shot, wrong: str) -> None:
        again = f"python -m tests.mock.fire --seed {self.seed} --only {one.number}"
        self.findings.append(f"{one.kind}: {wrong}\n  {one.raw[:300]!r}\n  again: {again}")


async def fire(target: Target, seed: int, numbers: range, *, watchdog: float = WATCHDOG) -> Report:
    """Send the shots of some numbers; memory is noted ten times on the way.

    After the first shot that does not end within `watchdog` seconds, no more are sent.
    """
    report = Report(seed)
    waiting = iter(numbers)
    every = max(1, len(numbers) // 10)

    async def work() -> None:
        for number in waiting:
            if report.has_hung or len(report.findings) >= MOST_FINDINGS:
                return
            one = shot(seed, number)
            report.kinds[one.kind] += 1
            try:
                async with asyncio.timeout(watchdog):
                    await _send(target.port, one, report)
            except TimeoutError:
                report.add(one, f"no end within {watchdog:g} s")
                report.has_hung = True
            if number % every == every - 1:
                report.memory.append(target.memory())

    async with asyncio.TaskGroup() as group:
        for _ in range(CONNECTIONS):
            group.create_task(work())
    return report


async def _send(port: int, one: Shot, report: Report) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    try:
        await _exchange(reader, writer, one, report)
    except EOFError as error:
        report.add(one, str(error))
    finally:
        writer.close()


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, one: Shot, report: Report
) -> None:
    try:
        writer.write(one.raw)
        await writer.drain()
        if one.requests is None and not one.stops:
            writer.write_eof()
    except OSError:
        # The mock may close before it has read all of what it refuses.
        pass
    begun = asyncio.get_running_loop().time()
    if one.requests is not None:
        for method, path in one.requests:
            response = await read_response(reader, method)
            if response is None:
                report.add(one, "the connection ended without a response")
                return
            _judge(one, response, method, path, report)
        return
    count = 0
    while (
        response := await read_response(reader, "HEAD" if one.raw.startswith(b"HEAD ") else None)
    ) is not None:
        count += 1
        _judge(one, response, None, None, report, is_known=response.status < 400)
    if one.stops and asyncio.get_running_loop().time() - begun < READ_TIMEOUT / 2 and not count:
        report.add(one, "a slow caller was cut off at once")
    if not count:
        report.silent[one.kind] += 1


def _judge(
    one: Shot,
    response: Response,
    method: str | None,
    path: str | None,
    report: Report,
    *,
    is_known: bool = False,
) -> None:
    report.statuses[response.status] += 1
    if is_known:
        # A good request after all: which one, only the mock knows.
        return
    for wrong in complaints(response, method, path):
        report.add(one, f"{response.status} {method or ''} {(path or '')[:120]}: {wrong}")


async def read_response(reader: asyncio.StreamReader, method: str | None) -> Response | None:
    """Read one response; None at the end of the connection.

    Raises:
        EOFError: the connection ends inside of a response, or the response is not HTTP.
    """
    while True:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError as error:
            if error.partial:
                raise EOFError(f"the connection ended in the head {error.partial[:80]!r}") from None
            return None
        except ConnectionError:
            return None
        line, *lines = head[:-4].decode("latin-1").split("\r\n")
        if not line.startswith("HTTP/1.1 ") or not line[9:12].isdigit():
            raise EOFError(f"not a response: {line[:80]!r}")
        status = int(line[9:12])
        if status != 100:
            break
    headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in lines)}
    if method == "HEAD" or status in (204, 304):
        return Response(status, headers, b"")
    if "content-length" not in headers:
        raise EOFError(f"a response without content-length: {head[:200]!r}")
    try:
        body = await reader.readexactly(int(headers["content-length"]))
    except (asyncio.IncompleteReadError, ConnectionError):
        raise EOFError("the connection ended in a body") from None
    return Response(status, headers, body)
