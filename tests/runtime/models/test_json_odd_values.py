"""JSON out and in with values that nobody expects: what goes in comes out, or is refused in one sentence."""

from __future__ import annotations

import copy
import datetime as dt
import json
import pickle
from collections import UserDict
from decimal import Decimal
from importlib import import_module
from types import MappingProxyType

import attrs
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftership_tracking.errors import DecodeError
from aftership_tracking.export import flatten
from aftership_tracking.models import encode_hook
from aftership_tracking.recipes.rows.flat_table import json_text
from aftership_tracking.runtime import registry
from aftership_tracking.runtime.models.struct import EXTRA_KEY, field_names, raw_values
from aftership_tracking.v2026_07.models import Checkpoint, Tracking

HALF = "cut \ud83d"
"""JSON writes half of a surrogate pair as an escape; UTF-8 does not have it. JavaScript may cut there."""

KEYS = st.sampled_from(["id", "extra", "slug", "value", "custom_fields", EXTRA_KEY, HALF, "", "ключ"])
# Every string of Python, with halves of pairs, and every number of JSON.
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(), max_size=4)
    | st.just(EXTRA_KEY),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("version", registry.versions())
def test_any_object_is_written_as_it_was_read(version):
    cls = import_module(registry.models(version)).Tracking
    fields = st.sampled_from([*field_names(cls), "mood", "extra", EXTRA_KEY])

    @given(st.dictionaries(fields, VALUES, max_size=6))
    def holds(data):
        tracking = cls.from_dict(data)
        expected = _whole_numbers(data)
        assert _whole_numbers(tracking.to_dict()) == expected
        assert _whole_numbers(json.loads(tracking.to_json())) == expected
        assert _whole_numbers(json.loads(json_text(tracking))) == expected
        for again in (
            cls.from_json(tracking.to_json()),
            cls.from_dict(tracking.to_dict()),
            copy.deepcopy(tracking),
            pickle.loads(pickle.dumps(tracking)),
            attrs.evolve(tracking),
            msgspec.structs.replace(tracking),
        ):
            assert type(again) is cls
            assert again == tracking

    holds()


def _whole_numbers(data):
    """1.0 and 1 are one number of JSON, and the document says which of the two a field shows."""
    if isinstance(data, dict):
        return {name: _whole_numbers(value) for name, value in data.items()}
    if isinstance(data, list):
        return [_whole_numbers(value) for value in data]
    # An integer too long for a float is one only where the document has a float.
    return float(data) if type(data) is int and abs(data) < 2**1000 else data


def test_half_of_a_pair_is_written_and_read_again():
    body = b'{"title":"cut \\ud83d","mood":"\\udc00"}'
    tracking = Tracking.from_json(body)
    assert tracking.to_json() == body
    assert tracking.to_dict() == {"title": HALF, "mood": "\udc00"}
    assert Tracking.from_dict(tracking.to_dict()) == tracking
    assert Tracking.from_json(json.dumps(tracking.to_dict(), ensure_ascii=False)) == tracking
    assert json.loads(json_text(tracking)) == tracking.to_dict()


@pytest.mark.parametrize("text", ["NaN", "-Infinity", "1e400", "-1e400"])
def test_a_number_that_json_does_not_have_is_preserved_as_its_text(text):
    tracking = Tracking.from_json(f'{{"shipment_weight": {{"value": {text}}}, "mood": {text}}}')
    assert tracking.to_dict() == {"shipment_weight": {"value": text}, "mood": text}
    assert Tracking.from_json(tracking.to_json()) == tracking
    (row,) = flatten(tracking)
    assert json.loads(str(row["unfit"])) == {"shipment_weight_value": text}


def test_the_internal_key_of_unknown_fields_is_a_key_like_any_other():
    for content in ({EXTRA_KEY: {"id": "t2"}}, {EXTRA_KEY: "x"}, {EXTRA_KEY: {"id": "t2"}, "mood": 1}):
        tracking = Tracking.from_dict(content)
        assert tracking.extra == content
        assert tracking.to_dict() == content
        with pytest.raises(DecodeError, match="an unknown field"):
            Tracking.from_dict(content, strict=True)
    for value in ("x", {"id": "t2"}):
        content = {"custom_fields": {EXTRA_KEY: value}, "mood": {EXTRA_KEY: value}}
        assert Tracking.from_dict(content).to_dict() == content


def test_rows_and_documents_hold_unknown_fields_where_they_belong():
    content = {"id": "t1", "checkpoints": [{"slug": "usps", "mood": 1}], "mood": 2}
    tracking = Tracking.from_dict(content)
    assert json.loads(json_text(tracking)) == content
    assert tracking.extra == {"mood": 2}
    (row,) = flatten(tracking)
    assert json.loads(str(row["checkpoints"])) == content["checkpoints"]


def test_looking_leaves_no_trace():
    tracking = Tracking.from_dict({"id": "t1", "checkpoints": [{"slug": "usps"}]})
    before = msgspec.json.encode(tracking, enc_hook=encode_hook)
    assert repr(tracking) != tracking._repr_html_()
    assert tracking == copy.copy(tracking)
    assert attrs.evolve(tracking, title="x") != tracking
    assert (tracking.extra, tracking.checkpoints[0].extra) == ({}, {})
    assert msgspec.json.encode(tracking, enc_hook=encode_hook) == before
    assert raw_values(tracking).keys() == {"id", "checkpoints"}


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (b"x", "bytes has no JSON form"),
        (bytearray(b"x"), "bytearray has no JSON form"),
        (float("nan"), "nan is not a number of JSON"),
        (Decimal("Infinity"), "Infinity is not a number of JSON"),
        ({1: "x"}, "the key 1 is not a string"),
        (MappingProxyType({None: "x"}), "the key None is not a string"),
        (Tracking().title, "UNSET has no JSON form"),
        (1j, "complex has no JSON form"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_has_no_json_form_is_refused_when_it_is_given(value, sentence):
    for given_value in (value, [{"inner": value}]):
        for name in ("title", "mood"):
            with pytest.raises(TypeError, match=sentence):
                Tracking.from_dict({name: given_value})


def test_a_circle_is_refused():
    circle: dict[str, object] = {}
    circle["mood"] = circle
    with pytest.raises(TypeError, match="nested too deeply"):
        Tracking.from_dict(circle)


def test_what_is_like_json_is_read():
    tracking = Tracking.from_dict(
        MappingProxyType(
            {
                "id": "t1",
                "shipment_weight": UserDict({"value": Decimal("1.50"), "unit": "kg"}),
                "created_at": dt.datetime(2024, 2, 6, tzinfo=dt.UTC),
                "checkpoints": (Checkpoint.from_dict({"slug": "usps", "mood": 1}),),
            }
        )
    )
    assert tracking.to_dict() == {
        "id": "t1",
        "shipment_weight": {"value": 1.5, "unit": "kg"},
        "created_at": "2024-02-06T00:00:00Z",
        "checkpoints": [{"slug": "usps", "mood": 1}],
    }


def test_extra_that_is_not_a_dict_is_refused_when_it_is_written():
    with pytest.raises(TypeError, match="`extra` must be a dict"):
        Tracking(extra=None).to_dict()  # type: ignore[call-arg]
