"""The console blocks of command-line.md and couriers.md run as they stand there, against the mock."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from patience import PATIENCE
from tests.cli.conftest import Sandbox

DOCS = Path(__file__).resolve().parents[2] / "docs"
ADDRESS = "http://127.0.0.1:4010"
MARK = "===== command"
_BLOCK = re.compile(r"^(<!-- Not run: .+ -->\n\n)?```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def read_page(page: Path) -> list[tuple[str, list[str]]]:
    """Each command, with the lines that the page shows after it."""
    found: list[tuple[str, list[str]]] = []
    for skipped, block in _BLOCK.findall(page.read_text("utf-8")):
        for line in block.splitlines() if not skipped else ():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


def pattern(lines: list[str]) -> str:
    """What the lines mean: `...` is anything."""
    return r"\n".join(".*".join(map(re.escape, line.split("..."))) for line in lines)


@pytest.mark.parametrize(("page", "least"), [("command-line.md", 15), ("couriers.md", 7)])
def test_every_block_runs(page: str, least: int, sandbox: Sandbox, tmp_path: Path) -> None:
    assert len(read_page(DOCS / page)) > least
    run_page(DOCS / page, tmp_path, sandbox.url)


def run_page(page: Path, folder: Path, url: str = ADDRESS) -> None:
    """Run the commands of a page in one shell, and compare what they print."""
    commands = read_page(page)
    script = "".join(f"code=$?; echo '{MARK}'; (exit $code)\n{command}\n" for command, _ in commands)
    # `aftership` of this checkout, whatever is installed.
    (folder / "bin").mkdir()
    program = folder / "bin" / "aftership"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m aftership_tracking.cli "$@"\n')
    program.chmod(0o755)
    done = subprocess.run(
        ["bash", "-c", script.replace(ADDRESS, url)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
        env={**os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}"},
        timeout=PATIENCE * 2,
    )
    outputs = done.stdout.replace(url, ADDRESS).split(f"{MARK}\n")[1:]
    assert len(outputs) == len(commands)
    for (command, lines), output in zip(commands, outputs, strict=True):
        expected = pattern(lines)
        assert re.fullmatch(f"{expected}\n?" if lines else "", output, re.DOTALL), f"$ {command}\n{output}"
