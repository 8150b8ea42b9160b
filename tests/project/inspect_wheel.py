"""Look into a built wheel, from an environment in which it is installed: contents, metadata, imports.

Usage: python inspect_wheel.py CHECKOUT WHEEL (run outside the checkout, so that only the wheel is found)
"""

from __future__ import annotations

import importlib
import importlib.metadata
import sys
import zipfile
from pathlib import Path, PurePosixPath

PACKAGE = "aftership_tracking"
DISTRIBUTION = "aftership-tracking-client"
KINDS = {".py", ".typed", ".json", ".html", ".js", ".css"}


def expected_files(checkout: Path) -> set[str]:
    """What both roots of the package hold, as the wheel must hold it."""
    return {
        path.relative_to(checkout / root).as_posix()
        for root in ("overrides", "generated")
        for path in (checkout / root / PACKAGE).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def main() -> None:
    checkout, wheel = Path(sys.argv[1]), Path(sys.argv[2])
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    packaged = {name for name in names if name.startswith(f"{PACKAGE}/")}
    rest = {name for name in names - packaged if ".dist-info/" not in name}
    assert rest == set(), f"files outside the package: {sorted(rest)}"
    assert packaged == expected_files(checkout), sorted(packaged ^ expected_files(checkout))
    strays = {name for name in packaged if PurePosixPath(name).suffix not in KINDS}
    assert strays == set(), f"stray files: {sorted(strays)}"
    assert f"{PACKAGE}/py.typed" in packaged

    metadata = importlib.metadata.metadata(DISTRIBUTION)
    assert metadata["License-Expression"] == "MIT", metadata["License-Expression"]
    assert "unofficial" in metadata["Summary"].lower(), metadata["Summary"]

    package = importlib.import_module(PACKAGE)
    origin = Path(str(package.__file__)).resolve()
    assert checkout.resolve() not in origin.parents, f"imported from the checkout: {origin}"
    documents = importlib.import_module(f"{PACKAGE}.documents")
    for version in documents.versions():
        module = importlib.import_module(f"{PACKAGE}.v{version.replace('-', '_')}")
        assert version == module.API_VERSION
        for name in module.__all__:
            getattr(module, name)
    for name in dir(package):
        getattr(package, name)
    print(f"{wheel.name}: {len(packaged)} files, versions {', '.join(documents.versions())}: all import")


if __name__ == "__main__":
    main()
