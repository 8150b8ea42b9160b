"""The sent request is the signed one: fixed vectors, other computations, every operation over a socket."""

from __future__ import annotations

import base64
import locale
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftership_tracking.errors import AuthenticationError, UsageError
from aftership_tracking.runtime import registry
from aftership_tracking.runtime.auth.signing import HmacSignature, RsaSignature, http_date, sign_string
from aftership_tracking.runtime.operation import Operation
from aftership_tracking.runtime.operation import Path as Segment
from aftership_tracking.runtime.options import Options
from aftership_tracking.runtime.secret import Secret
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.request import Request
from patience import PATIENCE
from signing_support.capture import Capture
from signing_support.rules import Wire, expected_hmac, expected_string, is_pss, read_wire

KEY = "asat_00000000000000000000000000000001"
SECRET = "asek_own vector secret / ü+="
HOST = "https://api.aftership.com"
JSON = {"content-type": "application/json"}
PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = PRIVATE.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()

# Each signature was made by hand with the command openssl, from a string that was typed:
#   openssl dgst -sha256 -hmac "$SECRET" -binary text | base64
VECTORS = {
    "repeated keys, empty value, space, plus, slash, unicode, comma": (
        "GET",
        "/tracking/2024-04/trackings?a=2&a=1&empty=&keyword=gr%C3%B6%C3%9Fer+%2B+%2F&slug=usps%2Cups",
        {},
        b"",
        1709251199,
        "TghMoRODW3auPE2NOm92HtsM21zyJwS9At4xnu8l7lk=",
    ),
    "unicode in the body, digest with a leading zero, headers of the caller, encoded path": (
        "PUT",
        "/tracking/2024-01/trackings/a%2Fb%20c",
        {**JSON, "As-Store-ID": " Store 42 ", "as-locale": "de_DE", "x-other": "ignored"},
        '{"tracking":{"title":"größer + /","note":""}}'.encode(),
        1704067200,
        "n8XPX3yf94+9Sr4AO6ay7LSzZdV0GP+vzjCSKx3ZjhI=",
    ),
    "patch below a prefix": (
        "PATCH",
        "/prefix/tracking/2025-04/courier-connections/conn_01",
        JSON,
        b'{"credentials":{"account_number":"510087021"}}',
        784111777,
        "Gc1A+n/CpYoetKKrsuoumiy0tVLzBxE1rUO+CR64r14=",
    ),
    "delete": (
        "DELETE",
        "/tracking/2026-07/courier-connections/conn_01",
        {},
        b"",
        1830254400,
        "02GS/z3Jgi+wZ8Ew4unXE0osJRABZZpP5H7NbYsq4oU=",
    ),
    "post without a body": (
        "POST",
        "/tracking/2026-07/trackings/5b7658cec7c33c0e007de3c5/retrack",
        {},
        b"",
        1830254400,
        "uS4deLqIK2p+zhJNCOxYzVY2osVRUGAkBk+oDosi+uc=",
    ),
}


@pytest.mark.parametrize("name", list(VECTORS))
def test_own_vectors(name: str) -> None:
    method, target, headers, body, at, signature = VECTORS[name]
    request = Request(method, f"{HOST}{target}", Headers(headers.items()), body)
    signed = HmacSignature(Secret(KEY), Secret(SECRET), lambda: at).sign(request)
    assert signed.headers["as-signature-hmac-sha256"] == signature
    wire = Wire(method, target, dict(signed.headers), body)
    wire.headers.update({key: value.strip() for key, value in wire.headers.items()})
    assert expected_hmac(SECRET, expected_string(wire)) == signature
    assert sign_string(signed) == expected_string(wire)


def test_long_secret_is_hashed_as_hmac_requires() -> None:
    secret = "x" * 200
    signed = HmacSignature(Secret(KEY), Secret(secret), lambda: 0).sign(
        Request("GET", f"{HOST}/x", Headers())
    )
    assert signed.headers["as-signature-hmac-sha256"] == expected_hmac(secret, sign_string(signed))


def test_rsa_signature_by_the_rules_of_the_standard() -> None:
    method, target, headers, body, at, _ = VECTORS["patch below a prefix"]
    request = Request(method, f"{HOST}{target}", Headers(headers.items()), body)
    signed = RsaSignature(Secret(KEY), Secret(PEM), lambda: at).sign(request)
    signature = base64.b64decode(signed.headers["as-signature-rsa-sha256"], validate=True)
    numbers = PRIVATE.public_key().public_numbers()
    assert is_pss(numbers.n, numbers.e, signature, sign_string(signed))
    assert not is_pss(numbers.n, numbers.e, signature, sign_string(signed) + " ")
    other = PRIVATE.sign(sign_string(signed).encode(), padding.PKCS1v15(), hashes.SHA256())
    assert not is_pss(numbers.n, numbers.e, other, sign_string(signed))


def test_rsa_signature_satisfies_openssl(tmp_path: Path) -> None:
    command = shutil.which("openssl")
    if command is None:
        assert os.environ.get("CI") != "true", "the command openssl is missing"
        pytest.skip("the command openssl is missing")
    signed = RsaSignature(Secret(KEY), Secret(PEM), lambda: 0).sign(Request("GET", f"{HOST}/x", Headers()))
    (tmp_path / "text").write_text(sign_string(signed), newline="\n")
    (tmp_path / "signature").write_bytes(base64.b64decode(signed.headers["as-signature-rsa-sha256"]))
    (tmp_path / "public").write_bytes(
        PRIVATE.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    options = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"]
    done = subprocess.run(
        [command, "dgst", "-sha256", "-verify", "public", *options, "-signature", "signature", "text"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == "Verified OK", done.stderr


def test_date_is_english_whatever_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine may have no other locale, so strftime is also replaced by one in another language."""
    before = locale.setlocale(locale.LC_ALL)
    monkeypatch.setattr(time, "strftime", lambda *_: "Fr, 12 Jän 2024")
    try:
        for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "ja_JP.UTF-8", "tr_TR.UTF-8"):
            with suppress(locale.Error):
                locale.setlocale(locale.LC_ALL, name)
            assert http_date(1705028645) == "Fri, 12 Jan 2024 03:04:05 GMT"
    finally:
        locale.setlocale(locale.LC_ALL, before)


def test_every_month_and_day_has_its_name() -> None:
    from email.utils import formatdate

    for day in range(400):
        assert http_date(1704067200 + day * 86400) == formatdate(1704067200 + day * 86400, usegmt=True)


# ---- every operation, over a socket ----

OPERATIONS = [
    (version, operation)
    for version in registry.versions()
    for operation in registry.operations(version).values()
]
# Without halves of surrogate pairs, which cannot be encoded, and without values that are refused before
# sending.
STRINGS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(str.strip)
ODD = st.sampled_from(["a b", "a+b", "a/b", "a%2Fb", "größer", "日本", "?x=1", "#", "&a=b", "~*!'()", "..a"])
SEGMENTS = st.one_of(STRINGS, ODD).filter(lambda value: value not in (".", ".."))
VALUES = st.one_of(
    STRINGS,
    ODD,
    st.just(""),
    st.booleans(),
    st.integers(),
    st.lists(STRINGS.filter(lambda value: "," not in value), min_size=1, max_size=3),
)
NAMES = st.one_of(st.sampled_from(["keyword", "slug", "created_at_min", "a", "A", "a b", "ä"]), STRINGS)
HEADER_STRINGS = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=8)
HEADERS = st.dictionaries(st.sampled_from(["as-store-id", "AS-Locale", "as-a", "x-other"]), HEADER_STRINGS)
BODIES = st.dictionaries(STRINGS, st.one_of(VALUES, st.none(), st.dictionaries(STRINGS, STRINGS)), max_size=4)


@pytest.fixture(scope="module")
def capture() -> Iterator[Capture]:
    with Capture() as found:
        yield found


@pytest.fixture(scope="module", params=["default transport", "httpx.Client"])
def clients(request: pytest.FixtureRequest, capture: Capture) -> Iterator[dict[Any, Any]]:
    """A client of each version and each kind of key."""
    given = httpx.Client(timeout=PATIENCE) if request.param == "httpx.Client" else None
    made = {
        (version, auth): registry.package(version).AfterShip(
            KEY, api_secret=secret, auth=auth, base_url=f"{capture.url}/pre%20fix", http_client=given,
            limiter=None,
        )
        for version in registry.versions()
        for auth, secret in (("aes", SECRET), ("rsa", PEM))
    }  # fmt: skip
    yield made
    for client in made.values():
        client.close()
    if given is not None:
        given.close()


def check_one(client: Any, capture: Capture, operation: Operation[Any], parts: Any) -> Wire:
    """Send one request, and check its signature against the bytes that were sent."""
    path, query, body, headers = parts
    capture.received.clear()
    with pytest.raises(AuthenticationError):
        client._send(operation, path, query, body, Options(headers=headers))
    [raw] = capture.received
    wire = read_wire(raw)
    assert wire.method == operation.method
    assert wire.headers["as-api-key"] == KEY
    assert ("content-type" in wire.headers) == bool(wire.body)
    string = expected_string(wire)
    if "as-signature-hmac-sha256" in wire.headers:
        assert wire.headers["as-signature-hmac-sha256"] == expected_hmac(SECRET, string)
    else:
        numbers = PRIVATE.public_key().public_numbers()
        signature = base64.b64decode(wire.headers["as-signature-rsa-sha256"], validate=True)
        assert is_pss(numbers.n, numbers.e, signature, string)
    return wire


def path_of(operation: Operation[Any], value: str) -> tuple[str, ...]:
    return tuple(value for segment in operation.path if isinstance(segment, Segment))


@pytest.mark.parametrize("auth", ["aes", "rsa"])
def test_every_operation_of_every_version(clients: dict[Any, Any], capture: Capture, auth: str) -> None:
    methods = set()
    for version, operation in OPERATIONS:
        has_body = operation.method in ("POST", "PUT", "PATCH")
        query = {
            "keyword": "a b+c/ü",
            "empty": "",
            "created_at_min": "2024-01-05T10:00:00+08:00",
            "A": ["x", "y"],
        }
        body = {"title": "größer", "none": None} if has_body else None
        parts = (path_of(operation, "a/b ü"), query, body, {"as-store-id": "Store 42"})
        wire = check_one(clients[version, auth], capture, operation, parts)
        assert wire.target.startswith(f"/pre%20fix/tracking/{version}/")
        methods.add(wire.method)
    assert methods == {"GET", "POST", "PUT", "PATCH", "DELETE"}


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_odd_values(clients: dict[Any, Any], capture: Capture, data: st.DataObject) -> None:
    version, operation = data.draw(st.sampled_from(OPERATIONS))
    path = tuple(data.draw(SEGMENTS) for segment in operation.path if isinstance(segment, Segment))
    query = data.draw(st.dictionaries(NAMES, VALUES, max_size=4))
    body = data.draw(st.none() | BODIES) if operation.method != "GET" else None
    check_one(clients[version, "aes"], capture, operation, (path, query, body, data.draw(HEADERS)))


def test_attempts_of_one_call_are_signed_at_their_own_time(service: Any, make: Any, hands: Any) -> None:
    for _ in range(2):
        service.reply({}, 503, {"retry-after": "50"})
    service.reply_parcel()
    make(auth="aes", api_secret=SECRET).parcels.get("p1")
    dates = [request.headers["date"] for request in service.requests]
    assert len(set(dates)) == 3
    assert len({request.headers["as-signature-hmac-sha256"] for request in service.requests}) == 3
    assert len(hands.slept) == 2


@pytest.mark.parametrize(
    ("extra", "message"),
    [({"headers": {"As-Store-Id": "7"}}, "header as-store-id"), ({"params": {"z": "1"}}, "URL")],
)
def test_http_client_that_would_invalidate_the_signature_is_refused(
    service: Any, make: Any, extra: dict[str, Any], message: str
) -> None:
    with httpx.Client(transport=httpx.MockTransport(service), **extra) as http:
        with pytest.raises(UsageError, match=message):
            make(auth="aes", api_secret=SECRET, http_client=http).parcels.get("p1")
        assert service.requests == []
        service.reply_parcel()
        make(http_client=http).parcels.get("p1")
        assert len(service.requests) == 1


def test_unsigned_headers_of_the_http_client_are_allowed(service: Any, make: Any) -> None:
    with httpx.Client(transport=httpx.MockTransport(service), headers={"x-team": "7"}) as http:
        service.reply_parcel()
        make(auth="aes", api_secret=SECRET, http_client=http).parcels.get("p1")
    assert service.requests[0].headers["x-team"] == "7"
