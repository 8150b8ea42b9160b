"""All pages of the Python reference: path below the source folder of the site to Markdown."""

from __future__ import annotations

from pathlib import Path

import griffe

from generator.site.python_api.cli_pages import cli_pages
from generator.site.python_api.environment_page import PATH, write_environment_page
from generator.site.python_api.module_pages import write_index, write_module_page
from generator.site.python_api.page_plan import FOLDER, PAGES
from generator.site.python_api.public_api import find_locations, read_public_api
from generator.site.python_api.since import read_history
from generator.site.python_api.version_pages import FindOperation, write_version_pages

PRINTS = "tests/cli/snapshots"
"""Where the prints of `--help` are. Tests hold them to be those of the command."""


def python_pages(root: Path, package: griffe.Module, *, find_operation: FindOperation) -> dict[str, str]:
    """Return the pages of the reference. Nothing of the package is imported.

    Args:
        root: the checkout, for the titles of the guides and the help of the commands.
        package: the package, as `generator.surface.wheel.load_checkout` reads it.
        find_operation: gives where the REST reference describes an operation.
    """
    api = read_public_api(package)
    locations = find_locations(api)
    history = read_history(api.versions)
    guides = {path.name: _read_title(path) for path in sorted((root / "docs").glob("*.md"))}
    pages = {f"{FOLDER}/index.md": write_index(api)}
    for plan in PAGES:
        pages[plan.path] = write_module_page(plan, api, locations, guides)
    for version in api.versions:
        pages |= write_version_pages(version, api, locations, history, find_operation)
    pages[PATH] = write_environment_page(guides)
    prints = {
        path.stem.removeprefix("help").removeprefix("-"): path.read_text("utf-8")
        for path in sorted((root / PRINTS).glob("help*.txt"))
    }
    return pages | cli_pages(prints)


def _read_title(path: Path) -> str:
    """Return the first heading of a page of `docs/`."""
    return next(line[2:] for line in path.read_text("utf-8").splitlines() if line.startswith("# "))
