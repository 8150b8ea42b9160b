"""`mypy --strict` on generated code, and on calls that it must accept or refuse."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from generator_support.documents import GOLDEN

REPOSITORY = Path(__file__).resolve().parents[2]
CALLS = GOLDEN / "parcels" / "typed_calls.py"
OUTPUT = GOLDEN / "parcels" / "generated"


def test_checker_accepts_and_refuses_as_marked(tmp_path: Path) -> None:
    expected = {
        (number, found[1])
        for number, line in enumerate(CALLS.read_text("utf-8").splitlines(), 1)
        if (found := re.search(r"# E: ([\w-]+)$", line))
    }

    found = _mypy(tmp_path, CALLS, OUTPUT)

    assert {(line, code) for file, line, code in found if file == CALLS} == expected
    assert [one for one in found if one[0] != CALLS] == []


def _mypy(cache: Path, *paths: Path) -> list[tuple[Path, int, str]]:
    """Every error as file, line and code."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={cache}"),
            *("--explicit-package-bases", "--namespace-packages", "--show-absolute-path"),
            *map(str, paths),
        ],
        cwd=REPOSITORY,
        env={"MYPYPATH": f"{REPOSITORY / 'overrides'}:{OUTPUT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    errors = re.findall(r"^(.+?):(\d+): error: .*\[([\w-]+)\]$", done.stdout, re.MULTILINE)
    assert len(errors) == done.stdout.count(": error: "), done.stdout
    return [(Path(file), int(line), code) for file, line, code in errors]
