"""Runs Sphinx in a process of its own: its settings and its memory are not those of the generator."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from generator.errors import RefusedError

SETTINGS = Path("docs") / "site"
PROCESSES = 2


def run_sphinx(root: Path, source: Path, output: Path, trees: Path, *, version: str, repository: str) -> None:
    """Make HTML. A warning is an error.

    Raises:
        RefusedError: Sphinx found something wrong; the message has its lines.
    """
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-q", "-n", "-W", "--keep-going", "--no-color"]
    command += ["-j", str(PROCESSES), "-c", str(root / SETTINGS), "-d", str(trees)]
    command += ["-D", f"version={version}", "-D", f"release={version}", "-A", f"repository={repository}"]
    done = subprocess.run(  # noqa: S603  # our own interpreter
        [*command, str(source), str(output)],
        env={**os.environ, **_SAME_EACH_TIME},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    # Sphinx names pages by where they would be in the folder that it was called from.
    folders = "|".join(re.escape(str(folder)) for folder in (source, Path.cwd()))
    complaints = re.sub(rf"^(?:{folders})/", "", done.stdout.strip(), flags=re.MULTILINE)
    if done.returncode or complaints:
        hint = "Mend the page; what is generated is mended in the generator."
        raise RefusedError(f"{complaints}\nSphinx is not content with the pages.", hint)


# Two builds of the same pages are the same bytes.
_SAME_EACH_TIME = {"SOURCE_DATE_EPOCH": "0", "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"}
