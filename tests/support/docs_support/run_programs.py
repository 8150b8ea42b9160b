"""Runs programs of pages one after the other, each as `python FILE` would: as `__main__`, in its own folder.

One process runs them all, because a start of Python costs more than most of the programs. It serves one mock,
which is emptied in between; the clients live in the time of that mock, so nobody waits. Tests are given to
pytest.

    python run_programs.py TASKS.json REPORTS.json
"""

from __future__ import annotations

import gc
import json
import logging
import os
import runpy
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aftership_tracking.mock import ManualClock, Mock
from aftership_tracking.testing import ClientClock
from aftership_tracking.testing.mock_on_port import MockOnPort

KEY = "any-key"
ADDRESS = "http://127.0.0.1:4010"
"""Where the pages have the mock; here it is on a free port."""


@contextmanager
def captured(folder: Path) -> Iterator[None]:
    """What this process and its children print goes into two files."""
    saved = os.dup(1), os.dup(2)
    try:
        for number, name in ((1, "stdout"), (2, "stderr")):
            with (folder / name).open("wb") as file:
                os.dup2(file.fileno(), number)
        yield
    finally:
        # What lies around is collected while the program still gets the blame for it.
        gc.collect()
        sys.stdout.flush()
        sys.stderr.flush()
        for number, copy in zip((1, 2), saved, strict=True):
            os.dup2(copy, number)
            os.close(copy)


@contextmanager
def no_traces() -> Iterator[None]:
    """Folder, variables and log are afterwards as they were."""
    folder, variables = Path.cwd(), dict(os.environ)
    logger = logging.getLogger("aftership_tracking")
    handlers, level = logger.handlers[:], logger.level
    try:
        yield
    finally:
        logger.handlers[:] = handlers
        logger.setLevel(level)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(variables)


def run_tests(file: Path) -> None:
    """With a pytest of its own: it changes modules while it loads them, and these are loaded."""
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", str(file)]
    if code := subprocess.call(command):
        raise AssertionError(f"pytest ended with {code}")


def run(task: dict[str, Any], mock: Mock, url: str) -> dict[str, Any]:
    file = Path(task["file"])
    file.write_text(task["text"].replace(ADDRESS, url), "utf-8")
    log = Path(os.environ["DOCS_GUARD_LOG"])
    log.write_text("")
    mock.reset()
    if count := task["trackings"]:
        mock.seed(count=count, template={"slug": "usps", "tag": "InTransit", "title": "Order {n}"}, key=KEY)
    error = ""
    # What is there already need not be looked through after each program.
    gc.freeze()
    began = time.perf_counter()
    with captured(file.parent), no_traces():
        os.chdir(file.parent / "work")
        os.environ.update(task["variables"])
        try:
            if task["is_test"]:
                run_tests(file)
            else:
                with ClientClock(moves=mock.clock):
                    runpy.run_path(str(file), run_name="__main__")
        except SystemExit as end:
            error = f"the program ended with {end.code!r}" if end.code else ""
        except BaseException:  # noqa: BLE001 (whatever a program raises is its own failure)
            error = traceback.format_exc()
    return {
        "name": task["name"],
        "error": error,
        "stdout": (file.parent / "stdout").read_text("utf-8"),
        "stderr": (file.parent / "stderr").read_text("utf-8"),
        "seconds": round(time.perf_counter() - began, 2),
        "requests": len(mock.journal),
        "outside": log.read_text("utf-8").split(),
    }


def main(tasks: Path, reports: Path) -> None:
    mock = Mock(clock=ManualClock(datetime.now(UTC).replace(microsecond=0)))
    with MockOnPort(mock) as served:
        os.environ.update(AFTERSHIP_API_KEY=KEY, AFTERSHIP_BASE_URL=served.url)
        done = [run(task, mock, served.url) for task in json.loads(tasks.read_text("utf-8"))]
    reports.write_text(json.dumps(done), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
