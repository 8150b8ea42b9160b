"""From the project to the folder of the site: pages, Sphinx, Markdown. If one fails, the old site stays."""

from __future__ import annotations

import shutil
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

from generator.errors import RefusedError, why_not_written
from generator.release.project_address import read_address
from generator.site.assemble import Site, assemble
from generator.site.generated_pages import GeneratedPages, generate_pages
from generator.site.markdown_files import markdown_files
from generator.site.navigation import FILE, read_navigation
from generator.site.sphinx_run import run_sphinx
from generator.site.sphinx_source import write_source

# In a folder that this command wrote. No other folder is removed.
MARK = ".site"
# What Sphinx and its theme write for themselves, and no reader needs.
_LEFT_OVER = (".buildinfo", "objects.inv", "_static/webpack-macros.html")


Generate = Callable[[Path, Callable[[str], None]], GeneratedPages]


def build_site(
    root: Path, output: Path, echo: Callable[[str], None], generate: Generate = generate_pages
) -> Site:
    """Write the site to a folder, which must be new, empty, or written by this command before.

    Raises:
        RefusedError: The folder holds something else or cannot be made, or a page, a link or the navigation
            is wrong.
    """
    started = time.monotonic()
    root, output = root.resolve(), output.resolve()
    _refuse_foreign(output)
    work = output.with_name(f"{output.name}-source")
    _refuse_foreign(work)
    # Before the pages are made, which takes a minute.
    _claim(work)
    site = read_site(root, echo, generate)
    _make_empty(work)
    html, trees = work / "html", work / "trees"
    source = work / "pages"
    source.mkdir()
    write_source(site, source)
    echo(
        f"{len(site.pages)} pages are in {source}. Sphinx makes HTML of them, which takes a minute or two ..."
    )
    version, repository = _settings(root)
    run_sphinx(root, source, html, trees, version=version, repository=repository)
    _finish(site, html)
    output.parent.mkdir(parents=True, exist_ok=True)
    if output.exists():
        # It is removed where nobody looks, so that a build that is killed leaves no half of it.
        output.rename(work / "old")
    html.rename(output)
    shutil.rmtree(work / "old", ignore_errors=True)
    echo(f"{output / 'index.html'}: the site, built in {time.monotonic() - started:.0f} seconds.")
    return site


def read_site(root: Path, echo: Callable[[str], None], generate: Generate = generate_pages) -> Site:
    """Put the pages of a project together, without writing anything."""
    _, repository = _settings(root)
    sections = read_navigation(root / FILE)
    generated = generate(root, echo)
    return assemble(root, sections, generated.pages, generated.downloads, repository)


def _settings(root: Path) -> tuple[str, str]:
    """The version of the package, and the address of the repository, which may be empty."""
    content = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    return content["project"]["version"], read_address(root)


def _finish(site: Site, html: Path) -> None:
    for name in _LEFT_OVER:
        (html / name).unlink(missing_ok=True)
    shutil.rmtree(html / "_sources", ignore_errors=True)
    for name, content in {**site.files, **markdown_files(site)}.items():
        path = html / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (html / MARK).write_text(
        "Written by python -m generator site. It is removed when the site is built again.\n"
    )
    # Without this, GitHub Pages leaves out every folder whose name begins with an underscore.
    (html / ".nojekyll").touch()


def _refuse_foreign(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).exists():
        hint = "Choose a new folder, or an empty one."
        raise RefusedError(f"{folder} holds files that this command did not write.", hint, misused=True)
    if folder.exists() and not folder.is_dir():
        raise RefusedError(f"{folder} is a file.", "Choose a folder.", misused=True)


def _claim(folder: Path) -> None:
    """Make the folder with the mark in it, or refuse where that is not possible."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARK).touch()
    except OSError as error:
        raise RefusedError(
            f"{folder} cannot be written: {why_not_written(error)}.",
            "Write another folder after --output.",
            misused=True,
        ) from None


def _make_empty(folder: Path) -> None:
    """The mark is there from the first file to the last: a build that is killed can be repeated."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != MARK:
            path.unlink()
