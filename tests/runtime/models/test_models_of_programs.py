"""Classes that a program derives from a model, and models inside of other libraries."""

from __future__ import annotations

import copy
import json
import pickle
import warnings

import attrs
import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from aftership_tracking.export import columns, flatten
from aftership_tracking.migration import migrate
from aftership_tracking.runtime.models.times import Date, Time, Timestamp
from aftership_tracking.runtime.models.unset import UNSET
from aftership_tracking.v2024_01.models import Tracking as OldTracking
from aftership_tracking.v2026_07.models import Checkpoint, Tracking

CONTENT = {
    "id": "t1",
    "tag": "Delivered",
    "created_at": "2024-02-06T10:15:30+00:00",
    "checkpoints": [{"slug": "usps", "mood": 1}],
    "mood": "good",
}


class Parcel(Tracking):
    """With methods of its own. The names of its annotations are those of another module."""

    def shout(self) -> str:
        return f"{self.id.upper()}!"


class StoredParcel(Parcel):
    """With fields of its own."""

    shelf: str = "A"
    stored_at: Timestamp | None = None


class OldParcel(OldTracking):
    pass


@pytest.mark.parametrize("strict", [False, True])
def test_a_class_with_methods_reads_and_writes(strict):
    known = {name: value for name, value in CONTENT.items() if name != "mood"} | {"checkpoints": []}
    content = known if strict else CONTENT
    parcel = Parcel.from_dict(content, strict=strict)
    assert type(parcel) is Parcel
    assert parcel.shout() == "T1!"
    assert parcel.created_at.datetime.year == 2024
    assert parcel.to_dict() == content
    assert Parcel.from_json(parcel.to_json()) == parcel
    assert parcel != Tracking.from_dict(content)
    assert pickle.loads(pickle.dumps(parcel)) == copy.deepcopy(parcel) == parcel
    if not strict:
        assert type(parcel.checkpoints[0]) is Checkpoint
        assert parcel.extra == {"mood": "good"}


def test_a_class_with_fields_reads_and_writes_them():
    stored_at = "2024-03-01T00:00:00+00:00"
    content = {**CONTENT, "shelf": "B", "stored_at": stored_at}
    for data in (content, {name: value for name, value in content.items() if name != "mood"}):
        parcel = StoredParcel.from_dict(data)
        assert (parcel.shelf, parcel.stored_at) == ("B", Timestamp(stored_at))
        assert type(parcel.stored_at) is Timestamp
        assert parcel.to_dict() == data
        assert pickle.loads(pickle.dumps(parcel)) == attrs.evolve(parcel) == parcel
    assert type(StoredParcel(stored_at="soon").stored_at) is Time
    assert StoredParcel.from_dict({}).shelf == "A"
    assert StoredParcel.from_dict({"shelf": 5}).shelf == 5


def test_a_class_that_no_module_holds_reads():
    def make() -> type[Tracking]:
        class Local(Tracking):
            pass

        return Local

    assert make().from_dict(CONTENT).id == "t1"
    assert make().from_dict(CONTENT) != make().from_dict(CONTENT)


def test_such_a_class_has_rows_and_moves_to_other_versions():
    parcel = Parcel.from_dict(CONTENT)
    assert columns(Parcel) == columns(Tracking)
    assert list(flatten(parcel)) == list(flatten(Tracking.from_dict(CONTENT)))
    moved = migrate(OldParcel.from_dict({"id": "t1", "smses": ["+123"]}), "2024-01", "2026-07")
    assert type(moved.value) is Tracking
    assert moved.value == migrate(OldTracking(id="t1", smses=["+123"]), "2024-01", "2026-07").value


class Shelf(BaseModel):
    parcels: dict[str, list[Tracking | None]]
    best: Parcel | None = None


def test_a_model_of_pydantic_holds_models_and_says_nothing():
    shelf = Shelf.model_validate({"parcels": {"a": [CONTENT, None]}, "best": CONTENT})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        dumped = shelf.model_dump()
        assert dumped["parcels"]["a"][0] == Tracking.from_dict(CONTENT)
        assert TypeAdapter(Tracking).dump_python(Tracking(id="t1")) == Tracking(id="t1")
        as_json = shelf.model_dump(mode="json")
    assert Shelf.model_validate(dumped) == shelf == Shelf.model_validate_json(shelf.model_dump_json())
    assert as_json["parcels"] == {"a": [CONTENT, None]}
    assert as_json["best"] == CONTENT


def test_a_dict_with_unset_is_refused_in_one_sentence():
    for values in ({"id": UNSET}, attrs.asdict(Tracking(id="t1"))):
        with pytest.raises(TypeError, match="UNSET has no JSON form: leave the key out"):
            Tracking.from_dict(values)
        with pytest.raises(ValueError, match="UNSET has no JSON form"):
            TypeAdapter(Tracking).validate_python(values)


class Summary(BaseModel):
    updated: Timestamp
    day: Date | None = None
    seen: Time | None = None


def test_a_model_of_pydantic_holds_times():
    given = {"updated": "2026-07-01T10:00:00+02:00", "day": "2026-07-02", "seen": "2026-07-03 10:00"}
    summary = Summary.model_validate_json(json.dumps(given))
    assert [type(one) for one in (summary.updated, summary.day, summary.seen)] == [Timestamp, Date, Time]
    assert summary.updated.datetime.isoformat() == given["updated"]
    assert summary.model_dump(mode="json") == given
    assert Summary.model_json_schema()["properties"]["updated"]["format"] == "date-time"
    with pytest.raises(ValidationError):
        Summary(updated="yesterday")
