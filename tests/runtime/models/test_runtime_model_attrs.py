"""attrs treats models as its own classes. In other respects models behave like plain values."""

from __future__ import annotations

import copy
import inspect
import operator
import pickle
import pprint
import threading
import typing
import weakref
from typing import Any

import attrs
import pytest
import runtime_sample as sample

from aftership_tracking import CourierConnection, Tracking
from aftership_tracking.runtime.models.model import Model, model
from aftership_tracking.runtime.models.struct import field_names
from aftership_tracking.runtime.models.unset import UNSET, UnsetType

HIDDEN = "510087020"


@model
class Base(Model):
    id: str | UnsetType = UNSET


class Own(Base):
    """A subclass that a user of the package may write."""

    size: str = "small"

    def shout(self) -> str:
        return str(self.id).upper()


def parcel() -> sample.Parcel:
    return sample.Parcel(id="p1", note=None, stops=[sample.Stop(message="here")])


def test_attrs_sees_every_field_with_its_default_and_annotation():
    fields = attrs.fields(sample.Parcel)
    assert [field.name for field in fields] == [*field_names(sample.Parcel), "extra"]
    assert fields.id.default is UNSET
    assert fields.id.type == "str | UnsetType"
    assert fields.id.kw_only
    assert attrs.fields(sample.Meta).code.default is attrs.NOTHING


def test_only_models_are_classes_of_attrs():
    assert attrs.has(sample.Parcel)
    assert not attrs.has(Model)


def test_asdict_converts_nested_models():
    sent = attrs.asdict(parcel(), filter=lambda _, value: value is not UNSET)
    assert sent == {"id": "p1", "note": None, "stops": [{"message": "here", "extra": {}}], "extra": {}}


def test_evolve_makes_a_changed_copy():
    old = parcel()
    new = attrs.evolve(old, title="shoes")
    assert (old.title, new.title, new.id) == (UNSET, "shoes", "p1")
    assert type(new) is sample.Parcel
    with pytest.raises(TypeError, match="nope"):
        attrs.evolve(old, nope=1)


def test_types_can_be_resolved():
    attrs.resolve_types(sample.Stop, globalns=vars(sample))
    assert attrs.fields(sample.Stop).message.type == str | UnsetType | None


def test_a_class_of_the_user_has_its_own_fields_whichever_class_is_used_first():
    assert [field.name for field in attrs.fields(Base)] == ["id", "extra"]
    assert {field.name: field.type for field in attrs.fields(Own)} == {
        "id": "str | UnsetType",
        "size": "str",
        "extra": dict[str, Any],
    }
    own = Own(id="a", size="large")
    assert attrs.evolve(own, id="b") == Own(id="b", size="large")
    assert own.shout() == "A"
    assert own != Base(id="a")
    assert not operator.eq(own, Base(id="a"))
    assert Base(id="a") != "a"


def test_threads_that_look_at_the_same_time_see_the_same_fields():
    @model
    class Fresh(Model):
        id: str | UnsetType = UNSET

    together = threading.Barrier(8)
    found: list[object] = []

    def look() -> None:
        together.wait()
        found.append(attrs.fields(Fresh))

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(map(id, found))) == 1


@pytest.mark.parametrize(
    "duplicate",
    [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one)), attrs.evolve],
    ids=["copy", "deepcopy", "pickle", "evolve"],
)
def test_a_copy_is_equal_and_another_object(duplicate):
    old = parcel()
    new = duplicate(old)
    assert new == old
    assert not operator.ne(new, old)
    assert new is not old
    # Not only equal to UNSET: it is the same object.
    assert new.title is UNSET
    new.id = "p2"
    assert old.id == "p1"
    assert new != old


def test_models_cannot_be_keys_and_allow_weak_references():
    one = parcel()
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)
    assert weakref.ref(one)() is one


def test_match_by_keyword():
    match parcel():
        case sample.Parcel(id=str(name), note=None):
            assert name == "p1"
        case _:
            pytest.fail("the pattern does not fit")


def test_misspelt_fields_are_refused():
    with pytest.raises(TypeError, match="titel"):
        sample.Parcel(titel="shoes")  # type: ignore[call-arg]
    with pytest.raises(AttributeError, match="titel"):
        parcel().titel = "shoes"  # type: ignore[attr-defined]


def test_inspection_finds_the_class_as_written():
    assert (Tracking.__module__, Tracking.__qualname__) == ("aftership_tracking.v2026_07.models", "Tracking")
    assert (Tracking.__doc__ or "").startswith("One shipment that is followed. ")
    assert "class Tracking(" in inspect.getsource(Tracking)
    parameters = inspect.signature(Tracking).parameters
    assert list(parameters) == [*field_names(Tracking), "extra"]
    assert all(parameter.kind is parameter.KEYWORD_ONLY for parameter in parameters.values())
    assert typing.get_type_hints(Tracking)["id"] is str


def test_no_printer_shows_hidden_values():
    one = CourierConnection(id="c1", credentials={"account_number": HIDDEN})
    assert pprint.pformat([one]) == "[CourierConnection(id='c1', credentials=***)]"
    # The method that rich calls.
    assert [(name, repr(value)) for name, value in one.__rich_repr__()] == [
        ("id", "'c1'"),
        ("credentials", "***"),
    ]
    assert HIDDEN not in f"{one} {one!r}"
    # Code that requests the value by name receives it.
    assert attrs.asdict(one)["credentials"] == {"account_number": HIDDEN}
