"""The bounds of the dependencies: what `make bounds` tests is what pyproject.toml allows."""

from __future__ import annotations

import ast
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
NEEDED = {each.name: each for each in map(Requirement, PROJECT["dependencies"])}
EXTRAS = {
    each.name: each for names in PROJECT["optional-dependencies"].values() for each in map(Requirement, names)
}
EXTRA = {name.lower().replace("-", "_") for name in EXTRAS}
# The name of an import -> the name of its package, where they differ.
PACKAGES = {"dateutil": "python-dateutil", "jsonschema_rs": "jsonschema_rs", "yaml": "pyyaml"}
# What an application brings: it is only imported where it is there.
BROUGHT = {
    *("django", "flask", "starlette", "fastapi", "pytest", "opentelemetry", "pydantic", "pydantic_core"),
    "sniffio",
}

TYPESHED = ("_typeshed", "typing_extensions")
"""What type checkers bring along. At run time nothing imports it."""


def lowest() -> dict[str, Version]:
    lines = (ROOT / "constraints-lowest.txt").read_text("utf-8").splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {name.lower(): Version(version) for name, version in pairs}


def test_the_lowest_versions_are_tested() -> None:
    tested = lowest()
    assert len(tested) > 25
    groups = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    for requirement in (Requirement(line) for group in groups for line in group):
        bounds = [each.version for each in requirement.specifier if each.operator == ">="]
        name = requirement.name.lower()
        assert [Version(bound) for bound in bounds] == [tested[name]], requirement.name


def test_private_names_have_an_upper_bound() -> None:
    """A later release may change what is not public: typer 0.29 did, and no command worked with it."""
    for requirement in (NEEDED["httpx"], EXTRAS["typer"]):
        operators = [each.operator for each in requirement.specifier]
        assert operators.count("<") == 1, f"{requirement} has no upper bound"


def test_options_are_made_by_the_library_itself() -> None:
    """What its own classes take changed in typer 0.29. `cli/typer_parameters.py` goes the public way."""
    modules = sorted((ROOT / "overrides" / "aftership_tracking" / "cli").rglob("*.py"))
    assert len(modules) > 40
    names = {"TyperOption", "TyperArgument"}
    users = [
        path.name
        for path in modules
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (isinstance(node, ast.alias) and node.name in names)
        or (isinstance(node, ast.Attribute) and node.attr in names)
    ]
    assert users == []


def test_the_pins_are_within_the_bounds() -> None:
    """What the tests run with is what users may get."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = dict(line.lower().split("==") for line in lines if line and not line.startswith("#"))
    checked = [each for each in (*NEEDED.values(), *EXTRAS.values()) if each.name.lower() in pins]
    assert len(checked) >= 15
    assert [str(each) for each in checked if not each.specifier.contains(pins[each.name.lower()])] == []


def test_environments_of_their_own_are_pinned() -> None:
    """Nothing of another day is installed, and nothing from somewhere else than the registry."""
    pins = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    shared = dict(line.lower().split("==") for line in pins if line and not line.startswith("#"))
    makefile = (ROOT / "Makefile").read_text("utf-8")
    files = sorted((ROOT / "tests").rglob("requirements.txt"))
    assert len(files) == 2
    for file in files:
        assert f" {file.relative_to(ROOT)}" in makefile
        lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("#")]
        found = [Requirement(line) for line in lines]
        assert len(found) > 20
        assert [
            str(each) for each in found if each.url or [o.operator for o in each.specifier] != ["=="]
        ] == []
        if file.parent.name == "data_out":
            # It has the package in it, and what the package needs.
            own = {each.name.lower(): str(each.specifier)[2:] for each in found}
            assert {name: own[name] for name in own.keys() & shared} == {
                name: shared[name] for name in own.keys() & shared
            }
            needed = {*NEEDED, *("dlt", "duckdb", "pyarrow", "pandas", "polars", "pytest", "pytest-timeout")}
            assert needed - own.keys() == set()


def test_everything_that_is_imported_is_declared() -> None:
    """An import of something that another package happens to install breaks when it no longer does."""
    undeclared = set()
    for path in sorted((ROOT / "overrides").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom) and node.level == 0
                else []
            )
            for name in (each.partition(".")[0] for each in names):
                known = name in sys.stdlib_module_names or name in ("aftership_tracking", *TYPESHED)
                package = PACKAGES.get(name, name)
                if not known and package not in NEEDED and package.lower() not in EXTRA | BROUGHT:
                    undeclared.add(f"{path.relative_to(ROOT)}: {name}")
    assert undeclared == set()
