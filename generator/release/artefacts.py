"""Build the sdist, the wheel and the documents for other tools, and inspect the packages on their own."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from generator.errors import RefusedError
from generator.export.documents import write_all

DIST, EXPORTS = "dist", "build/exports"
_TOOLS = ("build", "twine")
_INSPECTION = Path(__file__).with_name("inspection.py")


def refuse_missing_tools() -> None:
    """Raise `RefusedError` when a tool of the build is not installed."""
    missing = [name for name in _TOOLS if importlib.util.find_spec(name) is None]
    missing += [] if shutil.which("make") else ["make"]
    if missing:
        raise RefusedError(
            f"Not installed: {', '.join(missing)}.", "Run make setup and use .venv/bin/python."
        )


def build(root: Path) -> Path:
    """Build the sdist and the wheel into an emptied dist/, and return that folder.

    The documents for other tools go to an emptied build/exports/: an index takes nothing but packages. Raises
    `SpecError` and `RefusedError`.
    """
    dist, exports = root / DIST, root / EXPORTS
    for folder in (dist, exports):
        shutil.rmtree(folder, ignore_errors=True)
    _run(
        [sys.executable, "-m", "build", "--outdir", str(dist), str(root)],
        root,
        "The build failed.",
    )
    write_all(root / "spec", exports)
    return dist


def check(root: Path, dist: Path) -> str:
    """Install the wheel on its own and inspect both artefacts. Returns a summary; raises `RefusedError`."""
    files = [str(path) for path in sorted(dist.iterdir())]
    _run(
        [sys.executable, "-m", "twine", "check", "--strict", *files],
        root,
        "twine check failed: a package index would refuse these files.",
    )
    wheel = next((path for path in files if path.endswith(".whl")), "")
    with tempfile.TemporaryDirectory() as folder:
        python = str(Path(folder) / "bin" / "python")
        _run([sys.executable, "-m", "venv", folder], root, "A clean environment could not be made.")
        pinned = ["--constraint", str(root / "constraints.txt")]
        _run(
            [python, "-m", "pip", "install", "--quiet", *pinned, f"{wheel}[cli,mock]"],
            Path(folder),
            "The wheel cannot be installed.",
        )
        output = _run(
            [python, "-I", str(_INSPECTION), str(root), str(dist)],
            Path(folder),
            "The artefacts have faults.",
        )
    return output.strip()


def _run(command: Sequence[str], folder: Path, message: str) -> str:
    completed = subprocess.run(  # noqa: S603 - our own commands
        command, cwd=folder, capture_output=True, text=True, check=False, encoding="utf-8"
    )
    if completed.returncode:
        output = (completed.stdout + completed.stderr).strip()
        raise RefusedError(message, f"The output was:\n{output}")
    return completed.stdout
