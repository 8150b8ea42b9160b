"""The mock checks signatures by the documented rules, alone and against the client."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

import anyio
import httpx
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from aftership_tracking import AfterShip, AuthenticationError, PermissionDeniedError
from aftership_tracking.mock import ManualClock, Mock, MockKey, MockRequest
from aftership_tracking.mock.accounts.sign_string import sign_string
from aftership_tracking.mock.accounts.signatures import Signatures
from aftership_tracking.runtime.clocks import Clocks, use_clocks

KEY = "asat_00000000000000000000000000000001"
SECRET = "asek_reference_secret_for_examples_only"
HMAC = "as-signature-hmac-sha256"
RSA = "as-signature-rsa-sha256"
PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = (
    PRIVATE.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
)
PEM = PRIVATE.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()
AES_KEY = MockKey("aes", SECRET)

# The vectors of the documentation's readers: request, date, signature. No client of ours made them.
VECTORS = [
    (
        MockRequest.to(
            "GET",
            "/tracking/2024-01/trackings?limit=50&keyword=blue+mug"
            "&created_at_min=2024-01-05T10%3A00%3A00%2B08%3A00",
            key=KEY,
        ),
        "Fri, 12 Jan 2024 03:04:05 GMT",
        "MvvYSjt3LYvIUa0HcazK/9KfJvfWFsOFQIgSPhwvkqQ=",
    ),
    (
        MockRequest.to(
            "POST",
            "/tracking/2026-07/trackings",
            key=KEY,
            body=b'{"tracking_number": "RA123456789US", "slug": "usps"}',
            headers={"content-type": "application/json"},
        ),
        "Thu, 09 Jul 2026 12:00:00 GMT",
        "WHetRYR9c5XSUgvYbNBxg+un9hq2yNF5smxQ8TDDjBE=",
    ),
    (
        MockRequest.to(
            "DELETE",
            "/tracking/2025-07/trackings/5b7658cec7c33c0e007de3c5",
            key=KEY,
            headers={"as-store-id": "store-42", "x-other": "ignored"},
        ),
        "Mon, 01 Sep 2025 23:59:59 GMT",
        "ETVqh/ukQy8ng1ZX6T+DkDeFQbuJVxr/ym/jbkwGKpw=",
    ),
]


def at(date: str) -> datetime:
    return parsedate_to_datetime(date)


def with_headers(request: MockRequest, **headers: str) -> MockRequest:
    added = {name.replace("_", "-"): value for name, value in headers.items()}
    return MockRequest(
        request.method, request.path, request.query, {**request.headers, **added}, request.body, request.mount
    )


def sign(request: MockRequest, date: str, string: str | None = None) -> MockRequest:
    """Sign a string with the secret; by default the right one."""
    dated = with_headers(request, date=date)
    string = str(sign_string(dated)) if string is None else string
    digest = hmac.new(SECRET.encode(), string.encode(), hashlib.sha256).digest()
    return with_headers(dated, **{HMAC: base64.b64encode(digest).decode()})


@pytest.mark.parametrize(("request_", "date", "signature"), VECTORS)
def test_vectors(request_: MockRequest, date: str, signature: str) -> None:
    check = Signatures(AES_KEY)
    sent = with_headers(request_, date=date, **{HMAC: signature})
    assert check.check(sent, at(date)) is None
    changed = with_headers(sent, **{"as-store-id": "another"})
    assert check.check(changed, at(date)) is not None
    assert Signatures(MockKey("aes", SECRET + "x")).check(sent, at(date)) is not None


def test_values_of_one_key_keep_their_order() -> None:
    request = MockRequest.to("GET", "/tracking/2024-01/trackings?b=1&a=2&a=1&a=", key=KEY)
    assert sign_string(request).canonicalized_resource == "/tracking/2024-01/trackings?a=2&a=1&a=&b=1"


@pytest.mark.parametrize("seconds", [-180, -179, 0, 180])
def test_date_within_three_minutes_is_good(seconds: int) -> None:
    request, date, _ = VECTORS[0]
    now = at(date) + timedelta(seconds=seconds)
    assert Signatures(AES_KEY).check(sign(request, date), now) is None


@pytest.mark.parametrize(("seconds", "said"), [(181, "181 s behind"), (-3600, "3600 s ahead of")])
def test_date_beyond_three_minutes_is_not(seconds: int, said: str) -> None:
    request, date, _ = VECTORS[0]
    wrong = Signatures(AES_KEY).check(sign(request, date), at(date) + timedelta(seconds=seconds))
    assert wrong is not None
    assert said in wrong.reason


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("Freitag, 12 Jan 2024 03:04:05 GMT", "not of the form"),
        ("2024-01-12T03:04:05Z", "not of the form"),
        ("Fri, 12 Jan 2024 03:04:05 +0000", "not of the form"),
        ("Thu, 12 Jan 2024 03:04:05 GMT", "day of the week"),
        ("Fri, 32 Jan 2024 03:04:05 GMT", "no such day"),
    ],
)
def test_date_of_another_form_is_named(date: str, said: str) -> None:
    wrong = Signatures(AES_KEY).check(sign(VECTORS[0][0], date), at(VECTORS[0][1]))
    assert wrong is not None
    assert said in wrong.reason


def string_of(request: MockRequest, **parts: str) -> str:
    return str(sign_string(with_headers(request, date=DATE))._replace(**parts))


DATE = VECTORS[0][1]
LIST = MockRequest.to("GET", "/tracking/2024-01/trackings?slug=a&keyword=b+c%2Fd&slug=b&empty=", key=KEY)
WRITE = MockRequest.to(
    "PUT",
    "/tracking/2024-01/trackings/a%2Fb",
    key=KEY,
    # The digest of this one begins with zeros.
    body=b'{"n":542}',
    headers={"content-type": "application/json", "as-store-id": "Store 42", "host": "api.example"},
)
WRITTEN = "/tracking/2024-01/trackings/a%2Fb"
MISTAKES = [
    (WRITE, string_of(WRITE, method="put"), "method was signed differently: it is in lower case"),
    (WRITE, string_of(WRITE, content_md5="000cf99e73ea0041fbba8b9d43ae35ba"), "content_md5.*lower case"),
    (WRITE, string_of(WRITE, content_md5="CF99E73EA0041FBBA8B9D43AE35BA"), "content_md5.*leading zeros"),
    (WRITE, string_of(WRITE, content_md5=""), "content_md5.*empty although"),
    (LIST, string_of(LIST, content_md5="D41D8CD98F00B204E9800998ECF8427E"), "content_md5.*has to be empty"),
    (LIST, string_of(LIST, content_type="application/json"), "content_type.*application/json"),
    (
        WRITE,
        string_of(WRITE, canonicalized_headers=f"as-api-key:{KEY}"),
        "canonicalized_headers.*only as-api",
    ),
    (WRITE, string_of(WRITE, canonicalized_headers=""), "canonicalized_headers.*empty"),
    (WRITE, string_of(WRITE, canonicalized_resource=WRITTEN.replace("%2F", "/")), "the path is decoded"),
    (WRITE, string_of(WRITE, canonicalized_resource=f"{WRITTEN}?"), "question mark"),
    (WRITE, string_of(WRITE, canonicalized_resource=f"https://api.example{WRITTEN}"), "scheme and host"),
    (LIST, string_of(LIST, canonicalized_resource=f"{LIST.path.decode()}"), "the query is missing"),
    (
        LIST,
        string_of(LIST, canonicalized_resource=f"{LIST.path.decode()}?{LIST.query.decode()}"),
        "canonicalized_resource.*not sorted",
    ),
    (
        LIST,
        string_of(
            LIST, canonicalized_resource=f"{LIST.path.decode()}?empty=&keyword=b%20c%2Fd&slug=a&slug=b"
        ),
        "encoded differently",
    ),
    (
        LIST,
        string_of(LIST, canonicalized_resource=f"{LIST.path.decode()}?empty=&keyword=b+c%2Fd&slug=a"),
        "only the first value",
    ),
    (
        LIST,
        string_of(LIST, canonicalized_resource=f"{LIST.path.decode()}?keyword=b+c%2Fd&slug=a&slug=b"),
        "empty value are missing",
    ),
    (
        LIST,
        string_of(LIST, canonicalized_resource=f"{LIST.path.decode()}?empty=&keyword=b c/d&slug=a&slug=b"),
        "query is decoded",
    ),
    (LIST, string_of(LIST).replace("\n", "\r\n"), "line ends.*CRLF"),
    (LIST, string_of(LIST) + "\n", "line ends.*at the end"),
    (LIST, "something else", "another secret or for another request"),
]


@pytest.mark.parametrize(("request_", "text", "said"), MISTAKES, ids=[said for _, _, said in MISTAKES])
def test_usual_mistakes_are_named(request_: MockRequest, text: str, said: str) -> None:
    wrong = Signatures(AES_KEY).check(sign(request_, DATE, text), at(DATE))
    assert wrong is not None
    assert re.search(said, wrong.reason), wrong.reason
    assert SECRET not in wrong.reason
    assert KEY not in wrong.reason
    # The right string for the same request is accepted, so only the mistake was refused.
    assert Signatures(AES_KEY).check(sign(request_, DATE), at(DATE)) is None


def test_hex_is_named() -> None:
    sent = sign(LIST, DATE)
    digest = base64.b64decode(sent.headers[HMAC]).hex()
    wrong = Signatures(AES_KEY).check(with_headers(sent, **{HMAC: digest}), at(DATE))
    assert wrong is not None
    assert "it is hex" in wrong.reason


@pytest.mark.parametrize("query", ["keyword=%ff", "%fe=1", "keyword=%zz&&="])
def test_a_query_of_any_bytes_is_judged(query: str) -> None:
    """It ended in a UnicodeEncodeError."""
    request = MockRequest.to("GET", f"/tracking/2026-07/trackings?{query}", key=KEY)
    wrong = Signatures(AES_KEY).check(sign(request, DATE, "another string"), at(DATE))
    assert wrong is not None
    assert "another secret" in wrong.reason


def test_signature_that_is_not_base64() -> None:
    wrong = Signatures(AES_KEY).check(with_headers(LIST, date=DATE, **{HMAC: "***"}), at(DATE))
    assert wrong is not None
    assert "not base64" in wrong.reason


@pytest.mark.parametrize(
    "query", ["empty=&keyword=b+c%2Fd&slug=a&slug=b", "empty=&keyword=b%20c%2Fd&slug=a&slug=b"]
)
def test_tolerant_check_takes_both_encodings(query: str) -> None:
    """It is not known whether the service encodes the query again."""
    sent = MockRequest("GET", LIST.path, b"slug=a&keyword=b%20c/d&slug=b&empty=", LIST.headers)
    text = string_of(LIST, canonicalized_resource=f"{LIST.path.decode()}?{query}")
    assert Signatures(AES_KEY).check(sign(sent, DATE, text), at(DATE)) is not None
    assert Signatures(AES_KEY, tolerant=True).check(sign(sent, DATE, text), at(DATE)) is None


def sign_with_rsa(request: MockRequest, scheme: Any) -> MockRequest:
    dated = with_headers(request, date=DATE)
    signature = PRIVATE.sign(str(sign_string(dated)).encode(), scheme, hashes.SHA256())
    return with_headers(dated, **{RSA: base64.b64encode(signature).decode()})


@pytest.mark.parametrize("salt", [32, 0, padding.PSS.MAX_LENGTH], ids=["digest", "none", "longest"])
def test_rsa_with_a_salt_of_any_length(salt: Any) -> None:
    scheme = padding.PSS(padding.MGF1(hashes.SHA256()), salt)
    check = Signatures(MockKey("rsa", public_key=PUBLIC))
    assert check.check(sign_with_rsa(WRITE, scheme), at(DATE)) is None
    other = sign_with_rsa(LIST, scheme).headers[RSA]
    assert check.check(with_headers(WRITE, date=DATE, **{RSA: other}), at(DATE)) is not None


def test_rsa_of_the_older_scheme_is_refused() -> None:
    wrong = Signatures(MockKey("rsa", public_key=PUBLIC)).check(
        sign_with_rsa(WRITE, padding.PKCS1v15()), at(DATE)
    )
    assert wrong is not None
    assert "not PKCS#1 v1.5" in wrong.reason


# ---- in the mock ----


def mock_and_client(key: MockKey, **settings: Any) -> tuple[Mock, ManualClock, AfterShip]:
    clock = ManualClock()
    mock = Mock(keys={KEY: key}, clock=clock)
    http = httpx.Client(transport=mock.transport())
    with use_clocks(Clocks(clock=lambda: clock.wall().timestamp())):
        return mock, clock, AfterShip(KEY, http_client=http, limiter=None, **settings)


@pytest.mark.parametrize("kind", ["aes", "rsa"])
def test_client_and_mock_agree_about_every_method(kind: Any) -> None:
    key = AES_KEY if kind == "aes" else MockKey("rsa", public_key=PUBLIC)
    _, _, client = mock_and_client(key, auth=kind, api_secret=SECRET if kind == "aes" else PEM)
    made = client.trackings.create(tracking_number="PARCEL0001", slug="usps", title="größer + /")
    client.trackings.update(made.id, title="x")
    client.trackings.get(made.id)
    listed = client.trackings.list(keyword="blue mug/+ü", slug=["usps", "ups"])
    assert not list(listed)
    connection = client.courier_connections.create(courier_slug="fedex", credentials={"a": "b"})
    client.courier_connections.update(connection.id, credentials={"a": "c"})
    client.courier_connections.delete(connection.id)
    client.trackings.mark_as_completed(made.id, reason="DELIVERED")
    client.trackings.delete(made.id)


def test_client_whose_clock_is_off_gets_the_reason() -> None:
    _, _, client = mock_and_client(AES_KEY, api_secret=SECRET, auth="aes", clock_offset=-200)
    with pytest.raises(AuthenticationError) as caught:
        client.couriers.list()
    assert caught.value.headers["as-mock-hint"].startswith("header date: 200 s behind the clock of the mock")


def test_key_that_signs_without_a_signature_is_refused() -> None:
    mock, _, _ = mock_and_client(AES_KEY)
    response = mock.handle(MockRequest.to("GET", "/tracking/2024-01/couriers", key=KEY))
    assert (response.status, response.json["meta"]["code"]) == (401, 401)
    assert f"header {HMAC}: missing" in response.headers["as-mock-hint"]
    other = MockRequest.to("GET", "/tracking/2024-01/couriers", key=KEY, headers={RSA: "x"})
    assert "one of the other kind" in mock.handle(other).headers["as-mock-hint"]


def test_refusal_shows_what_had_to_be_signed_without_key_and_secret() -> None:
    mock, clock, _ = mock_and_client(AES_KEY)
    date = format_datetime(clock.wall(), usegmt=True)
    response = mock.handle(sign(LIST, date, "something else"))
    assert response.status == 401
    shown = response.headers["as-mock-sign-string"]
    assert shown == (
        f"GET\\n\\n\\n{date}\\nas-api-key:***0001\\n"
        "/tracking/2024-01/trackings?empty=&keyword=b+c%2Fd&slug=a&slug=b"
    )
    assert SECRET not in str(response)
    # The journal holds no query.
    assert "keyword" not in repr(mock.journal[-1])


def test_permissions_of_a_key_that_signs() -> None:
    key = MockKey("aes", SECRET, permissions=["aftership:courier:read"])
    _, _, client = mock_and_client(key, auth="aes", api_secret=SECRET)
    assert client.couriers.list() is not None
    with pytest.raises(PermissionDeniedError):
        list(client.trackings.list())


def test_mock_below_a_prefix_checks_what_was_on_the_wire() -> None:
    """Signatures cover the whole path, and a server hands the mock only the rest of it."""
    from starlette.applications import Starlette
    from starlette.routing import Mount

    mock, clock, _ = mock_and_client(AES_KEY)
    date = format_datetime(clock.wall(), usegmt=True)
    path = "/my%20mock/tracking/2024-01/couriers"
    right = sign(MockRequest.to("GET", path, key=KEY), date)
    bare = sign(MockRequest.to("GET", "/tracking/2024-01/couriers", key=KEY), date)

    async def get_couriers(request: MockRequest) -> httpx.Response:
        app = Starlette(routes=[Mount("/my mock", app=mock)])
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://x") as http:
            return await http.get(path, headers=dict(request.headers))

    assert anyio.run(get_couriers, right).status_code == 200
    refused = anyio.run(get_couriers, bare)
    assert "the prefix that the mock lives under is missing" in refused.headers["as-mock-hint"]
