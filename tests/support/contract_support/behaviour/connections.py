"""The life of a courier connection, in the versions that have them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aftership_tracking.mock import Mock
from contract_support.calls.api import Api
from contract_support.calls.asgi import Application
from contract_support.document.operations import operation_for

RESOURCE = "courier_connections"
METHODS = ("create", "get", "update", "list", "delete")


def connections(document: Mapping[str, Any], mock: Mock, application: Application) -> list[str]:
    """Create, read, change, list, filter and delete a connection."""
    found: list[str] = []
    declared = {name: operation_for(document, RESOURCE, name) for name in METHODS}
    names = {name: operation.identifier for name, operation in declared.items() if operation is not None}
    if not names:
        return []
    if len(names) < len(declared):
        return [f"connections: no {sorted(declared.keys() - names.keys())}"]
    api = Api(document, application)

    def expect(step: str, given: Any, expected: Any) -> None:
        if given != expected:
            found.append(f"{step}: {given!r} instead of {expected!r}")

    sent = {"courier_slug": "fedex", "credentials": {"account_number": "510087020", "empty": ""}}
    first = api.result(names["create"], fields=sent)
    other = api.result(names["create"], fields={**sent, "courier_slug": "ups"})
    path = {"id": first["id"]}
    expect("create", {name: first[name] for name in sent}, sent)
    expect("two ids", len({first["id"], other["id"]}), 2)
    expect("get", api.result(names["get"], path), first)
    mock.clock.advance(60.0)
    changed = api.result(names["update"], path, fields={"credentials": {"account_number": "1"}})
    expected = {**first, "credentials": {"account_number": "1"}, "updated_at": changed["updated_at"]}
    expect("update", changed, expected)
    expect("update sets its time", changed["updated_at"] > first["updated_at"], True)
    expect("get after update", api.result(names["get"], path), changed)
    expect("list", {item["id"] for item in api.result(names["list"])}, {first["id"], other["id"]})
    for slug, identifiers in (("fedex", [first["id"]]), ("ups", [other["id"]]), ("dhl", [])):
        listed = api.result(names["list"], query={"courier_slug": slug})
        expect(f"list of {slug}", [item["id"] for item in listed], identifiers)
    expect("delete", api.result(names["delete"], path), changed)
    expect("get after delete", api.call(names["get"], path).status, 404)
    expect("a second delete", api.call(names["delete"], path).status, 404)
    expect("list after delete", [item["id"] for item in api.result(names["list"])], [other["id"]])
    return found
