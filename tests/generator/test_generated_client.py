"""The generated client in use: generated from a small document, imported, and called against a stub."""

from __future__ import annotations

import asyncio
import datetime as dt
import inspect
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from aftership_tracking.errors import AlreadyExistsError, NotFoundError
from aftership_tracking.runtime.models.times import Date, Time, Timestamp
from aftership_tracking.runtime.models.unset import UNSET
from generator_support.documents import parcels
from generator_support.installed import Stub, async_client, everything, installed, sync_client


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    with installed(parcels(), tmp_path_factory.mktemp("generated")) as module:
        yield module


def _response(**parcel: Any) -> dict[str, Any]:
    return {"meta": {"code": 200}, "data": {"parcel": parcel}}


def test_package_has_clients_models_and_enums(package: ModuleType) -> None:
    assert package.API_VERSION in package.AfterShip.API_VERSION
    assert package.Parcel.__module__ == f"{package.__name__}.models"
    assert package.Status.__module__ == f"{package.__name__}.enums"
    assert {"AfterShip", "AsyncAfterShip", "API_VERSION", "Parcel", "Status"} <= set(package.__all__)
    assert set(package.__all__) <= set(dir(package))
    for name in package.__all__:
        assert getattr(package, name) is not None
    with pytest.raises(AttributeError, match="Nonsense"):
        _ = package.Nonsense


def test_get_sends_the_path_and_reads_the_model(package: ModuleType) -> None:
    stub = Stub(_response(id="a/1", status="OnItsWay", promised=None))

    parcel = sync_client(package, stub).parcels.get("a/1", fields=["status", package.ParcelField.SIZE])

    assert stub.last.method == "GET"
    assert stub.last.url.raw_path.decode().partition("?")[0].endswith("/parcels/a%2F1")
    assert stub.last.url.params["fields"] == "status,size"
    assert type(parcel) is package.Parcel
    assert parcel.status is package.Status.ON_ITS_WAY
    assert (parcel.promised, parcel.size) == (None, UNSET)


def test_create_wraps_the_body_and_leaves_out_what_was_not_given(package: ModuleType) -> None:
    stub = Stub(_response(), 201)

    sync_client(package, stub).parcels.create(
        number="A1",
        note=None,
        unit="m",
        size=package.Size(width=1.5),
        sizes=[{"width": 2, "unit": "ft"}],
        sent=dt.datetime(2031, 5, 2, 10, tzinfo=dt.UTC),
        recipients=["a", "b"],
        labels={"paint": "red"},
    )

    assert json.loads(stub.last.content) == {
        "parcel": {
            "number": "A1",
            "unit": "m",
            "size": {"width": 1.5},
            "sizes": [{"width": 2, "unit": "ft"}],
            "sent": "2031-05-02T10:00:00+00:00",
            "recipients": ["a", "b"],
            "labels": {"paint": "red"},
        }
    }


def test_a_body_field_with_the_name_of_a_path_parameter_is_the_new_value(package: ModuleType) -> None:
    stub = Stub(_response())

    sync_client(package, stub).parcels.update_by_number("Oslo", 7, key="k", new_town="Bergen", new_number=8)

    assert stub.last.url.raw_path.decode().endswith("/parcels/Oslo/7?key=k")
    assert json.loads(stub.last.content) == {"parcel": {"town": "Bergen", "number": 8}}


def test_list_goes_through_all_pages(package: ModuleType) -> None:
    pages = {"1": ["a", "b"], "2": ["c"]}

    def page(request: Any) -> dict[str, Any]:
        number = request.url.params.get("page", "1")
        return {"meta": {"code": 200}, "data": {"parcels": [{"id": one} for one in pages[number]]}}

    stub = Stub(page)

    found = sync_client(package, stub).parcels.list(format_="long", sent_after="2031-05-01T00:00:00+02:00")

    assert [parcel.id for parcel in found] == ["a", "b", "c"]
    assert stub.last.url.params["format"] == "long"
    assert stub.last.url.params["sent_after"] == "2031-05-01T00:00:00+02:00"
    assert "status" not in stub.last.url.params


def test_a_method_called_list_does_not_break_other_lists(package: ModuleType) -> None:
    stub = Stub({"meta": {"code": 200}, "data": {"depots": [{"code": "N", "town": "Oslo"}]}})

    depots = sync_client(package, stub).depots.list()

    assert depots == [package.Depot(code="N", town="Oslo")]


def test_async_methods_do_the_same(package: ModuleType) -> None:
    stub = Stub(_response(id="a"))

    async def run() -> None:
        async with async_client(package, stub) as client:
            assert (await client.parcels.get("a")).id == "a"
            assert (await client.parcels.create(number="A1")).id == "a"

    asyncio.run(run())

    assert [request.method for request in stub.requests] == ["GET", "POST"]
    assert json.loads(stub.last.content) == {"parcel": {"number": "A1"}}


def test_sync_and_async_methods_have_the_same_arguments_and_docstrings(package: ModuleType) -> None:
    compared = []
    for module in everything(package):
        if ".resources." not in module.__name__:
            continue
        classes = {name: value for name, value in vars(module).items() if inspect.isclass(value)}
        for name, async_class in classes.items():
            if not name.startswith("Async") or async_class.__module__ != module.__name__:
                continue
            for method, function in vars(async_class).items():
                if inspect.isfunction(function):
                    other = getattr(classes[name.removeprefix("Async")], method)
                    assert inspect.signature(function).parameters == inspect.signature(other).parameters
                    assert function.__doc__ == other.__doc__
                    compared.append(function)
    assert len(compared) == 6


@pytest.mark.parametrize(
    ("code", "status", "expected"), [(4003, 400, AlreadyExistsError), (4004, 404, NotFoundError)]
)
def test_docstrings_name_what_is_raised(
    package: ModuleType, code: int, status: int, expected: type[Exception]
) -> None:
    stub = Stub({"meta": {"code": code, "type": "Bad", "message": "No."}, "data": {}}, status)
    parcel_methods = sync_client(package, stub).parcels
    call = {
        4003: lambda: parcel_methods.create(number="A1"),
        4004: lambda: parcel_methods.get("a"),
    }[code]

    with pytest.raises(expected):
        call()

    method = {4003: parcel_methods.create, 4004: parcel_methods.get}[code]
    documented = inspect.getdoc(method) or ""
    assert expected.__name__ in documented
    assert str(code) in documented


def test_docstring_has_summary_arguments_result_and_operation_id(package: ModuleType) -> None:
    documented = inspect.getdoc(sync_client(package, Stub({})).parcels.update_by_number) or ""

    assert documented.startswith("Update a parcel. Document: `update-parcel-by-number`.")
    assert "    key: What opens it.\n" in documented
    assert "\nReturns: The parcel as it is now.\n" in documented
    assert "Args:" not in (inspect.getdoc(sync_client(package, Stub({})).depots.list) or "")


def test_fields_carry_the_types_of_the_document(package: ModuleType) -> None:
    stub = Stub(
        _response(
            created="2031-05-02T10:00:00+00:00",
            promised="2031-05-03",
            seen="2031-05-02T10:00:00",
            certainty=20,
            floor="attic",
            parts=[{"id": "inner", "certainty": 30}],
            rest=[1, None, {"a": []}],
            odd={
                "list": ["x"],
                "str": "s",
                "int": None,
                "dict": {"n": 1},
                "datetime": "2031-05-02",
                "date": "20310502",
            },
        )
    )

    parcel = sync_client(package, stub).parcels.get("a")

    assert [type(parcel.created), type(parcel.promised), type(parcel.seen)] == [Timestamp, Date, Time]
    assert parcel.certainty is package.Certainty.KNOWN
    assert (parcel.certainty.meaning, parcel.certainty.level) == ("Known.", "high")
    unknown = package.Certainty(99)
    assert (unknown.meaning, unknown.level) == (None, None)
    assert package.Status("1.x").meaning == package.enum_meanings.MEANINGS["Status"]["1.x"]
    assert parcel.parts[0].certainty == 30
    assert (parcel.floor, parcel.rest) == ("attic", [1, None, {"a": []}])
    assert (parcel.odd.list, parcel.odd.str, parcel.odd.int) == (["x"], "s", None)
    assert type(parcel.odd.datetime) is Date


def test_resources_and_models_load_on_first_use(tmp_path: Path) -> None:
    with installed(parcels(), tmp_path) as package:
        client = sync_client(package, Stub(_response()))
        assert _loaded(package) == {"client"}

        assert client.parcels is client.parcels
        assert _loaded(package) == {"client", "resources", "resources.parcels"}

        client.parcels.get("a")
        assert _loaded(package) == {"client", "resources", "resources.parcels", "models", "enums"}


def _loaded(package: ModuleType) -> set[str]:
    start = f"{package.__name__}."
    return {name.removeprefix(start) for name in sys.modules if name.startswith(start)}
