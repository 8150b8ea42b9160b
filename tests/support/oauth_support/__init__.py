"""Processes that renew the tokens of one merchant at once, against the mock's rotating token endpoint."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aftership_tracking.mock import Mock, MockOAuth
from aftership_tracking.oauth import OAuthApp, Tokens
from aftership_tracking.testing.mock_on_port import MockOnPort
from patience import PATIENCE, wait_until

__all__ = ["MERCHANT", "HeldMock", "expired_tokens", "make_app", "run_workers", "served"]

MERCHANT = "merchant-1"
WORKER = Path(__file__).with_name("worker.py")
_PAUSE = 0.01
SCOPES = ("aftership:tracking:read", "aftership:courier:read")


class HeldMock(Mock):
    """A mock whose token endpoint holds its responses, so that renewals overlap for certain.

    `seconds`: how long a response is held, unless `together` requests have arrived before.
    """

    def __init__(self, *, seconds: float, together: int, **settings: Any) -> None:
        super().__init__(
            tokens=MockOAuth(refresh_tokens={"refresh-0": SCOPES}, codes={"code-1": SCOPES}, **settings)
        )
        self.hold, self.together, self.renewals = seconds, together, 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope.get("path") != "/oauth/token":
            await super().__call__(scope, receive, send)
            return
        self.renewals += 1

        async def send_late(message: Any) -> None:
            # The mock has rotated the refresh token already.
            for _ in range(round(self.hold / _PAUSE)):
                if self.renewals < self.together:
                    await asyncio.sleep(_PAUSE)
            await send(message)

        await super().__call__(scope, receive, send_late)


@contextmanager
def served(*, seconds: float, together: int, **settings: Any) -> Iterator[tuple[HeldMock, str]]:
    """Serve such a mock on a free port, and yield it with its URL."""
    mock = HeldMock(seconds=seconds, together=together, **settings)
    with MockOnPort(mock) as running:
        yield mock, running.url


def make_app(url: str) -> OAuthApp:
    return OAuthApp("app-1", "secret-of-app-1", token_url=f"{url}/oauth/token")


def expired_tokens() -> Tokens:
    return Tokens(access_token="access-0", refresh_token="refresh-0", expires_at=0.0, scopes=SCOPES)


def run_workers(url: str, folder: Path, ways: Sequence[str]) -> list[dict[str, Any]]:
    """Start a process for each way, let all of them call at once, and return what each says."""
    workers = [
        subprocess.Popen(
            [sys.executable, str(WORKER), way, url, str(folder), str(number)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for number, way in enumerate(ways)
    ]
    try:
        wait_until(
            lambda: (
                len(list(folder.glob("ready-*"))) == len(ways)
                or any(worker.poll() is not None for worker in workers)
            ),
            "all workers are ready",
        )
        (folder / "go").touch()
        return [json.loads(worker.communicate(timeout=PATIENCE)[0]) for worker in workers]
    finally:
        for worker in workers:
            worker.kill()
            worker.wait(PATIENCE)
