"""Faults planted in the generated client and in the runtime below it."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from enum import Enum
from types import ModuleType
from typing import Any

import attrs
import msgspec

from aftership_tracking import errors
from aftership_tracking.recipes.tracking_model import TrackingBase
from aftership_tracking.runtime.calls import response_errors
from aftership_tracking.runtime.models import annotations, codec, json_writer
from aftership_tracking.runtime.models.enums import OpenEnum
from aftership_tracking.runtime.models.model import model
from contract_support.client.calls import package_of
from contract_support.mutants.mutant import Calls, Mutant, Plant, Raises, RoundTrip, World, client_surface

GET = "get-tracking-by-id"
UPDATE = "update-tracking-by-id"
CREATE = "create-tracking"


def _module(world: World, name: str) -> ModuleType:
    return importlib.import_module(f"{package_of(world.version)}.{name}")


def _operation(identifier: str, change: Callable[[Any], dict[str, Any]]) -> Plant:
    """Replace the declaration of one operation by one with other fields."""

    def plant(world: World) -> None:
        module = _module(world, "resources.trackings")
        for name, value in vars(module).copy().items():
            if getattr(value, "id", None) == identifier:
                world.patch(module, name, value._replace(**change(value)))

    return plant


def _enum_value_lost(world: World) -> None:
    module = _module(world, "enums")
    members = {member.name: member.value for member in module.DeliveryStatus if member.name != "IN_TRANSIT"}
    world.patch(module, "DeliveryStatus", Enum("DeliveryStatus", members, type=OpenEnum))


def _field_renamed(world: World) -> None:
    _other_model(world, lambda name: "label" if name == "title" else name)


def _field_lost(world: World) -> None:
    _other_model(world, lambda name: None if name == "title" else name)


def _other_model(world: World, rename: Callable[[str], str | None]) -> None:
    """Replace the Tracking model by one with other fields; the readers are built again."""
    module = _module(world, "models")
    old = module.Tracking
    fields = {}
    annotations = {}
    for attribute in attrs.fields(old):
        if (name := rename(attribute.name)) is not None:
            fields[name] = msgspec.UNSET
            annotations[name] = attribute.type
    body = {"__annotations__": annotations, "__module__": old.__module__, **fields}
    new = model(type("Tracking", (TrackingBase,), body))
    world.patch(module, "Tracking", new)
    _forget_readers(world)


def _forget_readers(world: World) -> None:
    readers = (codec.model_class, codec._decoder, codec._decoding_classes)
    for forget in (*(reader.cache_clear for reader in readers), annotations._HINTS.clear):
        forget()
        world.patches.callback(forget)


def _null_lost(world: World) -> None:
    real = json_writer.encode_model

    def without_nulls(value: object) -> bytes:
        return msgspec.json.encode(_no_nulls(msgspec.json.decode(real(value))))

    world.patch(importlib.import_module("contract_support.client.checks"), "encode_model", without_nulls)


def _no_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _no_nulls(item) for name, item in value.items() if item is not None}
    return [_no_nulls(item) for item in value] if isinstance(value, list) else value


def _method_lost(world: World) -> None:
    cls = _module(world, "resources.trackings").AsyncTrackings
    real = cls.retrack
    delattr(cls, "retrack")
    world.patches.callback(setattr, cls, "retrack", real)


def _exists_is_plain(world: World) -> None:
    world.patch(response_errors, "_BY_NUMBER", {**response_errors._BY_NUMBER, 4003: errors.ValidationError})


CLIENT_MUTANTS = (
    Mutant("value of an enum lost", "client", _enum_value_lost, (client_surface,)),
    Mutant("field renamed", "client", _field_renamed, (RoundTrip("Tracking"),)),
    Mutant("field lost", "client", _field_lost, (client_surface,)),
    Mutant("another verb", "client", _operation(UPDATE, lambda item: {"method": "POST"}), (Calls(UPDATE),)),
    Mutant(
        "body in another wrapper",
        "client",
        _operation(CREATE, lambda item: {"body_wrapper": None if item.body_wrapper else "tracking"}),
        (Calls(CREATE, "async"),),
    ),
    Mutant(
        "path segment lost", "client", _operation(GET, lambda item: {"path": item.path[:-1]}), (Calls(GET),)
    ),
    Mutant("method of the async client lost", "client", _method_lost, (client_surface,)),
    Mutant("4003 raises a plain error", "client", _exists_is_plain, (Raises(CREATE, 4003),)),
    Mutant("null written as absent", "client", _null_lost, (RoundTrip("Checkpoint"),)),
)
