"""Inspect a built sdist and wheel from an environment in which the wheel is installed.

Usage: python -I inspection.py CHECKOUT DIST, outside the checkout, so that only the wheel is found. It needs
the standard library alone; exit code 1 and one line for each fault.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

PACKAGE = "aftership_tracking"
DISTRIBUTION = "aftership-tracking-client"
KINDS = frozenset({".py", ".typed", ".json", ".toml", ".html", ".js", ".css", ".svg"})
ROOTS = ("overrides", "generated")

_NEVER = frozenset({"__pycache__", "node_modules", ".git", ".venv", ".ci", "dist", ".mypy_cache"})
# What programs write, and where people have their secrets. `.gitignore` has most of them: hatchling obeys it.
_NEVER_ENDS = (
    ".env",
    ".pem",
    ".key",
    ".db",
    ".sqlite",
    ".sqlite3",
    ".duckdb",
    ".parquet",
    ".log",
    ".pyc",
    ".DS_Store",
)
_NEEDED = ("LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml", "spec/openapi.yaml", "generator/cli.py")


def package_files(checkout: Path) -> set[str]:
    """What both roots of the package hold, as the wheel must hold it."""
    return {
        path.relative_to(checkout / root).as_posix()
        for root in ROOTS
        for path in (checkout / root / PACKAGE).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def wheel_faults(names: set[str], expected: set[str]) -> Iterator[str]:
    """What is wrong with the files of a wheel."""
    packaged = {name for name in names if name.startswith(f"{PACKAGE}/")}
    for name in sorted(names - packaged):
        if ".dist-info/" not in name:
            yield f"{name} lies outside the package"
    yield from (f"{name} is missing" for name in sorted(expected - packaged))
    yield from (f"{name} is not in the checkout" for name in sorted(packaged - expected))
    for name in sorted(packaged):
        if PurePosixPath(name).suffix not in KINDS:
            yield f"{name} is a stray file"
    if f"{PACKAGE}/py.typed" not in packaged:
        yield "py.typed is missing, so type checkers will not look at the package"


def sdist_faults(names: set[str], top: str, expected: set[str], roots: dict[str, str]) -> Iterator[str]:
    """What is wrong with the files of an sdist. `roots`: the folder that each package file comes from."""
    below = {name.removeprefix(f"{top}/") for name in names}
    yield from (f"{name} lies outside {top}" for name in sorted(names) if not name.startswith(f"{top}/"))
    yield from (f"{name} is missing" for name in _NEEDED if name not in below)
    yield from (f"{name} is missing" for name in sorted(expected) if f"{roots[name]}/{name}" not in below)
    for name in sorted(below):
        if _NEVER.intersection(PurePosixPath(name).parts) or name.endswith(_NEVER_ENDS):
            yield f"{name} is a stray file"


def metadata_faults(metadata: importlib.metadata.PackageMetadata, version: str) -> Iterator[str]:
    """What is wrong with the metadata of what is installed."""
    if metadata["Version"] != version:
        yield f"the version is {metadata['Version']}, not {version}"
    if metadata["License-Expression"] != "MIT":
        yield f"the licence is {metadata['License-Expression']}"
    if "unofficial" not in metadata["Summary"].lower():
        yield "the summary does not say that the client is unofficial"
    if not metadata.json.get("description"):
        yield "the description is missing"


def import_faults(checkout: Path) -> Iterator[str]:
    """Import the package and each of its API versions, with every name that they offer."""
    package = importlib.import_module(PACKAGE)
    origin = Path(str(package.__file__)).resolve()
    if checkout.resolve() in origin.parents:
        yield f"{PACKAGE} was imported from the checkout: {origin}"
    versions = importlib.import_module(f"{PACKAGE}.documents").versions()
    if not versions:
        yield "it has no API version"
    modules = [package]
    for version in versions:
        module = importlib.import_module(f"{PACKAGE}.v{version.replace('-', '_')}")
        if version != module.API_VERSION:
            yield f"{module.__name__} says that it is {module.API_VERSION}"
        modules.append(module)
    for module in modules:
        for name in getattr(module, "__all__", None) or dir(module):
            if not hasattr(module, name):
                yield f"{module.__name__}.{name} is missing"


def faults(checkout: Path, dist: Path) -> Iterator[str]:
    """Everything that is wrong with the artefacts in `dist`."""
    version = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    stem = f"{DISTRIBUTION.replace('-', '_')}-{version}"
    wheel, sdist = dist / f"{stem}-py3-none-any.whl", dist / f"{stem}.tar.gz"
    for name in sorted({path.name for path in dist.iterdir()} ^ {wheel.name, sdist.name}):
        yield f"dist: {name} is missing or too much"
    if not (wheel.is_file() and sdist.is_file()):
        return
    expected = package_files(checkout)
    with zipfile.ZipFile(wheel) as archive:
        yield from (f"wheel: {fault}" for fault in wheel_faults(set(archive.namelist()), expected))
    roots = {name: root for root in ROOTS for name in expected if (checkout / root / name).is_file()}
    with tarfile.open(sdist) as packed:
        files = {member.name for member in packed if not member.isdir()}
    yield from (f"sdist: {fault}" for fault in sdist_faults(files, stem, expected, roots))
    metadata = importlib.metadata.metadata(DISTRIBUTION)
    yield from (f"metadata: {fault}" for fault in metadata_faults(metadata, version))
    yield from (f"import: {fault}" for fault in import_faults(checkout))


def main() -> int:
    """Print the faults, or that there are none."""
    checkout, dist = Path(sys.argv[1]), Path(sys.argv[2])
    found = list(faults(checkout, dist))
    names = ", ".join(sorted(path.name for path in dist.iterdir()))
    lines = found or [f"{names}: contents, metadata and imports are correct"]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
