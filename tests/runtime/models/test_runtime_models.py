"""Models, enums, operations and other records as values."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from enum import Enum
from importlib import import_module

import msgspec
import pytest
import runtime_sample as sample

from aftership_tracking import ConfidenceCode, DeliverySubStatus, documents
from aftership_tracking.runtime.models.enums import UNKNOWN_VALUES
from aftership_tracking.runtime.models.unset import UNSET
from aftership_tracking.runtime.operation import Operation
from aftership_tracking.runtime.options import DEFAULT, Options, Timeout
from aftership_tracking.runtime.surprise import Surprise

Tag = sample.Tag


def test_unknown_values_are_preserved_and_compare_as_strings():
    odd = Tag("Teleported")
    assert odd == "Teleported"
    assert str(odd) == f"{odd}" == odd.value == odd.name == "Teleported"
    assert hash(odd) == hash("Teleported")
    assert odd in {"Teleported"}
    assert odd == Tag("Teleported")
    assert not odd.is_known
    assert Tag.PENDING.is_known
    assert "Pending" in {Tag.PENDING}
    assert list(Tag) == [Tag.PENDING, Tag.IN_TRANSIT]
    assert len(Tag._value2member_map_) == 2


def test_unknown_numbers_are_preserved():
    odd = sample.Confidence(99)
    assert odd == 99
    assert odd.name == "99"
    assert not odd.is_known
    assert sample.Confidence.LOW.is_known
    assert sample.Confidence(1003) is sample.Confidence.LOW


def test_an_unknown_value_is_counted_and_a_known_one_is_not():
    before = UNKNOWN_VALUES.seen
    Tag("Pending")
    sample.Confidence(1003)
    decoder = msgspec.json.Decoder(list[Tag])
    decoder.decode(b'["Pending", "InTransit"]')
    assert UNKNOWN_VALUES.seen == before
    decoder.decode(b'["Pending", "Teleported"]')
    assert UNKNOWN_VALUES.seen == before + 1
    sample.Confidence(99)
    assert UNKNOWN_VALUES.seen == before + 2
    with pytest.raises(ValueError):
        Tag(5)
    assert UNKNOWN_VALUES.seen == before + 2


@pytest.mark.parametrize("version", documents.versions())
def test_every_member_carries_the_text_of_the_document(version: str):
    schemas = documents.document(version)["components"]["schemas"]
    enums = import_module(f"aftership_tracking.v{version.replace('-', '_')}.enums")
    for name, schema in schemas.items():
        texts = schema.get("x-open-enum") or schema.get("x-enum-meanings")
        if texts:
            members = list(getattr(enums, name))
            assert {str(member.value): member.meaning for member in members} == texts
            for value, member in schema.get("x-enum-names", {}).items():
                assert str(getattr(enums, name)[member]) == value
    assert not any(name.startswith("VALUE_") for name in enums.ConfidenceCode.__members__)
    levels = schemas["ConfidenceCode"]["x-enum-levels"]
    assert {str(member): member.level for member in enums.ConfidenceCode} == levels


def test_meaning_and_level_of_what_is_not_documented():
    assert DeliverySubStatus("Delivered_002").meaning == (
        "Picked up by the customer: collected by the recipient."
    )
    assert DeliverySubStatus("Delivered_999").meaning is None
    assert ConfidenceCode.HIGHEST.level == "highest"
    assert (ConfidenceCode(7).meaning, ConfidenceCode(7).level) == (None, None)
    # An enum that the program defines itself.
    assert Tag.PENDING.meaning is None


def test_texts_are_imported_when_a_meaning_is_requested():
    code = (
        "import sys\n"
        "from aftership_tracking.v2026_07.enums import DeliveryStatus\n"
        "loaded = lambda: 'aftership_tracking.v2026_07.enum_meanings' in sys.modules\n"
        "print(loaded(), bool(DeliveryStatus.PENDING.meaning), loaded())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True", "True"]


@pytest.mark.parametrize("value", [Tag.PENDING, Tag("New"), sample.Confidence.LOW, sample.Confidence(7)])
def test_enum_values_survive_pickle_copy_and_json(value: Enum):
    for copied in (pickle.loads(pickle.dumps(value)), copy.copy(value), copy.deepcopy(value)):
        assert copied == value
        assert type(copied) is type(value)
        assert copied.name == value.name
    assert json.loads(json.dumps(value)) == value
    assert json.loads(msgspec.json.encode(value)) == value


@pytest.mark.parametrize(
    ("cls", "value"), [(Tag, 5), (Tag, None), (sample.Confidence, "7"), (sample.Confidence, 1.5)]
)
def test_other_kinds_are_not_enum_values(cls, value):
    with pytest.raises(ValueError):
        cls(value)


def test_model_shows_what_was_sent():
    parcel = sample.Parcel(id="p1", note=None)
    assert repr(parcel) == "Parcel(id='p1')"
    assert parcel.title is UNSET
    assert parcel == sample.Parcel(id="p1", note=None)
    assert parcel != sample.Parcel(id="p1")
    assert parcel != "p1"
    with pytest.raises(TypeError, match="unhashable"):
        hash(parcel)
    with pytest.raises(TypeError):
        sample.Parcel("p1")  # type: ignore[misc]
    with pytest.raises(AttributeError):
        parcel.nonsense = 1  # type: ignore[attr-defined]


def test_models_survive_pickle_and_copy():
    parcel = sample.Parcel(id="p1", tag=Tag("New"), created_at=sample.Timestamp("2024-02-06T10:15:30Z"))
    for copied in (pickle.loads(pickle.dumps(parcel)), copy.copy(parcel), copy.deepcopy(parcel)):
        assert copied == parcel
        assert copied.title is UNSET


@pytest.mark.parametrize(
    "record", [sample.GET, Options(), Timeout(), Surprise(path="$", expected="a", got="b")]
)
def test_records_cannot_be_changed(record):
    name = next(iter(getattr(record, "_fields", None) or type(record).__match_args__ or ["timeout"]))
    with pytest.raises(AttributeError):
        setattr(record, name, 1)


def test_operation_is_a_record():
    assert isinstance(sample.GET, Operation)
    assert sample.GET._replace(id="x").path is sample.GET.path
    assert hash(sample.GET)


def test_timeout_never_grows():
    assert Timeout(5, None).at_most(2) == Timeout(2, 2)
    assert Timeout(1, 10).at_most(2) == Timeout(1, 2)
    assert Timeout(1, 10).at_most(None) == Timeout(1, 10)
    assert repr(DEFAULT) == "DEFAULT"


def test_enum_takes_an_unknown_member_of_another_version():
    class Later(sample.OpenEnum):
        IN_TRANSIT = "InTransit"

    class LaterConfidence(sample.OpenIntEnum):
        LOW = 1003

    assert Tag(Later.IN_TRANSIT) is Tag.IN_TRANSIT
    moved = Tag(Later("Teleported"))
    assert (type(moved), moved, type(moved.value)) == (Tag, "Teleported", str)
    number = sample.Confidence(LaterConfidence(7))
    assert (type(number), number, type(number.value)) == (sample.Confidence, 7, int)
    with pytest.raises(ValueError, match="True"):
        sample.Confidence(True)
