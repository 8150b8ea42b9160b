"""mypy, as users would run it on code of a page."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from docs_support.pages import ROOT


def check_types(config: pytest.Config, name: str, *files: Path) -> subprocess.CompletedProcess[str]:
    """Check files strictly. What mypy remembers for the next run is stored under a name."""
    cache = config.cache.mkdir(name)
    command = [sys.executable, "-m", "mypy", "--strict"]
    return subprocess.run(
        [*command, "--cache-dir", str(cache), *map(str, files)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
