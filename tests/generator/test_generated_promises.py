"""Promises about what is in `generated/` now: short, complete, decodable, consistent with the runtime."""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from aftership_tracking import documents
from aftership_tracking.runtime.client import AsyncClient, SyncClient
from aftership_tracking.runtime.models.model import Model
from aftership_tracking.runtime.operation import Operation
from generator.client.operation_reader import exception_name
from generator.client.package_reader import package_name
from generator.client.render import render_version
from generator.client.reserved_names import RESERVED_RESOURCES
from generator.client.ruff_formatting import format_modules
from generator.document.constraints import KEY, KEYWORDS
from generator.document.document import Document
from spec_support import document as spec_document

GENERATED = Path(__file__).resolve().parents[2] / "generated" / "aftership_tracking"
VERSIONS = documents.versions()
LINES_PER_OPERATION = 65
# A version with few operations has the long ones too: create and list.
LINES_PER_OPERATION_OF_ONE_VERSION = 72
# Without what the document says about limits, defaults and deprecation.
LINES_PER_OPERATION_WITHOUT_LIMITS = 60
SPEC = Path(__file__).resolve().parents[2] / "spec"
LIMITS = {*KEYWORDS, KEY, "default", "deprecated", "x-deprecated"}


def resources(version: str) -> list[Path]:
    return sorted((GENERATED / package_name(version) / "resources").glob("*.py"))


def operations(version: str) -> list[Operation[Any]]:
    names = [path.stem for path in resources(version) if path.stem != "__init__"]
    modules = [
        importlib.import_module(f"aftership_tracking.{package_name(version)}.resources.{name}")
        for name in names
    ]
    return [value for module in modules for value in vars(module).values() if isinstance(value, Operation)]


def test_there_are_versions() -> None:
    assert VERSIONS


def lines_and_operations(version: str) -> tuple[int, int]:
    """The lines of all resources, and the operations, each of which has a method in both classes."""
    sources = [path.read_text("utf-8") for path in resources(version)]
    methods = sum(len(re.findall(r"^    (?:async )?def ", source, re.MULTILINE)) for source in sources)
    # Its docstring stands once, on a method of a third class.
    assert methods == 3 * len(operations(version))
    return sum(len(source.splitlines()) for source in sources), len(operations(version))


@pytest.mark.parametrize("version", VERSIONS)
def test_operations_are_short(version: str) -> None:
    lines, count = lines_and_operations(version)

    assert lines / count <= LINES_PER_OPERATION_OF_ONE_VERSION


def test_operations_of_all_versions_keep_the_budget() -> None:
    counted = [lines_and_operations(version) for version in VERSIONS]

    assert sum(lines for lines, _ in counted) / sum(count for _, count in counted) <= LINES_PER_OPERATION


@pytest.mark.parametrize("version", VERSIONS)
def test_operations_without_their_limits_are_shorter_than_sixty_lines(version: str) -> None:
    document = spec_document(version)
    plain = Document(document.version, without_limits(document.raw), document.marks)
    package, files = render_version(plain)
    sources = format_modules({path: text for path, text in files.items() if "/resources/" in path})
    lines = sum(len(source.splitlines()) for source in sources.values())
    count = sum(len(resource.operations) for resource in package.resources)

    assert lines / count < LINES_PER_OPERATION_WITHOUT_LIMITS


def without_limits(value: Any) -> Any:
    if isinstance(value, dict):
        # A property may be called like a keyword, and then it is an object that describes it.
        return {
            key: without_limits(inner)
            for key, inner in value.items()
            if key not in LIMITS or (isinstance(inner, dict) and "description" in inner)
        }
    return [without_limits(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("version", VERSIONS)
def test_every_envelope_has_a_decoder(version: str) -> None:
    """msgspec reads annotations when it builds a decoder: a missing name would show at the first call."""
    from aftership_tracking.runtime.models.codec import decode

    models = importlib.import_module(f"aftership_tracking.{package_name(version)}.models")

    classes = [one for one in vars(models).values() if isinstance(one, type) and issubclass(one, Model)]
    for one in classes:
        if one.__module__ == models.__name__:
            assert isinstance(decode(b"{}", models.__name__, one.__name__).value, one)
    for operation in operations(version):
        assert getattr(models, operation.returns) in classes


@pytest.mark.parametrize("version", VERSIONS)
def test_documented_exceptions_are_the_ones_that_are_raised(version: str) -> None:
    from aftership_tracking.runtime.calls.response_errors import error_class

    for code, entry in documents.document(version)["x-errors"].items():
        assert error_class(entry["status"], int(code)).__name__ == exception_name(int(code), entry["status"])


def test_resources_do_not_hide_the_clients_own_names() -> None:
    # Resources have lower-case names, so they cannot hide a constant.
    public = {
        name
        for client in (SyncClient, AsyncClient)
        for name in dir(client)
        if not name.startswith("_") and not name.isupper()
    }

    assert public == RESERVED_RESOURCES


@pytest.mark.parametrize("version", VERSIONS)
def test_the_document_is_shipped_as_it_was_composed(version: str) -> None:
    shipped = (GENERATED / package_name(version) / "openapi.json").read_text("utf-8")

    assert json.loads(shipped) == spec_document(version).raw
