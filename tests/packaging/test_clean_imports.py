"""Users who turn warnings into errors, with the checks of `-X dev` on, can import every public module."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOTS = [Path(__file__).resolve().parents[2] / root for root in ("overrides", "generated")]
MODULES = sorted(
    f"aftership_tracking.{path.stem}"
    for root in ROOTS
    for path in (root / "aftership_tracking").iterdir()
    if not path.name.startswith("_") and (path.suffix == ".py" or (path / "__init__.py").is_file())
)


def imported(*modules: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Import modules one after the other, and look for what they left open."""
    code = f"import gc, importlib\nfor name in {modules!r}: importlib.import_module(name)\ngc.collect()"
    return subprocess.run(
        [sys.executable, "-W", "error", "-X", "dev", "-c", code],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_all_public_modules_can_be_imported_with_warnings_as_errors() -> None:
    assert len(MODULES) > 30
    done = imported(*MODULES)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    "line", ["import warnings; warnings.warn('old', DeprecationWarning)", "open(__file__)"]
)
def test_a_warning_and_an_open_file_are_found(line: str, tmp_path: Path) -> None:
    (tmp_path / "careless.py").write_text(line, "utf-8")
    done = imported("careless", PYTHONPATH=str(tmp_path))
    assert "Warning" in done.stderr


WATCH = """
import importlib, sys
def watch(event, arguments):
    writes = event == "open" and isinstance(arguments[1], str) and not set(arguments[1]).isdisjoint("wax+")
    if writes or event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.fork", "os.mkdir"):
        sys.stdout.write(f"{event} {arguments}\\n")
sys.addaudithook(watch)
"""


def test_an_import_writes_nothing_and_calls_nobody() -> None:
    def watched(code: str) -> str:
        command = [sys.executable, "-B", "-c", f"{WATCH}{code}"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert watched(f"for name in {MODULES!r}: importlib.import_module(name)") == ""
    assert watched("import subprocess; subprocess.run(['true'])").startswith("subprocess.Popen")
    assert watched("import os; open(os.devnull, 'w').close()").startswith("open")
