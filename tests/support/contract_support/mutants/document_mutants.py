"""Faults planted in the document that the tests use. The mock and the client have the real one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contract_support.document.operations import resolve
from contract_support.mutants.mutant import (
    Behaves,
    Calls,
    Mutant,
    Plant,
    World,
    client_surface,
    declared_errors,
    declared_links,
    definition_of,
    schema_of,
    single,
)

GET = "get-tracking-by-id"
CREATE = "create-tracking"
LIST = "get-trackings"


def _property(model: str, name: str, **changes: Any) -> Plant:
    def plant(world: World) -> None:
        schema_of(world, model)["properties"][name] = {**changes}

    return plant


def _requires(model: str, name: str) -> Plant:
    def plant(world: World) -> None:
        schema = schema_of(world, model)
        schema["required"] = [*schema.get("required", ()), name]

    return plant


def _parameter(identifier: str, name: str, change: Callable[[dict[str, Any]], None]) -> Plant:
    def plant(world: World) -> None:
        for parameter in definition_of(world, identifier)["parameters"]:
            if parameter.get("name") == name:
                change(parameter)

    return plant


def _error_codes(identifier: str, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Plant:
    def plant(world: World) -> None:
        definition = definition_of(world, identifier)
        definition["x-error-codes"] = change(definition["x-error-codes"])

    return plant


def _other_success(world: World) -> None:
    responses = definition_of(world, CREATE)["responses"]
    responses["202"] = responses.pop("201")


def _no_unauthorized(world: World) -> None:
    del definition_of(world, "detect-courier")["responses"]["401"]


def _other_header(world: World) -> None:
    response = resolve(world.document, definition_of(world, LIST)["responses"]["200"])
    response["headers"]["x-ratelimit-rest"] = response["headers"].pop("x-ratelimit-remaining")


def _broken_link(world: World) -> None:
    response = resolve(world.document, definition_of(world, CREATE)["responses"]["201"])
    for name, entry in response["links"].items():
        link = dict(resolve(world.document, entry))
        if link["operationId"] == GET:
            response["links"][name] = {**link, "parameters": {"id": "$response.body#/data/parcel/id"}}


def _other_unwrap(world: World) -> None:
    definition_of(world, GET)["x-unwrap"] = "meta"


def _enum_value_lost(world: World) -> None:
    del schema_of(world, "DeliveryStatus")["x-open-enum"]["InTransit"]


def _error_without_type(world: World) -> None:
    world.document["x-errors"]["4004"]["status"] = 400


DOCUMENT_MUTANTS = (
    Mutant(
        "wrong type: title is a number",
        "document",
        _property("Tracking", "title", type="number"),
        (single(CREATE),),
    ),
    Mutant(
        "lost null: order_id", "document", _property("Tracking", "order_id", type="string"), (single(CREATE),)
    ),
    Mutant(
        "required property that never comes", "document", _requires("Tracking", "parcel"), (single(CREATE),)
    ),
    Mutant("another success status", "document", _other_success, (single(CREATE),)),
    Mutant("401 not declared", "document", _no_unauthorized, (single("detect-courier"),)),
    Mutant("another response header", "document", _other_header, (single(LIST),)),
    Mutant(
        "limit allowed to 500",
        "document",
        _parameter(LIST, "limit", lambda item: item["schema"].update(maximum=500)),
        (Behaves("bounds"),),
    ),
    Mutant(
        "parameter under another name",
        "document",
        _parameter(LIST, "limit", lambda item: item.update(name="limits")),
        (single(LIST),),
    ),
    Mutant(
        "4003 called a matter of shape",
        "document",
        _error_codes(
            CREATE,
            lambda codes: [{**entry, "kind": "shape"} if entry["code"] == 4003 else entry for entry in codes],
        ),
        (single(CREATE),),
    ),
    Mutant(
        "4004 not named",
        "document",
        _error_codes(GET, lambda codes: [entry for entry in codes if entry["code"] != 4004]),
        (single(GET),),
    ),
    Mutant("error with another status", "document", _error_without_type, (single(GET), declared_errors)),
    Mutant("broken link", "document", _broken_link, (declared_links,)),
    Mutant("result at another path", "document", _other_unwrap, (Calls(GET),)),
    Mutant("value of an enum lost", "document", _enum_value_lost, (client_surface,)),
)
