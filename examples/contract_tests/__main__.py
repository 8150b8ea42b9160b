"""Run the contract tests: those in Python, then those in TypeScript if Node and its packages are there.

Each starts a mock of the service by itself.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TYPESCRIPT = HERE / "typescript"
DOCUMENT = TYPESCRIPT / "openapi.json"
GENERATOR = HERE.parents[1] / "generator"  # only in a checkout of the client


def run_python() -> bool:
    print("Python:", flush=True)
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", HERE / "python"], check=False)
    return done.returncode == 0


def run_typescript() -> bool:
    npm = shutil.which("npm")
    packages = find_packages()
    if npm is None or packages is None:
        print("TypeScript: left out. It needs Node 20, and: npm install (README.md)", flush=True)
        return True
    print(f"TypeScript, with {packages}:", flush=True)
    if GENERATOR.is_dir():
        write_document()
    elif not DOCUMENT.exists():
        print(f"{DOCUMENT} is missing: README.md says where it comes from.", flush=True)
        return False
    environment = {**os.environ, "PYTHON": sys.executable}
    return subprocess.run([npm, "test"], cwd=TYPESCRIPT, env=environment, check=False).returncode == 0


def find_packages() -> Path | None:
    """The folder with the npm packages: of this project, or of one around it."""
    folders = [folder / "node_modules" for folder in (TYPESCRIPT, *TYPESCRIPT.parents)]
    return next((each for each in folders if (each / "openapi-typescript").exists()), None)


def write_document() -> None:
    """A release has this file among its exports."""
    export = ["-m", "generator", "export", "2026-07", "--to", "openapi", "--output", str(DOCUMENT)]
    subprocess.run([sys.executable, *export], cwd=GENERATOR.parent, check=True)


if __name__ == "__main__":
    try:
        sys.exit(0 if run_python() & run_typescript() else 1)
    except KeyboardInterrupt:
        sys.exit("Interrupted.")
