"""Plays one case with one client, and says what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import io
import logging
import socket
import threading
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, NamedTuple

from aftership_tracking.errors import AfterShipError, ApiError
from aftership_tracking.runtime.clocks import Clocks
from aftership_tracking.runtime.hooks import AttemptEnded, AttemptStarted
from aftership_tracking.v2026_07 import AfterShip, AsyncAfterShip
from fault_support.answers import NUMBER, good, reply
from fault_support.case import KEY, SECRET, Case, Place, Step
from fault_support.certificates import own_certificate
from fault_support.server import HostileServer, closed_port

__all__ = ["COLOURS", "Outcome", "play", "play_both"]

COLOURS = ("sync", "async")
LONGEST = 15.0
"""Seconds after which a call counts as hanging. Each case ends by itself within two."""
MUCH = "x" * (1 << 24)


class Outcome(NamedTuple):
    """What came of a case."""

    said: str
    requests: int
    attempts: int
    waits: tuple[float, ...]
    leaks: tuple[str, ...]
    """Where a key, a secret or a signature was seen that nobody should see."""
    open: bool
    """Whether a connection was still open when the client was closed."""
    errors: tuple[BaseException, ...]

    def complaints(self, case: Case) -> list[str]:
        """Compare with what is promised."""
        found = []
        if self.said not in case.expected.split(" or "):
            found.append(f"gave {self.said} instead of {case.expected}")
        if self.requests != case.requests:
            found.append(f"the server saw {self.requests} requests instead of {case.requests}")
        attempts = case.requests if case.attempts is None else case.attempts
        if self.attempts != attempts:
            found.append(f"tried {self.attempts} times instead of {attempts}")
        if case.waits is not None and not _lie_between(self.waits, case.waits):
            found.append(f"waited {self.waits} instead of {case.waits}")
        if case.needs is not None and not any(case.needs in str(error) for error in self.errors):
            found.append(f"no error says {case.needs!r}")
        found += [f"a secret is in {leak}" for leak in self.leaks]
        if self.open:
            found.append("a connection was left open")
        return found


def _lie_between(waits: tuple[float, ...], limits: tuple[tuple[float, float], ...]) -> bool:
    return len(waits) == len(limits) and all(
        least <= wait <= most for wait, (least, most) in zip(waits, limits, strict=True)
    )


def play_both(case: Case) -> dict[str, Outcome]:
    """Play a case with both clients, at the same time because many cases wait."""
    with ThreadPoolExecutor(len(COLOURS)) as pool:
        return dict(zip(COLOURS, pool.map(lambda colour: play(case, colour), COLOURS), strict=True))


def play(case: Case, colour: str) -> Outcome:
    """Play a case against a fresh server with a fresh client."""
    tls = own_certificate() if case.where == "tls" else None
    with HostileServer([reply(good("elsewhere"))]) as elsewhere, contextlib.ExitStack() as stack:
        acts = case.acts(Place(elsewhere.address)) if callable(case.acts) else case.acts
        server = stack.enter_context(HostileServer(acts, tls))
        address = stack.enter_context(_address(case, server))
        events: list[Any] = []
        settings = {
            "api_key": KEY,
            "api_secret": SECRET,
            "auth": "aes",
            "base_url": address,
            "timeout": 5.0,
            "limiter": None,
            "clocks": Clocks(random=lambda: 0.0),
            "hooks": [events.append],
            **case.settings,
        }
        with _everything_logged() as log:
            said, errors = _in_time(colour, case.steps, settings)
        is_open = not server.all_closed_within(3.0)
        secrets = [KEY, SECRET, *_signatures(server)]
        leaks = _leaks(errors, secrets, {"the log": log.getvalue(), "a hook's record": repr(events)})
        if elsewhere.connections:
            leaks.append("a request to another host")
        return Outcome(
            ", ".join(said),
            len(server.seen),
            sum(isinstance(event, AttemptStarted) for event in events),
            tuple(
                event.decision.after
                for event in events
                if isinstance(event, AttemptEnded) and event.decision.again
            ),
            tuple(leaks),
            is_open,
            tuple(errors),
        )


@contextlib.contextmanager
def _address(case: Case, server: HostileServer) -> Iterator[str]:
    if case.where == "nobody":
        yield f"http://127.0.0.1:{closed_port()}"
    elif case.where == "no tls":
        yield server.address.replace("http:", "https:")
    elif case.where == "silent":
        with _silent_port() as port:
            yield f"http://127.0.0.1:{port}"
    else:
        yield server.address


@contextlib.contextmanager
def _silent_port() -> Iterator[int]:
    """A port that never takes a connection: its queue is full."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                waiting.connect(listener.getsockname())
        yield listener.getsockname()[1]


LOGGERS = ("aftership_tracking", "httpx")
"""httpcore's is left out: at DEBUG it writes down the headers of every answer, whatever they are."""


@contextlib.contextmanager
def _everything_logged() -> Iterator[io.StringIO]:
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    loggers = [logging.getLogger(name) for name in LOGGERS]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
    try:
        yield text
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
            if not logger.handlers:
                logger.setLevel(logging.NOTSET)


def _in_time(
    colour: str, steps: tuple[Step, ...], settings: dict[str, Any]
) -> tuple[list[str], list[BaseException]]:
    said: list[str] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            if colour == "sync":
                _ask(steps, settings, said, errors)
            else:
                asyncio.run(_ask_async(steps, settings, said, errors))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what came of the case
            said.append(f"{type(error).__module__}.{type(error).__name__}")
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(LONGEST)
    return (["hangs"], []) if thread.is_alive() else (said, errors)


def _ask(
    steps: tuple[Step, ...], settings: dict[str, Any], said: list[str], errors: list[BaseException]
) -> None:
    with AfterShip(**settings) as client:
        for step in steps:
            try:
                if step == "list":
                    said.append(" ".join(tracking.id for tracking in client.trackings.list()))
                elif step == "pause":
                    time.sleep(0.1)
                else:
                    said.append(_told(_begin(client, step)))
            except AfterShipError as error:
                said.append(_name(error))
                errors.append(error)


async def _ask_async(
    steps: tuple[Step, ...], settings: dict[str, Any], said: list[str], errors: list[BaseException]
) -> None:
    async with AsyncAfterShip(**settings) as client:
        for step in steps:
            try:
                if step == "list":
                    said.append(" ".join([tracking.id async for tracking in client.trackings.list()]))
                elif step == "pause":
                    await asyncio.sleep(0.1)
                else:
                    said.append(_told(await _begin(client, step)))
            except AfterShipError as error:
                said.append(_name(error))
                errors.append(error)


def _begin(client: Any, step: Step) -> Any:
    if step == "create":
        return client.trackings.create(tracking_number=NUMBER)
    if step == "write much":
        return client.trackings.create(tracking_number=NUMBER, note=MUCH)
    return client.trackings.get("p1" if step == "get" else "p2")


def _told(value: Any) -> str:
    return str(value.id) if hasattr(value, "id") else f"a {type(value).__name__}"


def _name(error: AfterShipError) -> str:
    status = f" {error.status}" if isinstance(error, ApiError) else ""
    return f"{type(error).__name__}{status}"


def _signatures(server: HostileServer) -> list[str]:
    found = [request.header("as-signature-hmac-sha256") for request in server.seen]
    return [signature for signature in found if signature]


def _leaks(errors: list[BaseException], secrets: list[str], texts: dict[str, str]) -> list[str]:
    for error in errors:
        texts["the text of the error"] = str(error)
        texts["the repr of the error"] = repr(error) + repr(getattr(error, "__notes__", ""))
        texts["the fields of the error"] = repr(vars(error))
        trace = _from_the_package_on(error.__traceback__)
        seen = traceback.TracebackException(type(error), error, trace, capture_locals=True)
        texts["the traceback"] = "".join(seen.format())
    return [place for place, text in texts.items() if any(secret in text for secret in secrets)]


def _from_the_package_on(trace: TracebackType | None) -> TracebackType | None:
    """Leave out the frames of the test itself, which knows the key."""
    while trace is not None and "aftership_tracking" not in inspect.getfile(trace.tb_frame):
        trace = trace.tb_next
    return trace
