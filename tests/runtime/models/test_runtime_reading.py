"""Reading responses: the fast pass, the tolerant pass, and what is reported."""

from __future__ import annotations

import json
import logging
import math
from typing import Any

import pytest
import runtime_sample as sample
from hypothesis import given
from hypothesis import strategies as st

from aftership_tracking.errors import DecodeError
from aftership_tracking.runtime.models import codec
from aftership_tracking.runtime.models.json_writer import encode_model
from aftership_tracking.runtime.models.model import Model
from aftership_tracking.runtime.models.struct import field_names
from aftership_tracking.runtime.models.times import Date, Time, Timestamp
from aftership_tracking.runtime.models.unset import UNSET
from aftership_tracking.runtime.surprise import Surprise, describe


def decode(data: object, name: str = "Parcel", *, thorough: bool = True) -> codec.Decoded:
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    return codec.decode(body, "runtime_sample", name, thorough=thorough)


def odd_page() -> dict[str, Any]:
    """200 parcels, one of which has four differences from the document."""
    parcels: list[dict[str, Any]] = [
        {"id": f"p{n}", "tag": "InTransit", "title": "t", "created_at": "2024-02-06T10:15:30+00:00"}
        for n in range(200)
    ]
    parcels[17] |= {"tag": "Teleported", "mood": "good", "title": None, "created_at": "last Tuesday"}
    return sample.envelope({"page": 1, "limit": 200, "count": 200, "trackings": parcels})


def test_odd_page_arrives_whole_with_four_surprises(service, make):
    seen: list[Surprise] = []
    service.reply(odd_page())
    page = make(on_surprise=seen.append).parcels.list(limit=200)
    assert len(page.items) == 200
    assert {(surprise.path, surprise.count, surprise.operation) for surprise in seen} == {
        ("$.data.trackings[17].tag", 1, "list-parcels"),
        ("$.data.trackings[17].mood", 1, "list-parcels"),
        ("$.data.trackings[17].title", 1, "list-parcels"),
        ("$.data.trackings[17].created_at", 1, "list-parcels"),
    }
    odd = page.items[17]
    assert odd.tag == "Teleported"
    assert not odd.tag.is_known
    assert odd.title is None
    assert type(odd.created_at) is Time
    assert odd.created_at == "last Tuesday"
    assert page.items[18] == sample.Parcel(
        id="p18", tag=sample.Tag.IN_TRANSIT, title="t", created_at=Timestamp("2024-02-06T10:15:30+00:00")
    )


def test_odd_page_without_a_hook_is_one_warning(service, client, caplog):
    service.reply(odd_page())
    with caplog.at_level(logging.WARNING, "aftership_tracking"):
        assert len(client.parcels.list(limit=200).items) == 200
    [record] = caplog.records
    text = record.getMessage()
    for path in ("tag", "mood", "title", "created_at"):
        assert f"$.data.trackings[17].{path}: " in text
    assert "last Tuesday" not in text
    assert "good" not in text


def test_odd_page_in_strict_mode_names_each_path(service, make):
    service.reply(odd_page())
    with pytest.raises(DecodeError) as caught:
        make(strict=True).parcels.list(limit=200)
    for path in ("tag", "mood", "title", "created_at"):
        assert f"$.data.trackings[17].{path}: " in str(caught.value)
    assert len(caught.value.surprises) == 4
    assert "last Tuesday" not in str(caught.value)
    assert caught.value.trace_id == "0123456789abcdef0123456789abcdef"
    assert (caught.value.method, caught.value.operation, caught.value.status) == ("GET", "list-parcels", 200)


def test_unknown_fields_cost_the_tolerant_pass_only_once(service, client, caplog, monkeypatch):
    """Every response has a field that the service adds to a version. It must not make every page slow."""
    service.reply_parcel(tag="Teleported", mood="good")
    assert client.parcels.get("p1").extra == {"mood": "good"}
    monkeypatch.setattr(codec, "reader_of", None)
    for mood in ("good", "bad"):
        service.reply_parcel(tag="Teleported", mood=mood)
        parcel = client.parcels.get("p1")
        assert (parcel.tag, parcel.extra) == ("Teleported", {"mood": mood})
    # It goes back to the fastest way when the field is gone for good.
    for _ in range(codec._FORGET_AFTER):
        service.reply_parcel()
        assert client.parcels.get("p1").extra == {}
    monkeypatch.setattr(codec, "attach_unknown_fields", None)
    service.reply_parcel()
    assert client.parcels.get("p1").extra == {}
    # Additions to a version are not worth a warning.
    assert not caplog.records


def test_a_field_that_only_some_responses_have_is_learned_too(monkeypatch):
    passes = []
    reader_of = codec.reader_of
    monkeypatch.setattr(codec, "reader_of", lambda cls: passes.append(cls) or reader_of(cls))
    monkeypatch.setattr(codec, "_WITH_UNKNOWN_FIELDS", type(codec._WITH_UNKNOWN_FIELDS)())
    for number in range(20):
        data = {"title": "x", **({"mood": number} if number % 3 == 0 else {})}
        found = decode(data, thorough=False)
        assert found.value.extra == {name: value for name, value in data.items() if name == "mood"}
    assert len(passes) == 1
    for _ in range(100):
        decode({"title": "x"}, thorough=False)
    # Forgotten: nearly all responses fit again, and those are read fastest.
    assert not codec._WITH_UNKNOWN_FIELDS


def test_unknown_enum_values_do_not_cost_the_fast_pass(service, client, caplog, monkeypatch):
    monkeypatch.setattr(codec, "reader_of", None)
    service.reply_parcel(tag="Teleported")
    assert client.parcels.get("p1").tag == "Teleported"
    assert not caplog.records


def test_same_surprise_in_many_items_is_one_with_a_count():
    parcels = [{"id": n} for n in range(200)]
    found = decode(sample.envelope({"trackings": parcels}), "ParcelListResponse", thorough=False)
    assert found.surprises == (
        Surprise(path="$.data.trackings[0].id", expected="string", got="integer", count=200),
    )
    assert "(200 times)" in describe(found.surprises)


def test_keys_of_maps_are_not_reported():
    [surprise] = decode({"custom_fields": {"ada@example.com": 7}}).surprises
    assert surprise.path == "$.custom_fields.*"


def test_long_lists_of_surprises_are_cut_in_messages_only():
    found = decode({f"new_{n}": 1 for n in range(50)})
    assert len(found.surprises) == 50
    assert describe(found.surprises).endswith("and 30 more")


@pytest.mark.parametrize(
    ("field", "value", "preserved"),
    [
        ("id", 5, 5),
        ("active", 1, 1),
        ("active", "true", "true"),
        ("weight", "3", "3"),
        ("weight", True, True),
        ("transit_time", 2.5, 2.5),
        ("transit_time", True, True),
        ("transit_time", "2", "2"),
        ("confidence", "1003", "1003"),
        ("custom_fields", ["a"], ["a"]),
        ("custom_fields", {"a": None}, {"a": None}),
        ("stops", {"message": "x"}, {"message": "x"}),
        ("stops", None, None),
        ("stops", ["x"], ["x"]),
        ("parent", "p0", "p0"),
        ("created_at", "2024-02-06T10:15:30", Time("2024-02-06T10:15:30")),
        ("created_at", 1707214530, 1707214530),
        ("promised", "2024-02-06T10:15:30", Time("2024-02-06T10:15:30")),
        ("promised", "20240206", Time("20240206")),
        ("expected", "soon", Time("soon")),
        ("tag", None, None),
        ("tag", 3, 3),
    ],
)
def test_a_value_that_does_not_fit_is_preserved_and_reported(field, value, preserved):
    for thorough in (False, True):
        found = decode({"id": "p1", field: value}, thorough=thorough)
        assert getattr(found.value, field) == preserved
        assert type(getattr(found.value, field)) is type(preserved)
        if not thorough and isinstance(preserved, Time):
            # The string in a field for a time is looked at when somebody reads it, or wants to know.
            assert found.surprises == ()
        else:
            assert [surprise.path.split("[")[0] for surprise in found.surprises] == [
                f"$.{field}" + (".*" if isinstance(value, dict) and field == "custom_fields" else "")
            ]


@pytest.mark.parametrize(
    ("field", "value", "typed"), [("transit_time", 3.0, 3), ("confidence", 1003.0, 1003)]
)
def test_whole_floats_are_integers_and_not_a_surprise(field, value, typed):
    for thorough in (False, True):
        found = decode({field: value}, thorough=thorough)
        assert getattr(found.value, field) == typed
        assert not isinstance(getattr(found.value, field), float)
        assert found.surprises == ()


def test_missing_required_field_is_unset_and_reported():
    found = decode({"data": {}}, "ParcelResponse", thorough=False)
    assert found.value.meta is UNSET
    assert [surprise.path for surprise in found.surprises] == ["$.meta"]


def test_unknown_enum_values_are_named_but_not_at_length():
    [surprise] = decode({"tag": "x" * 1000}).surprises
    assert len(surprise.got) < 100
    [surprise] = decode({"confidence": 99}).surprises
    assert "99" in surprise.got


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (b'\xef\xbb\xbf{"title": "x"}', "x"),
        (b'{"title": "\xff"}', "\ufffd"),
        (b'{"title": "\\ud83d"}', "\ud83d"),
        (b'{"title": "x", "weight": NaN}', "x"),
        (b'{"title": "x", "weight": 1e400}', "x"),
        (b'{"title": "x", "weight": ' + b"9" * 10_000 + b"}", "x"),
    ],
)
def test_json_that_only_the_tolerant_reader_accepts(body, title):
    for thorough in (False, True):
        found = decode(body, thorough=thorough)
        assert found.value.title == title
        assert found.surprises[0].path == "$"


def test_number_that_json_does_not_have_is_reported_with_its_path():
    for text in (b"NaN", b"-Infinity", b"1e400"):
        assert [s.path for s in decode(b'{"weight": ' + text + b"}").surprises] == ["$", "$.weight"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"title": "x',
        b"<html></html>",
        b"[" * 100_000,
        b"\x00",
        b"{}{}",
    ],
    ids=["empty", "cut", "cut string", "html", "deep", "zero", "two"],
)
def test_a_body_that_is_not_json_is_a_decode_error(body):
    with pytest.raises(DecodeError):
        decode(body)


@pytest.mark.parametrize(
    "data", [{}, [], None, 5, "x", {"meta": 5, "data": []}, {"meta": {"code": 200}, "data": None}]
)
def test_json_of_any_shape_is_read_and_the_call_says_what_is_missing(service, client, data):
    decode(data, "ParcelResponse", thorough=False)
    service.reply(data)
    with pytest.raises(DecodeError, match=r"no usable data\.tracking") as caught:
        client.parcels.get("p1")
    assert caught.value.body == json.dumps(data).encode()


def test_a_value_that_is_not_a_list_is_never_an_empty_list(service, client):
    for wrong in ({"trackings": None}, {"trackings": {}}, {}):
        service.reply(sample.envelope(wrong))
        with pytest.raises(DecodeError):
            client.parcels.list()


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_TIMES = {
    "created_at": ["2024-02-06T10:15:30+00:00", "2024-02-05T09:00:00-05:00", "2024-02-06T10:15:30Z"],
    "promised": ["2024-02-10"],
    "expected": [
        "2024-02-09",
        "2024-02-09T17:00:00",
        "2024-02-09T17:00:00+01:00",
        "20240206",
        "18:00:00",
        "2024-02-06 14:30:00",
    ],
}
_STOPS = st.fixed_dictionaries(
    {},
    optional={
        "message": st.none() | _TEXT,
        "checkpoint_time": st.none() | st.sampled_from(_TIMES["expected"]),
        "coordinates": st.none()
        | st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-9, 9), max_size=2),
    },
)
_SCALARS = {
    "id": _TEXT,
    "tag": st.sampled_from(["Pending", "InTransit"]),
    "title": _TEXT,
    "note": st.none() | _TEXT,
    "active": st.booleans(),
    "created_at": st.sampled_from(_TIMES["created_at"]),
    "promised": st.none() | st.sampled_from(_TIMES["promised"]),
    "expected": st.none() | st.sampled_from(_TIMES["expected"]),
    "weight": st.none() | st.integers(-(10**6), 10**6) | st.floats(allow_nan=False, allow_infinity=False),
    "transit_time": st.none() | st.integers(),
    "confidence": st.none() | st.just(1003),
    "custom_fields": st.none() | st.dictionaries(_TEXT, _TEXT, max_size=2),
    "list": _TEXT,
    "stops": st.lists(_STOPS, max_size=3),
    "anything": st.none() | _TEXT | st.lists(st.integers(), max_size=2),
}
PARCELS = st.recursive(
    st.fixed_dictionaries({}, optional=_SCALARS),
    lambda inner: st.fixed_dictionaries({}, optional={**_SCALARS, "parent": st.none() | inner}),
    max_leaves=3,
)
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["Pending", "2024-02-06"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*_SCALARS, "parent", "message", "other"]) | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


def same(first: Any, second: Any) -> bool:
    """Equality of values and of types, all the way down."""
    if type(first) is not type(second):
        return False
    if isinstance(first, Model):
        return all(same(getattr(first, name), getattr(second, name)) for name in field_names(type(first)))
    if isinstance(first, list):
        return len(first) == len(second) and all(map(same, first, second))
    if isinstance(first, dict):
        return first.keys() == second.keys() and all(same(first[key], second[key]) for key in first)
    return bool(first == second)


@given(PARCELS)
def test_both_passes_agree_on_good_responses_and_nothing_is_lost(data):
    body = json.dumps(data).encode()
    fast = codec.fast_decoder("runtime_sample", "Parcel")(body)
    slow = decode(body)
    assert slow.surprises == ()
    assert same(fast, slow.value)
    assert json.loads(encode_model(fast)) == data


@given(JUNK)
def test_reading_never_raises_because_of_a_value(data):
    body = json.dumps(data).encode()
    for name in ("Parcel", "ParcelListResponse"):
        fast, slow = decode(body, name, thorough=False), decode(body, name)
        try:
            codec.fast_decoder("runtime_sample", name)(body)
        except (ValueError, RecursionError):
            assert slow.surprises or _whole_float(data)
        if not slow.surprises and not _not_a_number(data):
            assert same(fast.value, slow.value)


def _whole_float(data: Any) -> bool:
    # The only value that the fast reader refuses and the tolerant reader accepts without a surprise.
    if isinstance(data, dict):
        return any(_whole_float(value) for value in data.values())
    if isinstance(data, list):
        return any(_whole_float(value) for value in data)
    return isinstance(data, float) and data.is_integer()


def _not_a_number(data: Any) -> bool:
    if isinstance(data, dict):
        return any(_not_a_number(value) for value in data.values())
    if isinstance(data, list):
        return any(_not_a_number(value) for value in data)
    return isinstance(data, float) and math.isnan(data)


def test_decoders_are_built_once():
    assert codec.fast_decoder("runtime_sample", "Parcel") is codec.fast_decoder("runtime_sample", "Parcel")


def test_date_field_gives_a_date():
    assert isinstance(decode({"promised": "2024-02-10"}, thorough=False).value.promised, Date)


@pytest.mark.parametrize("thorough", [False, True])
def test_objects_nested_too_deeply_are_a_decode_error(thorough):
    body = b'{"parent":' * 700 + b'{"title":null}' + b"}" * 700
    with pytest.raises(DecodeError, match="deep"):
        decode(body, thorough=thorough)


@pytest.mark.parametrize("body", [b'{"title": "Ada"', b"[" * 100_000, b'{"title": "\xff"'])
def test_error_does_not_hold_the_response(body):
    """The error of `json` holds the whole document."""
    with pytest.raises(DecodeError) as caught:
        decode(body)
    assert caught.value.__context__ is None
