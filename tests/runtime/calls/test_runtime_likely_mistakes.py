"""An argument that is almost a known value is said before it is sent, once."""

from __future__ import annotations

import warnings
from importlib import import_module

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftership_tracking import AfterShip, AsyncAfterShip, documents, explain, v2024_01
from aftership_tracking.errors import LikelyMistakeWarning
from aftership_tracking.runtime.calls import likely_mistakes
from aftership_tracking.runtime.calls.likely_mistakes import find_country_mistake, find_mistake
from aftership_tracking.runtime.operation import Documented, Operation

TAGS = [member.value for member in import_module("aftership_tracking.v2026_07.enums").DeliveryStatus]


@pytest.fixture(autouse=True)
def _nothing_said_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(likely_mistakes, "_SAID", set())


@pytest.fixture
def client():
    def respond(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"meta": {"code": 200}, "data": {"trackings": []}})

    with httpx.Client(transport=httpx.MockTransport(respond)) as http:
        yield AfterShip("asat_key", http_client=http, limiter=None)


def said(call, *args, **kwargs) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call(*args, **kwargs)
    assert all(issubclass(one.category, LikelyMistakeWarning) for one in caught)
    # The location that is shown is the caller's.
    assert all(one.filename == __file__ for one in caught)
    return [str(one.message) for one in caught]


def test_a_value_that_only_an_older_version_knows_is_said_with_the_version(client):
    (sentence,) = said(client.trackings.get, "a", fields=["tracking_postal_code", "order_id"])
    assert sentence == (
        "fields='tracking_postal_code': a value of 2025-01 that 2026-07 does not have;"
        " `aftership guide 2025-01 2026-07` says what became of it"
    )
    assert said(client.trackings.get, "a", fields=["never_known"]) == []


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("pending", "Pending"),
        ("PENDING", "Pending"),
        ("Deliverd", "Delivered"),
        ("Delievred", "Delivered"),
        ("in_transit", "InTransit"),
        ("In Transit", "InTransit"),
        ("out-for-delivery", "OutForDelivery"),
        ("AttemptFailed", "AttemptFail"),
        (" Expired", "Expired"),
    ],
)
def test_a_tag_that_is_almost_known(client, value, meant):
    sentence = f"tag={value!r}: did you mean {meant!r}?"
    assert find_mistake("tag", value, TAGS) == sentence
    assert said(client.trackings.list, tag=value) == [sentence]
    # Once for each value and argument.
    assert said(client.trackings.list, tag=value) == []


@pytest.mark.parametrize("value", [*TAGS, "Teleported", "Returned", "", "no", 5, None, object()])
def test_a_value_that_is_known_or_like_nothing_is_not_said(value):
    assert find_mistake("tag", value, TAGS) is None


def test_a_number_inside_is_never_a_wrong_letter():
    known = ["InTransit_001", "InTransit_002"]
    assert find_mistake("subtag", "InTransit_003", known) is None
    assert (
        find_mistake("subtag", "intransit_001", known)
        == "subtag='intransit_001': did you mean 'InTransit_001'?"
    )


def test_several_that_are_equally_near_are_all_named():
    assert find_mistake("x", "cast", ["cost", "case"]) == "x='cast': did you mean 'cost' or 'case'?"


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("US", "origin='US': did you mean 'USA'?"),
        ("de", "origin='de': did you mean 'DEU'?"),
        ("usa", "origin='usa': did you mean 'USA'?"),
        ("XX", "origin: a country is written as three letters (ISO 3166-1 alpha-3), such as 'USA'"),
        ("12 Main St", "origin: a country is written as three letters (ISO 3166-1 alpha-3), such as 'USA'"),
        ("USA", None),
        ("QQQ", None),
        ("USA,CAN", None),
        ("USA, US", "origin='US': did you mean 'USA'?"),
        ("", None),
        (5, None),
    ],
)
def test_countries_are_three_letters(value, sentence):
    assert find_country_mistake("origin", value) == sentence


def test_every_country_has_two_and_three_letters():
    pairs = likely_mistakes._alpha_3()
    assert len(pairs) == len(set(pairs.values())) == 249
    assert all(len(two) == 2 and two.isupper() and three.isupper() for two, three in pairs.items())
    assert all(len(three) == 3 for three in pairs.values())


def test_lists_of_the_query(client):
    assert said(client.trackings.list, origin=["USA", "US"], fields={"Title"}) == [
        "origin='US': did you mean 'USA'?",
        "fields='Title': did you mean 'title'?",
    ]


def test_what_a_body_holds_is_found_in_dicts_and_models(client):
    from aftership_tracking.v2026_07.models import EstimatedDeliveryDateAddress, EstimatedDeliveryDateRequest

    assert said(client.trackings.update, "p1", delivery_type="door-to-door", origin_country_region="us") == [
        "delivery_type='door-to-door': did you mean 'door_to_door'?",
        "origin_country_region='us': did you mean 'USA'?",
    ]
    request = EstimatedDeliveryDateRequest(
        slug="ups",
        origin_address=EstimatedDeliveryDateAddress(country_region="CA"),
        destination_address={"country_region": "MX"},  # type: ignore[arg-type]
    )
    checks = explain(client.estimated_delivery_dates.predict_batch, estimated_delivery_dates=[request]).checks
    [found] = [check.text for check in checks if check.name == "values"]
    location = "estimated_delivery_dates.{}_address.country_region"
    assert f"{location.format('origin')}='CA': did you mean 'CAN'?" in found
    assert f"{location.format('destination')}='MX': did you mean 'MEX'?" in found


def test_iterators_are_left_to_those_who_send_them(client):
    fields = (field for field in ["Title"])
    assert "fields=Title" in explain(client.trackings.get, "p1", fields=fields).url
    # A list copies its filters first, because every page needs them.
    assert said(client.trackings.list, origin=(one for one in ["US"])) == ["origin='US': did you mean 'USA'?"]


def test_members_of_enums_are_never_said(client):
    from aftership_tracking import DeliveryStatus

    assert said(client.trackings.list, tag=DeliveryStatus.PENDING) == []
    assert said(client.trackings.list, tag=DeliveryStatus("pending")) == [
        "tag='pending': did you mean 'Pending'?"
    ]


def test_a_filter_that_makes_an_error_of_it_does_so_every_time(client):
    for _ in range(2):
        with warnings.catch_warnings():
            warnings.simplefilter("error", LikelyMistakeWarning)
            with pytest.raises(LikelyMistakeWarning, match="Pending"):
                client.trackings.list(tag="pending")


def test_what_was_said_is_forgotten_before_it_fills_the_memory(monkeypatch):
    monkeypatch.setattr(likely_mistakes, "_MOST_SAID", 10)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number in range(100):
            likely_mistakes.warn_once("list tag", str(number))
    assert len(likely_mistakes._SAID) <= 10


@pytest.mark.parametrize("cls", [AfterShip, AsyncAfterShip, v2024_01.AfterShip])
def test_explain_says_it_every_time(cls):
    client = cls("asat_key", http_client=None)
    for _ in range(2):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            explanation = explain(client.trackings.list, tag="pending")
        [found] = [check for check in explanation.checks if check.name == "values"]
        assert (found.passed, found.text) == (False, "tag='pending': did you mean 'Pending'?")
    good = explain(client.trackings.list, tag="Pending")
    assert [check.passed for check in good.checks if check.name == "values"] == [True]


@pytest.mark.parametrize("version", documents.versions())
def test_every_location_names_a_list_that_exists(version):
    package = f"aftership_tracking.v{version.replace('-', '_')}"
    enums = import_module(f"{package}.enums")
    found = 0
    for resource in ("trackings", "couriers", "estimated_delivery_dates"):
        for operation in vars(import_module(f"{package}.resources.{resource}")).values():
            locations = (
                (*operation.query_values, *operation.body_values) if type(operation) is Operation else ()
            )
            for _, values in locations:
                if isinstance(values, Documented):
                    continue
                assert values == likely_mistakes.COUNTRY or hasattr(enums, values)
                found += 1
    assert found > 10


def _slow_distance(one: str, other: str) -> int:
    if not one or not other:
        return len(one) + len(other)
    best = min(
        _slow_distance(one[1:], other) + 1,
        _slow_distance(one, other[1:]) + 1,
        _slow_distance(one[1:], other[1:]) + (one[0] != other[0]),
    )
    if one[:2] == other[1::-1] and len(one) > 1 and len(other) > 1:
        best = min(best, _slow_distance(one[2:], other[2:]) + 1)
    return best


@given(st.text("abc", max_size=5), st.text("abc", max_size=5))
def test_distance(one, other):
    assert likely_mistakes._distance(one, other) == _slow_distance(one, other)


@given(st.one_of(st.text(), st.sampled_from(TAGS)), st.lists(st.text()))
def test_any_value_is_safe(value, known):
    sentence = find_mistake("x", value, known)
    assert sentence is None or value not in known
    find_country_mistake("x", value)
