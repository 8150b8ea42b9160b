"""Every version package that is generated now: it is independent, decodes, and equals its document."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

import aftership_tracking
from aftership_tracking import documents
from aftership_tracking.errors import VersionWarning
from aftership_tracking.runtime.models.codec import decode
from aftership_tracking.runtime.models.model import Model
from aftership_tracking.runtime.models.tolerant_reader import reader_of
from aftership_tracking.runtime.operation import Operation, RateLimit
from aftership_tracking.runtime.operation import Path as Segment
from aftership_tracking.runtime.paging import Cursor, PageNumber
from aftership_tracking.runtime.surprise import Report
from generator.client.package_reader import package_name
from generator.document.compose import versions
from generator_support.installed import Stub, everything, sync_client

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = documents.versions()
METHODS = frozenset({"get", "put", "post", "delete", "patch"})


def package(version: str) -> ModuleType:
    return importlib.import_module(f"aftership_tracking.{package_name(version)}")


def operations(version: str) -> dict[str, Operation[Any]]:
    values = [value for module in everything(package(version)) for value in vars(module).values()]
    return {value.id: value for value in values if isinstance(value, Operation)}


def documented(version: str) -> dict[str, dict[str, Any]]:
    """Each operation of the shipped document by its id, with its method and path."""
    return {
        raw["operationId"]: {**raw, "method": method, "path": path}
        for path, item in documents.document(version)["paths"].items()
        for method, raw in item.items()
        if method in METHODS
    }


def test_there_is_a_package_for_each_document() -> None:
    assert versions(ROOT / "spec") == VERSIONS


def test_the_newest_version_is_the_package_itself() -> None:
    newest = importlib.import_module("aftership_tracking.newest")

    assert aftership_tracking.AfterShip is newest.AfterShip is package(VERSIONS[-1]).AfterShip
    assert VERSIONS[-1] == aftership_tracking.AsyncAfterShip.API_VERSION
    assert aftership_tracking.Tracking is package(VERSIONS[-1]).Tracking


@pytest.mark.parametrize("version", VERSIONS)
def test_importing_one_version_imports_no_other(version: str) -> None:
    script = f"""
import pkgutil, sys
from importlib import import_module
package = import_module("aftership_tracking.{package_name(version)}")
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    import_module(module.name)
client = package.AfterShip("key")
for name in dir(client):
    getattr(client, name)
print(*sorted({{name.split(".")[1] for name in sys.modules if name.startswith("aftership_tracking.v")}}))
print("aftership_tracking.newest" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.split() == [package_name(version), "False"]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_public_name_is_there(version: str) -> None:
    found = package(version)

    assert found.API_VERSION == found.AfterShip.API_VERSION == found.AsyncAfterShip.API_VERSION == version
    for name in found.__all__:
        assert getattr(found, name) is not None


@pytest.mark.parametrize("version", VERSIONS)
def test_every_model_has_both_readers(version: str) -> None:
    """The decoders of msgspec and the tolerant reader are built from annotations, on first use."""
    models = importlib.import_module(f"{package(version).__name__}.models")
    names = [
        name
        for name, one in vars(models).items()
        if isinstance(one, type) and one.__module__ == models.__name__
    ]
    schemas = documents.document(version)["components"]["schemas"]

    assert names == [name for name in names if name in schemas]
    for name in names:
        assert isinstance(decode(b"{}", models.__name__, name).value, Model)
        report = Report("", partial=True)
        assert isinstance(reader_of(getattr(models, name))({}, None, report), Model)
        assert len(report.surprises()) == len(schemas[name].get("required", ()))


@pytest.mark.parametrize("version", VERSIONS)
def test_operations_are_those_of_the_document(version: str) -> None:
    document, declared, expected = documents.document(version), operations(version), documented(version)

    assert declared.keys() == expected.keys()
    for name, raw in expected.items():
        one = declared[name]
        limit = raw.get("x-rate-limit", document["x-rate-limit"])
        assert (one.method, "".join(map(template, one.path))) == (raw["method"].upper(), raw["path"])
        assert one.returns == envelope(document, raw)
        assert one.unwrap == steps(raw["x-unwrap"])
        assert one.retry.value == raw["x-retry"]
        assert one.limit == RateLimit(
            requests=limit["requests"],
            seconds=limit["seconds"],
            shared=limit["shared-by"] == "organization",
        )
        assert one.errors == tuple(entry["code"] for entry in raw["x-error-codes"])
        assert one.body_wrapper == raw.get("x-body-wrapper")
        assert paging(one) == raw.get("x-pagination")


@pytest.mark.parametrize("version", VERSIONS)
def test_every_operation_is_a_method_of_both_clients(version: str) -> None:
    found = package(version)
    clients = (found.AfterShip("key"), found.AsyncAfterShip("key"))

    for raw in documented(version).values():
        for client in clients:
            assert callable(getattr(getattr(client, raw["x-resource"]), raw["x-method"]))


def template(segment: str | Segment) -> str:
    return f"/{{{segment.name}}}" if isinstance(segment, Segment) else f"/{segment}"


def envelope(document: dict[str, Any], raw: dict[str, Any]) -> str:
    status = min(one for one in raw["responses"] if one.startswith("2"))
    response = raw["responses"][status]
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    return str(response["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2])


def steps(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


def paging(operation: Operation[Any]) -> dict[str, Any] | None:
    """The paging as the document declares it. `total` is for readers of the document: no code uses it."""
    found = operation.pagination
    if found is None:
        return None
    assert isinstance(found, PageNumber | Cursor)
    declared = {
        "kind": "page" if isinstance(found, PageNumber) else "cursor",
        "items": ".".join(found.items),
        "limit": found.limit,
        "default-limit": found.default_limit,
        "max-limit": found.max_limit,
    }
    if isinstance(found, PageNumber):
        end = {"reachable": found.reachable} if found.reachable else {}
        return {**declared, "page": found.page, **end}
    following = {"next": ".".join(found.next), "has-next": ".".join(found.has_next)}
    return {**declared, "cursor": found.cursor, **following, "total": "data.pagination.total"}


def test_lists_go_by_number_and_later_by_cursor() -> None:
    kinds = {version: type(operations(version)["get-trackings"].pagination) for version in VERSIONS}

    assert {version: kind for version, kind in kinds.items() if version < "2024-10"} == {
        "2024-01": PageNumber,
        "2024-04": PageNumber,
        "2024-07": PageNumber,
    }
    assert {kind for version, kind in kinds.items() if version >= "2024-10"} == {Cursor}


@pytest.mark.parametrize("version", [version for version in VERSIONS if version >= "2024-10"])
def test_a_list_of_trackings_is_read_by_cursor(version: str) -> None:
    stub = Stub(by_cursor)

    page = sync_client(package(version), stub).trackings.list(limit=1)

    assert [tracking.id for tracking in page] == ["a", "b"]
    assert stub.last.url.params["cursor"] == "x=="
    rest = sync_client(package(version), stub).trackings.list(limit=1, cursor=page.cursor)
    assert [tracking.id for tracking in rest] == ["b"]


def test_a_list_continues_in_the_way_of_the_version_that_responds() -> None:
    """A later version may respond instead of one without support, and it pages in another way."""
    stub = Stub(by_cursor)
    client = sync_client(package("2024-07"), stub)
    stub.version = "2024-10"

    with pytest.warns(VersionWarning):
        found = [tracking.id for tracking in client.trackings.list(limit=1)]

    assert found == ["a", "b"]


def by_cursor(request: httpx.Request) -> dict[str, Any]:
    first = "cursor" not in request.url.params
    pagination = {"total": 9, "next_cursor": "x==" if first else "", "has_next_page": first}
    data = {"pagination": pagination, "trackings": [{"id": "a" if first else "b"}]}
    return {"meta": {"code": 200}, "data": data}
