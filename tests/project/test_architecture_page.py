"""The page that shows the way names files and folders that exist, and every folder of the code."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
PACKAGE = ROOT / "overrides" / "aftership_tracking"
# A path on the page begins at the project, or at one of these.
ROOTS = (ROOT, PACKAGE, PACKAGE / "runtime", ROOT / "generator", ROOT / "generated" / "aftership_tracking")
PLACEHOLDERS = {"VERSION": "2026-07", "vYYYY_MM": "v2026_07", "...": "aftership_tracking"}


def exists(name: str) -> bool:
    for placeholder, value in PLACEHOLDERS.items():
        name = name.replace(placeholder, value)
    return any((root / name).exists() or (root / f"{name}.py").exists() for root in ROOTS)


def test_every_path_on_the_page_exists() -> None:
    named = re.findall(r"`([\w./-]*(?:/|\.py|\.yaml|\.md))[^`]*`", PAGE)
    assert len(named) > 60
    assert [name for name in named if not exists(name)] == []


def test_every_folder_of_the_package_and_the_generator_is_on_the_page() -> None:
    folders = [
        folder.name
        for root in (PACKAGE, PACKAGE / "runtime", ROOT / "generator", PACKAGE / "mock")
        for folder in sorted(root.iterdir())
        if folder.is_dir() and (folder / "__init__.py").exists()
    ]
    assert len(folders) > 20
    assert [name for name in folders if f"{name}/`" not in PAGE] == []


def test_a_path_that_does_not_exist_is_found() -> None:
    assert not exists("runtime/session.py")
    assert exists("generated/.../vYYYY_MM/")
