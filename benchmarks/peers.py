"""The peers' own environment, made on first use: nothing of them is installed beside the client."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

from benchmarks.page import newest_page

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".bench"
WANTED = Path(__file__).parent / "peers.txt"


@cache
def python() -> Path:
    """The interpreter of the peers' environment, installed if it is missing or out of date."""
    interpreter = FOLDER / "bin" / "python"
    stamp = FOLDER / ".ready"
    if not stamp.exists() or stamp.read_text("utf-8") != WANTED.read_text("utf-8"):
        print(f"installing the peers of {WANTED.name} into {FOLDER.name}/ ...", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(FOLDER)], check=True)
        subprocess.run(
            [
                str(interpreter),
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "-r",
                str(WANTED),
            ],
            check=True,
            stderr=subprocess.DEVNULL,
        )
        stamp.write_text(WANTED.read_text("utf-8"), "utf-8")
    return interpreter


@cache
def official_sdk() -> dict[str, float]:
    """Its figures, each against a peer in its own environment, for the page in the shape that it reads."""
    result = subprocess.run(
        [str(python()), str(Path(__file__).parent / "official_sdk.py")],
        input=newest_page(),
        capture_output=True,
        check=True,
    )
    figures: dict[str, float] = json.loads(result.stdout)
    return figures
