"""Paths, queries and bodies are sent exactly as the caller meant them, or are refused."""

# Some of these tests need times without a zone.
# ruff: noqa: DTZ001
from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from enum import Enum
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx
import pytest
import runtime_sample as sample
from hypothesis import given
from hypothesis import strategies as st

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.models.codec import encode_body
from aftership_tracking.runtime.models.unset import UNSET
from aftership_tracking.runtime.operation import Path
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.query import build_query
from aftership_tracking.runtime.wire.request import Request, build_path, check_headers

TEMPLATE = ("trackings", Path("slug"), Path("number"), "retrack")


@given(st.text(), st.text())
def test_no_value_changes_the_route(slug, number):
    try:
        path = build_path(TEMPLATE, (slug, number))
    except UsageError:
        odd = [value for value in (slug, number) if not value.strip() or value in (".", "..")]
        assert odd or any("\ud800" <= character <= "\udfff" for character in slug + number)
        return
    url = f"https://api.example/tracking/2024-01{path}?a=1"
    assert str(httpx.URL(url)) == url
    parts = urlsplit(str(httpx.Request("GET", url).url))
    assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("https", "api.example", "a=1", "")
    segments = parts.path.split("/")
    assert segments[:4] == ["", "tracking", "2024-01", "trackings"]
    assert [unquote(segment) for segment in segments[4:]] == [slug, number, "retrack"]


@pytest.mark.parametrize("value", ["", " ", "\n", ".", "..", 5, None, b"x", "\ud83d", UNSET])
def test_segments_that_are_refused(value):
    with pytest.raises(UsageError, match="number"):
        build_path(TEMPLATE, ("usps", value))


def test_slash_is_encoded():
    assert (
        build_path(TEMPLATE, ("usps", "A/B%2e?#;=&+ é"))
        == "/trackings/usps/A%2FB%252e%3F%23%3B%3D%26%2B%20%C3%A9/retrack"
    )


def test_number_of_values_must_fit():
    with pytest.raises(UsageError, match="slug, number"):
        build_path(TEMPLATE, ("usps",))


def test_query():
    assert build_query(
        {
            "tag": sample.Tag.PENDING,
            "slug": ["usps", "fedex-group"],
            "limit": 50,
            "keyword": "blue mug",
            "return_to_sender": [True, False],
            "created_at_min": dt.datetime(2024, 1, 5, 10, tzinfo=dt.timezone(dt.timedelta(hours=8))),
            "created_at_max": dt.datetime(2024, 1, 6, tzinfo=dt.UTC),
            "confidence": sample.Confidence.LOW,
            "fields": UNSET,
            "origin": {"USA", "DEU"},
        }
    ) == (
        "confidence=1003&created_at_max=2024-01-06T00%3A00%3A00%2B00%3A00"
        "&created_at_min=2024-01-05T10%3A00%3A00%2B08%3A00&keyword=blue+mug&limit=50"
        "&origin=DEU%2CUSA&return_to_sender=true%2Cfalse&slug=usps%2Cfedex-group&tag=Pending"
    )
    assert build_query({"a": UNSET}) == ""


@pytest.mark.parametrize(
    "value",
    [
        b"x",
        float("nan"),
        float("inf"),
        [],
        ["a,b"],
        [""],
        [None],
        [UNSET],
        [["a"]],
        {"a": 1},
        object(),
        "\ud83d",
        dt.datetime(2024, 1, 5),
        [dt.datetime(2024, 1, 5)],
        dt.time(1),
    ],
)
def test_values_that_a_query_cannot_contain(value):
    with pytest.raises(UsageError, match="keyword"):
        build_query({"keyword": value})


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
        st.text(st.characters(exclude_categories=["Cs"])),
    )
)
def test_query_is_read_back_and_sorted(values):
    query = build_query(values)
    assert dict(parse_qsl(query, keep_blank_values=True)) == values
    names = [pair.split("=")[0] for pair in query.split("&")] if query else []
    assert names == sorted(names)
    url = f"https://api.example/x?{query}" if query else "https://api.example/x"
    assert str(httpx.URL(url)) == url


def test_the_url_is_sent_as_built(service, client):
    service.reply(sample.envelope({"trackings": []}))
    client.parcels.list(fields=["title", "order id"], limit=5)
    assert service.requests[0].url.raw_path == b"/tracking/2024-01/trackings?fields=title%2Corder+id&limit=5"


def test_body():
    body = {
        "tracking_number": "RA1",
        "unset": UNSET,
        "null": None,
        "model": sample.Parcel(id="p1", note=None, tag=sample.Tag("New")),
        "zoned": dt.datetime(2024, 2, 6, 10, 15, 30, tzinfo=dt.UTC),
        "day": dt.date(2024, 2, 6),
        "time": sample.Time("soon"),
        "decimal": [Decimal("1.50"), Decimal(2)],
        "tuple": ("é", 1, 2.5, True),
    }
    assert json.loads(encode_body(body, "tracking")) == {
        "tracking": {
            "tracking_number": "RA1",
            "null": None,
            "model": {"id": "p1", "note": None, "tag": "New"},
            "zoned": "2024-02-06T10:15:30+00:00",
            "day": "2024-02-06",
            "time": "soon",
            "decimal": [1.5, 2],
            "tuple": ["é", 1, 2.5, True],
        }
    }
    assert encode_body({"a": 1}, None) == b'{"a":1}'


def circle() -> list[object]:
    ring: list[object] = []
    ring.append(ring)
    return ring


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("-inf"),
        Decimal("NaN"),
        b"x",
        bytearray(b"x"),
        object(),
        {1: "x"},
        {"a": UNSET},
        [UNSET],
        dt.datetime(2024, 1, 5),
        dt.time(1),
        "\ud83d",
        circle(),
    ],
    ids=lambda value: type(value).__name__,
)
def test_bodies_that_are_refused(value):
    with pytest.raises(UsageError) as caught:
        encode_body({"items": [{"weight": value}]}, "tracking")
    if value != "\ud83d":
        assert str(caught.value).startswith("tracking.items[0].weight")
    assert caught.value.__cause__ is None


def test_nothing_is_sent_when_a_call_is_refused(service, client):
    for call in (
        lambda: client.parcels.get(".."),
        lambda: client.parcels.list(limit=[None]),
        lambda: client.parcels.create(weight=float("nan")),
        lambda: client.parcels.get("p", options=sample.Options(headers={"Authorization": "x"})),
        lambda: client.parcels.get("p", options=sample.Options(timeout=-1)),
        lambda: client.parcels.get("p", options=sample.Options(max_retries=-1)),
    ):
        with pytest.raises(UsageError):
            call()
    assert service.requests == []


@pytest.mark.parametrize(
    "headers", [{"": "x"}, {"a b": "x"}, {"x": "a\nb"}, {"x": "é"}, {"x": 5}, {"Host": "x"}]
)
def test_headers_that_are_refused(headers):
    with pytest.raises(UsageError):
        check_headers(headers)


def test_headers():
    headers = Headers([("A", "1"), ("a", "2"), ("B", "3")])
    assert headers["A"] == "1, 2"
    assert dict(headers.with_values({"B": "4"})) == {"a": headers["a"], "b": "4"}
    request = Request("GET", "https://x/a?b=c", headers)
    assert (request.path, request.target) == ("/a", "/a?b=c")


def test_keys_of_an_enum_are_sent_as_their_value():
    class Field(str, Enum):  # noqa: UP042 - older code has such enums
        SHOP = "shop"

    assert (
        encode_body({"custom_fields": {Field.SHOP: Field.SHOP}}, None) == b'{"custom_fields":{"shop":"shop"}}'
    )


def test_signalling_nan_is_refused():
    with pytest.raises(UsageError, match="weight"):
        encode_body({"weight": Decimal("sNaN")}, None)


def test_filter_that_can_be_read_once_is_sent_with_every_page(service, client):
    for page in (1, 2):
        service.reply(
            sample.envelope({"page": page, "limit": 1, "trackings": [{"id": "a"}] if page == 1 else []})
        )
    fields = ["id"]
    for parcel in client.parcels.list(limit=1, fields=iter(fields)):
        assert parcel.id == "a"
    assert [request.url.params["fields"] for request in service.requests] == ["id", "id"]


def test_change_of_a_filter_list_does_not_affect_later_pages(service, client):
    for page in (1, 2):
        service.reply(
            sample.envelope({"page": page, "limit": 1, "trackings": [{"id": "a"}] if page == 1 else []})
        )
    fields = ["id"]
    for _ in client.parcels.list(limit=1, fields=fields):
        fields.append("note")
    assert [request.url.params["fields"] for request in service.requests] == ["id", "id"]
