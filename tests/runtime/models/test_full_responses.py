"""The type of a field says what a full response holds, and what it does not hold explains itself."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from aftership_tracking.errors import DecodeError, UsageError
from aftership_tracking.models import UNSET, Model, UnsetType, was_sent
from aftership_tracking.runtime.models.codec import decode, encode_body
from aftership_tracking.runtime.models.model import model
from aftership_tracking.runtime.models.times import Date, Time, Timestamp
from aftership_tracking.runtime.models.unset import sent


@model
class Order(Model):
    id: str = sent()
    placed_at: Timestamp = sent()
    note: str | None = sent(inferred=True)
    promised: Date | None = sent()
    gift: bool | UnsetType = UNSET
    lines: list[Line] = sent()


@model
class Line(Model):
    name: str
    """Required by the schema, also in a request."""
    seen_at: Time | None = sent()


FULL = {
    "id": "o1",
    "placed_at": "2024-02-06T10:15:30+00:00",
    "note": None,
    "promised": None,
    "lines": [{"name": "shoe", "seen_at": "2024-02-06"}],
}


def read(data, **options):
    return decode(json.dumps(data).encode(), __name__, "Order", **options)


@pytest.mark.parametrize("thorough", [False, True])
def test_a_full_response_has_no_surprise(thorough):
    found = read(FULL, thorough=thorough)
    assert found.surprises == ()
    assert type(found.value) is Order
    assert type(found.value.lines[0]) is Line
    assert type(found.value.placed_at) is Timestamp
    assert found.value.gift is UNSET


def test_the_absence_of_a_field_that_is_always_sent_is_a_surprise():
    found = read({"id": "o1", "lines": [{"name": "shoe"}]}, thorough=True)
    assert [str(surprise) for surprise in found.surprises] == [
        "$.lines[0].seen_at: expected a field that is always sent, got nothing",
        "$.placed_at: expected a field that is always sent, got nothing",
        "$.promised: expected a field that is always sent, got nothing",
    ]
    # `note` is only believed to be there, `gift` may be left out.
    assert (found.value.note, found.value.gift) == (UNSET, UNSET)


def test_fields_may_leave_out_any_field_but_required_ones():
    found = read({"lines": [{}]}, thorough=True, partial=True)
    assert [surprise.path for surprise in found.surprises] == ["$.lines[0].name"]
    assert found.value.id is UNSET


def test_nobody_waits_for_a_missing_field_if_nobody_wants_to_know():
    assert read({}).surprises == ()


@pytest.mark.parametrize(
    "value",
    # Python reads the last two, but not as what they are: a week, and a day with anything before its time.
    ["2024-02-06T10:15:30", "soon", "", "2024-W06-2T10:15:30+00:00", "2024-02-06x10:15:30+00:00"],
)
def test_a_wrong_time_is_reported_at_once_if_somebody_wants_to_know(value):
    reported = read(FULL | {"placed_at": value}, thorough=True)
    assert [surprise.path for surprise in reported.surprises] == ["$.placed_at"]
    silent = read(FULL | {"placed_at": value})
    assert silent.surprises == ()
    for found in (reported, silent):
        assert type(found.value.placed_at) is Time
        assert found.value.placed_at == value


def test_what_was_not_sent_is_false_and_explains_itself():
    order = Order(id="o1")
    assert not order.note
    assert order.note is not None
    assert f"{order.note} / {order.placed_at}" == "(not sent) / (not sent)"
    assert f"{order.note:>12}" == "  (not sent)"
    assert f"{order.note:.2f} {order.placed_at:%Y}" == "(not sent) (not sent)"
    with pytest.raises(AttributeError, match=r"not sent.*'upper'.*fields="):
        order.note.upper()
    with pytest.raises(AttributeError, match="not sent"):
        _ = order.placed_at.datetime
    assert not hasattr(order.note, "upper")


def test_was_sent_tells_absence_from_null():
    order = Order(id="o1", note=None)
    assert was_sent(order, "note")
    assert not was_sent(order, "promised")
    # Neither is a field: a name that is misspelled like an attribute must not count as sent.
    for name in ("nope", "to_dict", "extra", "__class__"):
        with pytest.raises(AttributeError, match=f"Order has no field '{name}'"):
            was_sent(order, name)
    with pytest.raises(AttributeError, match="NoneType has no field"):
        was_sent(None, "note")


def test_there_is_one_unset():
    for duplicate in (copy.copy(UNSET), copy.deepcopy(UNSET), pickle.loads(pickle.dumps(UNSET))):
        assert duplicate is UNSET
    assert repr(UNSET) == "UNSET"
    assert isinstance(UNSET, UnsetType)


def test_a_time_is_written_and_compared_as_it_was_given():
    read_one = read(FULL).value
    made = Order(
        id="o1",
        placed_at=Timestamp("2024-02-06T10:15:30+00:00"),
        note=None,
        promised=None,
        lines=[Line(name="shoe", seen_at=Time("2024-02-06"))],
    )
    assert read_one == made
    assert read_one.to_json() == made.to_json()
    assert type(made.lines[0].seen_at) is Time
    # After it was looked at, too.
    assert read_one.placed_at.datetime == made.placed_at.datetime
    assert read_one == made
    assert read_one.to_json() == made.to_json()
    read_one.placed_at = Timestamp("2025-01-01T00:00:00Z")
    assert read_one.to_dict()["placed_at"] == "2025-01-01T00:00:00Z"
    assert read_one != made


def test_an_object_to_send_needs_what_the_schema_requires():
    assert encode_body({"line": Line(name="shoe")}, None) == b'{"line":{"name":"shoe"}}'
    with pytest.raises(UsageError, match=r"line\.name: Line needs this field"):
        encode_body({"line": Line()}, None)  # type: ignore[call-arg]


def test_a_strict_reader_raises():
    assert Order.from_dict(FULL, strict=True).id == "o1"
    with pytest.raises(DecodeError, match=r"placed_at.*zone"):
        Order.from_dict(FULL | {"placed_at": "2024-02-06"}, strict=True)
