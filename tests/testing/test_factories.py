"""Factories: every model of every version, valid by its document, the same in every run."""

from __future__ import annotations

import datetime as dt
import importlib
import subprocess
import sys
from typing import Any

import pytest

from aftership_tracking import UNSET, Model, errors
from aftership_tracking.mock.documents.pointers import join
from aftership_tracking.runtime import registry
from aftership_tracking.testing import factories
from aftership_tracking.testing.factories import make, make_many, tracking
from aftership_tracking.testing.traffic.judge_call import load_version

VERSIONS = registry.versions()


def models(version: str) -> dict[str, type[Model]]:
    content = vars(importlib.import_module(registry.models(version)))
    return {
        name: value
        for name, value in content.items()
        if isinstance(value, type) and value.__module__ == registry.models(version)
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_every_model_of_every_version_is_valid(version: str) -> None:
    api, _ = load_version(version)
    found = models(version)
    assert len(found) > 30
    for name, model in found.items():
        for seed in (1, 2, 3):
            made = make(model, seed=seed)
            assert type(made) is model
            value = made.to_dict()
            assert api.validators.findings(join("/components/schemas", name), value) == []
            assert made.extra == {}
            # A strict reading finds no surprise: what a full response holds is there.
            assert model.from_dict(value, strict=True).to_dict() == value
        assert make(model, seed=2).to_dict() == make(model, seed=2).to_dict()


@pytest.mark.parametrize("version", VERSIONS)
def test_statuses_are_coherent(version: str) -> None:
    for tag in ("Delivered", "Exception", "Pending", "BrandNew"):
        made = tracking(version=version, tag=tag)
        assert (made.tag, made.subtag.partition("_")[0], made.active) == (tag, tag, tag != "Delivered")
        assert [each.tag for each in made.checkpoints[-1:]] == ([] if tag == "Pending" else [tag])
    made = tracking(version=version, subtag="Exception_010", subtag_message="Mine", active=False)
    assert (made.tag, made.subtag, made.subtag_message, made.active) == (
        "Exception",
        "Exception_010",
        "Mine",
        False,
    )


def test_seeds_make_different_objects_and_the_same_ones() -> None:
    model = type(tracking())
    made = make_many(model, 20, seed=5, title="x")
    assert len({each.id for each in made}) == len({each.tracking_number for each in made}) == 20
    assert [each.to_dict() for each in make_many(model, 20, seed=5, title="x")] == [
        each.to_dict() for each in made
    ]
    pieces = made[0].to_dict().get("multi_piece_info") or {"pieces": []}
    assert all(piece["tracking_number"] == made[0].tracking_number for piece in pieces["pieces"])


def test_two_processes_make_the_same() -> None:
    program = "from aftership_tracking.testing.factories import tracking; print(tracking(seed=9).id)"
    runs = {
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    }
    assert runs == {f"{tracking(seed=9).id}\n"}


def test_a_change_of_one_does_not_change_another() -> None:
    tracking().checkpoints.clear()
    assert tracking().checkpoints


def test_values_may_be_models_times_and_enums() -> None:
    package = registry.package("2024-01")
    checkpoint = make(package.Checkpoint, city="Berlin")
    made = make(
        package.Tracking,
        tag=package.DeliveryStatus.DELIVERED,
        checkpoints=[checkpoint],
        created_at=dt.datetime(2026, 7, 1, tzinfo=dt.UTC),
        more={"brand_new": 1},
        note=UNSET,
    )
    assert made.tag is package.DeliveryStatus.DELIVERED
    assert made.checkpoints[0].city == "Berlin"
    assert str(made.created_at).startswith("2026-07-01T00:00:00")
    assert made.extra == {"brand_new": 1}
    assert made.note is UNSET


def test_a_class_that_a_program_derived() -> None:
    class Own(models("2026-07")["Checkpoint"]):  # type: ignore[misc]
        pass

    assert type(make(Own, city="Bonn")) is Own


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"ordr_id": "1"}, r"^Tracking of 2026-07 has no field ordr_id\. Did you mean order_id\?"),
        ({"zzz": "1"}, "Put it into `more`"),
        ({"order_id": 1}, "order_id must be of the type"),
        ({"checkpoints": [{"citi": "x"}]}, r"has no field checkpoints\[\]\.citi\. Did you mean city\?"),
        ({"checkpoints": [{"city": 1}]}, r"checkpoints\[\]\.city must be"),
        ({"tag": None}, "tag must be of the type string"),
        ({"custom_fields": {"1": 1}}, r"custom_fields\.\* must be of the type"),
        ({"created_at": "soon"}, "created_at must be a date-time"),
        ({"version": "2031-01"}, "there is no document of version"),
    ],
)
def test_what_would_not_be_valid_is_refused(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(errors.UsageError, match=words):
        tracking(**{"version": "2026-07", **fields})


def test_what_is_not_a_model_is_refused() -> None:
    with pytest.raises(errors.UsageError, match="dict is not a model of any version"):
        make(dict)  # type: ignore[type-var]
    with pytest.raises(errors.UsageError, match="must not be below 0"):
        make_many(type(tracking()), -1)
    with pytest.raises(TypeError):
        tracking(title=object())


def test_every_field_can_be_given() -> None:
    """No field has the name of an argument."""
    reserved = {"seed", "more", "version"}
    for version in VERSIONS:
        for model in models(version).values():
            assert reserved.isdisjoint(factories.field_names(model))
