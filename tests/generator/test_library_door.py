"""One module imports openapi-python-client, so a new release of the library touches that module alone."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

GENERATOR = Path(__file__).resolve().parents[2] / "generator"
LIBRARY = "openapi_python_client"
DOOR = "client/openapi_library.py"
PLANTED = (
    "import openapi_python_client\n",
    "import json, openapi_python_client.config as config\n",
    "from openapi_python_client.strings import snake_case\n",
    "def late() -> None:\n    from openapi_python_client import Project\n",
    "import importlib\nLIBRARY = importlib.import_module('openapi_python_client.parser')\n",
)


def importers(folder: Path) -> set[str]:
    """The modules below a folder that import the library, wherever in the module they do it."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        if any(name.partition(".")[0] == LIBRARY for name in imported_names(path.read_text("utf-8")))
    }


@cache
def imported_names(text: str) -> frozenset[str]:
    return frozenset(find_imported_names(ast.parse(text)))


def find_imported_names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            yield from (one.value for one in node.args if isinstance(one, ast.Constant))


def test_only_one_module_imports_the_library() -> None:
    assert importers(GENERATOR) == {DOOR}


@pytest.mark.parametrize("planted", PLANTED)
@pytest.mark.parametrize("module", ["client/render.py", "lint/view.py", "regenerate.py"])
def test_another_import_would_be_noticed(module: str, planted: str, tmp_path: Path) -> None:
    copied = tmp_path / "generator"
    shutil.copytree(GENERATOR, copied, ignore=shutil.ignore_patterns("__pycache__"))
    with (copied / module).open("a", encoding="utf-8") as file:
        file.write(planted)

    assert importers(copied) == {DOOR, module}
