"""API keys and HMAC signatures: the documented vectors, and two independent computations."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftership_tracking.runtime.auth.signing import ApiKey, HmacSignature, http_date, sign_string
from aftership_tracking.runtime.secret import Secret
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.query import build_query
from aftership_tracking.runtime.wire.request import Request

KEY = "asat_00000000000000000000000000000001"
SECRET = "asek_reference_secret_for_examples_only"
HOST = "https://api.aftership.com"
JSON = {"content-type": "application/json"}
QUERY = build_query({"limit": 50, "keyword": "blue mug", "created_at_min": "2024-01-05T10:00:00+08:00"})

VECTORS = [
    (
        Request("GET", f"{HOST}/tracking/2024-01/trackings?{QUERY}", Headers()),
        1705028645,
        "Fri, 12 Jan 2024 03:04:05 GMT",
        "MvvYSjt3LYvIUa0HcazK/9KfJvfWFsOFQIgSPhwvkqQ=",
    ),
    (
        Request(
            "POST",
            f"{HOST}/tracking/2026-07/trackings",
            Headers(JSON.items()),
            b'{"tracking_number": "RA123456789US", "slug": "usps"}',
        ),
        1783598400,
        "Thu, 09 Jul 2026 12:00:00 GMT",
        "WHetRYR9c5XSUgvYbNBxg+un9hq2yNF5smxQ8TDDjBE=",
    ),
    (
        Request(
            "DELETE",
            f"{HOST}/tracking/2025-07/trackings/5b7658cec7c33c0e007de3c5",
            Headers({"As-Store-Id": "store-42", "X-Other": "ignored"}.items()),
        ),
        1756771199,
        "Mon, 01 Sep 2025 23:59:59 GMT",
        "ETVqh/ukQy8ng1ZX6T+DkDeFQbuJVxr/ym/jbkwGKpw=",
    ),
]


@pytest.mark.parametrize(("request_", "at", "date", "signature"), VECTORS)
def test_vectors(request_, at, date, signature):
    signed = HmacSignature(Secret(KEY), Secret(SECRET), lambda: at).sign(request_)
    assert signed.headers["date"] == date
    assert signed.headers["as-signature-hmac-sha256"] == signature
    assert (signed.url, signed.body) == (request_.url, request_.body)


def test_signing_again_replaces_the_old_signature():
    clock = iter([1705028645, 1705028700])
    signer = HmacSignature(Secret(KEY), Secret(SECRET), lambda: next(clock))
    first = signer.sign(VECTORS[0][0])
    second = signer.sign(first)
    assert "as-signature" not in sign_string(second)
    fresh = HmacSignature(Secret(KEY), Secret(SECRET), lambda: 1705028700).sign(VECTORS[0][0])
    assert second == fresh
    assert first != second


def test_every_attempt_is_signed_anew(service, make, hands):
    service.reply({}, 500)
    service.reply_parcel()
    make(auth="aes", api_secret=SECRET).parcels.get("p1")
    hands.now += 1
    service.reply_parcel()
    make(auth="aes", api_secret=SECRET).parcels.get("p1")
    dates = [request.headers["date"] for request in service.requests]
    assert dates[0] == "Tue, 14 Nov 2023 22:13:20 GMT"
    assert dates[2] == "Tue, 14 Nov 2023 22:13:21 GMT"


def test_service_can_check_what_it_received(service, make):
    service.reply_parcel()
    make(auth="aes", api_secret=SECRET, api_key=KEY).parcels.create(note="größer", items=[1])
    [request] = service.requests
    md5 = hashlib.md5(request.content).hexdigest().upper()
    target = request.url.raw_path.decode()
    string = f"POST\n{md5}\napplication/json\n{request.headers['date']}\nas-api-key:{KEY}\n{target}"
    expected = base64.b64encode(hmac.new(SECRET.encode(), string.encode(), hashlib.sha256).digest()).decode()
    assert request.headers["as-signature-hmac-sha256"] == expected


def test_body_of_an_empty_object_is_a_body():
    request = Request("PUT", f"{HOST}/x", Headers({**JSON, "date": "d"}.items()), b"{}")
    assert sign_string(request) == "PUT\n99914B932BD37A50B983C5E7C90AE93B\napplication/json\nd\n/x"


@given(st.integers(0, 4102444800))
def test_dates_have_the_http_format(at):
    from email.utils import formatdate

    assert http_date(at) == formatdate(at, usegmt=True)


def test_custom_authenticator(service, make):
    class Bearer:
        def sign(self, request: Request) -> Request:
            return request._replace(headers=request.headers.with_values({"authorization": "Bearer t"}))

    service.reply_parcel()
    make(api_key=None, auth=Bearer()).parcels.get("p1")
    assert service.requests[0].headers["authorization"] == "Bearer t"
    assert "as-api-key" not in service.requests[0].headers


def test_api_key():
    assert dict(ApiKey(Secret("k")).sign(Request("GET", HOST, Headers())).headers) == {"as-api-key": "k"}
