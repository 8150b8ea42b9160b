"""Runs Python programs of pages in one other process (`run_programs.py`), and reports on each."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from docs_support.loopback_only import loopback_environment
from patience import PATIENCE

_RUNNER = Path(__file__).with_name("run_programs.py")
_HAS_TESTS = re.compile(r"^def test_", re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """A program, and what its page says that a reader has."""

    name: str
    text: str
    variables: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    trackings: int = 0
    """How many the account has when the program begins."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    name: str
    error: str
    """The traceback of what ended the program, or nothing."""
    stdout: str
    stderr: str
    seconds: float
    requests: int
    """How many requests the mock got."""
    outside: list[str]
    """The hosts beyond this machine that the program tried to reach."""

    @property
    def trouble(self) -> str:
        outside = f"it tried to reach {', '.join(self.outside)}" if self.outside else ""
        printed = self.stdout if "pytest ended" in self.error else ""
        return "\n".join(part for part in (self.error, printed, self.stderr, outside) if part)


def run_programs(tasks: Sequence[Task], folder: Path) -> dict[str, Report]:
    """Run them in order, and return a report for each name."""
    listed = []
    for task in tasks:
        home = folder / task.name
        (home / "work").mkdir(parents=True)
        for name, content in task.files.items():
            (home / "work" / name).write_bytes(content)
        is_test = _HAS_TESTS.search(task.text) is not None
        file = home / f"{'test_' if is_test else ''}{task.name}.py"
        listed.append(
            {
                "name": task.name,
                "text": task.text,
                "file": str(file),
                "is_test": is_test,
                "variables": dict(task.variables),
                "trackings": task.trackings,
            }
        )
    (folder / "tasks.json").write_text(json.dumps(listed), "utf-8")
    done = subprocess.run(
        [sys.executable, str(_RUNNER), "tasks.json", "reports.json"],
        cwd=folder,
        env=loopback_environment(folder, RUNTIME__DLTHUB_TELEMETRY="false"),
        capture_output=True,
        text=True,
        timeout=PATIENCE * 4,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    reports = [Report(**each) for each in json.loads((folder / "reports.json").read_text("utf-8"))]
    return {report.name: report for report in reports}
