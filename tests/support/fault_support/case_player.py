"""Plays a case of the fault matrix with the sync or the async client, and compares it with the promise."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import io
import logging
import socket
import threading
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, NamedTuple

from aftership_tracking.errors import AfterShipError, ApiError
from aftership_tracking.runtime.clocks import Clocks, use_clocks
from aftership_tracking.runtime.hooks import AttemptEnded, AttemptStarted
from aftership_tracking.v2026_07 import AfterShip, AsyncAfterShip
from fault_support.case import KEY, SECRET, Case, ScriptContext, Step
from fault_support.certificates import own_certificate
from fault_support.responses import NUMBER, good, reply
from fault_support.server import HostileServer, closed_port
from patience import PATIENCE

__all__ = ["VARIANTS", "Outcome", "play", "play_both"]

VARIANTS = ("sync", "async")
MUCH = "x" * (1 << 24)


class Outcome(NamedTuple):
    """The result of playing a case."""

    results: str
    """The results of all steps, joined by commas."""
    requests: int
    attempts: int
    waits: tuple[float, ...]
    leaks: tuple[str, ...]
    """Where a key, a secret or a signature was found that must not be shown."""
    open: bool
    """Whether a connection was still open when the client was closed."""
    errors: tuple[BaseException, ...]

    def complaints(self, case: Case) -> list[str]:
        """Compare with the promise. Return a sentence for each difference."""
        found = []
        if self.results not in case.expected.split(" or "):
            found.append(f"gave {self.results} instead of {case.expected}")
        if self.requests != case.requests:
            found.append(f"the server saw {self.requests} requests instead of {case.requests}")
        attempts = case.requests if case.attempts is None else case.attempts
        if self.attempts != attempts:
            found.append(f"tried {self.attempts} times instead of {attempts}")
        if case.waits is not None and not _lie_between(self.waits, case.waits):
            found.append(f"waited {self.waits} instead of {case.waits}")
        if case.needs is not None and not any(case.needs in str(error) for error in self.errors):
            found.append(f"no error contains {case.needs!r}")
        found += [f"a secret is in {leak}" for leak in self.leaks]
        if self.open:
            found.append("a connection was left open")
        return found


def _lie_between(waits: tuple[float, ...], limits: tuple[tuple[float, float], ...]) -> bool:
    return len(waits) == len(limits) and all(
        least <= wait <= most for wait, (least, most) in zip(waits, limits, strict=True)
    )


def play_both(case: Case) -> dict[str, Outcome]:
    """Play a case with both clients. They run at the same time, because many cases wait."""
    with ThreadPoolExecutor(len(VARIANTS)) as pool:
        return dict(zip(VARIANTS, pool.map(lambda variant: play(case, variant), VARIANTS), strict=True))


def play(case: Case, variant: str) -> Outcome:
    """Play a case against a fresh server with a fresh client."""
    tls = own_certificate() if case.where == "tls" else None
    with HostileServer([reply(good("elsewhere"))]) as elsewhere, contextlib.ExitStack() as stack:
        acts = case.acts(ScriptContext(elsewhere.address)) if callable(case.acts) else case.acts
        server = stack.enter_context(HostileServer(acts, tls))
        address = stack.enter_context(_address(case, server))
        events: list[Any] = []
        settings = {
            "api_key": KEY,
            "api_secret": SECRET,
            "auth": "aes",
            "base_url": address,
            "timeout": PATIENCE,
            "limiter": None,
            "hooks": [events.append],
            **case.settings,
        }
        with _capture_log() as log:
            results, errors = _run_steps(variant, case.steps, settings, server)
        # A client may give up before the server has read its request, which arrives all the same.
        server.wait_for_requests(case.requests)
        is_open = not server.all_closed()
        secrets = [KEY, SECRET, *_signatures(server)]
        leaks = _find_leaks(errors, secrets, {"the log": log.getvalue(), "a hook's record": repr(events)})
        if elsewhere.connections:
            leaks.append("a request to another host")
        return Outcome(
            ", ".join(results),
            len(server.requests),
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
    """A port that never accepts a connection: its queue is full."""
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
"""The logger of httpcore is left out: at DEBUG it logs all headers of every response."""


@contextlib.contextmanager
def _capture_log() -> Iterator[io.StringIO]:
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


def _run_steps(
    variant: str, steps: tuple[Step, ...], settings: dict[str, Any], server: HostileServer
) -> tuple[list[str], list[BaseException]]:
    results: list[str] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            # In this thread: clocks are those of the thread that makes the client.
            with use_clocks(Clocks(random=lambda: 0.0)):
                if variant == "sync":
                    _run_sync(steps, settings, server, results, errors)
                else:
                    asyncio.run(_run_async(steps, settings, server, results, errors))
        except Exception as error:  # noqa: BLE001 - any error is the result of the case
            results.append(f"{type(error).__module__}.{type(error).__name__}")
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return (["hangs"], []) if thread.is_alive() else (results, errors)


def _run_sync(
    steps: tuple[Step, ...],
    settings: dict[str, Any],
    server: HostileServer,
    results: list[str],
    errors: list[BaseException],
) -> None:
    with AfterShip(**settings) as client:
        for step in steps:
            try:
                if step == "list":
                    results.append(" ".join(tracking.id for tracking in client.trackings.list()))
                elif step == "pause":
                    server.wait_until_quiet()
                else:
                    results.append(_describe_value(_begin(client, step)))
            except AfterShipError as error:
                results.append(_describe_error(error))
                errors.append(error)


async def _run_async(
    steps: tuple[Step, ...],
    settings: dict[str, Any],
    server: HostileServer,
    results: list[str],
    errors: list[BaseException],
) -> None:
    async with AsyncAfterShip(**settings) as client:
        for step in steps:
            try:
                if step == "list":
                    results.append(" ".join([tracking.id async for tracking in client.trackings.list()]))
                elif step == "pause":
                    await asyncio.to_thread(server.wait_until_quiet)
                else:
                    results.append(_describe_value(await _begin(client, step)))
            except AfterShipError as error:
                results.append(_describe_error(error))
                errors.append(error)


def _begin(client: Any, step: Step) -> Any:
    if step == "create":
        return client.trackings.create(tracking_number=NUMBER)
    if step == "write much":
        return client.trackings.create(tracking_number=NUMBER, note=MUCH)
    return client.trackings.get("p1" if step == "get" else "p2")


def _describe_value(value: Any) -> str:
    return str(value.id) if hasattr(value, "id") else f"a {type(value).__name__}"


def _describe_error(error: AfterShipError) -> str:
    status = f" {error.status}" if isinstance(error, ApiError) else ""
    return f"{type(error).__name__}{status}"


def _signatures(server: HostileServer) -> list[str]:
    found = [request.header("as-signature-hmac-sha256") for request in server.requests]
    return [signature for signature in found if signature]


def _find_leaks(errors: list[BaseException], secrets: list[str], texts: dict[str, str]) -> list[str]:
    for error in errors:
        texts["the message of the error"] = str(error)
        texts["the repr of the error"] = repr(error) + repr(getattr(error, "__notes__", ""))
        texts["the fields of the error"] = repr(vars(error))
        trace = _skip_test_frames(error.__traceback__)
        formatted = traceback.TracebackException(type(error), error, trace, capture_locals=True)
        texts["the traceback"] = "".join(formatted.format())
    return [name for name, text in texts.items() if any(secret in text for secret in secrets)]


def _skip_test_frames(trace: TracebackType | None) -> TracebackType | None:
    """Skip the frames of the test itself, whose variables hold the key."""
    while trace is not None and "aftership_tracking" not in inspect.getfile(trace.tb_frame):
        trace = trace.tb_next
    return trace
