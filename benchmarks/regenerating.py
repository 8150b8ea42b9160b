"""Seconds from the documents to the client, by the clock on the wall: all versions, and the newest alone."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.report import budgets

ROOT = Path(__file__).resolve().parents[1]
NEWEST = "2026-07"
ROW = "regenerate, in seconds"
ROUNDS = 3


def seconds(*versions: str) -> float:
    """How long it takes to generate these versions, or all, and to compare them with what is there."""
    begun = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "generator", "regenerate", "--check", *versions],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.monotonic() - begun


def figures() -> list[Figure]:
    every = statistics.median(seconds() for _ in range(ROUNDS))
    newest = statistics.median(seconds(NEWEST) for _ in range(ROUNDS))
    return [
        Figure(ROW, "all versions", every, budgets.REGENERATE_ALL),
        Figure(ROW, "one version", newest, budgets.REGENERATE_ONE),
    ]
