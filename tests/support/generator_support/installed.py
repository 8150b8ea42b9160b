"""Generates the client of a document into a folder and imports it, with the real runtime."""

from __future__ import annotations

import importlib
import itertools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx

import aftership_tracking
from generator.client.package_reader import package_name
from generator.client.render import render_version
from generator.client.ruff_formatting import format_modules
from generator_support.documents import as_document

PACKAGE = "aftership_tracking"
# The runtime caches what it found out about a version, so each package needs a version of its own.
_versions = (f"{number // 100:04}-{number % 100:02}" for number in itertools.count(310001))


def generate(raw: dict[str, Any]) -> dict[str, str]:
    """The files of a document, formatted."""
    _, files = render_version(as_document(raw))
    return files | format_modules({name: source for name, source in files.items() if name.endswith(".py")})


def modules(raw: dict[str, Any]) -> dict[str, str]:
    """The generated modules by their path in the version package."""
    start = f"{PACKAGE}/{package_name(raw['info']['version'])}/"
    return {name.removeprefix(start): source for name, source in generate(raw).items()}


@contextmanager
def installed(raw: dict[str, Any], folder: Path) -> Iterator[ModuleType]:
    """The generated version package, imported. It gets a version of its own."""
    raw["info"]["version"] = next(_versions)
    for name, content in generate(raw).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    with importable(folder, raw["info"]["version"]) as module:
        yield module


@contextmanager
def importable(folder: Path, version: str) -> Iterator[ModuleType]:
    """A version package below `folder`, imported and then unloaded again."""
    root, name = str(folder / PACKAGE), package_name(version)
    aftership_tracking.__path__.append(root)
    importlib.invalidate_caches()
    try:
        yield importlib.import_module(f"{PACKAGE}.{name}")
    finally:
        aftership_tracking.__path__.remove(root)
        for loaded in [one for one in sys.modules if one.startswith(f"{PACKAGE}.{name}")]:
            del sys.modules[loaded]
        vars(aftership_tracking).pop(name, None)


def everything(module: ModuleType) -> list[ModuleType]:
    """All modules of a version package, imported."""
    folder = Path(str(module.__file__)).parent
    names = [path.relative_to(folder).with_suffix("").parts for path in sorted(folder.rglob("*.py"))]
    dotted = [".".join((module.__name__, *(part for part in parts if part != "__init__"))) for parts in names]
    return [importlib.import_module(name) for name in dotted]


class Stub:
    """Responds to every request with one JSON document and stores what was sent."""

    def __init__(self, content: Any, status: int = 200, version: str = "") -> None:
        self.content, self.status, self.version = content, status, version
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        content = self.content(request) if isinstance(self.content, Callable) else self.content
        return httpx.Response(self.status, json=content, headers={"as-api-version": self.version})

    @property
    def last(self) -> httpx.Request:
        """The request that was sent last."""
        return self.requests[-1]


def sync_client(module: ModuleType, stub: Stub) -> Any:
    """The sync client of a version package, connected to a stub."""
    stub.version = module.API_VERSION
    http = httpx.Client(transport=httpx.MockTransport(stub))
    return module.AfterShip(api_key="key", http_client=http, max_retries=0, limiter=None)


def async_client(module: ModuleType, stub: Stub) -> Any:
    """The async client of a version package, connected to a stub."""
    stub.version = module.API_VERSION
    http = httpx.AsyncClient(transport=httpx.MockTransport(stub))
    return module.AsyncAfterShip(api_key="key", http_client=http, max_retries=0, limiter=None)
