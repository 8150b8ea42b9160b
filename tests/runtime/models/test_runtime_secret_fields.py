"""The repr of a model hides the fields that the document marks as secret."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

import pytest

from aftership_tracking import documents
from aftership_tracking.runtime.models.model import Model
from aftership_tracking.runtime.models.unset import UNSET

SECRET = "courier-secret-77"
HAVING_CONNECTIONS = [version for version in documents.versions() if version >= "2025-04"]


def models(version: str) -> Any:
    return import_module(f"aftership_tracking.v{version.replace('-', '_')}.models")


def marked(schema: Any) -> bool:
    """Whether a schema, or a part of it, is a password."""
    return '"format": "password"' in json.dumps(schema)


@pytest.mark.parametrize("version", documents.versions())
def test_marks_of_the_document_are_those_of_the_models(version: str) -> None:
    schemas = documents.document(version)["components"]["schemas"]
    found = {
        (name, field)
        for name, schema in schemas.items()
        for field, value in schema.get("properties", {}).items()
        if marked(value)
    }
    classes = vars(models(version))
    of_models = {
        (name, field)
        for name, cls in classes.items()
        if isinstance(cls, type) and issubclass(cls, Model) and cls is not Model
        for field in cls._SECRETS
    }
    assert of_models == {(name, field) for name, field in found if name in classes}
    assert ("Tracking", "tracking_key") in of_models
    # The fields that a courier requires are not secret. Only their values are.
    assert "Courier" not in {name for name, _ in of_models}


@pytest.mark.parametrize("version", documents.versions())
def test_tracking_key_is_hidden(version: str) -> None:
    cls = models(version).Tracking
    names = {field.name: UNSET for field in cls.__attrs_attrs__ if field.name != "extra"}
    shown = repr(cls(**{**names, "id": "p1", "tracking_key": SECRET}))
    assert "tracking_key=***" in shown
    assert "id='p1'" in shown
    assert SECRET not in shown
    # None and UNSET are not secrets.
    assert "tracking_key" not in repr(cls(**{**names, "tracking_key": None}))
    assert "tracking_key" not in repr(cls(**names))


@pytest.mark.parametrize("version", HAVING_CONNECTIONS)
def test_credentials_of_a_connection_are_hidden(version: str) -> None:
    connection = models(version).CourierConnection(id="c1", credentials={"account_number": SECRET})
    assert repr(connection) == "CourierConnection(id='c1', credentials=***)"
    assert connection.credentials == {"account_number": SECRET}
    assert connection == models(version).CourierConnection(id="c1", credentials={"account_number": SECRET})


def test_wrong_kind_in_a_secret_field_is_reported_without_its_value(
    service: Any, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import httpx

    package = import_module(f"aftership_tracking.v{HAVING_CONNECTIONS[-1].replace('-', '_')}")
    surprises: list[Any] = []
    service.reply({"meta": {"code": 200}, "data": {"id": "c1", "credentials": {"pin": [SECRET], "x": 7}}})
    with httpx.Client(transport=httpx.MockTransport(service)) as http:
        client = package.AfterShip("asat_key", http_client=http, on_surprise=surprises.append)
        connection = client.courier_connections.get("c1")
    assert surprises
    assert SECRET not in repr(surprises) + repr(connection)
