"""Build the sdist, the wheel and the documents for other tools, and inspect the packages on their own, with
a list of what is installed with them.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from generator.errors import RefusedError
from generator.export.documents import write_all
from generator.release import bill_of_materials

DIST, EXPORTS = "dist", "build/exports"
_TOOLS = ("build", "twine", "cyclonedx_py")
_PINS = ("constraints.txt", "tests/data_out/requirements.txt")
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

    Both are the same bytes as those of `python -m build` on any other machine: no date of today is in them.
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
        {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"},
    )
    write_all(root / "spec", exports)
    return dist


def check(root: Path, dist: Path) -> str:
    """Install the wheel on its own, inspect both artefacts, and list what was installed.

    The list goes to an emptied build/sbom/. Returns a summary; raises `RefusedError`.
    """
    files = [str(path) for path in sorted(dist.iterdir())]
    _run(
        [sys.executable, "-m", "twine", "check", "--strict", *files],
        root,
        "twine check failed: a package index would refuse these files.",
    )
    wheel = next((path for path in files if path.endswith(".whl")), "")
    with tempfile.TemporaryDirectory() as folder:
        python = _install(root, wheel, Path(folder))
        inspected = _run(
            [python, "-I", str(_INSPECTION), str(root), str(dist)],
            Path(folder),
            "The artefacts have faults.",
        )
        listed = _list_packages(root, python)
    return f"{inspected.strip()}\n{listed}"


def _install(root: Path, wheel: str, folder: Path) -> str:
    """Install a wheel with all of its extras into an environment that has nothing else; return its Python."""
    python = str(folder / "bin" / "python")
    _run(
        [sys.executable, "-m", "venv", "--without-pip", str(folder)],
        root,
        "A clean environment could not be made.",
    )
    extras = ",".join(_project(root)["optional-dependencies"])
    pins = [word for name in _PINS for word in ("--constraint", str(root / name))]
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
    _run(
        [*pip, "install", "--quiet", *pins, f"{wheel}[{extras}]" if extras else wheel],
        folder,
        "The wheel cannot be installed.",
    )
    return python


def _list_packages(root: Path, python: str) -> str:
    project, folder = _project(root), root / bill_of_materials.FOLDER
    printed = _run(
        bill_of_materials.command(sys.executable, python, str(root / "pyproject.toml")),
        root,
        "What the wheel installs cannot be listed.",
    )
    document = bill_of_materials.clean(printed, project["name"], project["version"])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    path = folder / f"{project['name']}-{project['version']}.cdx.json"
    path.write_text(document, "utf-8")
    count = len(list(bill_of_materials.components(document)))
    return f"{path.relative_to(root).as_posix()}: {count} packages are installed with all extras"


def _project(root: Path) -> dict[str, Any]:
    """What pyproject.toml says about the package."""
    found: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    return found


def _run(
    command: Sequence[str], folder: Path, message: str, environment: Mapping[str, str] | None = None
) -> str:
    completed = subprocess.run(  # noqa: S603 - our own commands
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    if completed.returncode:
        output = (completed.stdout + completed.stderr).strip()
        raise RefusedError(message, f"The output was:\n{output}")
    return completed.stdout
