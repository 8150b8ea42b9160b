"""The peers' own environment, made on first use: nothing of them is installed beside the client."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from benchmarks.page import newest_page

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".bench"
WANTED = Path(__file__).parent / "peers.txt"
PRISM_FOLDER = ROOT / ".bench-prism"
PRISM_WANTED = Path(__file__).parent / "prism.json"
OFFICIAL_SDK = "official SDK 10.0.1"


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
def prism() -> Path | None:
    """The command of Prism 5, installed by npm if it is missing or out of date; None if that cannot be."""
    command = PRISM_FOLDER / "node_modules" / ".bin" / "prism"
    wanted, npm = PRISM_WANTED.read_text("utf-8"), shutil.which("npm")
    installed = PRISM_FOLDER / "package.json"
    if command.exists() and installed.read_text("utf-8") == wanted:
        return command
    if npm is None:
        print("npm is missing, so there is no Prism to compare with.", file=sys.stderr)
        return None
    print(f"installing Prism into {PRISM_FOLDER.name}/ ...", file=sys.stderr)
    shutil.rmtree(PRISM_FOLDER, ignore_errors=True)
    PRISM_FOLDER.mkdir()
    installed.write_text(wanted, "utf-8")
    options = ["--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run([npm, "install", *options], cwd=PRISM_FOLDER, check=False).returncode:
        shutil.rmtree(PRISM_FOLDER, ignore_errors=True)
        print("npm could not install Prism, so there is none to compare with.", file=sys.stderr)
        return None
    return command


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
