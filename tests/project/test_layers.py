"""Imports point one way: generated code leans on the runtime, never the other way round.

The package has two roots in a checkout. The graph is built over a merged copy, as the wheel holds it.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "aftership_tracking"

# layer -> the layers that it may import. Whatever is not named here is refused.
ALLOWED: dict[str, set[str]] = {
    "runtime": set(),
    # How a webhook is signed, and the codes of events: pure, so the mock may use them too.
    "signing": set(),
    "documents": {"runtime"},
    # Hand-written bases of generated classes.
    "recipes": {"runtime"},
    "version": {"runtime", "recipes"},
    "newest": {"version"},
    # The engine of the migration: pure, so the mock may use it. The rest of the runtime may not.
    "moves": {"runtime", "documents"},
    # It finds the models of a version by name, through the registry of the runtime.
    "migration": {"moves", "runtime", "documents"},
    # What receives. It never needs an HTTP library.
    "webhooks": {"runtime", "documents", "migration", "moves", "signing"},
    # How a webhook is written and sent: what the mock, the kit for tests and the command share.
    "sending": {"signing"},
    # What the mock signs and checks is its own, so that it judges the client; it never uses it.
    "mock": {"documents", "moves", "signing", "sending"},
    # Kits for the tests of others.
    "testing": {"mock", "webhooks", "runtime", "documents", "signing", "sending"},
    # What a call would send, held against the mock.
    "explanation": {"runtime", "documents", "mock"},
    # Phone numbers and addresses of customers.
    "contacts": {"runtime"},
    # Trackings as rows in files.
    "export": {"recipes"},
    "cli": {
        *("mock", "webhooks", "testing", "sending", "signing"),
        *("documents", "runtime", "version", "newest", "migration"),
    },
    # The face re-exports lazily; for type checkers it names what it offers.
    "face": {"runtime", "newest", "migration", "explanation", "recipes"},
}


def layer(module: str) -> str:
    """The layer of a module of the package: its first segment, `version` for every version package."""
    if module == PACKAGE:
        return "face"
    first = module.split(".")[1]
    if first == "errors":  # the public name of the runtime's errors
        return "runtime"
    if module == f"{PACKAGE}.runtime.moves":
        return "moves"
    if module in (f"{PACKAGE}.webhooks.signature", f"{PACKAGE}.webhooks.event_codes"):
        return "signing"
    return "version" if re.fullmatch(r"v\d{4}_\d{2}", first) else first


def version_of(module: str) -> str:
    return module.split(".")[1]


@pytest.fixture(scope="module")
def imports(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """Every import inside the package as (importer, imported), read from a merged copy."""
    merged = tmp_path_factory.mktemp("merged")
    for root in ("overrides", "generated"):
        shutil.copytree(
            ROOT / root / PACKAGE,
            merged / PACKAGE,
            dirs_exist_ok=True,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    loaded = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == PACKAGE}
    sys.path.insert(0, str(merged))
    try:
        graph = grimp.build_graph(PACKAGE, cache_dir=None)
    finally:
        sys.path.remove(str(merged))
        sys.modules.update(loaded)
    return [
        (importer, imported)
        for importer in sorted(graph.modules)
        for imported in sorted(graph.find_modules_directly_imported_by(importer))
    ]


def test_the_graph_holds_both_roots(imports: list[tuple[str, str]]) -> None:
    importers = {layer(importer) for importer, _ in imports}
    assert {"version", "runtime", "mock", "cli"} <= importers


def test_every_import_is_allowed(imports: list[tuple[str, str]]) -> None:
    refused = []
    for importer, imported in imports:
        source, target = layer(importer), layer(imported)
        same_version = source == target and (
            source != "version" or version_of(importer) == version_of(imported)
        )
        if not same_version and target not in ALLOWED[source]:
            refused.append(f"{importer} -> {imported}")
    assert refused == []


def test_the_generator_imports_nothing_of_the_package() -> None:
    text = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "generator").rglob("*.py")))
    assert re.findall(rf"^\s*(?:from|import) {PACKAGE}.*$", text, re.MULTILINE) == []
