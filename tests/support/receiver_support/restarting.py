"""Keeps a receiver running: whenever its process is killed, it starts another one on the same port."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from receiver_support.effects import EffectsTarget
from receiver_support.loopback import child_environment, wait_until_it_listens
from receiver_support.redis_server import free_port


class Setting(NamedTuple):
    """One combination."""

    framework: str
    target: EffectsTarget
    seed: int
    kills: int
    kill_within: int

    @property
    def name(self) -> str:
        return f"{self.framework}-{self.target.kind}"


class Restarting:
    """A context: the receiver listens when it begins, and is gone when it ends."""

    def __init__(self, setting: Setting, folder: Path) -> None:
        self.setting = setting
        self.port = free_port()
        self.killed = 0
        self.odd_ends: list[int] = []
        self._starts = folder / f"{setting.name}.starts"
        self._log = folder / f"{setting.name}.log"
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep)
        self._process = self._start()

    def __enter__(self) -> Restarting:
        wait_until_it_listens(self.port, self._process, self._log)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._process.kill()
        self._thread.join()

    def starts(self) -> list[str]:
        """The ids of events whose handler was started, as often as it was."""
        return self._starts.read_text("utf-8").split()

    def cancels(self) -> list[str]:
        """The ids of events whose task was cancelled, as often as it was."""
        return Path(f"{self._starts}.cancels").read_text("utf-8").split()

    def log(self) -> str:
        return self._log.read_text("utf-8", "replace")

    def _start(self) -> subprocess.Popen[bytes]:
        framework, (kind, where), seed, kills, kill_within = self.setting
        words = [framework, kind, where, self.port, seed, self.killed, kills, kill_within, self._starts]
        with self._log.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "receiver_support.child", *map(str, words)],
                env=child_environment(),
                stdout=output,
                stderr=output,
            )

    def _keep(self) -> None:
        while True:
            code = self._process.wait()
            if self._ended.is_set():
                return
            if code != -signal.SIGKILL:
                # This test did not kill it, so it is a fault. It is not started again.
                self.odd_ends.append(code)
                return
            self.killed += 1
            self._process = self._start()
