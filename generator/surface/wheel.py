"""Reads the public surface from a wheel. The checkout has two roots, of which griffe sees only one."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import griffe

from generator.errors import RefusedError
from generator.surface.lines import describe
from generator.surface.version_packages import VERSION_PACKAGE, describe_versions

PACKAGE = "aftership_tracking"
# Everything at the top of the package is public, except these. tests/project/test_public_names.py agrees.
PRIVATE = frozenset({"newest", "recipes", "runtime", "data", "webhook_codes", "oauth_scopes"})
DEEPER = (
    "testing.captured_webhooks",
    "testing.factories",
    "testing.fixtures",
    "testing.journal_assertions",
    "testing.mock_on_port",
    "testing.script",
    "testing.traffic",
    "webhooks.asgi",
    "webhooks.inbox",
    "webhooks.stores",
    "webhooks.wsgi",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Surface:
    """The lines of everything public."""

    package: tuple[str, ...]
    """What people wrote, names below `aftership_tracking`. The names of the newest version package are there
    too, and not repeated here. `bases.` are the classes that generated classes stand on."""
    versions: dict[str, tuple[str, ...]]
    """What is generated: name of the version package to its lines, names below that package."""

    def all_lines(self) -> frozenset[str]:
        """Return all lines, with the names of version packages in front of theirs."""
        generated = (f"{name}.{line}" for name, lines in self.versions.items() for line in lines)
        return frozenset((*self.package, *generated))


def read_wheel(path: Path) -> Surface:
    """Read a wheel. It is neither installed nor imported. Raises `RefusedError` if it is not ours."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
        files = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".py")}
        if f"{PACKAGE}/__init__.py" not in files:
            raise RefusedError(f"{path.name} does not hold {PACKAGE}.", "Build it with make build.")
        return Surface(
            package=tuple(sorted(_describe_package(Path(folder)))), versions=describe_versions(files)
        )


def load_package(folder: Path) -> griffe.Module:
    """Read the package in a folder that holds it as the wheel does."""
    package = griffe.load(
        PACKAGE, search_paths=[folder], allow_inspection=False, resolve_aliases=True, resolve_external=False
    )
    if not isinstance(package, griffe.Module):
        raise RefusedError(f"{PACKAGE} is not a package.", "Build the wheel with make build.")
    return package


def load_checkout(root: Path) -> griffe.Module:
    """Read the package of a checkout, whose two roots are put together as in the wheel."""
    with tempfile.TemporaryDirectory() as folder:
        for half in ("overrides", "generated"):
            shutil.copytree(
                root / half / PACKAGE,
                Path(folder) / PACKAGE,
                dirs_exist_ok=True,
                ignore=shutil.ignore_patterns("__pycache__", "data"),
            )
        return load_package(Path(folder))


def find_public_things(package: griffe.Module) -> dict[str, tuple[griffe.Object, list[str]]]:
    """Return every public thing by its path, with all public names that it has. Those of the classes that
    generated classes stand on begin with `bases.`: they cannot be imported.
    """
    homes = _find_homes(package)
    for base in _find_bases(package):
        homes.setdefault(base.path, (base, [f"bases.{base.name}"]))
    return homes


def _describe_package(folder: Path) -> set[str]:
    homes = find_public_things(load_package(folder))
    public_classes = frozenset(path for path, (thing, _) in homes.items() if isinstance(thing, griffe.Class))
    lines: set[str] = set()
    for thing, names in homes.values():
        first, *others = names
        lines.update(describe(thing, first, public_classes=public_classes))
        lines.update(f"{other} = {first}" for other in others)
    return lines


def _find_homes(package: griffe.Module) -> dict[str, tuple[griffe.Object, list[str]]]:
    """Return every public thing by its path, with all public names that it has, the first home first."""
    homes: dict[str, tuple[griffe.Object, list[str]]] = {}
    for module in _public_modules(package):
        prefix = module.path.removeprefix(PACKAGE).removeprefix(".")
        for name in _exported_names(module):
            thing = _resolve(module.members[name])
            if thing is None or VERSION_PACKAGE.match(thing.path.removeprefix(f"{PACKAGE}.")):
                continue
            if isinstance(thing, griffe.Module):
                continue
            home = f"{prefix}.{name}" if prefix else name
            homes.setdefault(thing.path, (thing, []))[1].append(home)
    return homes


def _find_bases(package: griffe.Module) -> Iterator[griffe.Class]:
    """Yield the classes of the package that generated classes stand on. What they offer is public in every
    version package, although they are not.
    """
    for name, version in package.modules.items():
        if VERSION_PACKAGE.fullmatch(name):
            for thing in _classes(version):
                yield from (base for base in thing.mro() if base.path.startswith(_BASE_MODULES))


_BASE_MODULES = (f"{PACKAGE}.runtime.", f"{PACKAGE}.recipes.")


def _classes(module: griffe.Module) -> Iterator[griffe.Class]:
    yield from module.classes.values()
    for inner in module.modules.values():
        yield from _classes(inner)


def _public_modules(package: griffe.Module) -> Iterator[griffe.Module]:
    yield package
    for name, module in sorted(package.modules.items()):
        if name not in PRIVATE and not VERSION_PACKAGE.fullmatch(name):
            yield module
    for name in DEEPER:
        module = package[name]
        if isinstance(module, griffe.Module):
            yield module


def _exported_names(module: griffe.Module) -> list[str]:
    """Return what a module offers. Packages that import on first use name it for type checkers only."""
    if module.exports:
        return sorted(str(name) for name in module.exports)
    return sorted(
        name
        for name, member in module.members.items()
        if name == "__version__"
        or (
            isinstance(member, griffe.Alias)
            and member.target_path.startswith(f"{PACKAGE}.")
            and not name.startswith("_")
        )
    )


def _resolve(member: griffe.Object | griffe.Alias) -> griffe.Object | None:
    if not isinstance(member, griffe.Alias):
        return member
    try:
        return member.final_target
    except (griffe.AliasResolutionError, griffe.CyclicAliasError):
        # It is another library's.
        return None
