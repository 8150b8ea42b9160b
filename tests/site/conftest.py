"""A project of a few pages, and the whole site, which is built once for all tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.site.build import build_site
from generator.site.generated_pages import GeneratedPages

ROOT = Path(__file__).resolve().parents[2]

NAVIGATION = """
[[section]]
folder = "guides"
title = "Guides"
text = "What to call."

[[section.group]]
title = "Calls"
pages = [
  { page = "errors", title = "Errors and retries", line = "Which error says what." },
  { page = "limits", title = "Limits", line = "How fast." },
  { page = "changelog", title = "Changelog", line = "What changed." },
  { page = "examples", title = "Programs", line = "Whole ones.", below = "examples/*" },
]
"""
FILES = {
    "docs/index.md": "# Tiny\n\nA tiny\nproject.\n\n<!-- cards -->\n\n- [Errors](errors.md): All of them.\n",
    "docs/errors.md": "# Errors\n\nSee [limits](limits.md#how-fast) and [all names](surface.txt).\n",
    "docs/limits.md": "# Limits\n\n## How fast\n\n[Errors](errors.md), [a file](../compose.yaml), "
    "[a program](../examples/sync.py), [what is new](../CHANGELOG.md).\n",
    "docs/surface.txt": "names\n",
    "docs/site/navigation.toml": NAVIGATION,
    "docs/site/external-links.txt": "",
    "docs/examples.md": "# Programs\n\n[Sync](../examples/sync.py).\n",
    "examples/sync.py": '"""Copy what *changed*.\n\n    python sync.py\n"""\n\nprint(1)\n',
    "CHANGELOG.md": "# Changelog\n\n[The limits](docs/limits.md), [read me](README.md#start).\n",
    "compose.yaml": "{}\n",
    "pyproject.toml": '[project]\nversion = "1.0"\n\n[tool.aftership-tracking-client]\nrepository = ""\n',
}


class Project:
    """A project of a few pages, in a folder that tests may change."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name, text in FILES.items():
            self.write(name, text)
        for name in ("conf.py", "search-scorer.js", "static", "templates"):
            source, target = ROOT / "docs" / "site" / name, root / "docs" / "site" / name
            shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        text = (self.root / name).read_text("utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def build(self, name: str = "site") -> Path:
        build_site(self.root, self.root / "build" / name, str, no_references)
        return self.root / "build" / name


def no_references(_root: Path, _echo: Callable[[str], None]) -> GeneratedPages:
    return GeneratedPages(pages={}, downloads={})


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole site: the one that `make site` has built, or a new one."""
    given: Any = os.environ.get("SITE")
    if given:
        return ROOT / given
    output = tmp_path_factory.mktemp("whole") / "site"
    build_site(ROOT, output, str)
    return output
