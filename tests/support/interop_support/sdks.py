"""The official SDKs that are tried, and where they are installed: in a folder of their own each, outside of
the tree. Nothing of them is imported here.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

DRIVERS = Path(__file__).parent / "drivers"
CACHE = Path(os.environ.get("INTEROP_CACHE") or Path(tempfile.gettempdir()) / "aftership-interop")
_INSTALL_SECONDS = 600


class NotInstalledError(Exception):
    """An SDK could not be installed, or there is nothing to run it with."""


@dataclass(frozen=True, kw_only=True)
class Sdk:
    """One release of an SDK."""

    language: Literal["python", "node"]
    package: str
    release: str
    version: str
    """Of the API; each release speaks one."""

    def __str__(self) -> str:
        return f"{self.package} {self.release}"

    @property
    def folder(self) -> Path:
        return CACHE / f"{self.language}-{self.release}"

    def installed(self) -> list[str]:
        """Return the command of its driver. Installs the SDK when that has not been done.

        Raises:
            NotInstalledError: that failed, or there is no Node.
        """
        ready = self.folder / ".ready"
        CACHE.mkdir(parents=True, exist_ok=True)
        with (CACHE / ".lock").open("w") as lock:
            # Other runs on this machine use the same folders.
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not ready.exists():
                shutil.rmtree(self.folder, ignore_errors=True)
                self.folder.mkdir()
                for command in self._installation():
                    _run(command, self.folder)
                ready.touch()
        if self.language == "python":
            return [str(self.folder / "bin" / "python"), str(DRIVERS / "python_driver.py")]
        return [_found("node"), str(DRIVERS / "node_driver.js"), str(self.folder)]

    def _installation(self) -> list[list[str]]:
        wanted = f"{self.package}=={self.release}" if self.language == "python" else ""
        if self.language == "python":
            pip = [str(self.folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
            return [[sys.executable, "-m", "venv", "."], [*pip, "--disable-pip-version-check", wanted]]
        options = ["--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        return [[_found("npm"), "install", "--prefix", ".", *options, f"{self.package}@{self.release}"]]


def _found(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise NotInstalledError(f"{program} is missing")
    return path


def _run(command: list[str], folder: Path) -> None:
    try:
        subprocess.run(
            command, cwd=folder, check=True, capture_output=True, text=True, timeout=_INSTALL_SECONDS
        )
    except (OSError, subprocess.SubprocessError) as error:
        last = (getattr(error, "stderr", None) or str(error)).strip().splitlines()[-1:]
        raise NotInstalledError(f"{Path(command[0]).name} failed: {' '.join(last)}") from None


_PYTHON_RELEASES = {
    "2.0.2": "2024-04",
    "3.0.0": "2024-07",
    "4.0.0": "2024-10",
    "5.0.1": "2025-01",
    "6.0.0": "2025-04",
    "7.1.0": "2025-07",
    "9.0.0": "2026-01",
    "10.0.1": "2026-07",
}
PYTHON = tuple(
    Sdk(language="python", package="aftership-tracking-sdk", release=release, version=version)
    for release, version in _PYTHON_RELEASES.items()
)
NODE = Sdk(language="node", package="@aftership/tracking-sdk", release="17.0.0", version="2026-07")
ALL = (*PYTHON, NODE)
