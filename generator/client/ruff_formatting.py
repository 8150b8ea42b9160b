"""Formats everything that was rendered: one run of the pinned ruff in a temporary folder."""

from __future__ import annotations

import os
import subprocess
import sysconfig
import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from generator.client.texts.docstrings import WIDTH

RUFF = "0.17.6"
_ARGUMENTS = (
    "format",
    "--isolated",
    "--no-cache",
    "--quiet",
    f"--line-length={WIDTH}",
    "--target-version=py311",
)


class FormatError(Exception):
    """Ruff is missing, has another version, or refuses what was rendered."""


def format_modules(modules: Mapping[str, str]) -> dict[str, str]:
    """The modules, formatted. Raises `FormatError`."""
    if version("ruff") != RUFF:
        raise FormatError(
            f"ruff {version('ruff')} is installed; the generator needs {RUFF}, or its output would change."
        )
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, source in modules.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(source.encode())
        # Not through the shell, and not through PATH: it must be the ruff of this environment.
        done = subprocess.run(  # noqa: S603
            [_ruff(), *_ARGUMENTS, "."], cwd=root, capture_output=True, check=False, text=True
        )
        if done.returncode != 0:
            raise FormatError(f"ruff refuses the rendered code: {done.stderr.strip() or done.stdout.strip()}")
        return {name: (root / name).read_bytes().decode() for name in modules}


def _ruff() -> str:
    path = Path(sysconfig.get_path("scripts")) / ("ruff.exe" if os.name == "nt" else "ruff")
    if not path.is_file():
        raise FormatError("ruff is not installed beside this Python; run make setup.")
    return str(path)
