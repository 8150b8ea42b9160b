"""The command that compares the public surface of a wheel with the one that is written down, and with that of
the last release.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from generator.diff.report.printing import SIGN
from generator.errors import RefusedError
from generator.release.changelog import read_changelog
from generator.release.repository import Repository
from generator.surface.comparison import find_unannounced, list_differences
from generator.surface.version_packages import FOLDER, read_versions
from generator.surface.wheel import Surface, read_wheel

Report = Callable[[str], None]
PACKAGE_FILE = "docs/surface.txt"
VERSION_FILES = f"generated/{FOLDER}"


def check_surface(root: Path, wheel: Path | None, report: Report, *, write: bool) -> int:
    """Compare the surface of a wheel, or of a new one, with what is written down; or write it down.

    Only the part of the package itself is written: that of the version packages is written by `regenerate`.
    Returns 0, or 1 if the two differ, or if something of the last release is gone and CHANGELOG.md does not
    say so. Raises `RefusedError` when there is nothing to compare.
    """
    found = read_wheel(wheel) if wheel is not None else _read_new_wheel(root)
    path = root / PACKAGE_FILE
    if write:
        path.write_text("".join(f"{line}\n" for line in found.package), "utf-8")
    stored = _read_stored(
        path.read_text("utf-8") if path.is_file() else "",
        {file.name: file.read_text("utf-8") for file in sorted((root / VERSION_FILES).glob("*.txt"))},
    )
    differences = list_differences(stored.all_lines(), found.all_lines())
    for line in differences:
        report(line)
    if differences:
        report(
            f"The public surface is not the one that is written down: {len(differences)} lines differ. "
            "If that is meant: python -m generator regenerate, then python -m generator surface --write."
        )
    unannounced = _find_unannounced(root, found)
    for line in unannounced:
        report(f"not announced: {line}")
    if unannounced:
        report(
            "These lines of the last release are gone. If that is meant, name them in CHANGELOG.md, below "
            f'"Unreleased", in a line that begins with "- {SIGN}".'
        )
    if not differences and not unannounced:
        report(f"The public surface is the one that is written down: {len(found.all_lines())} lines.")
    return 1 if differences or unannounced else 0


def _find_unannounced(root: Path, found: Surface) -> list[str]:
    changelog = read_changelog((root / "CHANGELOG.md").read_text("utf-8"))
    if not changelog.last_release:
        # Nothing was released, so nothing can break.
        return []
    last, announced = changelog.last_release, changelog.unreleased
    repository = Repository(root)
    if not announced and repository.is_at(f"v{last}"):
        # This tree is that release itself: it is compared with the one before, and its own lines announce.
        announced = changelog.lines_of(last)
        last = next(iter(changelog.releases[1:]), "")
        if not last:
            return []
    files = repository.files(f"v{last}", (PACKAGE_FILE, VERSION_FILES))
    versions = {Path(path).name: text for path, text in files.items() if path != PACKAGE_FILE}
    released = _read_stored(files.get(PACKAGE_FILE, ""), versions)
    return find_unannounced(released.all_lines(), found.all_lines(), announced)


def _read_stored(package: str, versions: Mapping[str, str]) -> Surface:
    return Surface(package=tuple(package.splitlines()), versions=read_versions(versions))


def _read_new_wheel(root: Path) -> Surface:
    with tempfile.TemporaryDirectory() as folder:
        completed = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "build", "--wheel", "--outdir", folder, str(root)],
            capture_output=True,
            text=True,
            check=False,
            encoding="utf-8",
        )
        wheels = sorted(Path(folder).glob("*.whl"))
        if completed.returncode or not wheels:
            output = (completed.stdout + completed.stderr).strip()
            raise RefusedError("The wheel could not be built.", f"The output was:\n{output}")
        return read_wheel(wheels[0])
