"""The page of the environment names every variable that the code reads, and no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from generator.site.python_api.environment_page import GROUPS, PATH

ROOT = Path(__file__).resolve().parents[3]
SOURCES = sorted((ROOT / "overrides" / "aftership_tracking").rglob("*.py"))
# `urllib.request.getproxies` reads these.
OF_PROXIES = {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"}


def variables_of(source: str, prefix: str) -> Iterator[str]:
    """The names that a module writes out as variables of the environment."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if re.fullmatch(r"AFTERSHIP_[A-Z_]*[A-Z]", node.value):
                yield node.value
        elif isinstance(node, ast.JoinedStr):
            parts = [
                ast.unparse(part) if isinstance(part, ast.FormattedValue) else part.value
                for part in node.values
            ]
            if (
                len(parts) == 2
                and "OFFICIAL_PREFIX" in str(parts[0])
                and re.fullmatch("[A-Z_]+", str(parts[1]))
            ):
                yield f"{prefix}{parts[1]}"
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("os.environ.get", "os.getenv"):
            yield from (one.value for one in node.args[:1] if isinstance(one, ast.Constant))
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            if isinstance(node.slice, ast.Constant):
                yield str(node.slice.value)
        elif isinstance(node, ast.Name) and node.id == "getproxies":
            yield from OF_PROXIES


def variables_of_code() -> set[str]:
    return {
        name for path in SOURCES for name in variables_of(path.read_text("utf-8"), "AFTERSHIP_TRACKING_SDK_")
    }


def test_the_page_and_the_code_name_the_same_variables(pages: dict[str, str]) -> None:
    named = re.findall(r"\*\*`(\w+)`\*\*", pages[PATH])
    assert len(named) == len(set(named)) > 15
    assert set(named) == variables_of_code()


def test_a_variable_of_the_code_is_found() -> None:
    source = """
NAME = "AFTERSHIP_NEW"
zone, home = os.environ.get("TZ"), os.environ["HOME"]
other = f"{OFFICIAL_PREFIX}X"
"""
    assert set(variables_of(source, "P_")) == {"AFTERSHIP_NEW", "TZ", "HOME", "P_X"}


def test_every_variable_has_a_guide_that_exists() -> None:
    for variables in GROUPS.values():
        assert all((ROOT / "docs" / one.guide).is_file() for one in variables)
        assert all(one.meaning.endswith(".") for one in variables)
