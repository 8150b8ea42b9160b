"""Imports point one way, and no two modules import each other, not even for types.

The package has two roots in a checkout. Its graph is built over a merged copy, as the wheel holds it. Imports
under `TYPE_CHECKING` and inside functions count like all others.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

from tests.project.layers import ALLOWED, FLOORS, NAMES_FOR_LINT, PACKAGE, room

ROOT = Path(__file__).resolve().parents[2]
MOST_MODULES = 20
"""A folder with more modules holds a second room."""
MOST_LINES = 400
"""A module with more lines holds a second idea."""


def version_of(module: str) -> str:
    return module.split(".")[1]


Imports = list[tuple[str, str]]


@contextmanager
def first_on_path(folder: Path, package: str) -> Iterator[None]:
    loaded = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == package}
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        sys.modules.update(loaded)


def read_imports(folder: Path, package: str) -> Imports:
    """Every import inside a package as (importer, imported)."""
    with first_on_path(folder, package):
        graph = grimp.build_graph(package, cache_dir=None)
    return [
        (importer, imported)
        for importer in sorted(graph.modules)
        for imported in sorted(graph.find_modules_directly_imported_by(importer))
    ]


def copy_package(folder: Path) -> Path:
    for root in ("overrides", "generated"):
        shutil.copytree(
            ROOT / root / PACKAGE,
            folder / PACKAGE,
            dirs_exist_ok=True,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    return folder


def find_ring(imports: Iterable[tuple[str, str]]) -> list[str]:
    """One ring of modules that import each other, or nothing."""
    graph: dict[str, set[str]] = {}
    for importer, imported in imports:
        graph.setdefault(importer, set()).add(imported)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def find_refused(imports: Iterable[tuple[str, str]]) -> list[str]:
    """Imports between rooms of the package that `ALLOWED` does not name."""
    refused = []
    for importer, imported in imports:
        source, target = room(importer), room(imported)
        same_version = source == target and (
            source != "version" or version_of(importer) == version_of(imported)
        )
        if not same_version and target not in ALLOWED[source]:
            refused.append(f"{importer} -> {imported}")
    return refused


def find_upward(imports: Iterable[tuple[str, str]], floors: Mapping[str, Sequence[set[str]]]) -> list[str]:
    """Imports inside a room that do not point down, and modules that stand on no floor."""
    wrong = []
    for home, levels in floors.items():
        level_of = {part: level for level, parts in enumerate(levels) for part in parts}

        def part_of(module: str, home: str = home) -> str:
            if home == f"{PACKAGE}.runtime" and module in (f"{PACKAGE}.errors", f"{PACKAGE}.oauth_scopes"):
                return module.rpartition(".")[2]
            return module.removeprefix(f"{home}.").split(".")[0] if module.startswith(f"{home}.") else ""

        for importer, imported in imports:
            upper, lower = part_of(importer), part_of(imported)
            if upper and lower and upper != lower:
                if upper not in level_of or lower not in level_of:
                    wrong.append(f"{importer} -> {imported}: one of them stands on no floor")
                elif level_of[upper] <= level_of[lower]:
                    wrong.append(f"{importer} -> {imported}")
    return wrong


@pytest.fixture(scope="module")
def imports(tmp_path_factory: pytest.TempPathFactory) -> Imports:
    return read_imports(copy_package(tmp_path_factory.mktemp("merged")), PACKAGE)


@pytest.fixture(scope="module")
def generator_imports() -> Imports:
    return read_imports(ROOT, "generator")


def test_the_graph_holds_both_roots(imports: Imports) -> None:
    importers = {room(importer) for importer, _ in imports}
    assert {"version", "runtime", "mock", "cli"} <= importers


def test_every_import_between_rooms_is_allowed(imports: Imports) -> None:
    assert find_refused(imports) == []


def test_inside_a_room_imports_point_down(imports: Imports, generator_imports: Imports) -> None:
    assert find_upward([*imports, *generator_imports], FLOORS) == []


def find_reached(imports: Iterable[tuple[str, str]], source: str, target: str) -> list[str]:
    """The modules of `target` that those of `source` import, or what they import, and so on."""
    graph: dict[str, set[str]] = {}
    for importer, imported in imports:
        graph.setdefault(importer, set()).add(imported)
    ahead = [module for module in graph if f"{module}.".startswith(f"{source}.")]
    reached = set(ahead)
    while ahead:
        found = graph.get(ahead.pop(), set()) - reached
        reached |= found
        ahead += found
    return sorted(module for module in reached if f"{module}.".startswith(f"{target}."))


FETCHING = f"{PACKAGE}.csv_files.fetching"


def test_nothing_that_a_language_model_can_call_fetches_files(imports: Imports) -> None:
    """It uses logins, and writes files: a person or a timer decides about that."""
    assert find_reached(imports, f"{PACKAGE}.cli.csv.fetch", FETCHING) != []
    for tools in (f"{PACKAGE}.mcp_server", f"{PACKAGE}.cli.mcp"):
        assert find_reached(imports, tools, f"{PACKAGE}.runtime") != []
        assert find_reached(imports, tools, FETCHING) == []
    planted = [*imports, (f"{PACKAGE}.mcp_server.server", f"{PACKAGE}.cli.csv.fetch")]
    assert f"{FETCHING}.sftp" in find_reached(planted, f"{PACKAGE}.mcp_server", FETCHING)


def test_no_modules_import_each_other(imports: Imports, generator_imports: Imports) -> None:
    assert find_ring(imports) == []
    assert find_ring(generator_imports) == []


PLANTED = {
    "runtime/wire/headers.py": (
        "\nfrom typing import TYPE_CHECKING\n\n"
        "if TYPE_CHECKING:\n    from aftership_tracking.runtime.wire.request import Request\n"
    ),
    "runtime/models/times.py": "\n\ndef planted():\n    from aftership_tracking.runtime import client\n",
    "runtime/secret.py": "\nfrom aftership_tracking.mock import Mock\n",
}


def test_planted_faults_are_found(tmp_path: Path) -> None:
    """A ring of types, an import that points up inside of a room, and one into a room above."""
    copy_package(tmp_path)
    for name, text in PLANTED.items():
        with (tmp_path / PACKAGE / name).open("a", encoding="utf-8") as file:
            file.write(text)
    planted = read_imports(tmp_path, PACKAGE)
    of_types = [edge for edge in planted if ".wire." in edge[0] and ".wire." in edge[1]]
    assert set(find_ring(of_types)) == {
        f"{PACKAGE}.runtime.wire.headers",
        f"{PACKAGE}.runtime.wire.request",
    }
    assert find_upward(planted, FLOORS) == [f"{PACKAGE}.runtime.models.times -> {PACKAGE}.runtime.client"]
    assert find_refused(planted) == [f"{PACKAGE}.runtime.secret -> {PACKAGE}.mock"]


def test_lint_knows_only_names_of_the_client(generator_imports: Imports) -> None:
    used = {
        imported
        for importer, imported in generator_imports
        if importer.startswith("generator.lint") and imported.startswith("generator.client")
    }
    assert used == NAMES_FOR_LINT


def test_the_generator_imports_nothing_of_the_package() -> None:
    text = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "generator").rglob("*.py")))
    assert re.findall(rf"^\s*(?:from|import) {PACKAGE}.*$", text, re.MULTILINE) == []


def test_nothing_is_imported_by_a_constant_name() -> None:
    """Such an import would not be in the graph."""
    named = re.compile(r"(?:import_module|__import__)\(\s*[\"']")
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for root in ("overrides", "generator")
        for path in sorted((ROOT / root).rglob("*.py"))
        for match in named.finditer(path.read_text("utf-8"))
    ]
    assert found == []


def test_code_knows_neither_tests_nor_benchmarks() -> None:
    foreign = re.compile(r"^\s*(?:from|import) (?:tests|benchmarks|examples)\b", re.MULTILINE)
    code = [path for root in ("overrides", "generator") for path in (ROOT / root).rglob("*.py")]
    assert [str(path) for path in code if foreign.search(path.read_text("utf-8"))] == []


def count_modules(*roots: str) -> dict[str, int]:
    """How many modules each folder holds, its `__init__` among them."""
    folders = [folder for root in roots for folder in [ROOT / root, *(ROOT / root).rglob("*/")]]
    counts = {folder: len(list(folder.glob("*.py"))) for folder in folders}
    return {str(folder.relative_to(ROOT)): count for folder, count in counts.items() if count}


def test_no_folder_is_a_crowd() -> None:
    counts = count_modules("overrides", "generator", "benchmarks", "tests", "examples")
    assert len(counts) > 20
    assert {folder: count for folder, count in counts.items() if count > MOST_MODULES} == {}


def test_no_module_holds_a_second_idea() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines())
        for root in ("overrides", "generator", "benchmarks", "examples")
        for path in (ROOT / root).rglob("*.py")
    }
    assert len(lengths) > 200
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}
