"""The properties of a tracking that follow from its fields, in every version."""

from __future__ import annotations

import importlib
import json
import random
from typing import Any

import pytest

from aftership_tracking import UNSET, documents
from aftership_tracking.recipes.actions import argument_names
from aftership_tracking.recipes.tracking_model import TrackingBase
from aftership_tracking.runtime.models.codec import decode
from aftership_tracking.runtime.models.struct import field_names
from aftership_tracking.runtime.registry import models, package

VERSIONS = documents.versions()
OWN = frozenset(name for name in vars(TrackingBase) if not name.startswith("_"))
SUBTAGS = ("Delivered_001", "Exception_011", "Exception_013", "Exception_020", "Exception_021")


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def read(version: str, **fields: Any) -> Any:
    """Return a tracking as it is read from a response."""
    return decode(json.dumps(fields).encode(), models(version), "Tracking").value


def history(*times: str | None) -> list[dict[str, Any]]:
    """Return checkpoints with these times; None stands for one without a time."""
    return [
        {"message": str(index), **({} if time is None else {"checkpoint_time": time})}
        for index, time in enumerate(times)
    ]


def newest(version: str, *times: str | None) -> int:
    """Return the position of the newest checkpoint in a history with these times."""
    return int(read(version, checkpoints=history(*times)).last_checkpoint.message)


def test_no_model_of_a_tracking_has_a_field_with_the_name_of_a_property(version: str) -> None:
    module = importlib.import_module(models(version))
    found = [
        each
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, TrackingBase) and each is not TrackingBase
    ]
    assert module.Tracking in found
    for model in found:
        assert not OWN & set(field_names(model))
        assert all(getattr(model, name) is getattr(TrackingBase, name) for name in OWN)


def test_the_names_of_the_properties() -> None:
    assert {"is_final", "needs_attention", "last_checkpoint"} == OWN


def test_every_version_has_the_methods_that_recipes_call(version: str) -> None:
    module = importlib.import_module(f"{package(version).__name__}.resources.trackings")
    for kind in (module.Trackings, module.AsyncTrackings):
        assert {"tracking_number", "slug"} <= argument_names(kind, "create")
        assert "slug" in argument_names(kind, "update")
        assert {"tracking_numbers", "slug", "created_at_min"} <= argument_names(kind, "list")
        assert not {"update", "options"} & argument_names(kind, "create")


@pytest.mark.parametrize(
    ("fields", "final"),
    [
        ({"tag": "Delivered"}, True),
        ({"tag": "Delivered", "active": True}, True),
        ({"tag": "Expired"}, True),
        ({"tag": "InTransit"}, False),
        ({"tag": "InTransit", "active": True}, False),
        ({"tag": "InTransit", "active": False}, True),
        # A tracking was seen to go from Delivered to this.
        ({"tag": "Exception", "subtag": "Exception_007", "active": True}, False),
        ({"tag": "Exception", "subtag": "Exception_010"}, False),
        *[({"tag": "Exception", "subtag": subtag}, True) for subtag in SUBTAGS[1:]],
        ({"subtag": "Delivered_002"}, True),
        ({"subtag": "InTransit_999"}, False),
        ({"tag": "SomethingNew"}, False),
        ({"tag": None, "subtag": None, "active": None}, False),
        ({}, False),
    ],
)
def test_is_final(version: str, fields: dict[str, Any], final: bool) -> None:
    assert read(version, **fields).is_final is final


@pytest.mark.parametrize(
    ("fields", "needed"),
    [
        ({"tag": "Exception"}, True),
        ({"tag": "AttemptFail"}, True),
        ({"tag": "Expired"}, True),
        ({"subtag": "Exception_004"}, True),
        ({"tag": "InTransit", "return_to_sender": True}, True),
        ({"tag": "InTransit", "return_to_sender": False}, False),
        *[({"tag": tag}, False) for tag in ("Pending", "InfoReceived", "OutForDelivery", "Delivered")],
        ({"tag": "AvailableForPickup"}, False),
        ({"tag": "SomethingNew"}, False),
        ({}, False),
    ],
)
def test_needs_attention(version: str, fields: dict[str, Any], needed: bool) -> None:
    assert read(version, **fields).needs_attention is needed


@pytest.mark.parametrize(
    ("times", "position"),
    [
        (("2024-02-06T10:00:00+00:00",), 0),
        (("2024-02-06T10:00:00+00:00", "2024-02-07T10:00:00+00:00"), 1),
        (("2024-02-07T10:00:00+00:00", "2024-02-06T10:00:00+00:00"), 0),
        # Instants are compared, not strings.
        (("2024-02-06T10:00:00-08:00", "2024-02-06T12:00:00+00:00"), 0),
        (("2024-02-06T10:00:00", "2024-02-06T09:00:00"), 0),
        (("2024-02-07", "2024-02-06"), 0),
        # The same time: the later one in the list.
        (("2024-02-06T10:00:00+00:00", "2024-02-06T10:00:00+00:00"), 1),
        # Days apart, whatever the zone.
        (("2024-02-09T10:00:00", "2024-02-06T10:00:00+00:00"), 0),
        (("2024-02-09", "2024-02-06T10:00:00+00:00"), 0),
        # If it is not certain, the order of the list decides.
        (("2024-02-06T10:00:00", "2024-02-06T09:00:00+00:00"), 1),
        (("2024-02-06T10:00:00", "2024-02-06"), 1),
        (("2024-02-07T10:00:00", "2024-02-06T10:00:00+00:00"), 1),
        (("2024-02-06T10:00:00+00:00", None), 1),
        (("2024-02-06T10:00:00+00:00", ""), 1),
        (("2024-02-06T10:00:00+00:00", "yesterday"), 1),
        ((None, None), 1),
    ],
)
def test_last_checkpoint(version: str, times: tuple[str | None, ...], position: int) -> None:
    assert newest(version, *times) == position


def test_any_order_of_comparable_times(version: str) -> None:
    times = [f"2024-02-{day:02}T10:00:00+00:00" for day in range(1, 20)]
    draw = random.Random(7)
    for _ in range(20):
        draw.shuffle(times)
        assert newest(version, *times) == times.index(max(times))


@pytest.mark.parametrize("checkpoints", [[], None, UNSET, "odd"])
def test_no_last_checkpoint(version: str, checkpoints: Any) -> None:
    fields = {} if checkpoints is UNSET else {"checkpoints": checkpoints}
    assert read(version, **fields).last_checkpoint is None


def test_checkpoints_that_are_not_objects_do_not_raise(version: str) -> None:
    assert read(version, checkpoints=["odd", {"checkpoint_time": "2024-02-06"}]).last_checkpoint is not None
